"""The skill talked to in a terminal: what is typed becomes the message that CLOVA would send, and goes its way.

CLOVA understands sentences by the interaction model of its console; here they are compared with the samples of ours.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from gateway.accounts.users import LOCAL
from gateway.clova import dialogue
from gateway.clova.digits import digits_of, holds_digits
from gateway.skill.conversation import ANSWER, CANCEL, FALLBACK, GUIDE, NO, YES
from gateway.skill.intents import DEVICE, PIN, SCENE, Intent
from gateway.skill.phrases import Phrases
from gateway.skill.story import Setting, Skill
from gateway.skill.talks import Wanted, WantsChoice, WantsPin, WantsScene, WantsYes
from gateway.wire.jsontext import build, parse

USER = "terminal"
MAX_SESSIONS = 16
BUILT_IN: Mapping[str, str] = {
    **dict.fromkeys(
        ("취소", "그만", "끝", "종료", "キャンセル", "やめて", "終了", "終わり", "もういい", "cancel", "stop"), CANCEL
    ),
    **dict.fromkeys(("도움말", "도와줘", "ヘルプ", "使い方", "help", "guide"), GUIDE),
    **dict.fromkeys(("네", "예", "응", "그래", "はい", "うん", "お願い", "yes", "yeah", "sure"), YES),
    **dict.fromkeys(("아니", "아니요", "아니오", "아니야", "됐어", "괜찮아", "いいえ", "いや", "no", "nope"), NO),
}
"""What is said, and the intent of CLOVA's own that it is."""
WANTS: Mapping[type, str] = {WantsPin: "pin", WantsChoice: "choice", WantsScene: "scene", WantsYes: "yes"}
SLOTS: Mapping[type, str] = {WantsChoice: DEVICE, WantsScene: SCENE}
"""What of the asked intent the answer is; else it is the PIN."""


class Understood(NamedTuple):
    """An intent and its slots, by the console's names."""

    intent: str
    slots: dict[str, str]


class _Session(NamedTuple):
    attributes: dict[str, Any]
    wants: Wanted | None


class Rehearsal:
    """Talks for whoever may use the control socket, in sessions that it keeps as CLOVA would."""

    def __init__(self, skill: Skill, setting: Setting, phrases: Callable[[], Phrases]) -> None:
        self._skill = skill
        self._setting = setting
        self._phrases = phrases
        self._sessions: OrderedDict[str, _Session] = OrderedDict()

    async def say(self, session: str, text: str | None) -> dict[str, Any]:
        """One turn, ready for JSON: what was sent, answered and asked. An empty text starts the skill, None ends it."""
        before = self._sessions.pop(session, None)
        wants = before.wants if before is not None else None
        request = self._request(text, wants)
        message = self._message(session, request, before)
        answered = await self._skill.answer(build(message), account=LOCAL)
        answer = parse(answered.body)
        is_over = text is None or answer["response"]["shouldEndSession"]
        if not is_over:
            self._sessions[session] = _Session(answer["sessionAttributes"], answered.wants)
            if len(self._sessions) > MAX_SESSIONS:
                self._sessions.popitem(last=False)
        return {
            "request": {**message, "request": _hidden(request, wants)},
            "answer": answer,
            "wants": "" if is_over else WANTS.get(type(answered.wants), ""),
            "ends": is_over,
        }

    def _request(self, text: str | None, wants: Wanted | None) -> dict[str, Any]:
        if text is None:
            return {"type": dialogue.ENDED}
        if not text.strip():
            return {"type": dialogue.LAUNCH}
        name, slots = self._understood(" ".join(text.split()), wants)
        given = {slot: {"name": slot, "value": value} for slot, value in slots.items()}
        return {"type": dialogue.INTENT, "intent": {"name": name, "slots": given}}

    def _understood(self, text: str, wants: Wanted | None) -> Understood:
        """What CLOVA would make of it: one of its own, a sentence of ours, what we asked for, or nothing."""
        built_in = BUILT_IN.get(text.casefold().rstrip(".!?。"))
        if built_in is not None:
            return Understood(built_in, {})
        typed = self._typed(text)
        if typed is not None:
            return typed
        is_digits = digits_of(text) is not None
        found = None if is_digits else self._phrases().understood(text)
        if found is not None:
            return Understood(*found)
        answer = self._answer(text, wants) if wants is not None or is_digits else None
        return answer or Understood(FALLBACK, {})

    def _typed(self, text: str) -> Understood | None:
        """`LightsOn room=거실`: an intent by its name."""
        name, *pairs = text.split(" ")
        if not any(intent.name == name for intent in self._skill.conversation.intents):
            return None
        return Understood(name, dict(pair.split("=", 1) for pair in pairs if "=" in pair))

    def _answer(self, text: str, wants: Wanted | None) -> Understood | None:
        """What was asked for, or digits, said by themselves."""
        intents: Sequence[Intent] = self._skill.conversation.intents
        by_itself = next((one for one in intents if one.task.name == ANSWER), None)
        slot = SLOTS.get(type(wants), PIN) if by_itself is None or not isinstance(wants, WantsScene) else DEVICE
        asked = by_itself or next((one for one in intents if wants is not None and one.name == wants.intent), None)
        if asked is None or (isinstance(wants, WantsYes) and digits_of(text) is None):
            return None
        return Understood(asked.name, {asked.slot(slot): text})

    def _message(self, session: str, request: dict[str, Any], before: _Session | None) -> dict[str, Any]:
        """As CLOVA writes it, but without a token: whoever may use the socket is known."""
        user = {"userId": USER}
        system = {
            "application": {"applicationId": self._setting.extension_id},
            "user": user,
            "device": {"deviceId": USER, "display": {"size": "none"}},
        }
        return {
            "version": self._setting.version,
            "session": {
                "new": before is None,
                "sessionAttributes": before.attributes if before is not None else {},
                "sessionId": session,
                "user": user,
            },
            "context": {"System": system},
            "request": request,
        }


def _hidden(request: dict[str, Any], wants: Wanted | None) -> dict[str, Any]:
    """The request without what may be a PIN."""
    intent = request.get("intent")
    if intent is None:
        return request
    secret = [
        name for name, slot in intent["slots"].items() if isinstance(wants, WantsPin) or holds_digits(slot["value"])
    ]
    slots = {**intent["slots"], **{name: {"name": name, "value": "****"} for name in secret}}
    return {**request, "intent": {**intent, "slots": slots}}
