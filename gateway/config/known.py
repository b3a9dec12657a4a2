"""Names that are known, and the nearest ones for who has mistyped."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Annotated

from pydantic import AfterValidator

from gateway.clova.appliances import KINDS
from gateway.clova.locations import LOCATIONS


def one_of(known: Iterable[str], what: str, examples: str) -> AfterValidator:
    """One of these names, or ValueError: `what` begins the sentence ("CLOVA has no action"). Empty is none of them."""
    names = frozenset(known)

    def check(given: str) -> str:
        if given and given not in names:
            raise ValueError(f"{what} {given!r}; {hint(given, names, examples)}")
        return given

    return AfterValidator(check)


def hint(given: str, names: Iterable[str], examples: str) -> str:
    """What was probably meant."""
    known = sorted(names)
    near = get_close_matches(given.upper(), known, 2, 0.5) or get_close_matches(given, known, 2, 0.5)
    return f"did you mean {' or '.join(near)}?" if near else f"expected is one such as {examples}"


Kind = Annotated[str, one_of(KINDS, "CLOVA has no appliance type", "LIGHT, SWITCH, SMARTPLUG or THERMOSTAT")]
Place = Annotated[str, one_of(LOCATIONS, "CLOVA has no location", "LIVING_ROOM or KITCHEN")]
