"""The skill's part of the file: which of the console's intents does what, and what a PIN opens."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from gateway.accounts.pins import FEWEST_DIGITS, MOST_DIGITS, Pin
from gateway.config.alarms import alarm_rules
from gateway.config.known import one_of
from gateway.config.yamltext import Place
from gateway.home.device import Unlocking
from gateway.skill.intents import TASKS, Intent, usual_intents
from gateway.wire.binding import Wiring

if TYPE_CHECKING:
    from gateway.config.load import Loaded
    from gateway.config.model import Config, FoundDevice

MAX_INTENTS = 100
FORCED = "forced"
"""The alarm whose message is sent when too many PINs were tried: somebody tries codes at a door."""
ALL_TASKS = tuple(TASKS)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.]{0,99}")
_SLOT = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,99}")
_PIN = re.compile(rf"[0-9]{{{FEWEST_DIGITS},{MOST_DIGITS}}}")


def _intent_name(name: str) -> str:
    if not _NAME.fullmatch(name) or name.startswith("Clova."):
        raise ValueError("the name of an intent as CLOVA's console has it is expected, such as LightsOn")
    return name


def _slot_name(name: str) -> str:
    if not _SLOT.fullmatch(name):
        raise ValueError("the name of a slot as CLOVA's console has it is expected, such as Room")
    return name


def _short(given: object) -> object:
    """`HomeStatus: home_status` is short for `HomeStatus: {do: home_status}`."""
    return {"do": given} if isinstance(given, str) else given


class IntentSection(BaseModel):
    """What an intent does: `{do: lights_on, slots: {room: Room}}`. `slots` are the console's names for ours."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)

    do: Annotated[str, Field(min_length=1), one_of(ALL_TASKS, "the skill cannot do", ALL_TASKS)]
    slots: dict[str, Annotated[str, AfterValidator(_slot_name)]] = {}
    device: str = Field("", description="the id of what `unlock` and `arm` open")
    pin_file: Path | None = Field(None, description=f"{FEWEST_DIGITS} to {MOST_DIGITS} digits that have to be said")

    @model_validator(mode="after")
    def _fits(self) -> "IntentSection":
        task = TASKS[self.do]
        strange = [slot for slot in self.slots if slot not in task.slots]
        if strange:
            known = f"the slots {', '.join(task.slots)}" if task.slots else "no slots"
            raise ValueError(f"{self.do} has {known}, and not {strange[0]!r}")
        if task.opens and (not self.device or self.pin_file is None):
            raise ValueError(f"{self.do} needs `device` and `pin_file`: {{do: {self.do}, device: front-door, pin_file: "
                             "door_pin}")  # fmt: skip
        if not task.opens and (self.device or self.pin_file is not None):
            raise ValueError("`device` and `pin_file` are for unlock and arm; which device is meant is said")
        return self


Written = BeforeValidator(_short, json_schema_input_type=IntentSection | str)
Intents = dict[Annotated[str, AfterValidator(_intent_name)], Annotated[IntentSection, Written]]


