"""What is wired to the inputs of a Tasmota: detectors, contacts, panic buttons, by what their owner calls them. Pure.

SetOption114 detaches the inputs from the relays, and only then they are in the discovery. An input is told at the key
that is its name (SwitchText): {"Leak": {"Action": "ON"}} where replies go whenever it is put to something,
{"Leak": "ON"} at tele/SENSOR and stat/STATUS10, with SwitchMode 15 and 16 at once. Sources: the firmware's
support_switch_v4.ino (SwitchHandler, SwitchState) and xdrv_12_discovery.ino; its page "Buttons and Switches".
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from gateway.dialects.sightings import clean
from gateway.dialects.sketch import Sketch
from gateway.dialects.tasmota.codings import Acted
from gateway.dialects.tasmota.config import Config, Switch
from gateway.home import traits
from gateway.home.device import Slot
from gateway.home.traits import Trait
from gateway.wire.binding import Feed

MAX_INPUTS = 32
MAX_KEY = 64
LAPSES_SECONDS = 60.0
"""After which what only ever says that it begins is over."""
FOLLOW, MOMENT, PRESS = frozenset({1, 2, 9, 10, 15, 16}), frozenset({13, 14}), frozenset({3, 4, 5, 6, 11, 12})
"""SwitchModes: those in which ON is on and OFF is off, inverted or not; those that only say ON; those of push-buttons.

