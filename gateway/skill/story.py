"""The story of the skill: bytes and a signature come in, what is to be said goes out.

    signature over the raw bytes -> message -> whose skill it is -> account -> seen before? -> the task -> words

Everything that CLOVA signed is answered with HTTP 200 and a sentence. The one catch-all is in `answer`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog

from gateway.accounts.pace import Pace
from gateway.accounts.replay import Replay, Seen, key_of
from gateway.accounts.tokens import Tokens, hash_token
from gateway.accounts.users import Account
from gateway.clova import dialogue
from gateway.clova.dialogue import SkillRequest, parse_request
from gateway.clova.envelope import Malformed
from gateway.clova.sayings.form import Part, Spoken, say
from gateway.clova.sayings.lines import Line
from gateway.clova.speech import Said, build_answer
from gateway.gates import Gates, Speaker, Turn, in_time
from gateway.gates import Verify as Verify
from gateway.home.problems import Busy, Problem, Refused, TokenExpired, TokenInvalid
from gateway.skill.conversation import Conversation, Heard
from gateway.skill.talks import Key, Wanted
from gateway.skill.turn import Reply

log: structlog.stdlib.BoundLogger = structlog.get_logger("skill")

BUDGET_SECONDS = 6.0
"""CLOVA listens for 8."""
MARGIN_SECONDS = 0.3
SKILL = "ClovaSkill"
MARK, STAYS = "turn", "stays"
"""What goes through CLOVA: the mark of the turn, and whether the session goes on after an answer."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What the skill is. `version` is that of its messages where a request has none."""

    extension_id: str
    language: str
    home: str
    version: str


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of a request: HTTP's status, its body, and what we now wait to be told."""

    status: int
    body: bytes = b""
    wants: Wanted | None = None
    account: str = ""
    """Whose, where that is known."""


