"""The story of a question: what is asked of which slots -> the last readings, the device itself, or the past -> words.

Nothing is told that is not known: an old reading is no answer, and a period is answered exactly or not at all.
"""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from gateway.clova import special
from gateway.clova.catalogue import Action, Verb
from gateway.clova.describe import answering
from gateway.clova.objects import Locale, write_instant
from gateway.clova.regions import Region
from gateway.clova.request import period_of
from gateway.engine.ask import Asker
from gateway.engine.history import History
from gateway.home import traits
from gateway.home.device import Device, Feature, Reading, Slot
from gateway.home.periods import Period
from gateway.home.problems import StateUnknown, Unsupported
from gateway.home.values import Value
from gateway.wire.binding import Wiring

STAMP = "applianceResponseTimestamp"


class Questions:
    """Answers what is asked about one device."""

    def __init__(self, locale: Locale, region: Region, asker: Asker, history: History) -> None:
        self._locale = locale
        self._region = region
        self._asker = asker
        self._history = history
        self._special: dict[str, Callable[[Action, Wiring, Period | None, float], Awaitable[dict[str, Any]]]] = {
            "GetDeviceState": self._device_state,
            "GetConsumption": self._consumption,
            "GetEstimateConsumption": self._consumption,
            "GetExpendableState": self._expendables,
            "GetCurrentSittingState": self._sitting,
        }

    async def answer(self, action: Action, payload: dict[str, Any], wiring: Wiring, deadline: float) -> dict[str, Any]:
        """The payload of the answer. Raises Offline, StateUnknown, ValueNotSupported or Unsupported."""
        period = period_of(payload, self._locale)
        if action.verb is Verb.SPECIAL:
            return await self._special[action.name](action, wiring, period, deadline)
        features = answering(wiring.device, action)
        if not features or action.form is None:
            raise Unsupported(action.name)
        value, stamp = await self._value(wiring, features[0], period, deadline)
        if action.every_part:  # one door that is open is enough, and only all that are locked
            others = [(await self._value(wiring, feature, period, deadline))[0] for feature in features[1:]]
            value = max([value, *others])  # type: ignore[type-var]  # all of one sort: unlocked is after locked
        return {action.answers: action.form.write(value, self._locale)} | stamp

    async def _value(
        self, wiring: Wiring, feature: Feature, period: Period | None, deadline: float
    ) -> tuple[Value, dict[str, Any]]:
        """One value and, where that is known, the time it was told at."""
        of_the_past = period is not None and not self._history.honours(feature.slot, period)
        if of_the_past or feature.slot not in wiring.bindings:
            return await self._history.answer(wiring.device, feature.slot, period), {}
        reading = await self._asker.reading(wiring, feature, deadline)
        return reading.value, self._stamp([reading])

    async def _values(
        self, features: Iterable[Feature], wiring: Wiring, period: Period | None, deadline: float
    ) -> tuple[dict[Slot, Value], dict[str, Any]]:
        """Those of several slots that are known."""
        if period is None:
            asked = [feature for feature in features if feature.slot in wiring.bindings]
            found = await self._asker.readings(wiring, asked, deadline)
            return {slot: reading.value for slot, reading in found.items()}, self._stamp(found.values())
        return await self._past(wiring.device, [feature.slot for feature in features], period), {}

    async def _past(self, device: Device, slots: Iterable[Slot], period: Period | None) -> dict[Slot, Value]:
        known: dict[Slot, Value] = {}
        for slot in slots:
            try:
                known[slot] = await self._history.answer(device, slot, period)
            except StateUnknown:
                continue
        return known

    def _stamp(self, readings: Iterable[Reading]) -> dict[str, Any]:
        """The time of the newest, unless one was kept by the broker: then nobody knows when it was measured."""
        found = list(readings)
        if not found or not all(reading.live for reading in found):
            return {}
        return {STAMP: write_instant(max(reading.heard_on for reading in found), self._locale.zone)}

    async def _device_state(
        self, _action: Action, wiring: Wiring, period: Period | None, deadline: float
    ) -> dict[str, Any]:
        features = [feature for feature in wiring.device.features.values() if feature.readable]
        if period is None:
            values, stamp = await self._values(features, wiring, None, deadline)
            return {"states": special.device_state(values.items(), self._locale)} | stamp
        has = {feature.slot.trait for feature in features}
        told = {Slot(past): None for trait, past in special.PAST if trait in has}
        past = await self._past(wiring.device, told, period)
        return {"states": special.device_state(past.items(), self._locale)}

    async def _consumption(
        self, action: Action, wiring: Wiring, period: Period | None, deadline: float
    ) -> dict[str, Any]:
        features = _metered(wiring.device) if action.name == "GetConsumption" else answering(wiring.device, action)
        bound = [feature for feature in features if feature.slot in wiring.bindings]
        values, stamp = await self._values(bound, wiring, period, deadline) if bound else ({}, {})
        derived = [feature.slot for feature in features if feature not in bound]
        values |= await self._past(wiring.device, derived, period)
        if period is not None:  # watts over a time are kilowatt-hours
            values = {
                Slot(traits.ENERGY, slot.part) if slot.trait is traits.POWER_USE else slot: value
                for slot, value in values.items()
            }
        kilowatt = self._region.kilowatt
        return {action.answers: special.consumption(values.items(), wiring.device.kind, kilowatt, self._locale)} | stamp

    async def _expendables(
        self, action: Action, wiring: Wiring, _period: Period | None, deadline: float
    ) -> dict[str, Any]:
        parts = [feature for trait in action.answered_by for feature in wiring.device.parts(trait)]
        values, stamp = await self._values(parts, wiring, None, deadline)
        return {action.answers: special.expendables(values.items(), self._locale)} | stamp

    async def _sitting(self, action: Action, wiring: Wiring, period: Period | None, deadline: float) -> dict[str, Any]:
        feature = answering(wiring.device, action)[0]
        recently = None
        if period is not None:
            recently = await self._history.recent(wiring.device, feature.slot, period)
        reading = await self._asker.reading(wiring, feature, deadline)
        return special.sitting(reading.value, recently, self._locale) | self._stamp([reading])


def _metered(device: Device) -> list[Feature]:
    """Every meter of a device; its watts only where it counts no kilowatt-hours."""
    counted = [*device.parts(traits.ENERGY), *device.parts(traits.METERED_VOLUME)]
    watts = [one for one in device.parts(traits.POWER_USE) if Slot(traits.ENERGY, one.slot.part) not in device.features]
    return [feature for feature in (*counted, *watts) if feature.readable]
