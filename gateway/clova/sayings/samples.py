"""What people may say to the skill, by what it is asked for: the sample utterances of the interaction model.

`{device}`, `{room}`, `{scene}`, `{temperature}` and `{pin}` become slots, `{door}` the name of what is opened. After a
dot stands which devices or rooms a sentence fits (`{device.lock}`: `skill.modelling` has the sorts). In Korean
`{device:을/를}` has the particle after it that fits. Neither region's documents have such sentences.
"""

from collections.abc import Mapping, Sequence


def _split(lines: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in lines.split("|"))


_KOREAN = {
    "home_status": "집 상태 알려줘 | 집은 어때 | 우리 집 어때 | 집에 별일 없어 | 지금 집 상태 어때 | 집 상태 확인해줘 "
    "| 집 괜찮아 | 집에 이상 없어 | 지금 집 어때 | 집 상태 요약해줘 | 불 켜져 있어 | 불 켜진 데 있어 "
    "| 불 다 꺼져 있어 | 열린 데 있어 | 창문 열려 있어 | 창문 다 닫혀 있어",
    "device_status": "{device} 상태 알려줘 | {device} 상태 어때 | {device:은/는} 어때 | {device} 확인해줘 "
    "| {device.switched} 켜져 있어 | {device.switched} 꺼져 있어 | {device.switched:이/가} 켜져 있는지 알려줘 "
    "| {device.measuring} 지금 몇 도야 | {device.heating} 몇 도로 되어 있어 | {device.opening} 열려 있어 "
    "| {device.opening} 닫혀 있어 | {device.opening:이/가} 열려 있는지 알려줘 | {device.lock} 잠겨 있어 "
    "| {device.lock} 잠겼어 | {device.lock} 잠금 상태 알려줘 | {device.lock:이/가} 잠겼는지 알려줘 "
    "| {room} {device} 상태 알려줘 | {room}에 있는 {device} 어때 | {room} {device.switched} 켜져 있어 "
    "| {room} {device.opening} 열려 있어 | {room} {device.lock} 잠겨 있어 | {room.measuring} 온도 알려줘 "
    "| {room.measuring} 온도 어때 | {room.measuring} 지금 몇 도야",
    "lights_on": "불 켜줘 | 불 켜 | 불 좀 켜줘 | 불 다 켜줘 | 전등 전부 켜줘 | 조명 켜줘 | {room.light} 불 켜줘 "
    "| {room.light} 불 켜 | {room.light} 불 좀 켜줘 | {room.light} 조명 켜줘 | {room.light}에 불 켜줘 "
    "| {device.switched} 켜줘 | {device.switched:을/를} 켜줘 | {device.switched} 켜 | {device.switched} 좀 켜줄래 "
    "| {device.running} 틀어줘 | {device.running:을/를} 틀어줘 | {device.powered} 전원 켜줘",
    "lights_off": "불 꺼줘 | 불 꺼 | 불 좀 꺼줘 | 불 다 꺼줘 | 전등 전부 꺼줘 | 조명 꺼줘 | 집 안에 불 모두 꺼줘 "
    "| {room.light} 불 꺼줘 | {room.light} 불 꺼 | {room.light} 불 좀 꺼줘 | {room.light} 조명 꺼줘 "
    "| {room.light}에 불 다 꺼줘 | {device.switched} 꺼줘 | {device.switched:을/를} 꺼줘 | {device.switched} 꺼 "
    "| {device.switched} 좀 꺼줄래 | {device.powered} 전원 꺼줘",
    "set_temperature": "{device.heating} {temperature:으로/로} 맞춰줘 "
    "| {device.heating} 온도 {temperature:으로/로} 해줘 "
    "| {device.heating:을/를} {temperature:으로/로} 설정해줘 | {device.heating} {temperature} "
    "| {room.heating} {temperature:으로/로} 맞춰줘 | {room.heating} 온도 {temperature:으로/로} 해줘 "
    "| {room.heating} 온도를 {temperature:으로/로} 설정해줘 | {room.heating} 온도 {temperature} "
    "| {room} {device.heating} {temperature:으로/로} 맞춰줘 "
    "| {room}에 있는 {device.heating} {temperature:으로/로} 해줘 "
    "| 온도 {temperature:으로/로} 맞춰줘 | {temperature:으로/로} 맞춰줘",
    "scene": "{scene} 실행해줘 | {scene:을/를} 실행해줘 | {scene} 시작해줘 | {scene:을/를} 시작해줘 "
    "| {scene} 켜줘 | {scene} 모드로 해줘 | {scene} 모드 켜줘 | {scene} 장면 실행해줘 "
    "| {scene:으로/로} 바꿔줘 | {scene} 부탁해 | {scene}",
    "all_locked": "문 다 잠겼어 | 문 잠겼어 | 문 잠겨 있어 | 문 잠갔어 | 전부 잠겨 있어 | 문단속 됐어 "
    "| 문단속 확인해줘 | 잠기지 않은 문 있어 | 안 잠긴 데 있어 | 열린 문 있어 | 도어락 다 잠겨 있어 "
    "| 문 잠겼는지 확인해줘",
    "lock_all": "문 다 잠가줘 | 문 잠가줘 | 문 잠가 | 문 잠궈줘 | 문 다 잠궈줘 | 문 전부 잠가줘 | 모두 잠가줘 "
    "| 문단속해줘 | 문 좀 잠가줘 | 도어락 다 잠가줘 | 집 잠가줘 | 나가니까 문 잠가줘 | 자기 전에 문 다 잠가줘 "
    "| {device.lock} 잠가줘 | {device.lock:을/를} 잠가줘 | {device.lock} 좀 잠가줘 | {device.lock} 잠가 "
    "| {device.lock} 잠궈줘 | {room.lock} 잠가줘 | {room.lock} 잠가 | {room.lock} 문 잠가줘",
    "last_events": "문 누가 열었어 | 누가 문 열었어 | 누가 들어왔어 | 마지막으로 누가 왔어 | 문 언제 열렸어 "
    "| 최근에 문 열렸어 | 출입 기록 알려줘 | 문 열린 기록 알려줘 | {device.guarded} 누가 열었어 "
    "| {device.entry} 언제 열렸어 | {device.entry} 기록 알려줘 | {room.guarded} 문 누가 열었어",
    "answer": "{pin} | {pin:이에요/예요} | {pin}번 | 비밀번호는 {pin} | 비밀번호 {pin} | {device} "
    "| {device:이요/요} | {device} 말이야 | {room} | {room} 거 | {room}에 있는 거 | {room} {device}",
    "unlock": "{door} 열어줘 | {door:을/를} 열어줘 | {door} 좀 열어줘 | {door} 열어 | {door} 열어 줄래 "
    "| {door} 잠금 풀어줘 | {door} 잠금 해제해줘 | {door:이/가} 안 열려 열어줘 "
    "| {door} 열어줘 비밀번호는 {pin} | {pin} {door} 열어줘 | 비밀번호 {pin} {door} 열어줘 "
    "| {door} 비밀번호 {pin}",
    "arm": "{door} 열 수 있게 해줘 | {door} 열기 허용해줘 | {door:을/를} 열 수 있게 해줘 "
    "| {door} 열기 준비해줘 | 곧 {door} 열 거야 | {door} 음성으로 열 수 있게 해줘 | {door} 열기 켜줘 "
    "| {door} 잠깐 열 수 있게 해줘 | {door} 열기 허용해줘 비밀번호는 {pin} | {pin} {door} 열기 허용해줘 "
    "| 비밀번호 {pin} {door} 열기 허용해줘",
}