class Skill:
    """Answers CLOVA. `now` is the monotonic clock, `wall` the time of day; `new_id` makes a turn's mark."""

    def __init__(
        self,
        setting: Setting,
        verify: Verify,
        tokens: Tokens,
        replay: Replay,
        conversation: Conversation,
        now: Callable[[], float],
        wall: Callable[[], float],
        new_id: Callable[[], str],
    ) -> None:
        self._setting = setting
        self._gates = Gates(verify, tokens, replay, wall)
        self.conversation = conversation
        self._now = now
        self._new_id = new_id
        self._pace = Pace(now)

    async def hear(self, body: bytes, signature: str) -> Answered:
        """Answer what came through the public door. Nothing is parsed before the signature holds."""
        deadline = self._now() + BUDGET_SECONDS - MARGIN_SECONDS
        refusal = await self._gates.refusal(body, signature, deadline)
        if refusal is not None:
            return Answered(refusal)
        return await self.answer(body, deadline)

    async def answer(self, body: bytes, deadline: float | None = None, account: Account | None = None) -> Answered:
        """Answer a message that is known to be CLOVA's, or one of our own with the account it speaks for."""
        started = self._now()
        deadline = deadline if deadline is not None else started + BUDGET_SECONDS - MARGIN_SECONDS
        request = SkillRequest("")
        speaker = None if account is None else self._gates.trusted(account)
        try:
            request = parse_request(body)
            if account is None and not self._is_ours(request):
                return self._plain(request, Line.TROUBLE)
            answered = await self._answered(request, body, speaker, deadline)
        except Busy:
            answered = self._plain(request, Line.BUSY)
        except Malformed as error:
            log.warning("signed by CLOVA, but no message", why=str(error))
            answered = self._plain(request, Line.NOT_UNDERSTOOD)
        except TimeoutError:
            answered = self._too_slow(request)
        except Exception:
            log.exception("a defect in the gateway", request=request.kind, intent=request.intent)
            answered = self._plain(request, Line.TROUBLE)
        log.info(
            "answered",
            request=request.kind,
            intent=request.intent,
            account=answered.account or None,
            wants=type(answered.wants).__name__ if answered.wants is not None else None,
            ms=round((self._now() - started) * 1000, 1),
        )
        return answered

    def _is_ours(self, request: SkillRequest) -> bool:
        """A signature of CLOVA's proves that it is CLOVA's, and not that it is meant for us."""
        if request.application_id == self._setting.extension_id:
            return True
        log.warning("meant for another skill", application=request.application_id)
        return False

    async def _answered(self, request: SkillRequest, body: bytes, speaker: Speaker | None, deadline: float) -> Answered:
        match request.kind:
            case dialogue.LAUNCH:
                self._pace_of(request)
                self.conversation.talks.end(request.user_id, request.session_id)
                return self._reply(request, Reply(self._say(Line.GREETING, home=self._setting.home)), None, stays=True)
            case dialogue.ENDED:
                self.conversation.talks.end(request.user_id, request.session_id)
                return self._plain(request, Line.GOODBYE)
            case dialogue.EVENT:
                return self._event(request)
            case dialogue.INTENT:
                return await self._intent(request, body, speaker, deadline)
        return self._plain(request, Line.NOT_UNDERSTOOD)

    def _event(self, request: SkillRequest) -> Answered:
        if request.event.namespace == SKILL and request.event.name == "SkillDisabled":
            self.conversation.talks.forget(request.user_id)
            log.info("the skill was turned off by a user: nothing is kept of them")
        return self._plain(request, Line.GOODBYE)

    async def _intent(self, request: SkillRequest, body: bytes, speaker: Speaker | None, deadline: float) -> Answered:
        try:
            if speaker is None:
                self._pace_of(request)
                speaker = await self._gates.speaker(request.token, deadline)
            key = Key(speaker.account.name, request.user_id, request.session_id)
            return await self._once(request, body, speaker, key, deadline)
        except (TokenInvalid, TokenExpired):
            return self._plain(request, Line.LINK_NEEDED)
        except Refused:
            return self._plain(request, Line.FALLBACK)
        except Busy:
            raise
        except Problem as problem:
            log.warning("not done", intent=request.intent, why=type(problem).__name__)
            return self._plain(request, Line.TROUBLE)

    def _pace_of(self, request: SkillRequest) -> None:
        """Raises Busy."""
        self._pace.take(hash_token(request.token or request.user_id))

    async def _once(self, request: SkillRequest, body: bytes, speaker: Speaker, key: Key, deadline: float) -> Answered:
        """Answer, unless this very message was or is being answered already: then with the same, and nothing is done.

        What we ask goes on with a new mark, so that who says the same twice has sent two messages.
        """
        seen = key_of(f"skill {key.account}", f"{key.user} {key.session}", body)
        try:
            async with self._gates.turn(
                seen, seen, speaker, deadline, lambda: self._plain(request, Line.TROUBLE).body
            ) as turn:
                answered = await self._in_time(request, speaker, key, turn, deadline)
                turn.answer = answered.body
                return answered
        except Seen as before:
            known = before.answer or self._plain(request, Line.TROUBLE).body
            return Answered(200, known, self.conversation.talks.wants(key), key.account)

    async def _in_time(
        self, request: SkillRequest, speaker: Speaker, key: Key, turn: Turn, deadline: float
    ) -> Answered:
        try:
            async with in_time(deadline, TimeoutError()):
                return await self._talk(request, speaker, key, turn, deadline)
        except TimeoutError:
            return self._too_slow(request)

    async def _talk(self, request: SkillRequest, speaker: Speaker, key: Key, turn: Turn, deadline: float) -> Answered:
        mark = request.attributes.get(MARK)
        heard = Heard(
            request.intent,
            {name: slot.value for name, slot in request.slots.items()},
            request.is_new,
            mark if isinstance(mark, str) else None,
        )
        reply = await self.conversation.reply(heard, speaker.account, key, turn.begin, deadline)
        return self._reply(request, reply, key, stays=request.attributes.get(STAYS) is True)

    def _reply(self, request: SkillRequest, reply: Reply, key: Key | None, *, stays: bool) -> Answered:
        """The answer, and what we wait for from now on."""
        mark = self._new_id()
        if reply.wants is not None and key is not None:
            self.conversation.talks.begin(key, reply.wants, mark)
        stays = stays or reply.stays
        ends = reply.ends or not (stays or reply.wants)
        reprompt = reply.reprompt or self._say(Line.SILENCE).brief
        attributes: Mapping[str, object] = {} if ends else {MARK: mark, **({STAYS: True} if stays else {})}
        said = Said(reply.spoken.brief, reply.spoken.verbose, "" if ends else reprompt, ends, attributes)
        return Answered(200, self._built(request, said), reply.wants, key.account if key is not None else "")

    def _too_slow(self, request: SkillRequest) -> Answered:
        log.warning("no answer in time", intent=request.intent)
        return self._plain(request, Line.TOO_SLOW)

    def _plain(self, request: SkillRequest, line: Line) -> Answered:
        """One line, and the end of the session."""
        spoken = self._say(line)
        return Answered(200, self._built(request, Said(spoken.brief, spoken.verbose)))

    def _built(self, request: SkillRequest, said: Said) -> bytes:
        return build_answer(said, self._setting.language, request.version or self._setting.version)

    def _say(self, line: Line, **parts: Part) -> Spoken:
        return say(self._setting.language, line, **parts)
