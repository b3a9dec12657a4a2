"""What the dialect finds in documents that are announced, and what is told and heard of it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from gateway.dialects.finding import Finding
from gateway.dialects.homeassistant import HomeAssistant
from gateway.dialects.homeassistant.components import COMPONENTS
from gateway.dialects.homeassistant.entity import Entity
from gateway.dialects.sketch import Sketch
from gateway.home.traits import TRAITS
from gateway.home.values import Value, distance
from gateway.wire.binding import Wiring
from gateway.wire.codecs import Fault, Moving
from tests.dialects.homeassistant.drawn import Home

LAMP = {"identifiers": ["maker-7"], "name": "Hall lamp"}


def home(component: str, **config: Any) -> Home:
    """One entity of any component, with long keys."""
    sketch = Sketch()
    COMPONENTS[component](Entity(component, "it", "", config, notes=sketch.notes), sketch)
    return Home(sketch)


def send(dialect: HomeAssistant, topic: str, document: Any) -> bool:
    """Announce a document at `homeassistant/<topic>/config`."""
    payload = document if isinstance(document, bytes) else json.dumps(document).encode()
    return dialect.hear(f"homeassistant/{topic}/config", payload)


def found(*documents: tuple[str, Any]) -> list[Finding]:
    """What is found when these are announced, one after the other."""
    dialect = HomeAssistant()
    for topic, document in documents:
        send(dialect, topic, document)
    return list(dialect.findings())


def wirings(findings: Iterable[Finding]) -> list[Wiring]:
    """The appliances of all of them."""
    return [wiring for finding in findings for wiring in finding.wirings]


@dataclass(frozen=True)
class Row:
    """A config; what a value of a trait is told with; what the device says then, and as what that is read."""

    name: str
    component: str
    config: dict[str, Any]
    trait: str
    value: Value
    told: list[tuple[str, str]]
    echo: tuple[str, Any] | None = None


def check(row: Row) -> None:
    """It is told as its documents ask for, and its echo is read as the asked value."""
    it = home(row.component, **row.config)
    assert it.tell(row.trait, row.value) == row.told
    if row.echo is None:
        assert not next(binding for slot, binding in it.wiring.bindings.items() if slot.trait.name == row.trait).feeds
        return
    heard = it.hear(*row.echo)[row.trait]
    assert not isinstance(heard, Moving | Fault)
    assert distance(heard, row.value) <= TRAITS[row.trait].tolerance
