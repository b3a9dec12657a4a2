"""The story of the skill: bytes and a signature come in, what is to be said goes out.

    signature over the raw bytes -> message -> whose skill it is -> account -> seen before? -> the task -> words

Everything that CLOVA signed is answered with HTTP 200 and a sentence. The one catch-all is in `answer`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import structlog

from gateway.accounts.pace import Pace
from gateway.accounts.replay import KEPT_SECONDS, Replay, Seen, key_of
from gateway.accounts.tokens import Tokens
from gateway.accounts.users import Account
from gateway.clova import dialogue
from gateway.clova.dialogue import SkillRequest, parse_request
from gateway.clova.envelope import Malformed
from gateway.clova.sayings.form import Part, Spoken, say
from gateway.clova.sayings.lines import Line
from gateway.clova.speech import Said, build_answer
from gateway.home.problems import Busy, Problem, Refused, TokenExpired, TokenInvalid
from gateway.skill.conversation import Conversation, Heard
from gateway.skill.talks import Key, Wanted
from gateway.skill.turn import Reply
from gateway.written import Written

log: structlog.stdlib.BoundLogger = structlog.get_logger("skill")

BUDGET_SECONDS = 6.0
"""CLOVA listens for 8."""
MARGIN_SECONDS = 0.3
SKILL = "ClovaSkill"
MARK, STAYS = "turn", "stays"
"""What goes through CLOVA: the mark of the turn, and whether the session goes on after an answer."""

Verify = Callable[[bytes, str], Awaitable[bool]]
"""Whether the signature is CLOVA's over these bytes; raises LookupError where no public key is at hand."""


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


@dataclass(frozen=True, slots=True)
class _Speaker:
    account: Account
    until: float
    """Until when the token counts, in seconds since 1970."""


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
        self._verify = verify
        self._tokens = tokens
        self._replay = replay
        self.conversation = conversation
        self._now = now
        self._wall = wall
        self._new_id = new_id
        self._pace = Pace(now)
        self._running: dict[bytes, asyncio.Future[bytes]] = {}

    async def hear(self, body: bytes, signature: str) -> Answered:
        """Answer what came through the public door. Nothing is parsed before the signature holds."""
        deadline = self._now() + BUDGET_SECONDS - MARGIN_SECONDS
        try:
            async with asyncio.timeout_at(deadline):
                is_clova_s = await self._verify(body, signature)
        except (LookupError, TimeoutError):
            return Answered(503)
        if not is_clova_s:
            return Answered(401)
        return await self.answer(body, deadline)

    async def answer(self, body: bytes, deadline: float | None = None, account: Account | None = None) -> Answered:
        """Answer a message that is known to be CLOVA's, or one of our own with the account it speaks for."""
        started = self._now()
        deadline = deadline if deadline is not None else started + BUDGET_SECONDS - MARGIN_SECONDS
        request = SkillRequest("")
        speaker = None if account is None else _Speaker(account, self._wall() + KEPT_SECONDS)
        try:
            request = parse_request(body)
            if account is None and not self._is_ours(request):
                return self._plain(request, Line.TROUBLE)
            async with asyncio.timeout_at(deadline + MARGIN_SECONDS / 2):
                answered = await self._answered(request, body, speaker, deadline)
        except Busy:
            answered = self._plain(request, Line.BUSY)
        except Malformed as error:
            log.warning("signed by CLOVA, but no message", why=str(error))
            answered = self._plain(request, Line.NOT_UNDERSTOOD)
        except TimeoutError:
            log.warning("no answer in time", intent=request.intent)
            answered = self._plain(request, Line.TOO_SLOW)
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

    async def _answered(
        self, request: SkillRequest, body: bytes, speaker: _Speaker | None, deadline: float
    ) -> Answered:
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

    async def _intent(self, request: SkillRequest, body: bytes, speaker: _Speaker | None, deadline: float) -> Answered:
        try:
            if speaker is None:
                self._pace_of(request)
                speaker = await self._speaker(request.token)
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
        self._pace.take(request.token or request.user_id)

    async def _speaker(self, token: str) -> _Speaker:
        """The real gate: whose access token it is. Raises TokenInvalid or TokenExpired."""
        row = await self._tokens.look_up(token)
        return _Speaker(row.account, row.expires_at)

    async def _once(self, request: SkillRequest, body: bytes, speaker: _Speaker, key: Key, deadline: float) -> Answered:
        """Answer, unless this very message was or is being answered already: then with the same, and nothing is done.

        What we ask goes on with a new mark, so that who says the same twice has sent two messages.
        """
        seen = key_of(f"skill {key.account}", f"{key.user} {key.session}", body)
        running = self._running.get(seen)
        known = await asyncio.shield(running) if running is not None else self._replay.find(seen)
        if known is not None:
            return Answered(200, known, self.conversation.talks.wants(key), key.account)
        running = self._running[seen] = asyncio.get_running_loop().create_future()
        writing = Written(self._replay, seen, speaker.until)
        answered = self._plain(request, Line.TROUBLE)  # what a repetition hears if this one ends in a defect
        try:
            answered = await self._talk(request, speaker, key, writing, deadline)
        except Seen as before:
            answered = Answered(200, before.answer, None, key.account) if before.answer else answered
        finally:
            del self._running[seen]
            running.set_result(answered.body)
            until = speaker.until if writing.begun else min(speaker.until, self._wall() + KEPT_SECONDS)
            self._replay.keep(seen, answered.body, until)
        return answered

    async def _talk(
        self, request: SkillRequest, speaker: _Speaker, key: Key, writing: Written, deadline: float
    ) -> Answered:
        mark = request.attributes.get(MARK)
        heard = Heard(
            request.intent,
            {name: slot.value for name, slot in request.slots.items()},
            request.is_new,
            mark if isinstance(mark, str) else None,
        )
        reply = await self.conversation.reply(heard, speaker.account, key, writing.begin, deadline)
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

    def _plain(self, request: SkillRequest, line: Line) -> Answered:
        """One line, and the end of the session."""
        spoken = self._say(line)
        return Answered(200, self._built(request, Said(spoken.brief, spoken.verbose)))

    def _built(self, request: SkillRequest, said: Said) -> bytes:
        return build_answer(said, self._setting.language, request.version or self._setting.version)

    def _say(self, line: Line, **parts: Part) -> Spoken:
        return say(self._setting.language, line, **parts)
