"""`init`: a first configuration, made for what is found on this machine."""

import asyncio
import os
import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from gateway.cli.reach import PLACES, fail

if TYPE_CHECKING:
    from gateway.starting import Seen

LANGUAGES: tuple[Literal["ko", "ja"], ...] = ("ko", "ja")
WORDS: dict[str, dict[str, str]] = {
    "en": {
        "address": "--broker: {given} is no address such as mqtt://192.168.0.10:1883 or mqtts://broker.lan. "
        "User and password have keys of their own in the file: username, password_file",
        "there": "{file} is there already: it stays as it is",
        "unwritten": "{file} cannot be written: {why}",
        "broker": "the broker at {url} answers",
        "silent": "nothing answers at {url} yet",
        "found": "  {whose}: {many}",
        "nothing": "  nothing has described itself there so far",
        "none": "no broker was found on this machine: write its address as `mqtt:` into {file}",
        "announced": "{url} announced itself as {name}: if it is yours, write it as `mqtt:` into {file}",
        "password": "it wants a password. One was made at random, in {password}. Let it in; for Mosquitto:\n"
        "{commands}\nor write a user and password of your broker there.",
    },
    "ko": {
        "address": "--broker: {given}은(는) 쓸 수 없는 주소입니다. mqtt://192.168.0.10:1883이나 mqtts://broker.lan처럼 "
        "적으세요. 사용자 이름과 비밀번호는 설정 파일의 username, password_file에 적습니다",
        "there": "{file} 파일이 이미 있어 그대로 둡니다",
        "unwritten": "{file} 파일을 쓸 수 없습니다: {why}",
        "broker": "{url} 브로커가 응답합니다",
        "silent": "{url}에서 아직 응답이 없습니다",
        "found": "  {whose}: {many}개",
        "nothing": "  아직 자신을 알린 기기가 없습니다",
        "none": "이 기기에서 브로커를 찾지 못했습니다. {file}의 `mqtt:`에 주소를 적으세요",
        "announced": "{url} 브로커가 {name}(이)라는 이름으로 알려 왔습니다. 본인의 것이면 {file}의 `mqtt:`에 적으세요",
        "password": "브로커에 비밀번호가 필요합니다. 임의의 비밀번호를 {password}에 만들었으니 브로커에 등록하세요. "
        "Mosquitto의 경우:\n{commands}\n또는 브로커의 기존 사용자 이름과 비밀번호를 적으세요.",
    },
    "ja": {
        "address": "--broker：{given}は使えないアドレスです。mqtt://192.168.0.10:1883やmqtts://broker.lanのように書いてください。"
        "ユーザー名とパスワードは、設定ファイルのusernameとpassword_fileに書きます",
        "there": "{file}はすでにあるため、そのままにします",
        "unwritten": "{file}に書き込めません：{why}",
        "broker": "{url}のブローカーが応答しています",
        "silent": "{url}からまだ応答がありません",
        "found": "  {whose}：{many}",
        "nothing": "  まだ何も見つかっていません",
        "none": "このマシンにブローカーが見つかりません。{file}の`mqtt:`にアドレスを書いてください",
        "announced": "{url}が{name}として見つかりました。ご自分のものなら{file}の`mqtt:`に書いてください",
        "password": "ブローカーにはパスワードが必要です。ランダムなパスワードを{password}に"
        "作りました。ブローカーに登録してください。Mosquittoの場合：\n{commands}\nまたは、ブローカーの既存のユーザー名とパスワードを書いてください。",
    },
}


def init(
    config: Annotated[Path | None, typer.Option("--config", "-c", help="The file to be written.")] = None,
    broker: Annotated[str, typer.Option("--broker", help="Its address, if it is not on this machine.")] = "",
    state: Annotated[Path | None, typer.Option("--state", help="Where the gateway is to keep things.")] = None,
    at: Annotated[Path | None, typer.Option("--at", help="Where the file will be put, for what is said.")] = None,
) -> None:
    """Look for a broker and devices on this machine, and write a commented configuration for them, with its secrets.

    Writes nothing over anything. Exit 1 if there is a configuration already.
    """
    from gateway.starting import Root, look

    path = config or (PLACES[0] if PLACES[0].parent.is_dir() else PLACES[1])
    language = reader()
    words = WORDS[language]
    url = _address(broker, words)
    if path.exists():
        fail(words["there"].format(file=path), 1)
    seen = asyncio.run(look(Root(), url))
    try:
        _write(path, seen, language, state)
    except OSError as error:
        fail(words["unwritten"].format(file=error.filename or path, why=error.strerror or error), 1)
    _tell(seen, at or path, words)


def _address(given: str, words: dict[str, str]) -> str:
    """The broker's address as the file has it: with mqtt:// where no scheme was given. Empty stays empty."""
    from pydantic import ValidationError

    from gateway.config.model import MqttSection

    if not given:
        return ""
    url = given if "://" in given else f"mqtt://{given}"
    try:
        return MqttSection(url=url).url
    except ValidationError:
        fail(words["address"].format(given=given), 2)


def reader() -> Literal["ko", "ja", "en"]:
    """The language of who sits here: ko, ja or en."""
    spoken = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return next((language for language in LANGUAGES if spoken.startswith(language)), "en")


def _write(path: Path, seen: "Seen", language: str, state: Path | None) -> None:
    """The file and its secrets; or, where its own check would refuse it, nothing."""
    from gateway.config import ConfigError, load
    from gateway.starting import secrets_of, written

    made = [_put(path.parent / name, f"{secrets.token_urlsafe(32)}\n", 0o600) for name in secrets_of(seen)]
    made.append(_put(path, written(seen, language, state, _example()), 0o640))
    try:
        load(path)
    except ConfigError as error:
        for one in filter(None, made):
            one.unlink()
        fail(str(error), 2)


def _example() -> Path:
    """Where the example lies: beside the environment that this runs in; of a release, where it stays."""
    from gateway.starting import EXAMPLE

    release = Path(sys.prefix).parent
    home = release.parent.with_name("current") if release.parent.name == "releases" else release
    return home / EXAMPLE


def _put(file: Path, text: str, mode: int) -> Path | None:
    """Write a file that was not there; None if it was, and is left."""
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError:
        return None
    with os.fdopen(handle, "w", encoding="utf-8") as writing:
        writing.write(text)
    return file


def _tell(seen: "Seen", file: Path, words: dict[str, str]) -> None:
    for one in seen.announced:
        print(words["announced"].format(url=one.url, name=one.name, file=file))
    if not seen.url and not seen.announced:
        print(words["none"].format(file=file))
    if seen.url:
        print(words["broker" if seen.answers else "silent"].format(url=seen.url))
    for whose, many in seen.devices.items():
        print(words["found"].format(whose=whose, many=many))
    if seen.answers and not seen.devices and not seen.wants_password:
        print(words["nothing"])
    if seen.wants_password:
        password = file.parent / "mqtt_password"
        print(words["password"].format(password=password, commands=_commands(password, seen.password_file)))


def _commands(password: Path, password_file: str) -> str:
    where = password_file or "/etc/mosquitto/passwd"
    create = "" if password_file else "-c "
    return (
        f"  sudo sh -c 'mosquitto_passwd {create}-b {where} clova-gateway \"$(cat {password})\"'\n"
        "  sudo systemctl reload mosquitto"
    )
