"""Alarms against a model of them, second by second, through restarts, changes of devices and clocks that are set.

The model knows no deadlines: it looks at every second, remembers what was so in the last ones, and decides.
"""

from dataclasses import dataclass, field, replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from gateway.engine.occasion import SETTLE_SECONDS
from gateway.home import traits
from gateway.home.alarms import Escalation, Rule, Severity, Sign
from gateway.home.values import LOCKED, UNLOCKED
from gateway.wire.binding import Wiring
from tests.engine.alarming import Watchman, wired

HOLD, CLEAR, REPEAT, SECOND, LAPSES, LONG, EXPIRES = 4, 3, 20, 9, 6, 12, 40


def made(name: str, sign: Sign, **rest: object) -> Rule:
    usual = Rule(name, (sign,), Severity.LIFE, 0.0, float(CLEAR), float(REPEAT), float(EXPIRES), f"m-{name}")
    return replace(usual, **rest)  # type: ignore[arg-type]  # fields of a rule


SMOKE = made("smoke", Sign(traits.SMOKE, True))
GAS = made("gas", Sign(traits.GAS, True), hold=float(HOLD), escalation=Escalation(float(SECOND), "m-second"))
MOVED = made("vibration", Sign(traits.VIBRATION, True), hold=float(HOLD), is_event=True)
OPENED = made("lock_opened", Sign(traits.LOCK, UNLOCKED), is_event=True, clear=0.0)
HEAT = made("heat", Sign(traits.HEAT, True), quorum=2, clear=CLEAR + 0.5)  # over before anything else of that second
LOST = made("lost", Sign(traits.LOST, True), hold=float(LONG), devices=frozenset({"word", "mute"}))
RULES = (SMOKE, GAS, MOVED, OPENED, HEAT, LOST)

DEVICES: dict[str, Wiring] = {
    "wild": wired("wild", traits.SMOKE, topic="rooms/+/smoke"),
    "gas": wired("gas", traits.GAS),
    "moved": wired("moved", traits.VIBRATION, lapses_after=float(LAPSES)),
    "lock": wired("lock", traits.LOCK),
    **{id: wired(id, traits.HEAT) for id in ("h1", "h2", "h3")},
    "word": wired("word", traits.TAMPER, has_word=True),
    "mute": wired("mute", traits.PANIC),
}


@dataclass
class One:
    """What can be an alarm, as it is at this second."""

    of: Rule
    shows: bool = False
    was_heard: bool = False
    for_seconds: float = 0.0
    """It has shown itself, or not, for so long."""
    raised: bool = False
    told: bool = False
    since_raised: float = 0.0
    since_told: float = 1e9
    second: bool = False
    sends: bool = True
    """Whether what is told is sent, in this run."""
    was_sent: bool = True
    """Whether what was told of this was sent; and the second."""
    was_second_sent: bool = True
    since_sent: float = 1e9
    waits: float = 0.0
    """After a start nothing comes about for so long."""
    lapses_in: float = 1e9
    said: list[str] = field(default_factory=list)

    def hear(self, shows: bool, is_as_found: bool = False) -> None:
        if self.of.is_event and not self.was_heard and is_as_found and shows:
            self.raised = self.told = self.second = self.was_sent = True
        self.was_heard = True
        if shows != self.shows:
            self.shows, self.for_seconds = shows, 0.0
        if not shows:
            self.lapses_in, self.waits = 1e9, 0.0

    def look(self, can_hear: bool = True) -> None:
        """What is so at this second."""
        may = self.waits <= 0
        if self.shows and not self.raised and may and can_hear and self.for_seconds >= self.of.hold:
            self.raised, self.told, self.second, self.since_raised = True, False, False, 0.0
        if self.raised and self.shows and not self.told and may and self.since_told >= self.of.repeat_after:
            self.told, self.since_told, self.was_sent = True, 0.0, self.sends
            if self.sends:
                self.since_sent = 0.0
                self.said.append(self.of.message)
        escalation = self.of.escalation
        is_late = escalation is not None and self.since_raised >= escalation.after
        if self.raised and self.shows and not self.second and may and is_late and escalation is not None:
            self.second, self.was_second_sent = True, self.sends
            if self.sends:
                self.said.append(escalation.message)
        if self.shows and self.lapses_in <= 0:
            self.hear(False)
        if self.raised and not self.shows and self.for_seconds >= self.of.clear:
            self.raised = False

    def second_later(self) -> None:
        self.pass_unseen(1)
        self.waits -= 1
        self.lapses_in -= 1

    def pass_unseen(self, seconds: int) -> None:
        self.for_seconds += seconds
        self.since_raised += seconds
        self.since_told += seconds
        self.since_sent += seconds

    def begin_anew(self, sends: bool) -> None:
        """A new run, that knows of no notification but those that were sent."""
        self.sends, self.since_told = sends, self.since_sent
        if self.told and not self.was_sent and self.since_sent - self.since_raised < self.of.repeat_after:
            self.told, self.second = False, self.second and self.was_second_sent  # as if nobody had looked since
        self.come()

    def come(self) -> None:
        """The device is there again. What was not sent of it is told if it is news, and can be sent now."""
        is_too_soon = not self.told and self.since_told - self.since_raised < self.of.repeat_after
        if not self.raised or is_too_soon or (self.told and self.was_sent):
            return
        self.told = not self.sends or self.since_raised >= self.of.expires
        self.second = self.told or (self.second and self.was_second_sent)
        self.was_sent = self.was_second_sent = not self.told