_JAPANESE = {
    "home_status": "家の様子を教えて | 家はどう | 家の状態は | 家は大丈夫 | 今の家の様子は | 家の様子はどう "
    "| 家の状態を教えて | 家の状況を教えて | 家に異常はない | 家の様子をまとめて | 電気はついてる "
    "| どこの電気がついてる | 電気は全部消えてる | 開いているところはある | 窓は開いてる | 窓は全部閉まってる",
    "device_status": "{device}の状態を教えて | {device}はどう | {device}を確認して | {device}の様子は "
    "| {device.switched}はついてる | {device.switched}は消えてる | {device.switched}がついてるか教えて "
    "| {device.measuring}は今何度 | {device.heating}は何度になってる | {device.opening}は開いてる "
    "| {device.opening}は閉まってる | {device.opening}が開いてるか教えて | {device.lock}の鍵はかかってる "
    "| {device.key}はかかってる | {device.lock}はロックされてる "
    "| {room}の{device}の状態を教えて | {room}にある{device}はどう "
    "| {room}の{device.switched}はついてる | {room}の{device.opening}は開いてる "
    "| {room}の{device.opening}は閉まってる | {room.measuring}の温度を教えて | {room.measuring}の温度は "
    "| {room.measuring}は今何度",
    "lights_on": "電気をつけて | 電気つけて | 電気を全部つけて | 照明をつけて | 明かりをつけて "
    "| {room.light}の電気をつけて | {room.light}の照明をつけて | {room.light}の電気を全部つけて "
    "| {room.light}の明かりをつけて | {room.light}の電気つけて | {device.switched}をつけて "
    "| {device.switched}つけて | {device.switched}をオンにして | {device.powered}の電源を入れて",
    "lights_off": "電気を消して | 電気消して | 電気を全部消して | 照明を消して | 明かりを消して | 家中の電気を消して "
    "| {room.light}の電気を消して | {room.light}の照明を消して | {room.light}の電気を全部消して "
    "| {room.light}の明かりを消して | {room.light}の電気消して | {device.switched}を消して "
    "| {device.switched}消して | {device.switched}をオフにして | {device.powered}の電源を切って",
    "set_temperature": "{device.heating}を{temperature}にして | {device.heating}の温度を{temperature}にして "
    "| {device.heating}を{temperature}に設定して | {device.heating}{temperature} "
    "| {room.heating}を{temperature}にして | {room.heating}の温度を{temperature}にして "
    "| {room.heating}の温度を{temperature}に設定して | {room.heating}{temperature} "
    "| {room}の{device.heating}を{temperature}にして | {room}にある{device.heating}を{temperature}にして "
    "| 温度を{temperature}にして | {temperature}にして",
    "scene": "{scene}を実行して | {scene}を始めて | {scene}を開始して | {scene}実行 | {scene}をお願い "
    "| {scene}モードにして | {scene}モードを始めて | {scene}のシーンを実行して "
    "| シーン{scene}を実行して | {scene}をつけて | {scene}",
    "all_locked": "鍵はかかってる | 鍵は全部かかってる | 鍵を閉めたっけ | 戸締まりはできてる "
    "| 戸締まりを確認して | 鍵の状態を教えて | 鍵がかかっていないところはある | 開いている鍵はある "
    "| 鍵は閉まってる | ドアはロックされてる | 鍵を確認して",
    "lock_all": "鍵をかけて | 鍵かけて | 鍵を全部かけて | 鍵を閉めて | 鍵を全部閉めて | 戸締まりして "
    "| 戸締まりをお願い | ドアをロックして | 全部ロックして | 出かけるから鍵をかけて | 寝る前に鍵を全部かけて "
    "| {device.lock}の鍵をかけて | {device.lock}をロックして | {device.lock}の鍵を閉めて | {device.key}をかけて "
    "| {room.lock}の鍵をかけて | {room.lock}の鍵を閉めて | {room.lock}をロックして",
    "last_events": "誰がドアを開けた | ドアを開けたのは誰 | 誰が入った | 最後に来たのは誰 | ドアはいつ開いた "
    "| 最近ドアは開いた | 出入りの記録を教えて | 鍵の記録を教えて | {device.guarded}は誰が開けた "
    "| {device.entry}はいつ開いた | {device.entry}の記録を教えて | {room.guarded}のドアは誰が開けた",
    "answer": "{pin} | {pin}です | {pin}だよ | 暗証番号は{pin} | 暗証番号は{pin}です | {device} "
    "| {device}です | {device}のこと | {room} | {room}の | {room}にあるの | {room}の{device}",
    "unlock": "{door}を開けて | {door}開けて | {door}の鍵を開けて | {door}を開けてください "
    "| {door}を解錠して | {door}のロックを解除して | {door}の鍵を外して | {door}が開かないから開けて "
    "| {door}を開けて暗証番号は{pin} | {pin}で{door}を開けて | 暗証番号{pin}で{door}を開けて "
    "| {door}の暗証番号は{pin}",
    "arm": "{door}を開けられるようにして | {door}を開ける許可を出して | {door}を開ける準備をして "
    "| もうすぐ{door}を開ける | {door}を声で開けられるようにして | {door}の解錠を許可して "
    "| 少しの間{door}を開けられるようにして | {door}の鍵を開けられるようにして "
    "| {door}を開ける許可を出して暗証番号は{pin} | {pin}で{door}の解錠を許可して "
    "| 暗証番号{pin}で{door}の解錠を許可して",
}

