"""Form data and query strings, read strictly: every name once, and nothing that two readers could read in two ways."""

from urllib.parse import parse_qsl

MAX_FIELDS = 24
MAX_LENGTH = 16_384


class BadForm(ValueError):
    """What is wrong with a form; its values are not quoted."""


def parse_form(text: bytes) -> dict[str, str]:
    """The fields of `application/x-www-form-urlencoded` text. What has no value was not sent (RFC 6749, 3.1 and 3.2).

    Raises BadForm.
    """
    if len(text) > MAX_LENGTH:
        raise BadForm(f"longer than {MAX_LENGTH} bytes")
    try:
        pairs = parse_qsl(
            text.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(text),
            errors="strict",
            max_num_fields=MAX_FIELDS,
        )
    except ValueError:
        raise BadForm("it is no form of at most 24 fields in UTF-8") from None
    if len({name for name, _ in pairs}) != len(pairs):
        raise BadForm("a parameter is repeated")
    return {name: value for name, value in pairs if value}