In the last two tele/SENSOR says OFF while it is on. The others say TOGGLE for both ways.
"""

_SIGNS: tuple[tuple[Trait, re.Pattern[str]], ...] = tuple(
    (trait, re.compile(called))
    for trait, called in (
        (traits.PANIC, r"\bpanic\b|\bsos\b|\bemergency (?:button|call)|비상 ?(?:벨|버튼|호출)|긴급 ?(?:버튼|호출)"),
        (traits.PANIC, r"パニック|(?:非常|緊急) ?(?:ボタン|ベル|呼)"),
        (traits.SMOKE, r"\bsmoke\b|\bfire\b(?! ?(?:place|door|exit|wood))|연기|화재|煙|火災"),
        (traits.CARBON_MONOXIDE, r"carbon ?monoxide|\bco\b(?! 2)|일산화탄소|一酸化炭素"),
        (traits.GAS, r"\bgas\b|가스|ガス"),
        (traits.LEAK, r"\bleak|\bflood(?:ed|ing)?\b|\bwater (?:alarm|detect\w*|sensor)\b|누수|침수|漏水|水漏れ|浸水"),
        (traits.HEAT, r"\bheat (?:alarm|detector|sensor)\b|\bover ?heat|열 ?감지|과열|熱感知|熱検知|過熱"),
        (traits.FORCED, r"\bforced\b|\bbreak ?in\b|강제 ?(?:개방|열림)|こじ開け"),
        (traits.TRIGGERED, r"\bburglar|\bintru(?:der|sion)|\bsiren\b|\balarm panel\b|침입|사이렌|侵入|サイレン"),
        (traits.TAMPER, r"\btamper|탬퍼|훼손|タンパー|いたずら"),
        (traits.BATTERY_LOW, r"\blow batt|\bbatt(?:ery)? low\b|배터리 ?(?:부족|낮음)|電池(?:切れ|残量低下)"),
        (traits.VIBRATION, r"\bvibrat|\bshock\b|진동|충격|振動|衝撃"),
        (
            traits.MOTION,
            r"\bmotion\b|\bpir\b|\boccupan|\bpresence\b|동작|움직임|인체|재실|모션|人感|動体|在室|モーション",
        ),
        (traits.CONTACT, r"\b(?:door|window|contact|reed|gate|hatch)\b|도어|창문|현관문|방문|대문|\b문\b|문 ?열림"),
        (traits.CONTACT, r"ドア|窓|扉|門"),
    )
)
_NO_SIGN = re.compile(
    r"\btest|\bmute|\bsilenc|\breset|\bbypass|\bmode\b|\b(?:dis)?arm(?:ed)?\b|\benable|\bfault|\bok\b|\bnormal\b|"
    r"\block\b|bell\b|\bopener\b|\bfan\b|\bhood\b|\bvent|\blights?\b|\blamp|\bled\b|\bvalve|\bpump|\bheater|\bboiler|"
    r"\bstove|\bmeter\b|\bcount|\bpulse|\bpower\b|테스트|시험|음소거|초기화|모드|정상|고장|잠금|벨$|팬|환풍|후드|조명|등$|"
    r"램프|밸브|펌프|히터|보일러|레인지|계량|검침|"
    r"テスト|試験|消音|リセット|モード|正常|故障|ロック|錠|ベル$|ファン|換気|照明|ライト|ランプ|灯|バルブ|弁|"
    r"ポンプ|ヒーター|コンロ|メーター|検針"
)
"""What is about an alarm and is none, and what is switched and tells nothing."""
_BUTTON = re.compile(r"\bbutton\b|버튼|ボタン")
_OPEN, _CLOSED = re.compile(r"\bopen|열림|開"), re.compile(r"\bclosed?\b|\bshut\b|닫힘|閉")
_CALLS = re.compile(r"(?:비상|긴급) ?벨$|(?:非常|緊急) ?ベル$")
_APART, _CAMEL = re.compile(r"[\W_]+"), re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=[0-9])")


def switches(config: Config, unheard: tuple[str, ...]) -> Sketch:
    """Everything that its inputs tell; `unheard` are those that would have told something."""
    sketch = Sketch()
    for switch in config.switches:
        trait = _sign(switch.name)
        if trait is not None:
            _add(config, sketch, switch, trait)
    known = {switch.name for switch in config.switches}
    for name in unheard:
        if name not in known:
            sketch.notes.append(f"{clean(name, 40)}: the input is attached to a relay (SetOption114 is off)")
    return sketch


def attached(document: Any) -> tuple[str, ...]:
    """The names of alarms at which a `sensors` document has the state of an input."""
    sample = document.get("sn") if isinstance(document, dict) else None
    rows = islice(sample.items(), MAX_INPUTS) if isinstance(sample, dict) else ()
    return tuple(key for key, state in rows if isinstance(state, str) and len(key) <= MAX_KEY and _sign(key))


def _sign(name: str) -> Trait | None:
    """What an input of this name tells; None where it does not say."""
    called = _spoken(name)
    found = next((trait for trait, means in _SIGNS if means.search(called)), None)
    if found is traits.PANIC and _CALLS.search(called):
        return found
    if _NO_SIGN.search(called) or (found is not traits.PANIC and _BUTTON.search(called)):
        return None
    return found


def _add(config: Config, sketch: Sketch, switch: Switch, trait: Trait) -> None:
    """A further input of the same sort is a part of its own: no alarm hides another."""
    part = switch.name if Slot(trait) in sketch.features else ""
    feeds = tuple(_feeds(config, switch, Slot(trait, part)))
    if not feeds:
        sketch.notes.append(f"{clean(switch.name, 40)}: SwitchMode {switch.mode} does not say when it is on")
        return
    lapses = None if switch.mode in FOLLOW else LAPSES_SECONDS
    ask = config.ask_sensors() if switch.mode in FOLLOW else None
    sketch.add(trait, part=part, feeds=feeds, ask=ask, lapses_after=lapses)


def _feeds(config: Config, switch: Switch, slot: Slot) -> Iterator[Feed]:
    """Where it is heard; nowhere, if it could not be understood."""
    on, off = config.on.casefold(), config.off.casefold()
    actions = config.replies(f"SWITCH{switch.number}")
    if switch.mode in FOLLOW:
        is_inverted = slot.trait is traits.CONTACT and _is_closed(switch.name)
        codec = Acted(*map(frozenset, ({off}, {on}) if is_inverted else ({on}, {off})))
        yield from config.measured(slot, codec, (switch.name,))
    elif switch.mode in MOMENT and slot.trait is not traits.CONTACT:
        codec = Acted(frozenset({on}))
    elif switch.mode in PRESS and slot.trait is traits.PANIC:
        codec = Acted(frozenset(map(str.casefold, config.pressed)))
    else:
        return
    yield from (Feed(slot, topic, (switch.name, "Action"), codec) for topic in actions)


def _is_closed(name: str) -> bool:
    """Whether a contact of this name is on while it is shut."""
    called = _spoken(name)
    return bool(_CLOSED.search(called)) and not _OPEN.search(called)


def _spoken(name: str) -> str:
    """As words in lower case: "GarageDoor_State" is "garage door state"."""
    return _APART.sub(" ", _CAMEL.sub(" ", name)).casefold().strip()
