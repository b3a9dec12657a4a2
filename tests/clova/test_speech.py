"""What is said, as CLOVA gets it: each shape as it is documented, and never too long."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.clova.sayings import LANGUAGES, Line, say
from gateway.clova.speech import MAX_BRIEF, MAX_SENTENCES, MAX_VERBOSE, VERSIONS, Said, build_answer
from tests.clova.skill_schema import brief_of, check_answer, check_request, pieces_of


def speech(said: Said, language: str = "ko") -> dict[str, object]:
    answer = check_answer(build_answer(said, language, VERSIONS["kr"]))
    found = answer["response"]["outputSpeech"]
    assert isinstance(found, dict)
    return found


def test_one_sentence_is_simple_and_has_the_whole_frame_around_it() -> None:
    assert json.loads(build_answer(Said("네, 껐어요."), "ko", "0.1.0")) == {
        "version": "0.1.0",
        "sessionAttributes": {},
        "response": {
            "outputSpeech": {
                "type": "SimpleSpeech",
                "values": {"type": "PlainText", "lang": "ko", "value": "네, 껐어요."},
            },
            "card": {},
            "directives": [],
            "shouldEndSession": True,
        },
    }


def test_several_lines_are_a_list() -> None:
    found = speech(Said("電気が2か所ついています。\n\n鍵はすべてかかっています。"), "ja")
    assert found["type"] == "SpeechList"
    assert [info["lang"] for info in found["values"]] == ["ja", "ja"]  # type: ignore[attr-defined]


def test_a_fuller_form_makes_a_set_and_the_same_one_does_not() -> None:
    said = Said("불이 켜져 있어요.\n문은 잠겼어요.", "거실 불이 켜져 있어요.\n문은 모두 잠겨 있어요.")
    answer = check_answer(build_answer(said, "ko", "0.1.0"))
    assert answer["response"]["outputSpeech"]["type"] == "SpeechSet"
    assert brief_of(answer) == "불이 켜져 있어요. 문은 잠겼어요."
    assert pieces_of(answer) == ["거실 불이 켜져 있어요.", "문은 모두 잠겨 있어요."]
    assert speech(Said("네.", " 네. "))["type"] == "SimpleSpeech"


def test_a_reprompt_is_there_only_while_the_session_goes_on() -> None:
    asks = check_answer(build_answer(Said("비밀번호는요?", reprompt="듣고 있어요.", ends=False), "ko", "1.0"))
    assert asks["response"]["reprompt"]["outputSpeech"]["values"]["value"] == "듣고 있어요."
    ends = check_answer(build_answer(Said("네.", reprompt="듣고 있어요."), "ko", "1.0"))
    assert "reprompt" not in ends["response"]


def test_attributes_stand_at_the_top_and_are_bounded() -> None:
    answer = check_answer(build_answer(Said("네.", ends=False, attributes={"talk": "a1"}), "ko", "1.0"))
    assert answer["sessionAttributes"] == {"talk": "a1"}
    with pytest.raises(ValueError, match="4 KiB"):
        build_answer(Said("네.", attributes={"talk": "a" * 5000}), "ko", "1.0")


def test_nothing_to_say_is_a_defect() -> None:
    with pytest.raises(ValueError, match="nothing to say"):
        build_answer(Said(" \n\u200b\n"), "ko", "1.0")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("リビングの照明を消しました。", "ja"),
        ("The door is open.", "en"),
        ("리빙 라이트, リビングの照明이에요.", "ko"),
        ("TV는 꺼져 있어요.", "ko"),
        ("24", "ko"),
    ],
)
def test_a_piece_in_another_language_is_read_in_it_and_a_foreign_name_stays_where_it_is(
    text: str, language: str
) -> None:
    values = speech(Said(f"네.\n{text}"))["values"]
    assert values[1] == {"type": "PlainText", "lang": language, "value": text}  # type: ignore[index]


def test_what_controls_is_never_spoken() -> None:
    found = speech(Said("거실\u202e 불\x07을 \r껐어요.\u2028"))
    assert found["values"] == {"type": "PlainText", "lang": "ko", "value": "거실 불 을 껐어요."}


@given(st.text(max_size=4000), st.text(max_size=4000), st.text(max_size=500), st.booleans())
def test_any_text_makes_a_valid_answer_that_is_not_too_long(
    brief: str, verbose: str, reprompt: str, ends: bool
) -> None:
    answer = check_answer(build_answer(Said(f"네{brief}", verbose, reprompt, ends), "ko", "0.1.0"))
    assert len(brief_of(answer)) <= MAX_BRIEF + MAX_SENTENCES
    assert sum(map(len, pieces_of(answer))) <= MAX_VERBOSE
    assert len(pieces_of(answer)) <= MAX_SENTENCES


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_saying_is_said(language: str) -> None:
    said = Said(
        *say(language, Line.ASK_PIN, device="현관문"), reprompt=say(language, Line.SILENCE_PIN).brief, ends=False
    )
    check_answer(build_answer(said, language, "1.0"))


def test_the_schema_knows_the_documents_requests_and_refuses_what_is_none() -> None:
    user = {"userId": "Vabc", "accessToken": "t-1"}
    request = {
        "version": "0.1.0",
        "session": {"new": True, "sessionAttributes": {}, "sessionId": "s-1", "user": user},
        "context": {
            "System": {
                "application": {"applicationId": "com.example.skill"},
                "user": user,
                "device": {"deviceId": "d-1", "display": {"size": "none"}},
            }
        },
        "request": {"type": "IntentRequest", "intent": {"name": "HomeStatus", "slots": {}}},
    }
    check_request(json.dumps(request).encode())
    with pytest.raises(AssertionError):
        check_request(json.dumps(request | {"request": {"type": "IntentRequest"}}).encode())
    with pytest.raises(AssertionError):
        check_answer(b'{"version":"1.0","sessionAttributes":{},"response":{"card":{}}}')
