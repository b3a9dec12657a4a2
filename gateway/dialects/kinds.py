"""Which of CLOVA's types a thing is, by what it is called and can do and tells. A row each, the first fit wins."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from gateway.home import traits
from gateway.home.traits import Trait

Traits = frozenset[Trait]

_ANYWHERE = frozenset({traits.BATTERY, traits.REPLY, traits.DONE, traits.CONDITION})
_CALLING = frozenset({traits.PANIC, traits.TRIGGERED, traits.FORCED, traits.JAMMED, traits.TAMPER})
"""What is worth an appliance of its own, though CLOVA has no type for one that tells nothing else."""
_ONCE = _CALLING | {traits.ALERT, traits.BATTERY_LOW, traits.UNLOCKED_BY}
"""What any appliance can tell; only one of a piece of hardware does, as each that tells it raises the alarm."""
_ELECTRIC = frozenset({traits.POWER_USE, traits.ENERGY})
_AIR = frozenset(
    {
        traits.AIR_QUALITY,
        traits.FINE_DUST,
        traits.FINE_DUST_INDEX,
        traits.ULTRAFINE_DUST,
        traits.ULTRAFINE_DUST_INDEX,
    }
)
_CLIMATE = frozenset({traits.CURRENT_TEMPERATURE, traits.HUMIDITY})
_BODY = frozenset({traits.WEIGHT, traits.BMI, traits.BODY_FAT, traits.MUSCLE, traits.HEALTH_SCORE})


@dataclass(frozen=True, slots=True)
class Kind:
    """One type: it is one if any of `hints` is hinted (where there are any) and it has any of `needs` (where any)."""

    name: str
    hints: frozenset[str] = frozenset()
    needs: Traits = frozenset()
    takes: Traits = frozenset()
    """The readings of the same hardware that belong to it, beside those of its own description."""
    also: frozenset[str] = frozenset()
    """Further hints, one of which must be there as well, or stand in its names."""
    guarded: str = ""
    """What it can let in or out, see `Device.guarded`."""
    is_control: bool = True

    def fits(self, hints: frozenset[str], words: frozenset[str], has: Traits) -> bool:
        """Whether a thing with these hints and traits, and with these words in its names, is one."""
        return (
            (not self.hints or bool(self.hints & hints))
            and (not self.also or bool(self.also & (hints | words)))
            and (not self.needs or bool(self.needs & has))
        )


def _of(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _guards(name: str, hints: str) -> Iterable[Kind]:
    """What is called a lock, a valve, a garage door or a gate, whatever it is shown as."""
    for guarded, words in (("lock", "lock"), ("valve", "valve"), ("garage", "garage gate")):
        yield Kind(name, _of(hints), also=_of(words), guarded=guarded, takes=_ELECTRIC)


KINDS: tuple[Kind, ...] = (
    Kind("SMARTLOCK", _of("lock"), frozenset({traits.LOCK}), guarded="lock"),
    Kind("SMARTVALVE", _of("valve"), frozenset({traits.LOCK}), guarded="valve", takes=frozenset({traits.LEAK})),
    Kind("SMARTCURTAIN", _of("cover"), frozenset({traits.OPENING}), also=_of("garage gate door"), guarded="garage"),
    Kind("SMARTCURTAIN", _of("cover"), frozenset({traits.OPENING})),
    Kind("ROBOTVACUUM", _of("vacuum lawn_mower")),
    Kind("WATERBOILER", _of("water_heater")),
    Kind("AIRCONDITIONER", _of("climate"), takes=_CLIMATE | _ELECTRIC, also=_of("cools air_conditioner")),
    Kind("THERMOSTAT", _of("climate"), takes=_CLIMATE | _ELECTRIC),
    Kind("DEHUMIDIFIER", _of("humidifier"), takes=_CLIMATE, also=_of("dehumidifier")),
    Kind("HUMIDIFIER", _of("humidifier"), takes=_CLIMATE),
    Kind("AIRPURIFIER", _of("fan"), takes=_CLIMATE | _AIR, also=_of("air_purifier")),
    Kind("VENTILATOR", _of("fan"), takes=_CLIMATE | _AIR, also=_of("ventilator")),
    *_guards("FAN", "fan"),
    Kind("FAN", _of("fan"), takes=_ELECTRIC),
    *_guards("LIGHT", "light"),
    Kind("LIGHT", _of("light"), takes=_ELECTRIC),
    Kind("SWITCH", _of("siren alarm"), guarded="alarm"),
    Kind("SMARTVALVE", _of("switch"), frozenset({traits.LOCK}), guarded="valve"),
    *_guards("SWITCH", "switch button scene"),
    Kind("SMARTPLUG", _of("switch"), also=_of("plug power_strip metered"), takes=_ELECTRIC),
    Kind("SWITCH", _of("switch button scene"), takes=_ELECTRIC),
    Kind(
        "SMOKESENSOR",
        needs=frozenset({traits.SMOKE, traits.GAS, traits.CARBON_MONOXIDE, traits.HEAT}),
        takes=frozenset({traits.SMOKE, traits.GAS, traits.CARBON_MONOXIDE, traits.HEAT}),
        is_control=False,
    ),
    Kind(
        "OPENCLOSESENSOR",
        needs=frozenset({traits.CONTACT}),
        takes=frozenset({traits.CONTACT, traits.VIBRATION}),
        is_control=False,
    ),
    Kind(
        "MOTIONSENSOR",
        needs=frozenset({traits.MOTION, traits.VIBRATION}),
        takes=frozenset({traits.MOTION, traits.VIBRATION}),
        is_control=False,
    ),
    Kind(
        "AIRSENSOR",
        needs=_CLIMATE | _AIR | {traits.CARBON_DIOXIDE},
        takes=_CLIMATE | _AIR | {traits.CARBON_DIOXIDE},
        is_control=False,
    ),
    Kind("BODYWEIGHTSCALE", needs=_BODY, takes=_BODY, is_control=False),
    Kind(
        "SMARTMETER",
        needs=_ELECTRIC | {traits.METERED_VOLUME},
        takes=_ELECTRIC | {traits.METERED_VOLUME},
        is_control=False,
    ),
    Kind("", needs=_CALLING | {traits.LEAK}, takes=frozenset({traits.LEAK}), is_control=False),
)
"""Those that are controlled come first. The last has no type in CLOVA: its alarms can be told, and nothing asked."""
_CONTROLLED = tuple(kind for kind in KINDS if kind.is_control)


@lru_cache(1024)
def kind_of(hints: frozenset[str], words: frozenset[str], has: Traits) -> Kind | None:
    """The type of something that is controlled; None where CLOVA has none for it."""
    return next((kind for kind in _CONTROLLED if kind.fits(hints, words, has)), None)


def sensors_for(has: Traits) -> Iterable[tuple[Kind, Traits]]:
    """The types that together can tell these readings, and what each tells; each reading is told once."""
    left = has
    for kind in KINDS:
        if not kind.is_control and kind.needs & left:
            told = (kind.takes | _ONCE) & left
            yield kind, told
            left -= told


def belongs(trait: Trait, kind: Kind) -> bool:
    """Whether a reading of the same hardware is told by every appliance of this type."""
    return trait in _ANYWHERE or (kind.is_control and trait in kind.takes | _ONCE)
