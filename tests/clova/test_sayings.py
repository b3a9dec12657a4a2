"""What the skill says: complete in every language, and put together as a person would say it."""

import re
import string
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway import skill
from gateway.clova.appliances import KINDS
from gateway.clova.sayings import LANGUAGES, Line, Part, alarm, clock, kind_words, listed, reading, say, span, together
from gateway.clova.sayings import way as way_of
from gateway.clova.sayings import when as when_of
from gateway.clova.sayings.en import ENGLISH
from gateway.clova.sayings.fillers import letters_of, stripped
from gateway.clova.sayings.form import MAX_NAME, Spoken
from gateway.clova.sayings.hangul import counted, ending_of, native, particle
from gateway.clova.sayings.ja import JAPANESE
from gateway.clova.sayings.kinds import UNSPOKEN
from gateway.clova.sayings.ko import KOREAN
from gateway.clova.sayings.text import Text
from gateway.home.alarms import ALARMS
from gateway.home.traits import CURRENT_TEMPERATURE, ON_OFF, WAYS

SEOUL = ZoneInfo("Asia/Seoul")
CATALOGUES = {"ko": KOREAN, "ja": JAPANESE, "en": ENGLISH}
NUMBERS = {"count", "total", "done", "left", "minutes"}
LISTS = {"names", "values"}
OWN_LETTERS = {"ko": r"[가-힣]", "ja": r"[ぁ-ヿ一-鿿]", "en": r"[A-Za-z]"}
PAIRS = {"이/가", "을/를", "은/는", "으로/로", "과/와", "이에요/예요", "이었어요/였어요", "이라는/라는"}


def fields(template: str) -> Iterator[tuple[str, str]]:
    for _, name, spec, _ in string.Formatter().parse(template):
        if name is not None:
            yield name, spec or ""


def example(part: str, count: int = 3) -> Part:
    return count if part in NUMBERS else ("거실 전등", "TV", "LED") if part in LISTS else "TV"


def filled(language: str, line: Line, count: int = 3) -> Spoken:
    return say(language, line, **{part: example(part, count) for part in line.parts})


# The catalogues


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_has_a_text_in_every_language_and_there_are_no_others(language: str) -> None:
    assert list(CATALOGUES[language]) == list(Line)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("line", Line)
def test_a_line_is_filled_with_what_it_names_and_says_all_of_it_to_who_sees_nothing(language: str, line: Line) -> None:
    text = CATALOGUES[language][line]
    brief = {name for name, _ in fields(text.brief)}
    verbose = {name for name, _ in fields(text.verbose or text.brief)}
    assert brief <= line.parts
    assert brief | verbose == line.parts
    assert bool(line.parts & NUMBERS - {"total", "done"}) <= bool((brief | verbose) & NUMBERS)


