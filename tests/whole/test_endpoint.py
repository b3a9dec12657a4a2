"""POST /clova/home over HTTP: who gets in, the plain HTTP answers, and that what CLOVA signed is always heard."""

import time

import aiohttp
import pytest
from structlog.testing import capture_logs

from gateway.config import load
from gateway.links.store import Database
from gateway.places import store_file
from tests.fakes.things import echo, thing
from tests.whole.conftest import House

pytestmark = pytest.mark.broker


async def send(house: House, method: str, path: str, body: bytes, headers: list[tuple[str, str]]) -> tuple[int, bytes]:
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, f"http://127.0.0.1:{house.clova.port}{path}", data=body, headers=headers) as response,
    ):
        return response.status, await response.read()


JSON = ("Content-Type", "application/json;charset-UTF-8")


async def test_the_signature_header_is_found_in_any_case(house: House) -> None:
    body = house.clova.body("HealthCheckRequest", "lamp")
    for name in ("SignatureCEK", "signaturecek", "SIGNATURECEK"):
        status, _ = await send(house, "POST", "/clova/home", body, [JSON, (name, house.clova.sign(body))])
        assert status == 200


async def test_without_exactly_one_good_signature_it_is_401_without_a_body(house: House) -> None:
    body = house.clova.body("TurnOnRequest", "lamp")
    good = house.clova.sign(body)
    async with thing(house.broker.port, {"lamp/set": echo("lamp/state")}) as lamp:
        for given in ([], [""], ["!!!"], [good, good], [good[:-4]], [house.clova.sign(body + b" ")]):
            headers = [JSON, *(("SignatureCEK", one) for one in given)]
            assert await send(house, "POST", "/clova/home", body, headers) == (401, b"")
        assert (await house.clova.ask("TurnOnRequest", "lamp")).name == "TurnOnConfirmation"
        assert lamp.commands("lamp/set") == ["ON"], "only the signed one"


async def test_refusals_are_one_log_line_and_then_counted(house: House) -> None:
    body = house.clova.body("TurnOnRequest", "lamp")
    with capture_logs() as lines:
        for _ in range(50):
            assert (await house.clova.post(body, "bad")).status == 401
    refused = [line for line in lines if line["event"] == "refused"]
    assert len(refused) == 1
    assert house.clova.token not in str(lines)


@pytest.mark.parametrize(
    ("method", "path", "headers", "size", "status"),
    [
        ("GET", "/clova/home", [], 0, 405),
        ("PUT", "/clova/home", [JSON], 2, 405),
        ("POST", "/clova", [JSON], 2, 404),
        ("POST", "/devices", [JSON], 2, 404),
        ("GET", "/metrics", [], 0, 404),
        ("POST", "/clova/home", [("Content-Type", "text/plain")], 2, 415),
        ("POST", "/clova/home", [("Content-Type", "application/x-www-form-urlencoded")], 2, 415),
        ("POST", "/clova/home", [JSON, ("Content-Encoding", "gzip")], 2, 415),
        ("POST", "/clova/home", [JSON], 65_537, 413),
        ("POST", "/clova/home", [JSON], 65_536, 401),
    ],
)
async def test_what_is_no_request_of_clova_gets_the_plain_answer(
    house: House, method: str, path: str, headers: list[tuple[str, str]], size: int, status: int
) -> None:
    assert await send(house, method, path, b"x" * size, headers) == (status, b"")


async def test_healthz_is_there_on_both_doors_and_nothing_private_on_the_public_one(house: House) -> None:
    assert await send(house, "GET", "/healthz", b"", []) == (200, b"ok\n")
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{house.ports.private}/healthz") as response,
    ):
        assert (response.status, (await response.json())["mqtt"]) == (200, "connected")


HEAD = b'{"header":{"messageId":"m-1","name":"SetBrightnessRequest","namespace":"ClovaHome","payloadVersion":"1.0"},'


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"null",
        b"[]",
        b'"word"',
        b'{"header":{}}',
        b'{"header":null,"payload":null}',
        HEAD + b'"payload":[]}',
        HEAD + b'"payload":{}}',
        HEAD + b'"payload":{"accessToken":TOKEN}}',
        HEAD + b'"payload":{"accessToken":TOKEN,"appliance":{"applianceId":7}}}',
        HEAD + b'"payload":{"accessToken":TOKEN,"appliance":{"applianceId":"lamp"}}}',
        HEAD + b'"payload":{"accessToken":TOKEN,"appliance":{"applianceId":"lamp"},"brightness":{"value":1e400}}}',
        HEAD + b'"payload":{"accessToken":TOKEN,"appliance":{"applianceId":"lamp"},"brightness":{"value":NaN}}}',
        HEAD + b'"payload":{"accessToken":TOKEN,"appliance":{"applianceId":"lamp"},"brightness":{"value":"forty"}}}',
        HEAD + b'"payload":{"accessToken":TOKEN,"appliance":{"applianceId":"lamp"},"brightness":' + b"[" * 5000 + b"}",
        HEAD.replace(b"SetBrightness", b"Explode") + b'"payload":{"accessToken":TOKEN}}',
    ],
)
async def test_everything_that_clova_signed_is_answered_in_its_own_words(house: House, body: bytes) -> None:
    body = body.replace(b"TOKEN", b'"%b"' % house.clova.token.encode())
    reply = await house.clova.post(body, house.clova.sign(body))
    assert reply.status == 200
    assert reply.name.endswith("Error")
    assert reply.message["header"]["messageId"]
    assert b"lamp" not in reply.body


async def test_an_unknown_and_an_expired_token_are_told_apart(house: House) -> None:
    database = Database(store_file(load(house.folder / "gateway.yaml")))
    expired = database.people.add_token("me", time.time() - 100, 50)
    database.close()
    for token, name in (("unknown", "InvalidAccessTokenError"), (expired, "ExpiredAccessTokenError")):
        house.clova.token = token or ""
        assert (await house.clova.ask("TurnOnRequest", "lamp")).name == name
        assert (await house.clova.ask("DiscoverAppliancesRequest")).name == name