class Home(RuleBasedStateMachine):
    """The gateway and the model hear the same."""

    @initialize()
    def begin(self) -> None:
        self.man = Watchman(*RULES).wire(*DEVICES.values())
        self.rooms = {room: One(SMOKE) for room in "xy"}
        self.gas, self.moved, self.lock = One(GAS), One(MOVED), One(OPENED)
        self.heats = {id: One(HEAT) for id in ("h1", "h2", "h3")}
        self.group = One(replace(HEAT, clear=0.0))
        self.word, self.mute = One(LOST), One(LOST)
        self.connect()

    def singles(self) -> list[One]:
        return [*self.rooms.values(), self.gas, self.moved, self.lock, *self.heats.values()]

    def look(self) -> None:
        for one in self.singles():
            one.look()
        for one in (self.word, self.mute):
            one.look(self.can_hear)
        if not self.mute.raised and self.can_hear and not self.mute.shows:
            self.mute.hear(True)  # silence begins, and where it was lost, once it has been found
        self.count()

    def count(self) -> None:
        self.group.hear(sum(one.raised for one in self.heats.values()) >= 2)
        self.group.look()

    # What is said

    @rule(room=st.sampled_from("xy"), shows=st.booleans(), retained=st.booleans())
    def smoke(self, room: str, shows: bool, retained: bool) -> None:
        self.man.say(shows, "wild", topic=f"rooms/{room}/smoke", retained=retained)
        self.rooms[room].hear(shows)
        self.look()

    @rule(shows=st.booleans(), retained=st.booleans())
    def leak_of_gas(self, shows: bool, retained: bool) -> None:
        self.man.say(shows, "gas", trait=traits.GAS, retained=retained)
        self.gas.hear(shows)
        self.look()

    @rule(id=st.sampled_from(["h1", "h2", "h3"]), shows=st.booleans())
    def heat(self, id: str, shows: bool) -> None:
        self.man.say(shows, id, trait=traits.HEAT)
        self.heats[id].hear(shows)
        self.look()

    @rule(retained=st.booleans())
    def move(self, retained: bool) -> None:
        self.man.say(True, "moved", trait=traits.VIBRATION, retained=retained)
        if not retained:
            self.moved.hear(True)
            self.moved.lapses_in = LAPSES
        self.look()

    @rule(opens=st.booleans(), retained=st.booleans())
    def turn_the_key(self, opens: bool, retained: bool) -> None:
        self.man.say(UNLOCKED if opens else LOCKED, "lock", trait=traits.LOCK, retained=retained)
        self.lock.hear(opens, True)
        self.look()

    # Who is there

    @precondition(lambda self: self.can_hear)
    @rule(there=st.booleans())
    def present(self, there: bool) -> None:
        self.man.alarms.present("word", there, self.man.now)
        self.man.keep()
        self.word.hear(not there)
        self.look()

    @precondition(lambda self: self.can_hear)
    @rule()
    def speak(self) -> None:
        self.man.alarms.spoke("mute", self.man.now)
        self.man.keep()
        self.mute.hear(False)
        self.look()

    @rule()
    def connect(self) -> None:
        self.man.alarms.connected(self.man.now)
        self.man.keep()
        if not getattr(self, "can_hear", False):
            self.can_hear = True
            if self.word.shows and not self.word.raised:
                self.word.for_seconds = 0.0
        self.look()

    @rule()
    def disconnect(self) -> None:
        self.man.alarms.disconnected(self.man.now)
        self.man.keep()
        self.lose()

    def lose(self) -> None:
        self.can_hear = False
        if not self.mute.raised:
            self.mute.hear(False)

    # Time, restarts, devices

    @rule(seconds=st.integers(1, 25))
    def wait(self, seconds: int) -> None:
        self.man.wait(seconds)
        self.pass_by(seconds)

    def pass_by(self, seconds: int) -> None:
        for _ in range(seconds):
            for one in (*self.singles(), self.group, self.word, self.mute):
                one.second_later()
            self.look()

    @rule(
        away=st.integers(0, 30),
        jump=st.sampled_from([0, 0, 15]),
        order=st.permutations(list(DEVICES)),
        sends=st.sampled_from([True, True, False]),
    )
    def restart(self, away: int, jump: int, order: list[str], sends: bool) -> None:
        """What was away for a while, and had its clock set forward by as much, finds the same."""
        self.man.can_send = sends
        self.man.stop()
        self.man.now += away
        self.man.ahead += jump
        self.man.start(order)
        self.man.keep()
        self.miss(self.moved, away + jump, sends)
        for one in (*self.singles(), self.group, self.word, self.mute):
            if one is not self.moved:
                one.pass_unseen(away + jump)
                one.waits = SETTLE_SECONDS if one.shows else 0.0
                one.begin_anew(sends)
        self.lose()
        self.look()

    def miss(self, one: One, seconds: int, sends: bool) -> None:
        """What lapses cannot say that it is over: it was as it would have been."""
        if not one.shows or one.raised:
            one.pass_unseen(seconds)
            one.lapses_in = LAPSES
            one.begin_anew(sends)
            return
        one.begin_anew(sends)
        one.lapses_in = min(one.lapses_in, LAPSES - one.for_seconds)  # that it was said again is not in the file
        sent, told = len(one.said), one.since_told
        for _ in range(seconds):
            one.second_later()
            one.look()
        if one.since_told < told + seconds:
            one.since_told = 0.0
        if len(one.said) > sent:
            one.since_sent = 0.0

    @rule(id=st.sampled_from(["gas", "moved", "lock", "h1"]))
    def change(self, id: str) -> None:
        there = self.man.wirings[id]
        self.man.wire(replace(there, notes=(*there.notes, "changed")))
        self.come(id)
        if id == "moved" and self.moved.shows:
            self.moved.lapses_in = LAPSES if self.moved.raised else min(self.moved.lapses_in, LAPSES)

    @rule(id=st.sampled_from(["gas", "lock", "word"]))
    def go_and_come(self, id: str) -> None:
        self.man.wire(self.man.unwire(id))
        self.come(id)

    def come(self, id: str) -> None:
        named = {"gas": self.gas, "moved": self.moved, "lock": self.lock, "word": self.word, **self.heats}
        named[id].come()

    @invariant()
    def the_same_was_told(self) -> None:
        told: dict[str, list[str]] = {}
        for one in self.man.sent():
            key = one.key.source or ("heat" if one.key.alarm == "heat" else one.key.device)
            told.setdefault(key, []).append(one.message)
        expected = {
            **{f"rooms/{room}/smoke": one.said for room, one in self.rooms.items()},
            "gas": self.gas.said,
            "moved": self.moved.said,
            "lock": self.lock.said,
            "heat": self.group.said,
            "word": self.word.said,
            "mute": self.mute.said,
        }
        assert told == {key: said for key, said in expected.items() if said}

    @invariant()
    def the_same_is_an_alarm(self) -> None:
        active = {(one.key.device, one.key.source) for one in self.man.alarms.active()}
        expected = {("wild", f"rooms/{room}/smoke") for room, one in self.rooms.items() if one.raised}
        named = {"gas": self.gas, "moved": self.moved, "lock": self.lock, "word": self.word, "mute": self.mute}
        expected |= {(id, "") for id, one in {**named, **self.heats}.items() if one.raised}
        assert active == expected


TestHome = Home.TestCase
TestHome.settings = settings(max_examples=150, stateful_step_count=40)