@pytest.mark.parametrize("line", Line)
def test_korean_asks_only_for_particles_that_there_are(line: Line) -> None:
    text = KOREAN[line]
    asked = {(name, spec) for template in text for name, spec in fields(template) if spec}
    for name, spec in asked:
        assert spec in PAIRS if "/" in spec else name in NUMBERS
    assert not re.search(
        r"\} ?(?:을|를|이|가|은|는|과|와)(?=[\s,.])",
        re.sub(r"\{(?:count|total):(?:개|대)\}[가를]|\{count:곳\}[이은을]", "", " ".join(text)),
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("line", Line)
@pytest.mark.parametrize("count", [1, 3, 120])
def test_every_line_is_a_sentence_of_its_language(language: str, line: Line, count: int) -> None:
    for said in filled(language, line, count):
        assert said == " ".join(said.split())
        assert not re.search(r"[{}#|]|\s[,.、。?]|[,、] ?[.。]", said)
        assert not said or re.search(OWN_LETTERS[language], said)
        assert not said or said.endswith((".", "?", "。"))


@pytest.mark.parametrize("line", Line)
def test_the_style_is_polite(line: Line) -> None:
    korean = re.split(r"[.?] ?", " ".join(filter(None, filled("ko", line))))
    assert all(sentence.endswith(("요", "죠")) for sentence in filter(None, korean)), korean
    japanese = re.split(r"[。?] ?", " ".join(filter(None, filled("ja", line))))
    polite = (
        "です",
        "でした",
        "ます",
        "ました",
        "ません",
        "ませんでした",
        "ください",
        "ますか",
        "ですか",
        "どうぞ",
        "お願いします",
        "できません",
    )
    assert all(sentence.strip().endswith(polite) for sentence in japanese if sentence.strip()), japanese


def test_missing_and_strange_parts_are_a_defect() -> None:
    with pytest.raises(TypeError, match="WHICH is filled with names"):
        say("ko", Line.WHICH)
    with pytest.raises(TypeError, match="GOODBYE is filled with nothing"):
        say("ko", Line.GOODBYE, device="TV")


@given(st.sampled_from(LANGUAGES), st.sampled_from(list(Line)), st.text(max_size=300), st.integers(-1, 10**6))
def test_any_name_and_number_can_be_said(language: str, line: Line, name: str, number: int) -> None:
    parts: dict[str, Part] = {
        part: number if part in NUMBERS else (name, name) if part in LISTS else name for part in line.parts
    }
    assert all(len(said) < 20 * MAX_NAME for said in say(language, line, **parts))


def test_a_name_is_no_template() -> None:
    assert say("en", Line.DONE_ON, device="{device:x} %s").brief == "{device:x} %s is on."


# Sentences


@pytest.mark.parametrize(
    ("line", "parts", "ko", "ja", "en"),
    [
        (Line.DONE_ON, {"device": "TV"}, "TV를 켰어요.", "TVをつけました。", "TV is on."),
        (
            Line.LIGHTS_DONE_OFF,
            {"count": 2},
            "불 두 개를 껐어요.",
            "電気を2つ消しました。",
            "Switched off 2 lights.",
        ),
        (
            Line.UNLOCKED,
            {"count": 2, "names": ("현관문", "뒷문")},
            "현관문하고 뒷문이 잠기지 않았어요.",
            "현관문と뒷문の鍵が開いています。",
            "Not locked: 현관문 and 뒷문.",
        ),
        (
            Line.OPEN,
            {"count": 12, "names": tuple(f"창문 {number}" for number in range(1, 13))},
            "창문 1, 창문 2, 창문 3 외 아홉 개가 열려 있어요.",
            "창문 1、창문 2、창문 3、ほか9つが開いています。",
            "Open: 창문 1, 창문 2, 창문 3, and 9 more.",
        ),
        (
            Line.WRONG_PIN,
            {"left": 1},
            "비밀번호가 틀렸어요. 한 번 더 말씀하실 수 있어요.",
            "暗証番号が違います。あと1回試せます。",
            "That PIN is wrong. You have 1 try left.",
        ),
        (
            Line.WAS_OPENED_BY,
            {"when": "X", "who": "민수", "way": "", "device": "현관문"},
            "X에 민수가 현관문을 열었어요.",
            "Xに、민수さんが현관문を開けました。",
            "민수 opened 현관문 X.",
        ),
    ],
)
def test_sentences(line: Line, parts: dict[str, Part], ko: str, ja: str, en: str) -> None:
    assert [say(language, line, **parts).brief for language in ("ko", "ja", "en")] == [ko, ja, en]


def test_a_lock_that_was_opened() -> None:
    now = datetime(2026, 11, 21, 18, 0, tzinfo=SEOUL)
    said = {
        language: say(
            language,
            Line.WAS_OPENED_BY,
            when=when_of(language, now - timedelta(minutes=15), now),
            who="민수",
            way=way_of(language, "fingerprint"),
            device="현관문",
        ).brief
        for language in LANGUAGES
    }
    assert said == {
        "ko": "15분 전에 민수가 지문으로 현관문을 열었어요.",
        "ja": "15分前に、민수さんが指紋で현관문を開けました。",
        "en": "민수 opened 현관문 with a fingerprint 15 minutes ago.",
    }


def test_several_things_stand_on_lines_of_their_own_and_are_fuller_where_one_is() -> None:
    both = together(Spoken("하나.", "하나하나."), Spoken("둘."))
    assert both == Spoken("하나.\n둘.", "하나하나.\n둘.")
    assert together(Spoken("하나."), Spoken("둘.")).verbose == ""


def test_lists() -> None:
    names = ("거실", "주방", "안방", "서재", "현관")
    assert [listed("ko", names[:many]) for many in (0, 1, 2, 3, 5)] == [
        "",
        "거실",
        "거실하고 주방",
        "거실, 주방, 안방",
        "거실, 주방, 안방 외 두 개",
    ]
    assert listed("ja", names) == "거실、주방、안방、ほか2つ"
    assert listed("en", names) == "거실, 주방, 안방, and 2 more"
    assert listed("ko", names, most=5) == "거실, 주방, 안방, 서재, 현관"


def test_an_endless_name_is_cut() -> None:
    assert len(say("ko", Line.DONE_ON, device="등" * 500).brief) < MAX_NAME + 10


# Korean


@pytest.mark.parametrize(
    ("word", "subject"),
    [
        *[
            ("전등", "이"),
            ("스위치", "가"),
            ("거실 불", "이"),
            ("TV", "가"),
            ("LED", "가"),
            ("PM", "이"),
            ("USB", "가"),
        ],
        *[("URL", "이"), ("3", "이"), ("2", "가"), ("10", "이"), ("1,000", "이"), ("방 4", "가"), ("등 6", "이")],
        *[("Light", "가"), ("Lamp", "가"), ("Living Room", "이"), ("Kitchen", "이"), ("Table", "이"), ("Home", "이")],
        *[("Line", "이"), ("Heater", "가"), ("Door", "가"), ("Strip", "이"), ("Desk", "가"), ("Clock", "이")],
        *[("Switch", "가"), ("Plug", "가"), ("Fan", "이"), ("Music", "이"), ("Robot", "이"), ("Bridge", "가")],
        *[("Tab", "이"), ("Lab", "이"), ("Hub", "가")],
        *[("Spot", "이"), ("Hall", "이"), ("Ceiling", "이"), ("Set", "가"), ("LivingRoomTV", "가"), ("Cafe", "가")],
        *[
            ("전등(큰)", "이"),
            ("에어컨!", "이"),
            ("커튼 '작은'", "이"),
            ("50%", "가"),
            ("24℃", "가"),
            ("🙂", "가"),
            ("", "가"),
        ],
        *[("テレビ", "가"), ("エアコン", "이"), ("전등\u200b", "이"), ("\u1103\u1173\u11bc", "이")],
    ],
)
def test_particles_follow_the_last_sound(word: str, subject: str) -> None:
    assert particle(word, "이/가") == subject
    assert particle(word, "이에요/예요") == {"이": "이에요", "가": "예요"}[subject]


@pytest.mark.parametrize(
    ("word", "toward"),
    [("거실", "로"), ("불", "로"), ("주방", "으로"), ("서재", "로"), ("1", "로"), ("3", "으로"), ("Hall", "로")],
)
def test_rieul_takes_the_short_form_of_toward(word: str, toward: str) -> None:
    assert particle(word, "으로/로") == toward
    assert particle(word, "과/와") == ("와" if word == "서재" else "과")


@given(st.text())
def test_any_text_ends_somehow(text: str) -> None:
    assert ending_of(text) in ("open", "rieul", "closed")


def test_numbers_of_their_own() -> None:
    assert [native(number) for number in (1, 2, 3, 4, 5, 10, 11, 19, 20, 21, 22, 34, 50, 66, 99)] == [
        *[
            "한",
            "두",
            "세",
            "네",
            "다섯",
            "열",
            "열한",
            "열아홉",
            "스무",
            "스물한",
            "스물두",
            "서른네",
            "쉰",
            "예순여섯",
            "아흔아홉",
        ]
    ]
    assert len({native(number) for number in range(1, 100)}) == 99
    assert [
        counted(*row) for row in ((2, "개"), (20, "개"), (3, "곳"), (0, "개"), (100, "개"), (10, "분"), (2, "번"))
    ] == [*["두 개", "스무 개", "세 곳", "0개", "100개", "10분", "두 번"]]


# Moments


@pytest.mark.parametrize(
    ("back", "ko", "ja", "en"),
    [
        (timedelta(0), "방금 전", "たった今", "just now"),
        (timedelta(hours=-1), "방금 전", "たった今", "just now"),
        (timedelta(minutes=1), "1분 전", "1分前", "1 minute ago"),
        (timedelta(minutes=59, seconds=59), "59분 전", "59分前", "59 minutes ago"),
        (timedelta(hours=3, minutes=40), "3시간 전", "3時間前", "3 hours ago"),
        (timedelta(hours=16, minutes=30), "오늘 오전 1시 반", "今日の午前1時半", "today at 1:30 AM"),
        (timedelta(hours=18), "오늘 오전 12시", "今日の午前0時", "today at 12 AM"),
        (timedelta(days=1), "어제 오후 6시", "昨日の午後6時", "yesterday at 6 PM"),
        (timedelta(days=18, minutes=5), "11월 3일 오후 5시 55분", "11月3日の午後5時55分", "on November 3 at 5:55 PM"),
    ],
)
def test_when_it_was(back: timedelta, ko: str, ja: str, en: str) -> None:
    now = datetime(2026, 11, 21, 18, 0, tzinfo=SEOUL)
    assert [when_of(language, now - back, now) for language in ("ko", "ja", "en")] == [ko, ja, en]


def test_times_of_day_and_lengths_of_time() -> None:
    assert [clock("ko", *at) for at in ((13, 30), (12, 0), (0, 5))] == ["오후 1시 반", "오후 12시", "오전 12시 5분"]
    assert [clock("ja", *at) for at in ((13, 30), (12, 0))] == ["午後1時半", "午後0時"]
    assert [clock("en", *at) for at in ((13, 30), (9, 5))] == ["1:30 PM", "9:05 AM"]
    assert [span(language, 90) for language in LANGUAGES] == ["1분 30초", "1分30秒", "1 minute 30 seconds"]
    assert span("ko", -5) == "0초"


def test_what_a_device_shows() -> None:
    assert reading("ko", CURRENT_TEMPERATURE, "", 24.0, SEOUL) == "현재 온도는 24도"
    assert reading("ja", CURRENT_TEMPERATURE, "", 24.0, SEOUL) == "現在の温度は24度"
    assert reading("en", ON_OFF, "", True, SEOUL) == "power on"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_way_and_every_alarm_has_words(language: str) -> None:
    assert all(way_of(language, way) for way in WAYS if way != "other")
    assert way_of(language, "other") == way_of(language, "by magic") == ""
    words = [alarm(language, row.name) for row in ALARMS]
    assert len(set(words)) == len(ALARMS)
    assert all(re.search(OWN_LETTERS[language], word) for word in words)
    assert alarm(language, "current_temperature above 30") == "current_temperature above 30"


# What things are called


@pytest.mark.parametrize("kind", sorted(KINDS - UNSPOKEN))
def test_every_type_that_is_spoken_of_has_words_in_every_language(kind: str) -> None:
    words = kind_words(kind)
    assert len(set(words)) == len(words)
    for letters in (r"^[가-힣 ]+$", r"^[ぁ-ヿ一-鿿 ]+$", r"^[a-zA-Z ]+$"):
        assert any(re.search(letters, word) for word in words), letters


def test_a_type_nobody_speaks_of_has_none() -> None:
    assert {kind for kind in UNSPOKEN if not kind.startswith("BUILDING_")} == set()
    assert kind_words("BUILDING_NOTICE_MONITOR") == kind_words("NOTHING") == ()


def test_what_surrounds_a_name_is_taken_off_bit_by_bit() -> None:
    assert "거실등" in stripped("거실 등을 좀 켜 줘")
    assert "リビングの電気" in stripped("リビングの電気をつけて")
    assert "livingroomlight" in stripped("the Living Room light, please")
    assert stripped("")[-1] == ""


@pytest.mark.parametrize(
    "name", ["안방등", "이불장", "그네", "의자", "에어컨", "にわ", "のれん", "infant", "theatre", "salon"]
)
def test_a_name_does_not_lose_its_beginning_or_end(name: str) -> None:
    assert stripped(name) == (letters_of(name),)
    assert "불" in stripped("안 불")
    assert "불" in stripped("에불", "거실에 불")


def test_every_line_is_said_by_something() -> None:
    written = "".join(file.read_text() for file in Path(skill.__path__[0]).glob("*.py"))
    said = set(re.findall(r"\bLine\.([A-Z_]+)", written))
    assert {line.name for line in Line} == said


def test_one_thing_is_said_as_one() -> None:
    one: dict[str, Part] = {"count": 1, "names": ["현관문"]}
    assert say("ko", Line.LOCKED_ALL, count=1) == Spoken("문을 잠갔어요.")
    assert say("ko", Line.LOCKED_ALL, count=2) == Spoken("문을 모두 잠갔어요.", "문 두 곳을 모두 잠갔어요.")
    assert say("ko", Line.UNLOCKED, **one) == Spoken("현관문이 잠기지 않았어요.")
    assert say("ko", Line.OPEN, count=2, names=["창문", "문"]).verbose == "창문하고 문이 열려 있어요. 모두 두 곳이에요."
    assert say("ko", Line.OFFLINE, **one).brief == "기기 한 대의 연결이 끊겨 있어요."
    assert say("ja", Line.LOCKED_ALL, count=1) == Spoken("鍵をかけました。")
    assert say("ja", Line.LOCKED_ALL, count=2).verbose == "2か所の鍵をすべてかけました。"
    assert say("ja", Line.LIGHTS_DONE_ON, count=3).brief == "電気を3つつけました。"
    assert say("ja", Line.OFFLINE, count=2, names=["a", "b"]).brief == "2台の機器がつながっていません。"


def test_a_long_while_is_told_in_hours() -> None:
    blocked = {
        10: ("10분 동안", "10分間は"),
        60: ("1시간 동안", "1時間は"),
        80: ("1시간 20분 동안", "1時間20分間は"),
        1440: ("24시간 동안", "24時間は"),
    }
    for minutes, (ko, ja) in blocked.items():
        assert ko in say("ko", Line.PIN_BLOCKED, minutes=minutes).brief
        assert ja in say("ja", Line.PIN_BLOCKED, minutes=minutes).brief


def test_just_now_has_no_particle_in_japanese() -> None:
    parts = {"who": "민수", "way": "", "device": "玄関"}
    assert say("ja", Line.WAS_OPENED_BY, when="たった今", **parts).brief == "たった今、민수さんが玄関を開けました。"
    assert say("ja", Line.LAST_ALARM, when="たった今", device="玄関", name=alarm("ja", "forced")).brief == (
        "最後のアラームはたった今、玄関の不正な解錠の試みです。"
    )


def test_a_lock_that_is_called_one_is_not_called_so_twice() -> None:
    assert say("ja", Line.UNLOCKED, count=1, names=["玄関の鍵"]).brief == "玄関の鍵が開いています。"
    assert say("ja", Line.UNLOCKED, count=1, names=["玄関"]).brief == "玄関の鍵が開いています。"


def test_of_much_the_last_is_said_in_short() -> None:
    long = Spoken("하나.", "하" * 120)
    assert together(long, long, long) == Spoken("하나.\n하나.\n하나.", f"{'하' * 120}\n{'하' * 120}\n하나.")
    assert say("ko", Line.SCENE_NEEDED, names=[str(one) for one in range(9)]).verbose.count(",") < 6


@given(st.text(max_size=300))
def test_taking_off_ends(text: str) -> None:
    found = stripped(text)
    assert found[0] == letters_of(text)
    assert len(found) < 100


def test_a_text_says_its_short_form_where_it_has_no_other() -> None:
    assert Text("네.").verbose == ""