_ENGLISH = {
    "home_status": "how is the home | how is everything | what is on | what is open | is any light on | home status",
    "device_status": "how is {device} | how is the {device} | is {device} on | is the {device} on | status of {device} "
    "| how is the {device} in the {room}",
    "lights_on": "lights on | all lights on | switch the lights on | turn on the lights | lights on in the {room} "
    "| switch on the lights in the {room} | switch on {device} | turn on {device} | turn on the {device}",
    "lights_off": "lights off | all lights off | switch the lights off | turn off the lights "
    "| lights off in the {room} | switch off the lights in the {room} | switch off {device} | turn off {device} "
    "| turn off the {device}",
    "set_temperature": "set {device} to {temperature} | set the {device} to {temperature} | set it to {temperature} "
    "| set the {room} to {temperature} | set the {device} in the {room} to {temperature}",
    "scene": "run {scene} | start {scene} | scene {scene} | {scene}",
    "all_locked": "is everything locked | are the doors locked | are all doors locked | are all locks locked",
    "lock_all": "lock everything | lock all doors | lock the doors | lock up | lock {device} | lock the {device} "
    "| lock the {device} in the {room}",
    "last_events": "who opened the door | who came in | when was the door opened | who opened {device} "
    "| who opened the {device}",
    "answer": "{pin} | my pin is {pin} | the pin is {pin} | {device} | the {device} | the one in the {room} | {room}",
    "unlock": "open {door} | open the {door} | unlock {door} | unlock the {door} | open {door} with {pin}",
    "arm": "let me open {door} | let me open the {door} | allow opening {door} | allow opening {door} with {pin}",
}

