"""Korean, in the polite style that ends in -요."""

from gateway.clova.sayings.lines import Line
from gateway.clova.sayings.text import Text

KOREAN: dict[Line, Text] = {
    Line.GREETING: Text(
        "안녕하세요, {home:이에요/예요}. 무엇을 도와드릴까요?",
        "안녕하세요, {home:이에요/예요}. 집 상태를 묻거나 불을 켜고 끄거나 문을 잠가 달라고 말해 보세요. "
        "무엇을 도와드릴까요?",
    ),
    Line.GUIDE: Text(
        "집 상태 알려줘, 거실 불 꺼줘, 문 다 잠겼어, 이렇게 말해 보세요.",
        "집 상태 알려줘, 거실 불 꺼줘, 안방 온도 24도로 맞춰줘, 좋은 아침 실행해줘, 문 다 잠겼어, 문 누가 열었어, "
        "이렇게 말해 보세요. 그만이라고 하면 끝낼게요.",
    ),
    Line.GOODBYE: Text("네, 필요하면 또 불러 주세요."),
    Line.FALLBACK: Text(
        "그건 제가 할 수 없는 일이에요.",
        "그건 제가 할 수 없는 일이에요. 할 수 있는 일이 궁금하면 도움말이라고 말해 보세요.",
    ),
    Line.NOT_UNDERSTOOD: Text("잘 못 알아들었어요. 다시 한번 말씀해 주세요."),
    Line.LINK_NEEDED: Text(
        "먼저 앱에서 계정을 연결해 주세요.",
        "아직 계정이 연결되지 않았어요. 클로바 앱의 스킬 설정에서 계정을 연결한 다음 다시 불러 주세요.",
    ),
    Line.BUSY: Text("요청이 너무 많아요. 잠시 뒤에 다시 말씀해 주세요."),
    Line.TOO_SLOW: Text("지금은 너무 느려서 제때 끝내지 못했어요. 잠시 뒤에 다시 말씀해 주세요."),
    Line.TROUBLE: Text("문제가 생겨서 끝내지 못했어요. 잠시 뒤에 다시 말씀해 주세요."),
    Line.CANCELLED: Text("네, 취소했어요."),
    Line.NOTHING_ASKED: Text("지금은 여쭤본 게 없어요. 무엇을 도와드릴까요?"),
    Line.SILENCE: Text("듣고 있어요. 무엇을 도와드릴까요?"),
    Line.SILENCE_YES_NO: Text("네 또는 아니요로 대답해 주세요."),
    Line.SILENCE_PIN: Text("비밀번호를 한 자리씩 말씀해 주세요."),
    Line.SILENCE_WHICH: Text("어떤 건지 이름이나 방을 말씀해 주세요."),
    Line.ALL_QUIET: Text(
        "집에 별일 없어요.", "집에 별일 없어요. 켜진 불도, 열린 곳도, 울린 알림도 없고 기기도 모두 연결돼 있어요."
    ),
    Line.QUIET: Text("집에 별일 없어요.", "집에 별일 없어요. 켜진 불도, 열린 곳도, 울린 알림도 없어요."),
    Line.NO_BROKER: Text("지금은 집의 기기들과 연결이 끊겨서 상태를 알 수 없어요."),
    Line.LIGHTS_ON: Text(
        "불이 {count:개} 켜져 있어요.", "{total:불|조명 #개 중에} {count:개}가 켜져 있어요. {names:이에요/예요}."
    ),
    Line.LIGHTS_ALL_ON: Text("조명 {count:개}가 모두 켜져 있어요."),
    Line.NO_LIGHTS_ON: Text("불은 모두 꺼져 있어요."),
    Line.NO_OTHER_LIGHT_ON: Text("그 밖에 켜진 불은 없어요."),
    Line.OPEN: Text("{names:이/가} 열려 있어요.", "{names:이/가} 열려 있어요.{count:| 모두 #곳이에요.}"),
    Line.NOTHING_OPEN: Text("열린 곳은 없어요."),
    Line.NOTHING_ELSE_OPEN: Text("그 밖에 열린 곳은 없어요."),
    Line.UNLOCKED: Text("{names:이/가} 잠기지 않았어요.", "{names:이/가} 잠기지 않았어요.{count:| 모두 #곳이에요.}"),
    Line.OFFLINE: Text(
        "기기 {count:대}의 연결이 끊겨 있어요.", "기기 {count:대}의 연결이 끊겨 있어요. {names:이에요/예요}."
    ),
    Line.SENSED: Text("{names}에서 {name:이/가} 감지됐어요."),
    Line.ALARMS: Text("확인할 알림이 {count:건} 있어요. {names:이에요/예요}."),
    Line.NO_ALARMS: Text("울리고 있는 알림은 없어요."),
    Line.LAST_ALARM: Text("마지막 알림은 {when}, {device}의 {name:이었어요/였어요}."),
    Line.DEVICE_STATE: Text("{device}의 {values!l:이에요/예요}."),
    Line.DEVICE_ALSO: Text("{values!l:이에요/예요}."),
    Line.DEVICE_ON: Text("{device:은/는} 지금 켜져 있어요."),
    Line.DEVICE_OFF: Text("{device:은/는} 지금 꺼져 있어요."),
    Line.NOT_SENSED: Text("{device}에 감지된 {name:은/는} 없어요."),
    Line.DEVICE_LOCKED: Text("{device:은/는} 지금 잠겨 있어요."),
    Line.DEVICE_UNLOCKED: Text("{device}의 잠금이 지금 열려 있어요."),
    Line.DEVICE_OPEN: Text("{device:은/는} 지금 열려 있어요."),
    Line.DEVICE_SHUT: Text("{device:은/는} 지금 닫혀 있어요."),
    Line.DEVICE_OFFLINE: Text("{device:은/는} 지금 연결이 끊겨 있어요."),
    Line.DEVICE_WAS: Text("{device:은/는} 지금 연결이 끊겨 있어요. 마지막으로 확인한 {values!l:이에요/예요}."),
    Line.DEVICE_UNKNOWN: Text("{device}의 상태는 아직 몰라요."),
    Line.ROOM_TEMPERATURE: Text("{room:은/는} 지금 {degrees:이에요/예요}."),
    Line.NO_THERMOMETER: Text("{room}에는 온도를 재는 기기가 없어요."),
    Line.WHICH: Text("어떤 걸 말씀하시는 건가요? {names} 중에서 골라 주세요."),
    Line.WHICH_OF_MANY: Text(
        "{names!l}, 그리고 {count:대}가 더 있어요. 어느 방인지 말씀해 주세요.",
        "비슷한 이름이 많아요. {names!l}, 그리고 {count:대}가 더 있어요. 어느 방인지 말씀해 주세요.",
    ),
    Line.NOT_AMONG: Text("그중에는 없어요. {names} 중에서 골라 주세요."),
    Line.GIVEN_UP: Text("잘 모르겠어서 그만할게요."),
    Line.WHICH_BY_NAME: Text(
        "{names!l}, 그리고 {count:대}가 더 있어요. 이름을 말씀해 주세요.",
        "비슷한 이름이 많아요. {names!l}, 그리고 {count:대}가 더 있어요. 이름을 말씀해 주세요.",
    ),
    Line.NOT_FOUND: Text("{name:이라는/라는} 기기를 찾지 못했어요."),
    Line.NOT_FOUND_AT_ALL: Text("말씀하신 기기를 찾지 못했어요."),
    Line.NOT_FOUND_IN: Text("{room}에서 {name:을/를} 찾지 못했어요."),
    Line.NAME_NEEDED: Text("어떤 기기인지 말씀해 주세요."),
    Line.ROOM_UNKNOWN: Text("{room:이라는/라는} 방을 모르겠어요."),
    Line.ONE_AT_A_TIME: Text("한 번에 한 곳씩 말씀해 주세요."),
    Line.NO_EXCEPTIONS: Text("빼고 하는 건 아직 할 수 없어요. 원하는 곳을 말씀해 주세요."),
    Line.NO_LIGHTS: Text("제가 켜고 끌 수 있는 조명이 없어요."),
    Line.NO_LIGHTS_IN: Text("{room}에는 제가 켜고 끌 수 있는 조명이 없어요."),
    Line.TEMPERATURE_NEEDED: Text("{device:을/를} 몇 도로 맞출까요?"),
    Line.DONE_ON: Text("{device:을/를} 켰어요."),
    Line.DONE_OFF: Text("{device:을/를} 껐어요."),
    Line.DONE_TEMPERATURE: Text("{device:을/를} {degrees:으로/로} 맞췄어요."),
    Line.LIGHTS_DONE_ON: Text("{count:불을|불 #개를} 켰어요."),
    Line.LIGHTS_DONE_OFF: Text("{count:불을|불 #개를} 껐어요."),
    Line.LIGHTS_DONE_ON_IN: Text("{room} 불을 켰어요.", "{room} {count:불을|불 #개를} 켰어요."),
    Line.LIGHTS_DONE_OFF_IN: Text("{room} 불을 껐어요.", "{room} {count:불을|불 #개를} 껐어요."),
    Line.ALREADY_OFF: Text("불은 이미 모두 꺼져 있어요."),
    Line.ALREADY_ON: Text("불은 이미 모두 켜져 있어요."),
    Line.ALREADY_OFF_IN: Text("{room} 불은 이미 꺼져 있어요."),
    Line.ALREADY_ON_IN: Text("{room} 불은 이미 켜져 있어요."),
    Line.FAILED: Text(
        "{device:은/는} 반응이 없어요.", "{device}에 명령을 보냈지만 바뀌지 않았어요. 기기를 확인해 주세요."
    ),
    Line.FAILED_OFFLINE: Text(
        "{device:은/는} 연결이 끊겨 있어요.", "{device:은/는} 연결이 끊겨 있어요. 전원과 네트워크를 확인해 주세요."
    ),
    Line.FAILED_SILENT: Text("{device}에 명령을 보냈지만 됐는지 확인하지 못했어요. 기기를 확인해 주세요."),
    Line.FAILED_FAULT: Text("{device:이/가} 고장을 알리고 있어요."),
    Line.FAILED_WHY: Text("{device:은/는} {why} 상태라서 할 수 없어요."),
    Line.FAILED_BLOCKED: Text("지금은 {device:을/를} 제어할 수 없어요. 잠시 뒤에 다시 말씀해 주세요."),
    Line.FAILED_NOT_SUPPORTED: Text("{device:은/는} 그 기능이 없어요."),
    Line.NOT_SWITCHED: Text("{device:은/는} 말로 켜고 끌 수 없어요."),
    Line.FAILED_VALUE: Text("{device:은/는} 그렇게 세밀하게는 맞출 수 없어요."),
    Line.FAILED_RANGE: Text("{device:은/는} {low}부터 {high}까지만 맞출 수 있어요."),
    Line.FAILED_MODE: Text("{device:은/는} 지금 모드에서는 그렇게 할 수 없어요."),
    Line.SOME_DONE_ON: Text("{done:불 한 개를|불 #개를} 켰어요. {names:은/는} 켜지 못했어요."),
    Line.SOME_DONE_OFF: Text("{done:불 한 개를|불 #개를} 껐어요. {names:은/는} 끄지 못했어요."),
    Line.NONE_DONE_ON: Text("불을 하나도 켜지 못했어요."),
    Line.NONE_DONE_OFF: Text("불을 하나도 끄지 못했어요."),
    Line.SCENE_RUN: Text("{scene:을/를} 실행했어요."),
    Line.SCENE_FAILED: Text("{scene:을/를} 실행하지 못했어요."),
    Line.SCENE_UNKNOWN: Text("{scene:이라는/라는} 장면을 찾지 못했어요."),
    Line.SCENE_NOT_FOUND: Text("말씀하신 장면을 찾지 못했어요."),
    Line.SCENE_NEEDED: Text("어떤 장면을 실행할까요?", "어떤 장면을 실행할까요? {names:이/가} 있어요."),
    Line.NO_SCENES: Text("만들어 둔 장면이 없어요."),
    Line.ALL_LOCKED: Text("{count:문은|문은 모두} 잠겨 있어요.", "{count:문은|문 #곳 모두} 잠겨 있어요."),
    Line.LOCKS_UNKNOWN: Text(
        "{names:은/는} 잠겼는지 알 수 없어요.", "{names:은/는} 잠겼는지 알 수 없어요.{count:| 모두 #곳이에요.}"
    ),
    Line.NO_LOCKS: Text("연결된 도어락이 없어요."),
    Line.NO_LOCKS_IN: Text("{room}에는 잠글 문이 없어요."),
    Line.NOT_LOCKABLE: Text("{device}에는 잠글 수 있는 기능이 없어요."),
    Line.LOCKED: Text("{names:을/를} 잠갔어요."),
    Line.LOCKED_ALL: Text("{count:문을|문을 모두} 잠갔어요.", "{count:문을|문 #곳을 모두} 잠갔어요."),
    Line.ALREADY_LOCKED: Text("{names:은/는} 이미 잠겨 있어요."),
    Line.ALREADY_LOCKED_ALL: Text("문은 이미 {count:|모두} 잠겨 있어요."),
    Line.LOCK_FAILED: Text(
        "{names:을/를} 잠그지 못했어요.", "{names:을/를} 잠그지 못했어요. {count:직접|#곳을 직접} 확인해 주세요."
    ),
    Line.LOCK_UNPROVEN: Text(
        "{names}에 잠그라고 했지만 잠겼는지 확인할 수 없어요.",
        "{names}에 잠그라고 했지만 잠겼는지 확인할 수 없어요. {count:직접|#곳을 직접} 확인해 주세요.",
    ),
    Line.ASK_PIN: Text(
        "비밀번호를 말씀해 주세요.", "{device:을/를} 열려면 비밀번호가 필요해요. 한 자리씩 말씀해 주세요."
    ),
    Line.WRONG_PIN: Text("비밀번호가 틀렸어요. {left:번} 더 말씀하실 수 있어요."),
    Line.PIN_UNCLEAR: Text("숫자를 잘 못 들었어요. 한 자리씩 다시 말씀해 주세요."),
    Line.PIN_GIVEN_UP: Text("숫자를 알아듣지 못해서 그만할게요. 문은 열지 않았어요."),
    Line.PIN_BLOCKED: Text("비밀번호를 여러 번 틀려서 {minutes:분} 동안 열 수 없어요."),
    Line.PIN_NOT_SET: Text("{device:은/는} 음성으로 열 비밀번호가 정해져 있지 않아요."),
    Line.OPENED: Text("{device:을/를} 열었어요."),
    Line.OPEN_FAILED: Text("{device:을/를} 열지 못했어요."),
    Line.OPEN_UNSURE: Text("명령은 보냈지만 {device:이/가} 열렸는지 확인하지 못했어요. 직접 확인해 주세요."),
    Line.OPEN_NOT_ALLOWED: Text("{device:은/는} 음성으로 열 수 없어요."),
    Line.REFUSED_UNARMED: Text("{device:은/는} 아직 열기가 허용되지 않아서 열 수 없어요."),
    Line.REFUSED_OFTEN: Text("{device:은/는} 한 시간에 열 수 있는 횟수를 다 써서 지금은 열 수 없어요."),
    Line.REFUSED_AWAY: Text("{device:은/는} 집에 사람이 있을 때만 열 수 있어요."),
    Line.REFUSED_GUEST: Text("{device:은/는} 손님 계정으로는 열 수 없어요."),
    Line.REFUSED_ACCOUNT: Text("{device:은/는} 지금 쓰는 계정으로는 열 수 없어요."),
    Line.ARMED: Text("{span} 동안 {device:을/를} 열 수 있어요."),
    Line.CONFIRM_SCENE: Text("{scene:을/를} 실행할까요?"),
    Line.WAS_OPENED_BY: Text("{when}에 {who:이/가} {way} {device:을/를} 열었어요."),
    Line.WAS_OPENED: Text(
        "{when}에 {device:이/가} {way} 열렸어요.", "{when}에 {device:이/가} {way} 열렸어요. 누가 열었는지는 몰라요."
    ),
    Line.NO_EVENTS: Text("{device:이/가} 최근에 열린 기록은 없어요."),
    Line.NO_EVENTS_ANYWHERE: Text("최근에 문이 열린 기록이 없어요."),
}

WAYS = {
    "key": "열쇠로",
    "keypad": "비밀번호로",
    "card": "카드로",
    "fingerprint": "지문으로",
    "hand": "안에서 손으로",
    "remote": "원격으로",
    "schedule": "예약에 따라",
    "other": "",
}

ALARMS = {
    "smoke": "연기",
    "gas": "가스",
    "carbon_monoxide": "일산화탄소",
    "heat": "고온",
    "panic": "비상 호출",
    "leak": "누수",
    "triggered": "침입 경보",
    "forced": "무단 개방 시도",
    "tamper": "훼손 시도",
    "jammed": "잠금 걸림",
    "alert": "기기 알림",
    "battery_low": "배터리 부족",
    "vibration": "진동",
    "lock_opened": "잠금 풀림",
    "left_open": "오래 열려 있음",
    "lost": "연결 끊김",
}
"""What is said for each of home.alarms.ALARMS."""
