"""A sketch in the making, and the properties of its node that still have no use."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from gateway.dialects.homie.description import Node, Property
from gateway.dialects.sketch import Sketch
from gateway.home.device import Limits, Slot
from gateway.home.traits import Trait, Travel
from gateway.wire.binding import Feed, Message, Order, When
from gateway.wire.codecs import Codec, Towards

Fits = Callable[[Property], object]


@dataclass(slots=True)
class Drawing:
    """`left` shrinks as properties are used."""

    node: Node
    sketch: Sketch
    left: list[Property]
    used: list[Property] = field(default_factory=list)

    def pick(self, called: re.Pattern[str], fits: Fits, *, settable: bool = True) -> Property | None:
        """The first property that is called so and fits."""
        for given in self.left:
            if given.settable is settable and called.search(given.words) and fits(given):
                return self.use(given)
        return None

    def use(self, given: Property) -> Property:
        """It has its use now."""
        if given in self.left:
            self.left.remove(given)
            self.used.append(given)
        return given

    def add(
        self,
        trait: Trait,
        given: Property,
        codec: Codec,
        limits: Limits | None = None,
        *,
        order: Codec | None = None,
        only: tuple[str, ...] = (),
        heard: tuple[Feed, ...] | None = None,
    ) -> None:
        """A trait that the property sets and, unless it is heard elsewhere, tells; `only` while it is one of these."""
        feeds = feeds_of(trait, given, codec, only) if heard is None else heard
        self.sketch.add(trait, feeds=feeds, order=Order(set_topic(given), (), order or codec), limits=limits)


def set_topic(given: Property) -> str:
    """Where it is told what to be."""
    return f"{given.topic}/set"


def tell(given: Property, payload: str) -> Message:
    """A command."""
    return Message(set_topic(given), payload.encode())


def feeds_of(trait: Trait, given: Property, codec: Codec, only: tuple[str, ...] = ()) -> tuple[Feed, ...]:
    """Where a property says what it is and, of what takes its time, what it is going to be.

    A `$target` that no longer holds stays at the broker (a bridge does not touch it when somebody presses a button), so
    it is not listened to where it would tell nothing but that.
    """
    slot = Slot(trait)
    when = (When((), frozenset(word.casefold() for word in only)),) if only else ()
    feeds: tuple[Feed, ...] = (Feed(slot, given.topic, (), codec, when=when),)
    if given.is_v5 and given.settable and trait.travel in (Travel.RAMP, Travel.LONG):
        feeds += (Feed(slot, f"{given.topic}/$target", (), Towards(codec), when=when),)
    return feeds
