"""The floor: the least that can verify, publish, wait for the echo and answer, with aiohttp and aiomqtt as they come.

No accounts, no policy, no replay, no proof rules, no log: what the gateway costs is what it costs above this.
"""

import argparse
import asyncio
import base64
import gc
import json
import signal
import socket
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiomqtt
from aiohttp import web
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from tests.bench.homes import light_id

ACTIONS = ["DecrementBrightness", "HealthCheck", "GetDeviceState", "IncrementBrightness", "SetBrightness"]
ACTIONS += ["TurnOff", "TurnOn"]
WORDS = {"TurnOnRequest": "ON", "TurnOffRequest": "OFF"}


def describe(number: int) -> dict[str, Any]:
    """A discovered appliance, of the size of the gateway's."""
    bounds = {"type": "boundedNumber", "minValue": 0, "maxValue": 100}
    return {
        "applianceId": light_id(number),
        "manufacturerName": "floor",
        "modelName": "LIGHT",
        "version": "1.0",
        "friendlyName": f"조명 {number}",
        "friendlyDescription": f"조명 {number}",
        "isIr": False,
        "actions": ACTIONS,
        "applianceTypes": ["LIGHT"],
        "additionalApplianceDetails": {"actionDetails": [{"action": "SetBrightness", "allowableValue": bounds}]},
        "location": "LIVING_ROOM",
        "tags": [],
    }


class Floor:
    """The handler and what it listens to."""

    def __init__(self, client: aiomqtt.Client, key: RSAPublicKey, qos: int, devices: int) -> None:
        self._client = client
        self._key = key
        self._qos = qos
        self._appliances = [describe(number) for number in range(devices)]
        self._waiting: dict[str, asyncio.Future[Any]] = {}
        self.states: dict[str, Any] = {}

    async def handle(self, request: web.Request) -> web.Response:
        """POST /clova/home."""
        body = await request.read()
        if not self._is_signed(body, request.headers["SignatureCEK"]):
            return web.Response(status=401)
        message = json.loads(body)
        header = message["header"]
        if header["name"] == "DiscoverAppliancesRequest":
            payload = {"discoveredAppliances": self._appliances, "customCommands": []}
            return _answer(header, "DiscoverAppliancesResponse", payload)
        confirmed = await self._command(message["payload"]["appliance"]["applianceId"], WORDS[header["name"]])
        name = header["name"].replace("Request", "Confirmation") if confirmed else "TargetOfflineError"
        return _answer(header, name, {})

    def _is_signed(self, body: bytes, signature: str) -> bool:
        try:
            self._key.verify(base64.b64decode(signature), body, PKCS1v15(), SHA256())
        except InvalidSignature:
            return False
        return True

    async def _command(self, device_id: str, word: str) -> bool:
        topic, payload = f"home/{device_id}/state", json.dumps({"state": word}).encode()
        echo = self._waiting[topic] = asyncio.get_running_loop().create_future()
        await self._client.publish(f"home/{device_id}/set", payload, qos=self._qos)
        try:
            async with asyncio.timeout(4):
                return bool(await echo == payload)
        except TimeoutError:
            return False

    async def listen(self, states: int) -> None:
        """Take in what the devices say; tells when so many states are known."""
        async for message in self._client.messages:
            topic = message.topic.value
            self.states[topic] = message.payload
            echo = self._waiting.pop(topic, None)
            if echo is not None and not echo.done():
                echo.set_result(message.payload)
            if states and len(self.states) == states:
                print(f"known {time.monotonic()}", flush=True)
                states = 0


def _answer(header: dict[str, Any], name: str, payload: dict[str, Any]) -> web.Response:
    said = {"messageId": header["messageId"], "name": name, "namespace": "ClovaHome", "payloadVersion": "1.0"}
    return web.json_response({"header": said, "payload": payload})


async def healthz(_: web.Request) -> web.Response:
    """GET /healthz."""
    return web.Response(text="ok\n")


async def serve(given: argparse.Namespace) -> None:
    """Serve until SIGTERM."""
    key = load_pem_public_key(given.key.read_bytes())
    assert isinstance(key, RSAPublicKey)
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    print(f"connecting {time.monotonic()}", flush=True)
    async with AsyncExitStack() as stack:
        nodelay = ((socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),)
        client = aiomqtt.Client("127.0.0.1", given.broker, max_inflight_messages=1000, socket_options=nodelay)
        client.pending_calls_threshold = 1000
        await stack.enter_async_context(client)
        await client.subscribe(given.subscribe)
        floor = Floor(client, key, given.qos, given.devices)
        app = web.Application()
        app.add_routes([web.post("/clova/home", floor.handle), web.get("/healthz", healthz)])
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", given.port).start()
        listening = asyncio.create_task(floor.listen(given.states))
        gc.collect()
        gc.freeze()
        await stopped.wait()
        listening.cancel()


def main() -> None:
    """Run it."""
    arguments = argparse.ArgumentParser()
    for name in ("--port", "--broker", "--qos", "--devices", "--states"):
        arguments.add_argument(name, type=int, default=0)
    arguments.add_argument("--key", type=Path, required=True)
    arguments.add_argument("--subscribe", required=True)
    asyncio.run(serve(arguments.parse_args()))


if __name__ == "__main__":
    main()
