"""The push service of the demo: it takes what CLOVA's documents ask for, says it aloud, and refuses the rest."""

from typing import Any

import aiohttp
import pytest

from gateway.demo.push import EXTENSION, MESSAGES, PATH, push_service

KEY = "a key of the console"
GOOD = {"X-Clova-Extension-Id": EXTENSION, "X-Clova-Extension-Secret": KEY}
SMOKE = {"applianceId": "d1", "messageId": MESSAGES["smoke"].id}


async def said(headers: dict[str, str], body: Any, path: str = PATH) -> tuple[int, Any, list[str]]:
    """What it answers to one request, and what it says aloud."""
    told: list[str] = []
    async with push_service(KEY, {"d1": "주방 연기 감지기"}, told.append) as push, aiohttp.ClientSession() as session:
        async with session.post(push.url + path, json=body, headers=headers) as answer:
            found = await answer.json() if answer.content_type == "application/json" else None
        assert [(one.appliance, one.message) for one in push.taken] == ([tuple(SMOKE.values())] if told else [])
    return answer.status, found, told


async def test_a_notification_is_taken_and_said_aloud() -> None:
    status, answer, told = await said(GOOD, SMOKE)
    assert (status, answer["value"]) == (200, {"success": True, "error": None, "errorCode": None})
    assert told == [f"CLOVA 알림 - 주방 연기 감지기: {MESSAGES['smoke'].text}"]


@pytest.mark.parametrize(
    ("headers", "body", "code"),
    [
        ({"X-Clova-Extension-Id": "com.example.another"}, {}, 4201),
        ({"X-Clova-Extension-Secret": "열쇠"}, {}, 4202),
        ({"X-Clova-Extension-Secret": ""}, {}, 4202),
        ({}, {"applianceId": ""}, 4203),
        ({}, {"messageId": "msg-of-nobody"}, 4204),
        ({}, {"messageId": ["msg-of-nobody"]}, 4205),
    ],
)
async def test_what_is_wrong_is_refused_with_its_code(headers: dict[str, str], body: Any, code: int) -> None:
    status, answer, told = await said(GOOD | headers, SMOKE | body)
    assert (status, answer["success"], answer["errorCode"], told) == (400, False, code, [])


async def test_it_has_one_path() -> None:
    assert (await said(GOOD, SMOKE, "/elsewhere"))[0] == 404


async def test_what_is_no_object_is_refused() -> None:
    assert (await said(GOOD, ["d1"]))[1]["errorCode"] == 4205
