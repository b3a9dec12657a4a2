"""The interaction model of a home of our own invention, in the shape of the console's files."""

import json
import re
from typing import Any

import pytest

from gateway.clova.called import Thing, called
from gateway.clova.model import BUILT_IN, Intent, InteractionModel, Modelled, interaction_model, sentences
from gateway.clova.sayings.fillers import letters_of
from gateway.clova.sayings.kinds import kind_words
from gateway.clova.sayings.samples import SAMPLES

TASKS = tuple(SAMPLES["ko"])
INTENTS = [Intent(task.title().replace("_", ""), task) for task in TASKS]
HOMES = {
    "ko": [
        Thing("1", ("거실 전등", "거실", "큰불"), ("거실",), kind_words("LIGHT")),
        Thing("2", ("거실 스탠드", "큰불"), ("거실",), kind_words("LIGHT")),
        Thing("3", ("안방 에어컨",), ("안방",), kind_words("AIRCONDITIONER")),
        Thing("4", ("현관문",), ("현관",), kind_words("SMARTLOCK")),
        Thing("5", ("현관 센서",), ("현관",), kind_words("OPENCLOSESENSOR")),
    ],
    "ja": [
        Thing("1", ("リビングの照明", "メインライト"), ("リビング",), kind_words("LIGHT")),
        Thing("2", ("寝室のエアコン",), ("寝室",), kind_words("AIRCONDITIONER")),
        Thing("3", ("玄関ドア",), ("玄関",), kind_words("SMARTLOCK")),
    ],
}
ROOMS = {"ko": [("거실", "리빙"), ("안방",), ("현관",)], "ja": [("リビング", "居間"), ("寝室",), ("玄関",)]}
SCENES = {"ko": ["좋은아침", "영화 보기"], "ja": ["おはよう", "おやすみ"]}


IDS = {
    "ko": {"light": "12", "switched": "123", "climate": "3", "lock": "4", "entry": "45"},
    "ja": {"light": "1", "switched": "12", "climate": "2", "lock": "3", "entry": "3"},
}
GROUPS = {
    "light": ("light",),
    "switched": ("switched",),
    "climate": ("powered", "running", "measuring", "heating"),
    "lock": ("lock", "key", "guarded"),
    "entry": ("opening", "entry"),
}
NAMES = tuple(sort for sorts in GROUPS.values() for sort in sorts)


def sorts(language: str) -> dict[str, str]:
    return {sort: ids for group, ids in IDS[language].items() for sort in GROUPS[group]}


def model(language: str, intents: list[Intent] = INTENTS) -> InteractionModel:
    return interaction_model(language, intents, HOMES[language], ROOMS[language], SCENES[language], sorts(language))


def intent(language: str, task: str, **rest: Any) -> Modelled:
    return next(iter(model(language, [Intent("X", task, **rest)]).intents))


def bare(sample: str) -> str:
    return re.sub(r"</?\w+>", "", sample)


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_no_sentence_is_one_of_two_intents(language: str) -> None:
    """CLOVA could not tell them apart; also where a device is called what it is."""
    kinds = ("LIGHT", "SMARTLOCK", "AIRCONDITIONER", "OPENCLOSESENSOR", "CURTAIN", "GASVALVE")
    things = [Thing(kind, (word,), (), kind_words(kind)) for kind in kinds for word in kind_words(kind)[:1]]
    told = [Intent(one.name, one.task) for one in INTENTS if one.task not in ("unlock", "arm", "answer")]
    every = dict.fromkeys(NAMES, kinds)
    made = interaction_model(language, told, things, ROOMS[language], SCENES[language], every)
    owners: dict[str, set[str]] = {}
    for one in made.intents:
        for sample in one.samples:
            owners.setdefault(letters_of(bare(sample)), set()).add(one.name)
    assert {sample: names for sample, names in owners.items() if len(names) > 1} == {}


