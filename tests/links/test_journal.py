"""The audit log and the answers: bounded, in order, and cut to what is read."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.accounts.audit import MAX_DETAIL, MAX_ENTRIES, Entry, Event
from gateway.links.journal import MAX_ANSWERS, WRONG_CLOCK_SECONDS, Journal, Written
from gateway.links.store import Database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    found = Database(tmp_path / "gateway.db")
    yield found
    found.close()


@pytest.fixture
def journal(database: Database) -> Journal:
    return database.journal


def test_the_newest_of_one_sort_are_not_buried_by_others(journal: Journal) -> None:
    for number in range(3):
        journal.note(Entry(Event.OPENED, str(number)), float(number))
        for _ in range(50):
            journal.note(Entry(Event.REFUSED, "somebody"), float(number))
    assert [one.entry.account for one in journal.entries(2, Event.OPENED)] == ["1", "2"]


@pytest.mark.parametrize("event", Event)
def test_an_entry_comes_back_as_it_was_written(journal: Journal, event: Event) -> None:
    entry = Entry(event, "하늘", "front-door", "2001:db8::7", "'; DROP TABLE journal; -- \r\n\x1b[31m")
    journal.note(entry, 12.5)
    assert journal.entries() == [Written(12.5, entry)]


def test_long_words_are_cut(journal: Journal) -> None:
    journal.note(Entry(Event.REFUSED, "집" * 9999, "d" * 9999, "p" * 9999, "🔑" * 9999), 1.0)
    (written,) = journal.entries()
    entry = written.entry
    assert {len(text) for text in (entry.account, entry.device, entry.peer, entry.detail)} == {MAX_DETAIL}


def test_the_newest_are_kept_in_the_order_in_which_they_came(journal: Journal, database: Database) -> None:
    with database.transaction():
        for number in range(MAX_ENTRIES + 7):
            journal.note(Entry(Event.OPENED, str(number)), 1000.0 - number)
    entries = journal.entries()
    assert len(entries) == MAX_ENTRIES
    assert [entries[0].entry.account, entries[-1].entry.account] == ["7", str(MAX_ENTRIES + 6)]
    assert [written.entry.account for written in journal.entries(2)] == [str(MAX_ENTRIES + 5), str(MAX_ENTRIES + 6)]
    assert journal.entries(0) == []


def test_what_was_rolled_back_takes_no_place(journal: Journal, database: Database) -> None:
    def fails() -> None:
        with database.transaction():
            for _ in range(50):
                journal.note(Entry(Event.REFUSED, "x"), 2.0)
            raise KeyError

    journal.note(Entry(Event.LINKED, "me"), 1.0)
    for _ in range(3):
        with pytest.raises(KeyError):
            fails()
    journal.note(Entry(Event.UNLINKED, "me"), 3.0)
    assert [written.entry.event for written in journal.entries()] == [Event.LINKED, Event.UNLINKED]


def test_an_account_that_is_gone_leaves_its_entries(journal: Journal) -> None:
    journal.note(Entry(Event.LINKED, "nobody any more"), 1.0)
    assert journal.entries()[0].entry.account == "nobody any more"


def test_an_answer_is_begun_once(journal: Journal) -> None:
    assert journal.begin_answer(b"key", 100.0, 10.0) is None
    assert journal.begin_answer(b"key", 100.0, 11.0) == b"", "begun, and nobody knows how it went"
    journal.keep_answers([(b"key", b"done", 100.0)], 12.0)
    assert journal.begin_answer(b"key", 200.0, 99.9) == b"done"
    assert journal.begin_answer(b"other", 200.0, 99.9) is None
    assert journal.begin_answer(b"key", 200.0, 100.0) == b"done", "the clock may be wrong just now"
    journal.keep_answers([], 100.0 + WRONG_CLOCK_SECONDS)
    assert journal.begin_answer(b"key", 1e6, 100.0) is None, "its time is over"


def test_answers_come_back_those_that_end_last_of_all(journal: Journal) -> None:
    kept = [(b"%d" % number, b"answer %d" % number, 100.0 + number) for number in range(10)]
    journal.keep_answers(kept[::-1], 0.0)
    assert journal.answers(0.0, 100) == kept
    assert journal.answers(0.0, 3) == kept[-3:]
    assert journal.answers(105.0, 100) == kept[6:]
    journal.keep_answers([], 105.0 + WRONG_CLOCK_SECONDS)
    assert journal.answers(0.0, 100) == kept[6:], "and the others are gone"


def test_few_answers_are_kept(journal: Journal, database: Database) -> None:
    with database.transaction():
        journal.keep_answers([(b"%d" % n, b"", 1000.0 + n) for n in range(MAX_ANSWERS + 5)], 0.0)
    kept = journal.answers(0.0, MAX_ANSWERS + 5)
    assert len(kept) == MAX_ANSWERS
    assert [kept[0][0], kept[-1][0]] == [b"5", b"%d" % (MAX_ANSWERS + 4)]


def test_an_answer_of_any_bytes_comes_back(journal: Journal) -> None:
    journal.keep_answers([(bytes(range(256)), bytes(range(256))[::-1], 10.0)], 0.0)
    assert journal.answers(0.0, 1) == [(bytes(range(256)), bytes(range(256))[::-1], 10.0)]
