"""The configuration that `init` writes: its lines, and what the comments in them say in each language."""

from collections.abc import Mapping
from typing import Final

FILE: Final = """\
# {made}
# {every_key}: {example}
home:
  name: {home}
  timezone: {zone}
  language: {language}              # {spoken}

{broker}
# {found}
{devices}
# discovery: {{homeassistant: true, zigbee2mqtt: true, tasmota: true, shelly: true, homie: true}}

# {guarded}
# expose: {{default: true, never: [lock, valve, garage, alarm]}}

# {way_in}
# public: {{url: "https://home.example.com", trusted_proxies: [127.0.0.1]}}
# tunnel:                     # {relay}
#   ssh: {{host: home.example.com, user: clova-tunnel, key_file: tunnel_key, known_hosts: known_hosts}}

clova:
  region: {region}                  # {regions}
  # extension_id: com.example.extension.home    # {extension}
  linking:
    client_id: clova
    client_secret_file: clova_client_secret     # {secret}
  # push: {{secret_file: clova_push_secret, messages: {{smoke: msg-...}}}}    # {push}

{state}state_directory: {state_directory}

# devices:
#   - match: {{ieee: "0x00158d0001a2b3c4"}}     # {match}
#     name: {bedroom}
#     location: {bedroom_place}
#   - id: living-light          # {own}
#     type: LIGHT
#     name: {living_room}
#     on_off: {{command: home/living/set, state: home/living/state, on: ON, off: OFF}}
"""

COMMENTS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "made": "clova-gateway: made for what was found here. Change what you like, and then: clova-gateway check",
        "every_key": "Every key there is, with its default",
        "spoken": "ko, ja or en: what is spoken, and what doctor and the pages say",
        "found": "What describes itself is found, and needs no entry: Zigbee2MQTT, Tasmota, Shelly, Homie, "
        "Home Assistant's discovery.",
        "guarded": "Locks, valves, garage doors and alarms are found, and told to CLOVA only where an entry "
        "under `devices` exposes them.",
        "way_in": "How CLOVA gets in: an https address of yours, and what leads from it to port 8800 here "
        "(docs/relay.md).",
        "relay": "scripts/relay-setup on a small server prints what belongs here",
        "regions": "kr (NAVER) or jp (LINE)",
        "extension": "the one that you give it in CLOVA's developer console",
        "secret": "made at random; `clova-gateway register` says where it goes",
        "push": "alarms, told (docs/alarms.md)",
        "match": "one that was found (`clova-gateway devices` lists them): name and room",
        "own": "one of your own, by its topics (docs/devices.md)",
        "no_broker": "The broker that your devices speak to. None was found on this machine: write its address here.",
        "announced": "announced itself as {name}",
        "wants_password": "the broker lets nobody in without a password",
        "none_seen": "Nothing has described itself here so far.",
        "seen": "Seen here: {devices}.",
        "seen_at": "Seen here: {devices}; Zigbee2MQTT at {bases}.",
    },
    "ko": {
        "made": "clova-gateway: 여기서 찾은 것에 맞춰 만든 설정 파일입니다. "
        "고친 뒤에는 clova-gateway check로 확인하세요",
        "every_key": "모든 항목과 기본값",
        "spoken": "ko, ja, en: 음성 답변과 doctor, 웹 페이지의 언어",
        "found": "스스로를 알리는 기기는 저절로 찾으므로 적지 않아도 됩니다: Zigbee2MQTT, Tasmota, Shelly, Homie, "
        "Home Assistant discovery.",
        "guarded": "도어락, 밸브, 차고 문, 경보기도 찾지만, `devices`에 expose: true라고 적은 것만 CLOVA에 알립니다.",
        "way_in": "CLOVA가 들어오는 길: 내 https 주소, 그리고 거기서 이 기기의 8800번 포트로 "
        "이어 주는 것 (docs/relay.md).",
        "relay": "작은 서버에서 scripts/relay-setup을 실행하면 여기에 적을 내용이 나옵니다",
        "regions": "kr (NAVER) 또는 jp (LINE)",
        "extension": "CLOVA 개발자 콘솔에서 정한 ID",
        "secret": "임의로 만들었습니다. 어디에 입력하는지는 `clova-gateway register`가 알려 줍니다",
        "push": "알림 보내기 (docs/alarms.md)",
        "match": "찾은 기기(`clova-gateway devices`에 나옵니다)의 이름과 방",
        "own": "토픽을 직접 적는 기기 (docs/devices.md)",
        "no_broker": "기기들이 연결된 브로커. 이 기기에서는 찾지 못했습니다. 주소를 여기에 적으세요.",
        "announced": "{name}(이)라는 이름으로 알려 왔습니다",
        "wants_password": "이 브로커는 비밀번호가 있어야 연결할 수 있습니다",
        "none_seen": "아직 자신을 알린 기기가 없습니다.",
        "seen": "여기서 찾은 것: {devices}.",
        "seen_at": "여기서 찾은 것: {devices}. Zigbee2MQTT의 토픽: {bases}.",
    },
    "ja": {
        "made": "clova-gateway：ここで見つかったものに合わせて作った設定ファイルです。"
        "変更したら clova-gateway check で確認してください",
        "every_key": "すべての項目と既定値",
        "spoken": "ko、ja、en：音声の答えと、doctorやページの言語",
        "found": "自分から名乗る機器は自動で見つかり、書く必要はありません：Zigbee2MQTT、Tasmota、Shelly、Homie、"
        "Home Assistantのdiscovery。",
        "guarded": "鍵、バルブ、ガレージの扉、警報器も見つかりますが、"
        "`devices`に expose: true と書いたものだけをCLOVAに知らせます。",
        "way_in": "CLOVAが入ってくる道：ご自分のhttpsアドレスと、"
        "そこからこのマシンの8800番ポートへの経路（docs/relay.md）。",
        "relay": "小さなサーバーで scripts/relay-setup を実行すると、ここに書く内容が表示されます",
        "regions": "kr（NAVER）またはjp（LINE）",
        "extension": "CLOVA開発者コンソールで決めたID",
        "secret": "ランダムに作りました。どこに入力するかは`clova-gateway register`が示します",
        "push": "アラームの通知（docs/alarms.md）",
        "match": "見つかった機器（`clova-gateway devices`の一覧にあるもの）の名前と部屋",
        "own": "トピックを自分で書く機器（docs/devices.md）",
        "no_broker": "機器がつながっているブローカー。このマシンでは見つかりませんでした。"
        "アドレスをここに書いてください。",
        "announced": "{name}として見つかりました",
        "wants_password": "このブローカーへの接続にはパスワードが必要です",
        "none_seen": "まだ何も見つかっていません。",
        "seen": "ここで見つかったもの：{devices}。",
        "seen_at": "ここで見つかったもの：{devices}。Zigbee2MQTTのトピック：{bases}。",
    },
}
"""What the comments say, by language and by the name that FILE has for each."""

EXAMPLES: Final[Mapping[str, Mapping[str, str]]] = {
    "kr": {"bedroom": "안방 조명", "bedroom_place": "MAIN_ROOM", "living_room": "거실 전등"},
    "jp": {"bedroom": "寝室の照明", "bedroom_place": "BED_ROOM", "living_room": "リビングの電気"},
}
"""Names of devices, by region."""