SAMPLES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "ko": {task: _split(lines) for task, lines in _KOREAN.items()},
    "ja": {task: _split(lines) for task, lines in _JAPANESE.items()},
    "en": {task: _split(lines) for task, lines in _ENGLISH.items()},
}
"""By language and task. English is for the terminal alone: CLOVA has no console in it."""

NUMBERS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "ko": {"temperature": ("24도", "18도", "26도"), "pin": ("5927", "8164")},
    "ja": {"temperature": ("24度", "18度", "26度"), "pin": ("5927", "8164")},
}
"""What stands for a number, by language and slot."""
DOORS = {"ko": "현관문", "ja": "玄関", "en": "front door"}
THE_DOOR: Mapping[str, tuple[str, ...]] = {
    "ko": _split(
        "문 열어줘 | 문 좀 열어줘 | 문을 열어줘 | 문 열어 | 문 열어 줄래 | 문 잠금 풀어줘 | 문 잠금 해제해줘 "
        "| 문이 안 열려 열어줘 | 문 열어줘 비밀번호는 {pin} | 비밀번호 {pin} 문 열어줘"
    ),
    "ja": _split(
        "ドアを開けて | ドア開けて | ドアを開けてください | 鍵を開けて | 鍵開けて | 鍵を開けてください "
        "| ドアの鍵を開けて | ドアのロックを解除して | ドアが開かないから開けて | ドアを開けて暗証番号は{pin} "
        "| 暗証番号{pin}でドアを開けて"
    ),
    "en": _split("open door | open the door | unlock door | unlock the door | open the door with {pin}"),
}
"""What is said besides where one lock alone can be opened by asking. None begins with a slot: 창|문 열어줘."""
THE_DOORS_WORDS = frozenset({"문", "ドア", "鍵", "door"})
"""What it is called there, unless something else has that name."""
KEY = "鍵"
"""In Japanese it is the key that is turned: `{device.key}` is what has it in its name, 玄関の鍵."""
TWICE = ("鍵の鍵", "鍵のロック", "ロックの鍵", "ロックのロック", "鍵を解錠")
"""What nobody says; it would come of a name that ends with such a word."""