@pytest.mark.parametrize("language", ["ko", "ja"])
@pytest.mark.parametrize("task", TASKS)
def test_every_task_has_ten_sentences_at_least_all_different_and_slots_as_they_are_declared(
    language: str, task: str
) -> None:
    found = intent(language, task)
    assert len(SAMPLES[language][task]) >= 10
    assert len(set(map(bare, found.samples))) >= 10
    tagged = {name for sample in found.samples for name in re.findall(r"<(\w+)>", sample)}
    assert tagged == {name for name, _ in found.slots}
    for sample in found.samples:
        assert re.fullmatch(r"(?:[^<>{}]|<(\w+)>[^<>]+</\1>)+", sample)


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_one_slot_name_stands_for_one_type_and_every_type_is_there(language: str) -> None:
    whole = model(language)
    kinds: dict[str, set[str]] = {}
    for one in whole.intents:
        for name, kind in one.slots:
            kinds.setdefault(kind, set()).add(name)
    numbers = {kind for kind in kinds if kind.startswith("CLOVA.")}
    assert all(len(kinds[kind]) == 1 for kind in kinds.keys() - numbers)
    assert set(whole.built_in_types) == numbers
    assert {one.name for one in whole.types} == kinds.keys() - numbers
    assert whole.built_in_intents == BUILT_IN


def test_only_japan_has_the_number_that_keeps_its_zeros() -> None:
    assert dict(intent("ja", "unlock").slots) == {"pin": "CLOVA.WHOLE_NUMBER"}
    assert dict(intent("ko", "unlock").slots) == {"pin": "CLOVA.NUMBER"}


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_no_word_stands_twice_in_a_type(language: str) -> None:
    for one in model(language).types:
        words = [letters_of(word) for entry in one.entries for word in entry]
        assert len(words) == len(set(words))


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_a_synonym_means_what_its_entry_means(language: str) -> None:
    things = HOMES[language]
    for entry in next(one for one in model(language).types if one.name == "DEVICE").entries:
        meant = called(entry[0], "", things)
        assert meant, entry
        assert all(called(word, "", things) == meant for word in entry[1:]), entry


def test_an_alias_of_two_devices_or_a_room_is_no_synonym() -> None:
    entries = {entry[0]: entry[1:] for one in model("ko").types if one.name == "DEVICE" for entry in one.entries}
    assert entries["거실 전등"] == entries["거실 스탠드"] == ()
    assert "거실 조명" in entries["거실 불"]
    assert ("문",) in {(head, *rest) for head, rest in entries.items()}  # a lock, or a sensor of a door


def test_the_names_in_the_console_are_the_owners() -> None:
    found = intent("ko", "lights_on", slots={"room": "Room"})
    assert dict(found.slots)["Room"] == "ROOM"
    assert any("<Room>거실</Room>" in sample for sample in found.samples)
    assert not any("<room>" in sample for sample in found.samples)
    assert any(sample.startswith("뒷문을 열어") for sample in intent("ko", "unlock", doors=("뒷문",)).samples)


def test_particles_fit_what_stands_in_the_slot() -> None:
    samples = [*intent("ko", "lights_off").samples, *intent("ko", "set_temperature").samples]
    assert "<device>거실 스탠드</device>를 꺼줘" in samples or "<device>거실 전등</device>을 꺼줘" in samples
    assert any("<temperature>24도</temperature>로" in sample for sample in samples)
    assert not any(re.search(r"등</device>를|드</device>을|도</temperature>으로", sample) for sample in samples)


def test_a_temperature_is_asked_of_what_has_one() -> None:
    devices = {name for one in intent("ko", "set_temperature").samples for name in re.findall(r"<device>(.+?)<", one)}
    assert devices == {"안방 에어컨", "에어컨"}


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_a_room_is_said_with_a_device_that_is_there(language: str) -> None:
    rooms = {words[0]: words[0] for words in ROOMS[language]}
    pair = re.compile(r"<room>(.+?)</room>.*<device>(.+?)</device>")
    for task in ("device_status", "set_temperature", "answer"):
        found = [match.groups() for sample in intent(language, task).samples if (match := pair.search(sample))]
        assert found
        for room, device in found:
            assert called(device, rooms[room], HOMES[language]), (task, room, device)


def test_a_lock_is_locked_by_its_name() -> None:
    samples = intent("ko", "lock_all").samples
    assert "<device>현관문</device>을 잠가줘" in samples
    assert "<room>현관</room> 잠가줘" in samples
    assert not any("전등" in sample for sample in samples)


