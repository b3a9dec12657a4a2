"""`register`: what to type into CLOVA's developer console, and the client secret that is made for it."""

import os
import secrets
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import typer

from gateway.cli.console import BESIDE, SHOWN, TYPED, WORDS, Words
from gateway.cli.reach import ConfigOption, JsonOption, fail, instead, note, owner, place, quoted

if TYPE_CHECKING:
    from gateway.config import Loaded
    from gateway.config.model import LinkingSection

NOWHERE = "https://..."


def register(
    new_secret: Annotated[
        bool, typer.Option("--new-secret", help="Make the file that clova.linking.client_secret_file names.")
    ] = False,
    replace: Annotated[bool, typer.Option("--replace", help="With --new-secret: also where there is one.")] = False,
    show_secret: Annotated[bool, typer.Option("--show-secret", help="Print the client secret itself.")] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print what to type into CLOVA's developer console, and what is still missing for it.

    With --new-secret it makes the client secret first: 256 random bits, readable by nobody else, in the file that the
    configuration names.
    """
    from gateway import show

    if replace and not new_secret:
        fail("--replace goes with --new-secret", 2)
    loaded = _load(config)
    words = WORDS[loaded.config.home.language]
    if new_secret:
        made = _make_secret(loaded, replace)
        print(f"made {made}" + (f"\n{words.restart}" if replace else ""), file=sys.stderr)
        loaded = _load(config)
    values, missing = _values(loaded, show_secret), _missing(loaded, words)
    if as_json:
        told = [{"what": what, "add": add} for what, add in missing]
        show.print_json({**values, "missing": told})
    else:
        _print(values, missing, loaded, words)
    _note_port(loaded.config.public.url)


def _print(values: dict[str, Any], missing: list[tuple[str, str]], loaded: "Loaded", words: Words) -> None:
    from rich.cells import cell_len

    linking = loaded.config.clova.linking
    spoken = values | {
        "account_linking": words.yes,
        "client_authentication": words.basic,
        "client_secret": values["client_secret"] or _where(loaded, linking, words),
        "further_redirect_uris": "\n".join(values["further_redirect_uris"]),
    }
    width = max(map(cell_len, words.labels.values())) + 2
    for title, keys in ((words.typed, TYPED), (words.shown, SHOWN), (words.beside, BESIDE)):
        print(f"{title}\n")
        for key in keys:
            label = words.labels[key]
            for line in (spoken[key] or "-").splitlines():
                print(f"  {label}{' ' * (width - cell_len(label))}{line}")
                label = ""
        print()
    if values["region"] == "jp":
        print(f"{words.partners}\n")
    if missing:
        print(f"{words.missing}\n")
    for what, add in missing:
        print(f"  {what}\n")
        print("".join(f"      {line}".rstrip() + "\n" for line in add.splitlines()))


def _values(loaded: "Loaded", show_secret: bool) -> dict[str, Any]:
    """What the console asks for; the secret only where it is asked for and there is one."""
    from gateway.accounts.client import SCOPE
    from gateway.clova.regions import REGIONS

    clova, public = loaded.config.clova, loaded.config.public.url or NOWHERE
    linking = clova.linking
    return {
        "region": clova.region,
        "extension_id": clova.extension_id,
        "extension_url": f"{public}/clova/home",
        "account_linking": True,
        "authorization_uri": f"{public}/oauth/authorize",
        "client_id": linking.client_id if linking is not None else None,
        "privacy_policy_url": f"{public}/privacy",
        "scope": SCOPE,
        "access_token_uri": f"{public}/oauth/token",
        "refresh_token_uri": f"{public}/oauth/token",
        "client_secret": _secret(loaded) if show_secret else None,
        "client_authentication": "HTTP Basic",
        "redirect_uri": REGIONS[clova.region].redirect_uri,
        "further_redirect_uris": list(linking.redirect_uris) if linking is not None else [],
        "revocation_uri": f"{public}/oauth/revoke",
    }


def _missing(loaded: "Loaded", words: Words) -> list[tuple[str, str]]:
    """What is missing, and what to add for each."""
    clova, url, wants = loaded.config.clova, loaded.config.public.url, words.wants
    found = []
    if not clova.extension_id or clova.extension_id.startswith("com.example."):
        told = wants["extension_id"] + _an_example(clova.extension_id)
        found.append((told, "clova:\n  extension_id: com.example.extension.home"))
    if not url or _is_example(url):
        found.append((wants["url"] + _an_example(url), "public:\n  url: https://home.example.com"))
    elif url.startswith("http:"):
        found.append((wants["https"], "public:\n  url: https://home.example.com"))
    if clova.linking is None:
        lines = "clova:\n  linking:\n    client_secret_file: clova_client_secret"
        found.append((wants["linking"], f"{lines}\n\nclova-gateway register --new-secret"))
    elif _is_unmade(loaded):
        file = loaded.path(clova.linking.client_secret_file or Path())
        found.append((wants["secret"].format(file=file), "clova-gateway register --new-secret"))
    elif _is_short(loaded):
        found.append((wants["short"], "clova-gateway register --new-secret --replace"))
    return found + _nobody(loaded, words)


def _an_example(given: str) -> str:
    return f" (example: {given})" if given else ""


def _is_example(url: str) -> bool:
    """Whether it is the address of the example, which nobody has."""
    host = urlsplit(url).hostname or ""
    return host == "example.com" or host.endswith(".example.com")


def _note_port(url: str) -> None:
    """Say so where CLOVA would not come to this port."""
    split = urlsplit(url)
    if split.port not in (None, 443 if split.scheme == "https" else 80):
        note(f"public.url: CLOVA speaks to port 443 only (80 for http while testing), not to {split.port}")


def _nobody(loaded: "Loaded", words: Words) -> list[tuple[str, str]]:
    """Whether there is nobody who could link anything."""
    from gateway.cli.accounts import warn_of_no_owner
    from gateway.links.store import Database, StoreError
    from gateway.places import store_file

    people = []
    if store_file(loaded).exists():
        try:
            with closing(Database(store_file(loaded))) as database:
                people = database.people.all()
        except StoreError as error:
            return [(str(error), "")]
    if any(person.password is not None for person in people):
        warn_of_no_owner(people)
        return []
    if people:
        return [(words.no_password, f"clova-gateway accounts password {quoted(people[0].account.name)}")]
    return [(words.wants["account"], "clova-gateway accounts add NAME")]


def _where(loaded: "Loaded", linking: "LinkingSection | None", words: Words) -> str:
    if linking is None or _is_unmade(loaded):
        return words.no_secret
    file = "${...}" if linking.client_secret_file is None else str(loaded.path(linking.client_secret_file))
    return words.secret_at.format(file=file)


def _is_short(loaded: "Loaded") -> bool:
    """Whether there is a secret that somebody made up."""
    from gateway.accounts.grants import MIN_SECRET
    from gateway.config import ConfigError

    try:
        return not _is_unmade(loaded) and len(_read_secret(loaded) or "") < MIN_SECRET
    except ConfigError:
        return False


def _is_unmade(loaded: "Loaded") -> bool:
    """Whether a file is named for the secret that is not there."""
    linking = loaded.config.clova.linking
    named = linking.client_secret_file if linking is not None else None
    return named is not None and not loaded.path(named).exists()


def _secret(loaded: "Loaded") -> str | None:
    from gateway.config import ConfigError

    try:
        return _read_secret(loaded)
    except ConfigError as error:
        fail(str(error), 2)


def _read_secret(loaded: "Loaded") -> str | None:
    """The client secret; None if there is none. Raises ConfigError."""
    linking = loaded.config.clova.linking
    if linking is None or _is_unmade(loaded):
        return None
    if linking.client_secret_file is None:
        return linking.client_secret.get_secret_value() if linking.client_secret is not None else None
    return loaded.secret(linking.client_secret_file)


def _make_secret(loaded: "Loaded", replace: bool) -> Path:
    linking = loaded.config.clova.linking
    if linking is None or linking.client_secret_file is None:
        fail(
            "the configuration names no file for the secret; add\n\n"
            "clova:\n  linking:\n    client_secret_file: clova_client_secret",
            2,
        )
    file = loaded.directory / linking.client_secret_file
    try:
        _write(file, secrets.token_urlsafe(32), replace, owner(loaded))
    except FileExistsError:
        fail(f"{file} is there already; --replace makes another in its place", 1)
    except OSError as error:
        advice = f"; {instead('root')}" if isinstance(error, PermissionError) else ""
        fail(f"{file} cannot be written: {error.strerror or error}{advice}", 1)
    return file


def _write(file: Path, secret: str, replace: bool, owner: tuple[int, int] | None) -> None:
    """Put a secret on the disk, all of it or nothing. Raises FileExistsError unless it may replace."""
    made = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    handle = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as writing:
            os.fchmod(handle, 0o600)
            if owner is not None:
                os.fchown(handle, *owner)
            writing.write(f"{secret}\n")
            writing.flush()
            os.fsync(handle)
        if replace:
            made.replace(file)
        else:
            file.hardlink_to(made)
    finally:
        made.unlink(missing_ok=True)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _load(config: Path | None) -> "Loaded":
    """The configuration, also where the file of the secret is lacking, or what is in it is short."""
    from gateway.config import ConfigError, load

    path = place(config)
    try:
        return load(path)
    except ConfigError as error:
        loaded = _without_files(path)
        if loaded is None or loaded.config.clova.linking is None or not (_is_unmade(loaded) or _is_short(loaded)):
            fail(str(error), 2)
        return loaded


def _without_files(path: Path) -> "Loaded | None":
    """What the file says, without a look at the files and devices it names; None if it cannot be read."""
    from pydantic import ValidationError

    from gateway.config import Config, Loaded
    from gateway.config.yamltext import BadYaml, parse

    try:
        config = Config.model_validate(_from_environment(parse(path.read_bytes()).value))
    except (OSError, BadYaml, ValidationError):
        return None
    return Loaded(config, (), path.resolve().parent)


def _from_environment(value: Any) -> Any:
    from gateway.config.load import VARIABLE

    if isinstance(value, dict):
        return {key: _from_environment(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_from_environment(inner) for inner in value]
    found = VARIABLE.fullmatch(value) if isinstance(value, str) else None
    return value if found is None else os.environ.get(found[1], "")
