"""What a person types and what CLOVA is given stands in no log, not even at `debug`, and in no list of processes."""

import base64
import re
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import aiohttp
import pytest

from gateway.accounts.passwords import hash_password
from gateway.accounts.users import Account, Role
from gateway.links.store import Database
from tests.fakes.clova import Clova
from tests.fakes.mosquitto import Mosquitto, free_port, until

pytestmark = pytest.mark.broker

PASSWORD, WRONG = "seven quiet herons", "eight loud herons"
SECRET = "5ecret-of-the-client-" + "q" * 24
BROKER_PASSWORD = "the-brokers-own-word"


@asynccontextmanager
async def running(folder: Path, broker: Mosquitto, clova: Clova, port: int) -> AsyncIterator[subprocess.Popen[bytes]]:
    """The daemon, a process of its own that says all it has to say."""
    clova.write_public_key(folder / "clova.pem")
    for name, secret in (("client", SECRET), ("password", BROKER_PASSWORD)):
        (folder / name).touch(mode=0o600)
        (folder / name).write_text(secret)
    (folder / "gateway.yaml").write_text(
        f'mqtt: {{url: "mqtt://127.0.0.1:{broker.port}", username: gateway, password_file: password}}\n'
        f'public: {{listen: "127.0.0.1:{port}"}}\nprivate: {{listen: "127.0.0.1:0"}}\nlog: {{level: debug}}\n'
        "clova: {public_key: clova.pem, linking: {client_secret_file: client}}\nstate_directory: state\n"
        "discovery: {mdns: false}\ndevices:\n"
        "  - {id: lamp, type: LIGHT, name: 등, on_off: {command: lamp/set, state: lamp/state}}\n",
        encoding="utf-8",
    )
    with closing(Database(folder / "state" / "gateway.db")) as database:
        database.people.add(Account("mum", Role.OWNER), hash_password(PASSWORD), time.time())
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(  # noqa: ASYNC220  # to be asked whether it still runs
            [sys.executable, "-m", "gateway", "run", "-c", str(folder / "gateway.yaml")], stdout=log, stderr=log
        )
    try:
        await until(lambda: b"running" in (folder / "log").read_bytes() or process.poll() is not None, 20)
        yield process
    finally:
        process.terminate()
        process.wait(10)


class Person:
    """Somebody with a browser, and CLOVA's server beside them. `secrets` is all that passed between them."""

    def __init__(self, session: aiohttp.ClientSession, clova: Clova, address: str) -> None:
        self.session = session
        self.clova = clova
        self.address = address
        self.secrets = [PASSWORD, WRONG, SECRET, BROKER_PASSWORD]
        self.back = "https://prod-ni-cic.clova.ai/v1/al/token/"

    async def sign_in(self, password: str) -> str:
        asked = {"response_type": "code", "client_id": "clova", "redirect_uri": self.back, "state": "a-state-of-clova"}
        url = f"{self.address}/oauth/authorize?{urlencode(asked)}"
        async with self.session.get(url) as page:
            form = re.search(r'name="csrf" value="([^"]+)"', await page.text())
            cookies = {name: morsel.value for name, morsel in page.cookies.items()}
        assert form is not None
        typed = {"csrf": form[1], "name": "mum", "password": password, "decision": "allow"}
        async with self.session.post(url, data=typed, cookies=cookies, allow_redirects=False) as answer:
            given = [morsel.value for morsel in answer.cookies.values() if morsel.value]
            self.secrets += [form[1], *cookies.values(), *given]
            return answer.headers.get("Location", "")

    async def token(self, secret: str = SECRET, **fields: str) -> dict[str, str]:
        who = {"client_id": "clova", "client_secret": secret}
        async with self.session.post(f"{self.address}/oauth/token", data=fields | who) as answer:
            given: dict[str, str] = await answer.json()
        self.secrets += [given[name] for name in ("access_token", "refresh_token") if name in given]
        return given

    async def say(self, token: str) -> None:
        self.clova.token = token
        body = self.clova.body("TurnOnRequest", "lamp")
        for sent in (body, body[:-1], body + b" "):  # signed, cut short, and with a signature of something else
            headers = {"SignatureCEK": self.clova.sign(body), "Content-Type": "application/json"}
            async with self.session.post(f"{self.address}/clova/home", data=sent, headers=headers) as answer:
                await answer.read()


async def test_no_log_and_no_list_of_processes_has_a_secret(broker: Mosquitto, tmp_path: Path) -> None:
    clova, port = Clova(), free_port()
    async with running(tmp_path, broker, clova, port) as process, aiohttp.ClientSession() as session:
        person = Person(session, clova, f"http://127.0.0.1:{port}")
        await person.sign_in(WRONG)
        code = parse_qs(urlsplit(await person.sign_in(PASSWORD)).query)["code"][0]
        person.secrets.append(code)
        await person.token(secret=SECRET[:-1], grant_type="authorization_code", code=code, redirect_uri=person.back)
        given = await person.token(grant_type="authorization_code", code=code, redirect_uri=person.back)
        await person.say(given["access_token"])
        later = await person.token(grant_type="refresh_token", refresh_token=given["refresh_token"])
        await person.say(later["access_token"])
        await person.token(grant_type="refresh_token", refresh_token=given["refresh_token"])  # it ends the link
        for odd in (f"/{quote(PASSWORD)}", f"/oauth/authorize?code={code}&code={code}", f"/oauth/token?token={code}"):
            async with session.get(person.address + odd) as answer:
                await answer.read()
        pid = Path("/proc") / str(process.pid)
        seen = b"".join((pid / name).read_bytes() for name in ("cmdline", "environ"))
    written = (tmp_path / "log").read_bytes()
    assert b"signed in" in written
    assert b"answered" in written
    assert len(person.secrets) > 12
    for secret in person.secrets:
        for spelt in (secret, quote(secret), secret.encode().hex(), base64.b64encode(secret.encode()).decode()):
            assert spelt.encode() not in written
            assert spelt.encode() not in seen
