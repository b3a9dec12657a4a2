"""The pages of docs/ and README.md against the code: what must stand there is worked out anew, and so never stale."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC
from functools import cache
from pathlib import Path
from textwrap import dedent
from types import NoneType
from typing import Any, cast, get_args

import pytest
from pydantic import BaseModel

from gateway.clova.catalogue import ACTIONS, HOME_ACTIONS
from gateway.clova.describe import actions_of
from gateway.clova.modes import MODES
from gateway.clova.names import notes_on
from gateway.clova.regions import JP, KR, REGIONS
from gateway.config import load
from gateway.config.alarms import AlarmSection, PushSection
from gateway.config.tariff import HistorySection, TariffSection
from gateway.config.tunnel import SshSection
from gateway.dialects.plain import PlainDevice, PlainTraits, compile_device
from gateway.dialects.section import Section
from gateway.doctor.reach_words import ALIKE
from gateway.doctor.reach_words import ROWS as REACH_ROWS
from gateway.engine.history import History
from gateway.engine.past import DERIVED
from gateway.engine.tariff import Step, Tariff
from gateway.home.alarms import ALARMS, Severity, Sign
from gateway.home.device import Device
from gateway.home.traits import TRAITS, Deed, Sort
from gateway.links import tunnel, tunnel_ssh
from gateway.links.probe import CERTIFICATE_DAYS
from gateway.links.probe_judge import TLS
from gateway.links.probe_reach import Hop
from gateway.web.metrics import PREFIX
from gateway.web.metrics.way import of_way

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "devices.md").read_text(encoding="utf-8")
DISCOVERY = (ROOT / "docs" / "discovery.md").read_text(encoding="utf-8")
ALARM_PAGE = (ROOT / "docs" / "alarms.md").read_text(encoding="utf-8")
RELAY = (ROOT / "docs" / "relay.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")

COMMON = {field.alias or name for name, field in Section.model_fields.items()}
ANY = {"GetDeviceState", "HealthCheck"}
"""Given by whatever can be heard, or by being there."""

Row = tuple[str, ...]


def rows(page: str = PAGE) -> Iterator[Row]:
    """Every row of every table whose first cell is a word of code."""
    for line in page.splitlines():
        if line.startswith("| `"):
            yield tuple(cell.strip() for cell in line.strip().strip("|").split(" | "))


def row_of(word: str, width: int, page: str = PAGE) -> Row:
    found = [row for row in rows(page) if row[0].split("`")[1] == word and len(row) == width]
    assert len(found) == 1, f"one row of {width} cells that begins with `{word}` is expected"
    return found[0]


# What a trait's row must say


def section_of(name: str) -> type[Section]:
    annotation = PlainTraits.model_fields[name].annotation
    return next(one for one in get_args(annotation) if one is not NoneType)  # type: ignore[no-any-return]


def written(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(written, value))}]"
    return f"{value:g}" if isinstance(value, int | float) else str(value) or '""'


def own_keys(name: str) -> str:
    """The keys that only this sort of section has, with their defaults, as YAML has them."""
    slot, feature = next(iter(compiled({name: sample(name)}).features.items()))
    assert slot.trait is TRAITS[name]
    limits = feature.limits
    told = []
    for key, field in section_of(name).model_fields.items():
        word = field.alias or key
        if word in COMMON:
            continue
        default = None if field.is_required() else field.get_default(call_default_factory=True)
        if default is None and slot.trait.writable:
            default = {"limits": (limits.low, limits.high), "step": limits.step}.get(word)
        told.append(f"`{word}: {written(default)}`" if default not in (None, (), {}) else f"`{word}`")
    return ", ".join(told)


UNITS = {
    "celsius": "°C",
    "channel": "number",
    "index": "number",
    "instant": "moment",
    "kelvin": "K",
    "kilogram": "kg",
    "kilowatt_hour": "kWh",
    "level": "level",
    "litre": "L",
    "microgram": "µg/m³",
    "money": "money",
    "percent": "%",
    "score": "points",
    "second": "time span",
    "step": "number",
    "times": "times",
    "watt": "W",
}
SORTS = {Sort.SWITCH: "yes or no", Sort.WORD: "word", Sort.COLOR: "hue, saturation", Sort.LIST: "list"}


def unit(name: str) -> str:
    trait = TRAITS[name]
    return ", ".join(trait.words) or UNITS.get(trait.unit) or SORTS[trait.sort]


def age(name: str) -> str:
    """For how long a reading is told as the present."""
    trait = TRAITS[name]
    if trait.per_connection:
        return "connection"
    for span, word in ((86_400, "d"), (3600, "h")):
        if trait.stale_after < float("inf") and trait.stale_after % span == 0:
            return f"{trait.stale_after / span:g} {word}"
    return "always"


# What gives which actions

WORDED: dict[str, dict[str, Any]] = {
    "mode": {"modes": {"auto": 1, "sleep": 2}},
    "channel_name": {"names": {"MBC": 11}},
    "input_source": {"names": {"HDMI": 1, "TV": 2}},
}


def sample(name: str) -> dict[str, Any]:
    """A section that says all that this trait needs."""
    section: dict[str, Any] = {"state": "s"} | ({"command": "c"} if TRAITS[name].writable else {})
    return section | WORDED.get(name, {})


def compiled(document: Mapping[str, Any]) -> Device:
    """The device, with all that the gateway works out of its past, in a home with a tariff."""
    given = {"id": "x", "type": "LIGHT", "name": "x", **document}
    history = History(cast(Any, None), UTC, float, Tariff("KRW", (Step(150.0),)))
    return history.completed(compile_device(PlainDevice.model_validate(given))).device


@cache
def ways() -> dict[str, Device]:
    """All that an owner can write to give a device something to do, and the device that comes of it."""
    found = {f"`{name}`": compiled({name: sample(name)}) for name in TRAITS}
    for part in ("freezer", "fridge"):
        traits = {"target_temperature": sample("target_temperature")}
        found[f"`target_temperature` of the part `{part}`"] = compiled({"parts": {part: traits}})
    found["`mode` with `released`"] = compiled({"mode": sample("mode") | {"released": "auto"}})
    found["`opening` with `stop`"] = compiled({"opening": sample("opening") | {"stop": {"command": "c"}}})
    return found | {f"`do: {deed.value}`": compiled({"do": {deed.value: {"command": "c"}}}) for deed in Deed}


@cache
def given_by(way: str) -> dict[str, frozenset[str]]:
    """The actions that this gives for some type or other, and the regions that have them."""
    found: dict[str, set[str]] = {}
    for code, region in REGIONS.items():
        for kind in region.appliances:
            for action in actions_of(replace(ways()[way], kind=kind), region):
                found.setdefault(action, set()).add(code)
    return {action: frozenset(found[action]) for action in ACTIONS if action in found and action not in ANY}


def marked(action: str, codes: Iterable[str], of: int = 2) -> str:
    """The action, with its regions where others have it not."""
    found = sorted(codes)
    return action if len(found) == of else f"{action} ({', '.join(found).upper()})"


def actions_by(key: str) -> str:
    """All actions that a key can give, with what it needs beside."""
    told = []
    for way in ways():
        if way.split(" ")[0] == f"`{key}`":
            beside = "" if way.count("`") == 2 else way.partition("` ")[2]
            plain = given_by(f"`{key}`") if beside else {}
            new = [marked(action, codes) for action, codes in given_by(way).items() if action not in plain]
            told += [f"{beside}: {', '.join(new)}" if beside else ", ".join(new)] if new else []
    return "; ".join(told)


@cache
def what_gives(action: str) -> str:
    if action in ANY:
        return {"GetDeviceState": "any `state`", "HealthCheck": "always"}[action]
    found = [way for way in ways() if action in given_by(way)]
    bare = {way for way in found if way.count("`") == 2}
    best = [f"`{trait.name}`" for trait in ACTIONS[action].answered_by]
    needed = [way for way in found if way in bare or way.split(" ")[0] not in bare]
    return " or ".join(sorted(needed, key=lambda way: (best.index(way) if way in best else len(best), way)))


def actions_of_type(kind: str) -> str:
    """What to write for a device of this type, and the actions that each gives."""
    regions = {code: region.appliances[kind] for code, region in REGIONS.items() if kind in region.appliances}
    grouped: dict[str, list[str]] = {}
    for action in dict.fromkeys(action for row in regions.values() for action in row):
        codes = [code for code, row in regions.items() if action in row]
        grouped.setdefault(what_gives(action), []).append(marked(action, codes, len(regions)))
    known = [*ways(), "any `state`", "always"]
    order = sorted(grouped, key=lambda way: (known.index(way.partition(" with")[0].split(" or ")[0]), way))
    return "; ".join(f"{way}: {', '.join(sorted(grouped[way]))}" for way in order)


def type_cell(kind: str) -> str:
    codes = [code.upper() for code, region in REGIONS.items() if kind in region.appliances]
    return f"`{kind}`" if len(codes) == len(REGIONS) else f"`{kind}` ({', '.join(codes)})"


def modes_of(kind: str, code: str) -> str:
    return ", ".join(word for word, mode in MODES.items() if kind in mode.types(code)) or "-"


# What stands there


def test_every_trait_has_its_row() -> None:
    assert set(TRAITS) == set(PlainTraits.model_fields)
    for name in TRAITS:
        _, what, value, own, told_for, actions = row_of(name, 6)
        assert what
        assert (value, own, told_for, actions) == (
            unit(name),
            own_keys(name) or "-",
            age(name),
            actions_by(name) or "-",
        )


def test_every_deed_has_its_row() -> None:
    for deed in Deed:
        assert row_of(deed.value, 3)[1] == actions_of_deed(deed)


def test_what_the_past_tells_is_named() -> None:
    for source, derived in DERIVED.items():
        told = " ".join(row[1] for row in rows() if len(row) == 2 and f"`{source.name}`" in row[0])
        for trait, _ in derived:
            for action in given_by(f"`{trait.name}`"):
                assert action in told, source.name


def test_every_type_has_its_row() -> None:
    kinds = {kind for region in REGIONS.values() for kind in region.appliances}
    for kind in sorted(kinds):
        told, korean, japanese, actions = row_of(kind, 4)
        assert (told, actions) == (type_cell(kind), actions_of_type(kind))
        assert bool(re.fullmatch("[가-힣 A-Z,]+", korean)) == (kind in KR.appliances)
        assert bool(re.fullmatch("[ぁ-んァ-ヶー一-龠、]+", japanese)) == (kind in JP.appliances)


def test_every_type_with_modes_has_its_row() -> None:
    for kind in kinds_with_modes():
        assert row_of(kind, 3)[1:] == (modes_of(kind, "kr"), modes_of(kind, "jp"))


def test_the_readme_counts_rightly() -> None:
    types = f"{len(KR.appliances)} types and {len(KR.actions)} actions in Korea"
    assert f"{types}, {len(JP.appliances)} and {len(JP.actions)} in Japan" in " ".join(README.split())
    assert f"all {len(TRAITS)} traits" in README


def test_every_action_is_named() -> None:
    assert of_the_home() in PAGE
    assert set(ACTIONS) <= set(re.findall(r"\w+", PAGE))


def models(of: type[BaseModel]) -> list[type[BaseModel]]:
    """The model and all that it is made of."""

    def inside(annotation: Any) -> Iterator[type[BaseModel]]:
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            yield annotation
        for one in get_args(annotation):
            yield from inside(one)

    found, left = {of}, [of]
    while left:
        fresh = {one for field in left.pop().model_fields.values() for one in inside(field.annotation)} - found
        found |= fresh
        left += fresh
    return sorted(found, key=lambda one: one.__name__)


DEVICES = [*models(PlainDevice), *models(TariffSection), *models(HistorySection)]
MODELS = [
    *(pytest.param(one, PAGE, id=one.__name__) for one in DEVICES),
    *(pytest.param(one, ALARM_PAGE, id=one.__name__) for one in (*models(AlarmSection), *models(PushSection))),
]


@pytest.mark.parametrize(("model", "page"), MODELS)
def test_every_key_is_named(model: type[BaseModel], page: str) -> None:
    prose = re.sub("```.*?```", "", page, flags=re.DOTALL)
    named = set(re.findall(r"\w+", " ".join(re.findall("`[^`]+`", prose))))
    assert {field.alias or name for name, field in model.model_fields.items()} <= named


def shown_by(sign: Sign) -> str:
    if sign.fault or sign.said:
        return f"a fault of `{sign.trait.name}`" if sign.fault else f"any `{sign.trait.name}`"
    beyond = f" below {sign.below:g}" if sign.below is not None else f" above {sign.above:g}" if sign.above else ""
    value = "" if sign.value in (True, None) else f" is {sign.value}"
    return f"`{sign.trait.name}`{value}{beyond}"


def lasting(seconds: float) -> str:
    for span, word in ((86_400, "d"), (3600, "h"), (60, "min"), (1, "s")):
        if seconds >= span and seconds % span == 0:
            return f"{seconds / span:g} {word}"
    return "-"


def test_every_alarm_has_its_row() -> None:
    assert [row[0].strip("`") for row in rows(ALARM_PAGE) if len(row) == 8] == [alarm.name for alarm in ALARMS]
    for alarm in ALARMS:
        _, what, *told = row_of(alarm.name, 8, ALARM_PAGE)
        times = [lasting(seconds) for seconds in (alarm.hold, alarm.clear, alarm.repeat_after)]
        asked = "yes" if alarm.always else "asked for"
        assert what
        assert told == [", ".join(map(shown_by, alarm.signs)), alarm.severity.value, *times, asked]


def test_every_severity_has_its_row() -> None:
    for severity in Severity:
        waits = "yes" if severity.keeps_quiet else "no"
        (row,) = (row for row in rows(ALARM_PAGE) if row[0] == f"`{severity.value}`")
        assert row[1:] == (lasting(severity.expires_seconds), waits)


def test_what_is_an_event_is_named() -> None:
    assert f"{' and '.join(f'`{alarm.name}`' for alarm in ALARMS if alarm.is_event)} are about" in ALARM_PAGE


def test_no_row_is_of_something_that_is_gone() -> None:
    kinds = {kind for region in REGIONS.values() for kind in region.appliances}
    known = {6: set(TRAITS), 4: kinds}
    for row in rows():
        assert row[0].split("`")[1] in known.get(len(row), {row[0].split("`")[1]})


def examples() -> Iterator[tuple[str, str]]:
    """What is shown as YAML, and where."""
    for name, page in (("devices.md", PAGE), ("discovery.md", DISCOVERY), ("README.md", README)):
        for number, found in enumerate(re.findall(r"```yaml\n(.*?)```", page, re.DOTALL), 1):
            yield f"{name} {number}", found


def whole(text: str) -> str:
    """A file around what is shown: a device around what is only a part of one."""
    if re.search("^devices:", text, re.MULTILINE):
        return text
    shown = "".join(f"    {line}\n" for line in text.splitlines())
    return f"devices:\n  - id: shown\n    type: REFRIGERATOR\n    name: 냉장고\n    info: {{state: shown}}\n{shown}"


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in examples()])
def test_what_is_shown_can_be_used(text: str, tmp_path: Path) -> None:
    file = tmp_path / "gateway.yaml"
    file.write_text(whole(text), encoding="utf-8")
    found = load(file)
    devices = [wiring.device for wiring in found.wirings]
    assert devices or found.config.found()
    assert notes_on(devices, "ko", "kr") == {}
    for device in devices:
        assert set(actions_of(device, KR)) - ANY or device.id == "shown" or device.hidden


def shown_alarms() -> list[str]:
    return [dedent(found) for found in re.findall(r"^ *```yaml\n(.*?)```", ALARM_PAGE, re.DOTALL | re.MULTILINE)]


@pytest.mark.parametrize("text", [pytest.param(text, id=str(number)) for number, text in enumerate(shown_alarms(), 1)])
def test_what_is_shown_of_alarms_can_be_used(text: str, tmp_path: Path) -> None:
    (tmp_path / "clova_push_secret").write_text("key", encoding="utf-8")
    (tmp_path / "clova_push_secret").chmod(0o600)
    file = tmp_path / "gateway.yaml"
    file.write_text(text, encoding="utf-8")
    found = load(file).config
    assert found.alarms or found.clova.push or found.home.quiet_hours


def test_the_readme_says_how_the_service_reads_its_secrets() -> None:
    unit = (ROOT / "systemd" / "clova-gateway.service").read_text(encoding="utf-8")
    (user,) = re.findall("^User=(.*)$", unit, re.MULTILINE)
    ((mode, group),) = re.findall(r"^sudo install -m ([0-7]+) -o root -g (\S+) .*_secret", README, re.MULTILINE)
    assert int(mode, 8) & 0o047 == 0o040, "its group may read them, and nobody else"
    assert group == user
    assert f"sudo -u {user} " in README


def test_the_readme_names_what_helps_with_alarms() -> None:
    hub, trouble = (README.split(f"## {title}")[1] for title in ("On your hub", "When something is wrong"))
    for command in ("doctor", "alarms"):
        assert f"clova-gateway {command} " in hub.split("###")[0]
        assert f"`{command}`" in trouble


def test_the_pages_say_that_what_is_found_is_not_written_twice() -> None:
    example = (ROOT / "config" / "gateway.example.yaml").read_text(encoding="utf-8")
    assert "[found](#devices-that-are-found) is not written by topic" in README
    assert "found by itself" in example


def test_the_broker_is_told_how_much_it_takes_and_why_it_notes_that() -> None:
    text = (ROOT / "config" / "mosquitto" / "clova-gateway.conf").read_text(encoding="utf-8")
    said = " ".join(line.strip("# ") for line in text.splitlines())
    assert "recommended to replace message_size_limit with max_packet_size" in said
    assert re.search(r"^message_size_limit \d+$", text, re.MULTILINE)


def shown_ways() -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", RELAY, re.DOTALL)


@pytest.mark.parametrize("text", [pytest.param(text, id=str(number)) for number, text in enumerate(shown_ways(), 1)])
def test_what_is_shown_of_the_way_in_can_be_used(text: str, tmp_path: Path) -> None:
    for name in ("tunnel_key", "known_hosts", "fullchain.pem", "privkey.pem"):
        (tmp_path / name).touch(mode=0o600)
    file = tmp_path / "gateway.yaml"
    file.write_text(text, encoding="utf-8")
    found = load(file).config
    assert found.public.url == "https://home.example.com"
    assert found.tunnel or found.public.tls


def test_every_break_of_the_way_has_its_row() -> None:
    assert [row[0].strip("`") for row in rows(RELAY) if len(row) == 3] == [hop.value for hop in Hop if hop.value]
    assert [row[0].strip("`") for row in rows(RELAY) if len(row) == 2] == ["up", "down", "unknown", "off"]
    details = {row[0].strip("`"): set(re.findall("`([a-z0-9_]+)`", row[2])) for row in rows(RELAY) if len(row) == 3}
    for key in REACH_ROWS:
        hop = max((one for one in details if key.startswith(f"reach_{one}".replace("-", "_"))), key=len)
        detail = key.removeprefix(f"reach_{hop}".replace("-", "_")).removeprefix("_")
        assert not detail or detail in details[hop] or detail.isdigit(), key
    for spoken in (*(detail for detail, _ in TLS.values()), *ALIKE):
        assert spoken in set().union(*details.values()) or spoken.isdigit(), spoken


def test_what_the_page_says_of_the_tunnel_is_so() -> None:
    nginx = RELAY.split("### With nginx")[1].split("```")[1]
    assert "proxy_set_header Host $host;" in nginx
    for port in SshSection.model_fields["remote_ports"].default:
        assert f"127.0.0.1:{port}" in nginx
    silence = tunnel_ssh.KEEPALIVE_SECONDS * (tunnel_ssh.KEEPALIVES_MISSED + 1)
    words = {6.0: "six", 1.0: "one"}
    assert f"given up after {words[silence]} seconds" in RELAY
    assert f"after {words[tunnel.PACE_SECONDS]} second" in RELAY
    assert f"up to every {tunnel.REFUSED_SECONDS:.0f}" in RELAY
    assert f"less than {CERTIFICATE_DAYS} days" in RELAY


def test_the_figures_of_the_way_in_are_named() -> None:
    described = {f"{PREFIX}_{name}" for name in re.findall(r"clova_gateway_(\w+?)(?:_total)?[{`]", RELAY)}
    reach = {"state": "up", "hop": "", "rtt_seconds": 0.1, "certificate_days": 1}
    way = {"reach": reach, "lines": [{"is_up": True}], "connections": 0, "refusals": {}, "drops": {}}
    assert described == {metric.name for metric in of_way(way)}


def anchor(heading: str) -> str:
    return re.sub("[^a-z0-9 -]", "", heading.strip("# ").lower()).replace(" ", "-")


def test_links_lead_somewhere() -> None:
    names = ("README.md", *(f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md")))
    pages = {name: (ROOT / name).read_text(encoding="utf-8") for name in names}
    headings = {anchor(line) for page in pages.values() for line in page.splitlines() if line.startswith("#")}
    for name, page in pages.items():
        for path, heading in re.findall(r"\]\(([^)#:]*)#?([^)]*)\)", page):
            target = (ROOT / name).parent / path if path else ROOT / name
            assert target.is_file(), path
            assert not heading or heading in headings


def kinds_with_modes() -> list[str]:
    return sorted({kind for mode in MODES.values() for kind in (*mode.kr, *mode.jp)})


def actions_of_deed(deed: Deed) -> str:
    return ", ".join(marked(action, codes) for action, codes in given_by(f"`do: {deed.value}`").items())


def of_the_home() -> str:
    found = {name: [code for code, region in REGIONS.items() if name in region.actions] for name in HOME_ACTIONS}
    return ", ".join(marked(name, codes) for name, codes in found.items())
