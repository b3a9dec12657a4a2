"""Records how the devices of a home describe themselves, with everything that tells of the home blacked out.

So that a device that is not understood can be reported with one file: scripts/corpus plays it back.
"""

import argparse
import asyncio
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiomqtt

from gateway.config import ConfigError, Loaded, load
from gateway.dialects.homeassistant.components import COMPONENTS
from gateway.log import Seldom
from gateway.parts import make_broker, make_desk
from gateway.secrecy import STARS, is_secret
from gateway.wire.jsontext import BadJson, parse

MAX_MESSAGES = 20_000
MAX_BYTES = 64 * 1024 * 1024
PROGRESS_SECONDS = 2.0


def _words(written: str) -> frozenset[str]:
    return frozenset(written.split())


_NAMES = _words(
    "name friendly_name fn dn hn suggested_area sa ssid user username pass password host hostname server client_id "
    "serial serial_number sn description label address lat lon latitude longitude tz timezone cn"
)
"""Keys whose texts are the home's own."""
NOBODY_S = _words(
    "gateway clova clova-gateway mqtt mosquitto homeassistant zigbee2mqtt tasmota shelly homie coordinator bridge "
    "devices groups info state availability set get config options definition definitions exposes extensions "
    "converters request response event events log logging health tele stat cmnd power result status lwt online offline "
    "discovery sensors rpc command announce input output relay relays lights rollers covers device device_automation "
    "component components topic value values value_json property properties name type unit action update payload "
    "brightness color color_temp position tilt temperature humidity pressure battery occupancy contact presence motion "
    "smoke gas water_leak tamper vibration illuminance voltage current energy local_temperature system_mode "
    "occupied_heating_setpoint current_heating_setpoint fan_mode speed mode lock_state linkquality last_seen"
) | frozenset(COMPONENTS)
"""Words of the dialects themselves, as they stand in topics, keys and reasons: as a name, they tell nothing."""
_OWN = ("definition", "exposes", "options", "cmps", "components", "features")
"""Below these stand the maker's words, and only ids are blacked out."""
_KINDS = _words("type property platform p component device_class dev_cla model mdl md unit_of_measurement")
"""Keys whose words are never names, whatever a device is called."""
_ADDRESSES = (
    (re.compile(r"0x[0-9a-fA-F]{16}(?![0-9a-fA-F])"), "0x02{:014x}"),
    (re.compile(r"(?<![0-9a-fA-F:])[0-9a-fA-F]{2}(?::[0-9a-fA-F]{2}){5}(?![0-9a-fA-F:])"), "02{:010x}"),
    (re.compile(r"(?<![0-9a-fA-Fx])[0-9a-fA-F]{12}(?![0-9a-fA-F])"), "02{:010x}"),
    (re.compile(r"(?<![\w:.])(?:[0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}(?![\w:.])"), "2001:db8::{:x}"),
    (re.compile(r"(?<![\w:.])[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{1,4})*::[0-9a-fA-F:]*(?![\w:.])"), "2001:db8::{:x}"),
    (re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])"), "192.0.2.{}"),
    (re.compile(r"(?<![0-9a-fA-Fx])[0-9a-fA-F]{6}(?![0-9a-fA-F])"), "{:06x}"),
)


OF_ANY_MACHINE = ("127.0.0.1", "0.0.0.0")  # noqa: S104  # which tell of no home