class SkillSection(BaseModel):
    """The custom extension. Without `intents` it has those that `clova-gateway skill-model` prints."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)

    extension_id: Annotated[str, Field(min_length=1, max_length=256)]
    language: Literal["ko", "ja", "en"] | None = Field(None, description="what it speaks; the home's, where left out")
    intents: Annotated[Intents, Field(max_length=MAX_INTENTS)] = {}


def pin_places(value: object) -> Iterator[Place]:
    """Where files with PINs are named, in what was read of the file."""
    found: Any = value
    for key in ("skill", "intents"):
        found = found.get(key) if isinstance(found, dict) else None
    for name in found if isinstance(found, dict) else ():
        yield "skill", "intents", name, "pin_file"


def no_pin(text: str) -> str:
    """What is wrong with a PIN; its digits are not repeated."""
    told = f"{FEWEST_DIGITS} to {MOST_DIGITS} digits are expected, and nothing else"
    return "" if _PIN.fullmatch(text) else told


def mistakes_in_skill(config: "Config", wirings: Iterable[Wiring]) -> Iterator[tuple[Place, str]]:
    """What a PIN is to open has to be there, and its own entry has to allow that it is opened."""
    if config.skill is None:
        return
    yield from _shared_slots(config.skill)
    own = {wiring.device.id: wiring.device for wiring in wirings}
    found = {name: entry for _, entry in config.found() for name in _names(entry) if name}
    for name, section in config.skill.intents.items():
        wanted = section.device
        if not wanted:
            continue
        device, entry = own.get(wanted), found.get(wanted)
        if device is not None:
            unlocking = device.unlocking
            why = _unopenable(wanted, device.guarded, unlocking, device.hidden)
            why = why or _useless(section, device.kind, unlocking, config.clova.region)
        elif entry is not None:
            unlocking = entry.lock.unlocking() if entry.lock is not None else Unlocking()
            why = _unopenable(wanted, "lock", unlocking, "")
            why = why or _useless(section, entry.type or "SMARTLOCK", unlocking, config.clova.region)
        else:
            why = f"no entry of `devices` has the id {wanted!r}, and one has to allow that it is opened"
        if why:
            yield ("skill", "intents", name, "device"), why


def _shared_slots(skill: SkillSection) -> Iterator[tuple[Place, str]]:
    """The console has one type for each name of a slot, whatever the intent."""
    meant: dict[str, str] = {}
    for name, section in skill.intents.items():
        for slot in TASKS[section.do].slots:
            called = section.slots.get(slot, slot)
            other = meant.setdefault(called, slot)
            if other != slot:
                why = (
                    f"the slot {called!r} is for `{other}` already, and for `{slot}` here: each needs a name of its own"
                )
                yield ("skill", "intents", name), why


def _useless(section: IntentSection, kind: str, unlocking: Unlocking, region: str) -> str:
    """Why a window of it is of no use, though it may be opened."""
    if section.do != "arm":
        return ""
    if unlocking.when == "always":
        return f"{section.device!r} may be opened by voice at any time (`unlock: always`): nothing to arm"
    if kind == "SMARTLOCK" and region == "jp":
        return f"CLOVA Home opens no lock in Japan, so there is nothing to arm; `do: unlock` opens {section.device!r}"
    return ""


def _names(entry: "FoundDevice") -> tuple[str, ...]:
    """The ids that a found device may have by what its entry says."""
    return entry.id, entry.match.id, entry.match.ieee, entry.match.mac


def _unopenable(device: str, guarded: str, unlocking: Unlocking, hidden: str) -> str:
    if not guarded:
        return f"{device!r} guards nothing, so a PIN opens nothing"
    if hidden:
        return f"{device!r} is not told to CLOVA (`expose: false`), and so is not opened by it"
    if unlocking.when == "never":
        return f"{device!r} is never opened by voice; `lock: {{unlock: armed}}` at its place in `devices` allows it"
    return ""


def make_intents(loaded: "Loaded") -> tuple[Intent, ...]:
    """The intents of the file, or the usual ones. Raises ConfigError."""
    skill = loaded.config.skill
    if skill is None or not skill.intents:
        return usual_intents()
    marks: dict[str, str] = {}

    def pin_in(file: Path) -> Pin:
        """The same digits in several files are one PIN, with the name of the first: it is tried three times in all."""
        digits = loaded.secret(file)
        return Pin(digits, marks.setdefault(digits, str(file)))

    return tuple(
        Intent(
            name,
            TASKS[section.do],
            section.slots,
            section.device,
            pin_in(section.pin_file) if section.pin_file is not None else None,
        )
        for name, section in skill.intents.items()
    )


def language_of(config: "Config") -> Literal["ko", "ja", "en"]:
    """What the skill speaks."""
    spoken = config.skill.language if config.skill is not None else None
    return spoken or config.home.language


def forced_message(config: "Config") -> str:
    """The id of the notification for who tries PINs; empty where there is none. Raises ConfigError."""
    return next((rule.message for rule in alarm_rules(config) if rule.name == FORCED and rule.message), "")


def skill_notes(loaded: "Loaded") -> list[str]:
    """What is unwise about PINs: easily guessed, with a zero that may get lost, or of what opens without one."""
    skill = loaded.config.skill
    words = _NOTES[loaded.config.home.language]
    notes = []
    tasks = {TASKS[section.do] for section in skill.intents.values()} if skill is not None else set()
    opens = any(task.opens for task in tasks)
    if opens and TASKS["answer"] not in tasks:
        notes.append(words["answer"])
    if opens and loaded.config.clova.region == "kr" and not forced_message(loaded.config):  # Japan has no push
        notes.append(words["forced"])
    for name, section in skill.intents.items() if skill is not None else ():
        if section.pin_file is None:
            continue
        pin = loaded.secret(section.pin_file)
        notes += [words["weak"].format(name)] if _is_weak(pin) else []
        notes += [words["zero"].format(name)] if pin.startswith("0") else []
        is_open = any(
            one.device.id == section.device and one.device.unlocking.when == "always" for one in loaded.wirings
        )
        notes += [words["always"].format(section.device)] if is_open else []
    return notes


def _is_weak(pin: str) -> bool:
    """One digit, a run, a pair again and again, or a year: what is tried first."""
    runs = "01234567890", "09876543210"
    return len(set(pin)) == 1 or any(pin in run for run in runs) or pin == pin[:2] * (len(pin) // 2) or (
        len(pin) == 4 and pin[:2] in ("19", "20")
    )  # fmt: skip


_NOTES: Mapping[str, Mapping[str, str]] = {
    "ko": {
        "weak": "`skill` {}: 비밀번호가 너무 쉬워서 먼저 시도될 만합니다. 다른 숫자로 바꾸세요",
        "zero": "`skill` {}: 0으로 시작하는 비밀번호는 숫자로 인식되면 0이 사라져 틀릴 수 있습니다",
        "answer": "`skill: intents`에 `answer`가 없어서 비밀번호만 따로 말하면 알아듣지 못합니다: Answer: answer",
        "forced": "알람 `forced`에 메시지가 없어서 누가 비밀번호를 여러 번 틀려도 알려 드릴 수 없습니다"
        ": alarms: [{when: {alarm: forced}, message: ...}]",
        "always": "{}에는 비밀번호가 있지만 `unlock: always`라서 Home 명령으로는 비밀번호 없이 열립니다",
    },
    "ja": {
        "weak": "`skill` {}: 暗証番号が推測されやすいものです。別の番号に替えてください",
        "zero": "`skill` {}: 0で始まる暗証番号は、数として認識されると0が失われることがあります",
        "answer": "`skill: intents`に`answer`がないため、暗証番号だけを言っても通じません: Answer: answer",
        "forced": "アラーム`forced`にメッセージがないため、暗証番号が何度も間違えられても通知されません"
        ": alarms: [{when: {alarm: forced}, message: ...}]",
        "always": "{}には暗証番号がありますが、`unlock: always`なのでHomeの命令では番号なしで開きます",
    },
    "en": {
        "weak": "`skill` {}: this PIN is among the first that anybody would try; choose another",
        "zero": "`skill` {}: a PIN that begins with 0 may lose it where CLOVA hears a number",
        "answer": "`skill: intents` has no `answer`, so a PIN that is said by itself is not understood: Answer: answer",
        "forced": "the alarm `forced` has no message, so nobody is notified of who tries PINs"
        ": alarms: [{when: {alarm: forced}, message: ...}]",
        "always": "{} has a PIN, but `unlock: always` has it opened without one by a Home request",
    },
}
