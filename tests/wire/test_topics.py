"""Topic names and filters, with paho's own matcher as the oracle."""

import string
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paho.mqtt.client import topic_matches_sub

from gateway.wire.topics import TopicMap, check_filter, check_topic, is_filter

BOTH = ["a", "/", "a/b", "/a/", "a//b", "$SYS/broker", "집/거실/전등", "a b/c", " ", "x" * 65_535, "가" * 21_845]
FILTERS_ONLY = ["#", "+", "a/#", "a/+", "+/b", "+/+/#", "/#", "$SYS/#", "a/+/c"]
NEITHER = ["", "a#", "#/a", "a/#/b", "a+", "a/+b", "a/b+/c", "##", "++", "a/b#"]
BROKEN = ["\x00", "a\x00b", "a\nb", "\x1f", "\uffff", "\ud800", "x" * 65_536, "가" * 21_846]


@pytest.mark.parametrize("topic", BOTH, ids=lambda topic: topic[:12])
def test_a_legal_topic_is_both_name_and_filter(topic: str) -> None:
    assert check_topic(topic) == check_filter(topic) == topic
    assert not is_filter(topic)


@pytest.mark.parametrize("topic", FILTERS_ONLY)
def test_wildcards_are_for_filters(topic: str) -> None:
    assert check_filter(topic) == topic
    assert is_filter(topic)
    with pytest.raises(ValueError, match="no wildcards"):
        check_topic(topic)


@pytest.mark.parametrize("topic", [*NEITHER, *BROKEN], ids=lambda topic: ascii(topic)[:12])
@pytest.mark.parametrize("check", [check_topic, check_filter])
def test_an_illegal_topic_is_refused(check: Callable[[str], str], topic: str) -> None:
    with pytest.raises(ValueError, match=r"topic|wildcards"):
        check(topic)


MATCHES = [
    ("a", "a", True),
    ("a", "A", False),
    ("a", "a/", False),
    ("a/", "a", False),
    ("a/#", "a", True),
    ("a/#", "a/b/c", True),
    ("a/#", "ab", False),
    ("a/#", "a/", True),
    ("a/+", "a", False),
    ("a/+", "a/b", True),
    ("a/+", "a/", True),
    ("a/+", "a/b/c", False),
    ("a/+/#", "a", False),
    ("a/+/#", "a/b", True),
    ("+", "a", True),
    ("+", "/a", False),
    ("+/+", "/a", True),
    ("/+", "/a", True),
    ("#", "a/b/c", True),
    ("#", "/", True),
    ("+/#", "a", True),
    ("a/+/c", "a/b/c", True),
    ("a/+/c", "a/b/d", False),
    ("#", "$SYS", False),
    ("#", "$SYS/broker", False),
    ("+", "$SYS", False),
    ("+/broker", "$SYS/broker", False),
    ("+/#", "$SYS/broker", False),
    ("$SYS/#", "$SYS/broker/load", True),
    ("$SYS/#", "$SYS", True),
    ("$SYS/+", "$SYS/broker", True),
    ("a/#", "a/$SYS", True),
    ("a/+", "a/$SYS", True),
]


def found(topic_filter: str, topic: str) -> list[str]:
    topics: TopicMap[str] = TopicMap()
    topics.add(topic_filter, "thing")
    return topics.find(topic)


@pytest.mark.parametrize(("topic_filter", "topic", "matches"), MATCHES)
def test_a_filter_matches(topic_filter: str, topic: str, matches: bool) -> None:
    assert found(topic_filter, topic) == ["thing"] * matches
    assert topic_matches_sub(topic_filter, topic) is matches


LEVEL = st.sampled_from(["", "a", "b", "$SYS", "$", "집"]) | st.text(string.ascii_letters, max_size=3)
TOPIC = st.lists(LEVEL, min_size=1, max_size=4).map("/".join).filter(bool)
FILTER = st.builds(
    lambda levels, tail: "/".join([*levels, *tail]),
    st.lists(LEVEL | st.just("+"), min_size=1, max_size=4),
    st.sampled_from([[], ["#"]]),
).filter(bool)


@given(filters=st.lists(FILTER, max_size=8), topic=TOPIC)
def test_the_map_finds_what_paho_would_match(filters: list[str], topic: str) -> None:
    topics: TopicMap[int] = TopicMap()
    for number, topic_filter in enumerate(filters):
        check_filter(topic_filter)
        topics.add(topic_filter, number)
    expected = [number for number, topic_filter in enumerate(filters) if topic_matches_sub(topic_filter, topic)]
    assert sorted(topics.find(check_topic(topic))) == expected


@given(filters=st.lists(FILTER, max_size=8), kept=FILTER, data=st.data())
def test_what_is_removed_leaves_nothing_behind(filters: list[str], kept: str, data: st.DataObject) -> None:
    topics: TopicMap[int] = TopicMap()
    empty: TopicMap[int] = TopicMap()
    for number, topic_filter in enumerate(filters):
        topics.add(topic_filter, number)
    topics.add(kept, -1)
    for number in data.draw(st.permutations(range(len(filters)))):
        topics.remove(filters[number], number)
    if topic_matches_sub(kept, "a/b"):
        assert topics.find("a/b") == [-1]
    topics.remove(kept, -1)
    assert vars(topics) == vars(empty)


def test_things_of_one_topic_are_found_in_the_order_they_came() -> None:
    topics: TopicMap[str] = TopicMap()
    for thing in ("first", "second", "third"):
        topics.add("a/b", thing)
    topics.remove("a/b", "second")
    assert topics.find("a/b") == ["first", "third"]


def test_looking_for_topics_leaves_nothing_behind() -> None:
    topics: TopicMap[str] = TopicMap()
    topics.add("a/+", "thing")
    before = str(vars(topics).keys()), len(topics.find("b"))
    for number in range(100):
        topics.find(f"x/{number}")
    assert (str(vars(topics).keys()), len(topics.find("b"))) == before


@given(st.text(max_size=30))
def test_any_text_is_a_legal_topic_or_refused(text: str) -> None:
    try:
        topic = check_topic(text)
    except ValueError:
        return
    assert not set(topic) & {"+", "#", "\0"}
    assert 0 < len(topic.encode()) < 65_536
