"""What is remembered of what was heard: the last word of each slot, for rules that come later."""

from gateway.engine.ears import Ears, Meaning
from gateway.home import traits
from gateway.home.device import Slot
from gateway.wire.binding import Feed
from tests.engine.alarming import START, WORDS

SMOKE = Slot(traits.SMOKE)


class Listener:
    """Ears of one device, and what it has heard."""

    def __init__(self, *topics: str) -> None:
        self.heard: list[tuple[str, Meaning]] = []
        self.ears = Ears(lambda _: None, lambda _: None, lambda *told: self.heard.append((told[3], told[2])))
        self.wire(*topics)

    def wire(self, *topics: str, slot: Slot = SMOKE) -> None:
        self.ears.rewire("a", tuple(Feed(slot, topic, (), WORDS) for topic in topics), (), START)

    def say(self, topic: str, payload: bytes) -> None:
        self.ears.take_in(topic, payload, False, START)

    def known(self) -> list[tuple[str, Meaning]]:
        return [(topic, meaning) for _, _, meaning, topic in self.ears.known()]


def test_of_one_slot_only_the_last_word_is_remembered_wherever_it_was_said() -> None:
    one = Listener("tele/a", "stat/a", "stat/result")
    for topic, payload in (("stat/result", b"0"), ("stat/a", b"0"), ("stat/result", b"1")):
        one.say(topic, payload)
    assert one.known() == [("stat/result", True)]


def test_what_is_said_at_several_topics_of_a_wildcard_is_remembered_of_each() -> None:
    one = Listener("rooms/+")
    for topic, payload in (("rooms/x", b"1"), ("rooms/y", b"0"), ("rooms/x", b"0"), ("rooms/x", b"1")):
        one.say(topic, payload)
    assert one.known() == [("rooms/y", False), ("rooms/x", True)], "as it was heard last"


def test_what_was_said_where_nobody_listens_any_more_is_forgotten() -> None:
    one = Listener("tele/a", "stat/a")
    one.say("tele/a", b"1")
    one.wire("stat/a")
    assert one.known() == []


def test_another_slot_hears_what_came_before_it_in_order() -> None:
    one = Listener("hub")
    for payload in (b"1", b"0", b"?", b"1"):
        one.say("hub", payload)
    one.heard.clear()
    feeds = tuple(Feed(slot, "hub", (), WORDS) for slot in (SMOKE, Slot(traits.LEAK)))
    one.ears.rewire("a", feeds, (), START)
    assert one.heard == [("hub", True), ("hub", False), ("hub", True)]