class Blackout:
    """Replaces what tells of the home, the same thing everywhere by the same."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._known = 0
        self._slugs: dict[str, str] = {}
        self._keys: set[str] = set()
        """What names things in documents, and so in topics made of them."""
        self._numbers: dict[str, int] = {}
        self._anywhere: re.Pattern[str] | None = None

    def learn(self, payload: str) -> None:
        """Take down the names that stand in a JSON payload."""
        with suppress(BadJson):
            value = parse(payload.encode())
            self._keys.update(_keys(value))
            self.know(_named(value))

    def know(self, names: Iterable[str]) -> None:
        """Take these down as names, wherever they stand."""
        for name in names:
            if len(name.strip()) > 1 and name not in self._names:
                self._known += 1
                self._names[name] = f"name {self._known}"
                self._slugs |= {_slug(name, joint): _slug(self._names[name], joint) for joint in "_-"}

    def rename(self, words: Mapping[str, str]) -> None:
        """Let these words be replaced by those given."""
        self._names |= words

    def learnt(self) -> None:
        """All names are known. What a dialect itself calls things so stays as it is, wherever it stands."""
        self._names |= {name: name for name in self._names if name.strip().casefold() in NOBODY_S}
        self._slugs = {slug: given for slug, given in self._slugs.items() if slug not in NOBODY_S}
        self._names = {slug: given for slug, given in self._slugs.items() if slug not in self._keys} | self._names
        longest = sorted(filter(None, self._names), key=len, reverse=True)
        self._anywhere = (
            re.compile(rf"(?<![^/\W_])({'|'.join(map(re.escape, longest))})(?![^/\W_])") if longest else None
        )

    def black_out(self, topic: str, payload: str, retained: bool) -> str:
        """The message as a line of JSON."""
        try:
            payload = json.dumps(self._cleaned(parse(payload.encode())), ensure_ascii=False)
        except BadJson:
            payload = self._text(payload)
        line = json.dumps({"topic": self._text(topic), "payload": payload, "retain": retained}, ensure_ascii=False)
        return self._addresses(line)

    def document(self, value: Any, key: str = "") -> Any:
        """A document of our own: names and addresses in any of its texts, and whatever stands under a telling key."""
        if isinstance(value, dict):
            return {
                self.text(name) if "/" in name else name: self._hidden(inner)
                if is_secret(name)
                else self.document(inner, name)
                for name, inner in value.items()
            }
        if isinstance(value, list):
            return [self.document(inner, key) for inner in value]
        return self.text(value) if isinstance(value, str) and key not in _KINDS else value

    def text(self, text: str) -> str:
        """A line of text: names and addresses may stand in it."""
        return self._addresses(self._text(text))

    def _hidden(self, value: Any) -> Any:
        return value if value in (None, "") or isinstance(value, bool) else STARS

    def _addresses(self, text: str) -> str:
        for pattern, shape in _ADDRESSES:
            text = pattern.sub(lambda found, shape=shape: self._address(found[0], shape), text)  # type: ignore[misc]
        return text

    def _cleaned(self, value: Any, key: str = "", own: bool = True) -> Any:
        if isinstance(value, dict):
            return {
                self._text(name) if "/" in name else name: self._hidden(inner)
                if own and is_secret(name)
                else self._cleaned(inner, name, own and name not in _OWN)
                for name, inner in value.items()
            }
        if isinstance(value, list):
            return [self._cleaned(inner, key, own) for inner in value]
        if not isinstance(value, str) or key in _KINDS:
            return value
        if own and key in _NAMES:
            return self._names.get(value, "" if not value.strip() else "name")
        return self._text(value)

    def _text(self, text: str) -> str:
        """A topic, a template, an id: names may stand in it."""
        if self._anywhere is None:
            return text
        return self._anywhere.sub(lambda found: self._names[found[0]], text)

    def _address(self, found: str, shape: str) -> str:
        if found in OF_ANY_MACHINE:
            return found
        digits = found if "." in found else re.sub(r"[^0-9a-f]", "", found.casefold().removeprefix("0x"))
        if len(digits) == 6 and (digits.isdigit() or digits.isalpha()):
            return found  # a number or a word
        number = self._numbers.setdefault(digits, len(self._numbers) + 1)
        invented = shape.format(number % 255 if "." in shape else number)
        if ":" in found and "::" not in shape:
            invented = ":".join(invented[at : at + 2] for at in range(0, 12, 2))
        return invented.upper() if found.isupper() else invented


def _named(value: Any, key: str = "", own: bool = True) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _named(inner, name, own and name not in _OWN)
    elif isinstance(value, list):
        for inner in value:
            yield from _named(inner, key, own)
    elif isinstance(value, str) and own and key in _NAMES and len(value.strip()) > 1:
        yield value


def _keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _keys(inner)


def _slug(name: str, joint: str) -> str:
    return re.sub(r"[\W_]+", joint, name.casefold()).strip(joint)


def blacked_out(messages: Iterable[tuple[str, str, bool]]) -> Iterator[str]:
    """A line of JSON for each (topic, payload, retained)."""
    kept = list(messages)
    blackout = Blackout()
    for _, payload, _ in kept:
        blackout.learn(payload)
    blackout.learnt()
    for message in kept:
        yield blackout.black_out(*message)


async def record(loaded: Loaded, seconds: float, tell: Any, more: Iterable[str] = ()) -> list[tuple[str, str, bool]]:
    """What devices say of themselves within so many seconds. Raises aiomqtt.MqttError, OSError or ConfigError.

    `more` are topics beside those at which they describe themselves.
    """
    broker, desk = make_broker(loaded), make_desk(loaded)
    found: dict[str, tuple[str, str, bool]] = {}
    size = 0
    clock = asyncio.get_running_loop().time
    seldom = Seldom(PROGRESS_SECONDS, clock)
    async with aiomqtt.Client(
        broker.host, broker.port, username=broker.username, password=broker.password, tls_context=broker.tls
    ) as client:
        followed: set[str] = set()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await _follow(client, desk.topics().keys() | set(more))
                followed |= desk.topics().keys()
                for greeting in desk.greetings():
                    await client.publish(greeting.topic, greeting.payload)
                async for message in client.messages:
                    topic, payload = message.topic.value, _raw(message)
                    size += len(payload)
                    if len(found) >= MAX_MESSAGES or size > MAX_BYTES:
                        break
                    found[topic] = (topic, payload.decode("utf-8", "replace"), bool(message.retain))
                    if seldom() is not None:
                        tell(f"{len(found)} messages")
                    collected = desk.take([(topic, payload)])
                    await _follow(client, desk.topics().keys() - followed)
                    followed |= desk.topics().keys()
                    for question in collected.questions:
                        await client.publish(question.topic, question.payload)
    return list(found.values())


def _raw(message: aiomqtt.Message) -> bytes:
    return message.payload if isinstance(message.payload, bytes) else b""


async def _follow(client: aiomqtt.Client, topics: Iterable[str]) -> None:
    for topic in topics:
        await client.subscribe(topic)


def main() -> int:
    """The command line: scripts/capture."""
    parser = argparse.ArgumentParser(prog="scripts/capture", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "file", nargs="?", type=Path, default=Path("capture.jsonl"), help="where to write (capture.jsonl)"
    )
    parser.add_argument(
        "--config", type=Path, default=Path("config/gateway.yaml"), help="for the broker and its password"
    )
    parser.add_argument("--seconds", type=float, default=20.0, help="how long to listen (20)")
    given = parser.parse_args()
    try:
        found = asyncio.run(record(load(given.config), given.seconds, _tell))
    except KeyboardInterrupt:
        return 130
    except (ConfigError, OSError, aiomqtt.MqttError) as error:
        print(f"capture: {error}", file=sys.stderr)
        return 1
    lines = list(blacked_out(found))
    given.file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    _tell(f"{len(lines)} messages in {given.file}: names and addresses are blacked out, but look before you send it")
    return 0


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