def test_an_empty_home_has_a_model_without_its_slots() -> None:
    whole = interaction_model("ko", INTENTS, [], [])
    assert whole.types == ()
    assert all(kind.startswith("CLOVA.") for one in whole.intents for _, kind in one.slots)
    assert all(one.samples for one in whole.intents if one.name not in ("DeviceStatus", "Scene"))


def test_a_name_cannot_break_a_file() -> None:
    strange = [Thing("1", ("거실\t<b>전등</b>\n둘", "\x00"), (), kind_words("LIGHT"))]
    whole = interaction_model("ko", INTENTS, strange, [("방\t하나",)], ["<scene>"], dict.fromkeys(NAMES, "1"))
    files = whole.as_tsv()
    assert files["slot-DEVICE.tsv"].splitlines()[0] == "거실 b 전등 /b 둘"
    assert files["slot-ROOM.tsv"].splitlines() == ["방 하나"]
    for one in whole.intents:
        assert all(re.fullmatch(r"(?:[^<>\t\n]|<(\w+)>[^<>\t\n]+</\1>)+", sample) for sample in one.samples)


def test_a_large_home_stays_within_bounds() -> None:
    many = [Thing(str(number), (f"조명 {number}",), ("거실",), kind_words("LIGHT")) for number in range(1500)]
    whole = interaction_model("ko", INTENTS, many, [("거실",)], (), {sort: {one.id for one in many} for sort in NAMES})
    assert len(whole.types[0].entries) > 1500
    assert all(len(one.samples) <= 60 for one in whole.intents)


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_the_files_have_the_consoles_shape(language: str) -> None:
    files = model(language).as_tsv()
    lines = files["intent-SetTemperature.tsv"].splitlines()
    middle = lines.index("[INTENT EXPRESSION]")
    assert lines[0] == "[INTENT SLOT]"
    assert lines[middle - 1] == ""
    assert all(len(line.split("\t")) == 2 for line in lines[1 : middle - 1])
    assert len(lines[middle + 1 :]) >= 10
    assert set(files) == {f"slot-{name}.tsv" for name in ("DEVICE", "ROOM", "SCENE")} | {
        f"intent-{one.name}.tsv" for one in INTENTS
    }


def test_text_and_json_have_all_of_it() -> None:
    whole = model("ko")
    text, written = whole.as_text(), json.loads(whole.as_json())
    assert [one["intent"] for one in written["intents"]] == [one.name for one in INTENTS]
    assert {one["name"] for one in written["slotTypes"]} == {"DEVICE", "ROOM", "SCENE"}
    assert written["intents"][2]["samples"] == list(whole.intents[2].samples)
    for word in ("Clova.GuideIntent", "CLOVA.NUMBER", "거실 전등", "영화 보기", "[INTENT EXPRESSION]"):
        assert word in text


def test_the_console_has_two_languages() -> None:
    with pytest.raises(ValueError, match="not in en"):
        interaction_model("en", INTENTS, [], [])


@pytest.mark.parametrize("language", ["ko", "ja", "en"])
def test_the_same_sentences_are_there_for_a_program_that_understands_them(language: str) -> None:
    found = sentences(language, [Intent("On", "lights_on", {"room": "Room"}), Intent("Open", "unlock", {}, ("대문",))])
    assert {name for name, _ in found} == {"On", "Open"}
    assert any("{Room}" in sentence for _, sentence in found)
    assert any("대문" in sentence for name, sentence in found if name == "Open")
    assert {field for _, sentence in found for field in re.findall(r"\{(\w+)\}", sentence)} == {"Room", "device", "pin"}
    if language == "ko":
        assert {("On", "{device}을 켜줘"), ("On", "{device}를 켜줘"), ("Open", "대문을 열어줘")} <= set(found)
        assert ("Open", "대문를 열어줘") not in found


@pytest.mark.parametrize("task", TASKS)
def test_every_language_knows_every_task(task: str) -> None:
    assert all(SAMPLES[language][task] for language in ("ko", "ja", "en"))
    slots = {language: set(re.findall(r"\{(\w+)", " ".join(SAMPLES[language][task]))) for language in ("ko", "ja")}
    assert slots["ko"] == slots["ja"]
