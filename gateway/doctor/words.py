"""What `doctor` says, in each language: by the key of the finding, what was found and what to do about it."""

from dataclasses import dataclass

from gateway.doctor import home_words, outside_words, reach_words, way_words

SNIPPET = "config/mosquitto/clova-gateway.conf"


@dataclass(frozen=True, slots=True)
class Said:
    """One finding in words, with places for its values."""

    what: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """All of it in one language. `levels` are those of doctor.Level."""

    levels: dict[str, str]
    found: dict[str, Said]


_KO = Words(
    {"ok": "정상", "warning": "주의", "failure": "오류"},
    {
        "config": Said("설정을 쓸 수 없습니다: {mistake}", "파일을 고친 뒤 `clova-gateway check`로 확인하세요"),
        "no_mqtt": Said(
            "설정에 `mqtt:`가 없습니다", "브로커 주소를 적으세요. `clova-gateway run`이 찾은 브로커를 보여 줍니다"
        ),
        "broker": Said("브로커 {broker:이/가} 응답합니다"),
        "broker_away": Said(
            "브로커 {broker}에 연결할 수 없습니다: {why}", "브로커가 켜져 있는지, `mqtt: url`과 사용자가 맞는지 보세요"
        ),
        "cannot_tell": Said(
            "브로커가 메시지를 보관하는지 알 수 없습니다: {why}", "이 사용자에게 {topic} 읽기와 쓰기를 허용하세요"
        ),
        "keeps_no_session": Said(
            "브로커가 세션을 보관하지 않아서, 게이트웨이가 꺼진 동안의 알람이 사라집니다",
            "지속 세션(clean session 끔)을 지원하도록 브로커를 설정하세요",
        ),
        "keeps_nothing": Said(
            "브로커가 세션은 기억하지만 QoS 1 메시지를 보관하지 않습니다",
            f"대기열 한도(max_queued_messages)를 확인하세요: {SNIPPET}",
        ),
        "keeps_qos1": Said("게이트웨이가 꺼진 동안 QoS 1 메시지가 보관됩니다"),
        "keeps_qos0": Said("게이트웨이가 꺼진 동안 QoS 0 메시지도 보관됩니다"),
        "drops_qos0": Said(
            "게이트웨이가 꺼진 동안 QoS 0 메시지가 사라집니다. Tasmota, ESPHome, Zigbee2MQTT는 QoS 0으로 보냅니다",
            f"Mosquitto라면 queue_qos0_messages true: {SNIPPET}",
        ),
        "no_upgrade": Said(
            "QoS 0 메시지가 확인 없이 전달되어, 게이트웨이가 갑자기 죽으면 막 받은 알람이 사라질 수 있습니다",
            f"Mosquitto라면 upgrade_outgoing_qos true: {SNIPPET}",
        ),
        "retains_nothing": Said(
            "브로커가 유지(retained) 메시지를 보관하지 않아서, 놓친 상태를 다시 읽을 수 없습니다",
            "브로커에서 retained 메시지를 켜세요",
        ),
        "power_cut_safe": Said("{file}에 따르면 브로커는 받은 것을 곧바로 디스크에 씁니다"),
        "power_cut_seconds": Said(
            "{file}에 따르면 정전이 나면 브로커는 최근 {seconds}초 동안 받은 것을 잃습니다",
            f"더 줄이려면: {SNIPPET}",
        ),
        "power_cut_changes": Said(
            "{file}에 따르면 정전이 나면 브로커는 마지막 변경 {changes}개까지 잃습니다",
            f"autosave_interval 1: {SNIPPET}",
        ),
        "power_cut_all": Said(
            "{file}에 따르면 정전이 나면 브로커는 받은 것을 모두 잃습니다", f"persistence true와 autosave: {SNIPPET}"
        ),
        "power_cut_unread": Said(
            "정전 때 브로커가 무엇을 잃는지 알 수 없습니다: {file:을/를} 읽을 수 없습니다", "sudo로 다시 실행하세요"
        ),
        "power_cut_unknown": Said(
            "정전 때 브로커가 무엇을 잃는지 여기서는 알 수 없습니다", f"브로커가 있는 기기에서 확인하세요: {SNIPPET}"
        ),
        "no_push_in_japan": Said("일본 CLOVA에는 푸시 알림이 없습니다. 알람은 상태 토픽, 로그, 페이지에만 나타납니다"),
        "no_push": Said("`clova: push`가 없어서 알람이 나도 알림이 가지 않습니다", "docs/alarms.md를 따라 설정하세요"),
        "no_extension_id": Said(
            "푸시에 쓸 extension id가 아직 없습니다", "CLOVA 콘솔의 값을 `clova: extension_id`에 적으세요"
        ),
        "push": Said("푸시 키를 읽을 수 있습니다"),
        "push_secret": Said("푸시 키를 읽을 수 없습니다: {why}", "`clova: push: secret_file`과 그 권한을 확인하세요"),
        "note": Said("{note}"),
        "messages": Said("파일에 있는 알람에 모두 메시지 ID가 있습니다"),
        "link": Said("게이트웨이가 알람을 수신하지 못하고 있습니다: {why}", "브로커와 클라이언트 ID를 확인하세요"),
        "link_note": Said("알람 연결: {why}"),
        "disk": Said("게이트웨이가 알람을 디스크에 쓰지 못합니다: {why}", "디스크에 여유 공간을 만드세요"),
        "topics_refused": Said(
            "브로커가 알람 토픽 {many}개를 읽지 못하게 합니다 (예: {topic})", "이 사용자에게 읽기를 허용하세요"
        ),
        "topics_at_qos0": Said(
            "브로커가 QoS 0으로만 주는 알람 토픽: {many}개 (예: {topic}). 꺼진 동안의 알람이 사라집니다",
            "브로커가 QoS 1 구독을 허용하게 하세요",
        ),
        "messages_dropped": Said("게이트웨이가 읽지 못해 버린 메시지: {many}건", "로그의 `dropped a message`를 보세요"),
        "unacknowledged": Said(
            "브로커에 확인하지 못한 메시지가 {many}건 밀려 있습니다", "디스크가 느리거나 가득 찼는지 보세요"
        ),
        "stopped": Said(
            "알림 보내기가 멈췄습니다: {why} (대기 {waiting}건)",
            "CLOVA 콘솔의 값을 고치고, `clova-gateway push-test`로 확인하세요",
        ),
        "trying_again": Said(
            "알림을 보내지 못해 다시 시도하는 중입니다: {why} (대기 {waiting}건)", "인터넷 연결을 확인하세요"
        ),
        "running": Said("실행 중인 게이트웨이가 알람을 수신하고 알림을 보냅니다 (대기 {waiting}건)"),
    },
)
_JA = Words(
    {"ok": "正常", "warning": "注意", "failure": "異常"},
    {
        "config": Said("設定を使えません: {mistake}", "ファイルを直し、`clova-gateway check` で確かめてください"),
        "no_mqtt": Said(
            "設定に `mqtt:` がありません",
            "ブローカーのアドレスを書いてください。`clova-gateway run` が見つけたブローカーを示します",
        ),
        "broker": Said("ブローカー {broker} は応答しています"),
        "broker_away": Said(
            "ブローカー {broker} に接続できません: {why}",
            "ブローカーが動いているか、`mqtt: url` とユーザーが正しいかを見てください",
        ),
        "cannot_tell": Said(
            "ブローカーがメッセージを取っておくか分かりません: {why}",
            "このユーザーに {topic} の読み書きを許可してください",
        ),
        "keeps_no_session": Said(
            "ブローカーがセッションを保持せず、ゲートウェイの停止中のアラームは失われます",
            "永続セッション (clean session なし) を使えるようブローカーを設定してください",
        ),
        "keeps_nothing": Said(
            "ブローカーはセッションを覚えていますが、QoS 1 のメッセージを取っておきません",
            f"キューの上限 (max_queued_messages) を確かめてください: {SNIPPET}",
        ),
        "keeps_qos1": Said("ゲートウェイの停止中、QoS 1 のメッセージは取っておかれます"),
        "keeps_qos0": Said("ゲートウェイの停止中、QoS 0 のメッセージも取っておかれます"),
        "drops_qos0": Said(
            "ゲートウェイの停止中、QoS 0 のメッセージは失われます。Tasmota、ESPHome、Zigbee2MQTT は QoS 0 で送ります",
            f"Mosquitto なら queue_qos0_messages true: {SNIPPET}",
        ),
        "no_upgrade": Said(
            "QoS 0 のメッセージは確認なしで渡され、ゲートウェイが突然落ちると直前のアラームが失われることがあります",
            f"Mosquitto なら upgrade_outgoing_qos true: {SNIPPET}",
        ),
        "retains_nothing": Said(
            "ブローカーが retained メッセージを保持せず、逃した状態を読み直せません",
            "ブローカーで retained メッセージを有効にしてください",
        ),
        "power_cut_safe": Said("{file} によれば、ブローカーは受け取ったものをすぐディスクに書きます"),
        "power_cut_seconds": Said(
            "{file} によれば、停電するとブローカーは直前の {seconds} 秒に受け取ったものを失います",
            f"さらに減らすには: {SNIPPET}",
        ),
        "power_cut_changes": Said(
            "{file} によれば、停電するとブローカーは最後の変更を {changes} 件まで失います",
            f"autosave_interval 1: {SNIPPET}",
        ),
        "power_cut_all": Said(
            "{file} によれば、停電するとブローカーは受け取ったものをすべて失います",
            f"persistence true と autosave: {SNIPPET}",
        ),
        "power_cut_unread": Said(
            "停電でブローカーが何を失うか分かりません: {file} を読めません", "sudo でもう一度実行してください"
        ),
        "power_cut_unknown": Said(
            "停電でブローカーが何を失うか、ここからは分かりません",
            f"ブローカーのあるマシンで確かめてください: {SNIPPET}",
        ),
        "no_push_in_japan": Said(
            "日本の CLOVA にプッシュ通知はありません。アラームはステータストピック、ログ、ページにだけ出ます"
        ),
        "no_push": Said(
            "`clova: push` がないため、アラームが鳴っても通知されません", "docs/alarms.md に従って設定してください"
        ),
        "no_extension_id": Said(
            "プッシュに使う extension id がまだありません",
            "CLOVA のコンソールの値を `clova: extension_id` に書いてください",
        ),
        "push": Said("プッシュの鍵を読めます"),
        "push_secret": Said(
            "プッシュの鍵を読めません: {why}", "`clova: push: secret_file` とその権限を確かめてください"
        ),
        "note": Said("{note}"),
        "messages": Said("ファイルのアラームにはすべてメッセージ ID があります"),
        "link": Said("ゲートウェイにアラームが届いていません: {why}", "ブローカーとクライアント ID を確かめてください"),
        "link_note": Said("アラーム用の接続: {why}"),
        "disk": Said("ゲートウェイがアラームをディスクに書けません: {why}", "ディスクに空き容量を作ってください"),
        "topics_refused": Said(
            "ブローカーがアラームのトピック {many} 件を読ませません (例: {topic})",
            "このユーザーに読み取りを許可してください",
        ),
        "topics_at_qos0": Said(
            "QoS 0 でしか届かないアラームのトピック: {many} 件 (例: {topic})。停止中のものは失われます",
            "ブローカーで QoS 1 の購読を許可してください",
        ),
        "messages_dropped": Said(
            "ゲートウェイが読めずに捨てたメッセージ: {many} 件", "ログの `dropped a message` を見てください"
        ),
        "unacknowledged": Said(
            "ブローカーに確認を返せないメッセージが {many} 件溜まっています",
            "ディスクが遅いか、いっぱいでないかを見てください",
        ),
        "stopped": Said(
            "通知の送信が止まっています: {why} (待ち {waiting} 件)",
            "CLOVA のコンソールの値を直し、`clova-gateway push-test` で確かめてください",
        ),
        "trying_again": Said(
            "通知を送れず、再試行しています: {why} (待ち {waiting} 件)", "インターネット接続を確かめてください"
        ),
        "running": Said("動いているゲートウェイはアラームを受信し、通知しています (待ち {waiting} 件)"),
    },
)
_EN = Words(
    {"ok": "ok", "warning": "warning", "failure": "failure"},
    {
        "config": Said(
            "the configuration cannot be used: {mistake}", "mend the file; `clova-gateway check` looks at it again"
        ),
        "no_mqtt": Said(
            "the configuration has no `mqtt:`", "write the broker's address; `clova-gateway run` lists those it can see"
        ),
        "broker": Said("the broker at {broker} answers"),
        "broker_away": Said(
            "the broker at {broker} cannot be used: {why}",
            "see whether it runs, and whether `mqtt: url` and the user fit",
        ),
        "cannot_tell": Said(
            "it cannot be told whether the broker keeps messages: {why}", "let this user read and write {topic}"
        ),
        "keeps_no_session": Said(
            "the broker keeps no session: alarms are lost that come while the gateway is away",
            "set the broker up for persistent sessions (clean session off)",
        ),
        "keeps_nothing": Said(
            "the broker keeps the session, and no message at QoS 1 for it",
            f"see its limits (max_queued_messages): {SNIPPET}",
        ),
        "keeps_qos1": Said("messages at QoS 1 are kept while the gateway is away"),
        "keeps_qos0": Said("messages at QoS 0 are kept as well"),
        "drops_qos0": Said(
            "messages at QoS 0 are lost while the gateway is away; Tasmota, ESPHome and Zigbee2MQTT send at QoS 0",
            f"for Mosquitto, queue_qos0_messages true: {SNIPPET}",
        ),
        "no_upgrade": Said(
            "messages at QoS 0 are not acknowledged: an alarm that was just read is lost if the gateway is killed",
            f"for Mosquitto, upgrade_outgoing_qos true: {SNIPPET}",
        ),
        "retains_nothing": Said(
            "the broker keeps no retained messages: a state that was missed cannot be read again",
            "turn retained messages on at the broker",
        ),
        "power_cut_safe": Said("going by {file}, the broker writes what it takes to the disk at once"),
        "power_cut_seconds": Said(
            "going by {file}, a power cut takes what the broker has taken in the last {seconds} s",
            f"how to make that less: {SNIPPET}",
        ),
        "power_cut_changes": Said(
            "going by {file}, a power cut takes up to {changes} of the broker's last changes",
            f"autosave_interval 1: {SNIPPET}",
        ),
        "power_cut_all": Said(
            "going by {file}, a power cut takes all that the broker has taken",
            f"persistence true, and autosave: {SNIPPET}",
        ),
        "power_cut_unread": Said(
            "it cannot be told what a power cut takes from the broker: {file} cannot be read", "run this with sudo"
        ),
        "power_cut_unknown": Said(
            "it cannot be told from here what a power cut takes from the broker",
            f"see to it on the broker's machine: {SNIPPET}",
        ),
        "no_push_in_japan": Said("CLOVA has no push in Japan: alarms go to the status topic, the log and the page"),
        "no_push": Said("there is no `clova: push`: nobody is notified of alarms", "docs/alarms.md says how"),
        "no_extension_id": Said(
            "there is no extension id for push yet", "put that of CLOVA's console at `clova: extension_id`"
        ),
        "push": Said("the key for push can be read"),
        "push_secret": Said(
            "the key for push cannot be read: {why}", "see to `clova: push: secret_file`, and who may read it"
        ),
        "note": Said("{note}"),
        "messages": Said("the alarms of the file have their message ids"),
        "link": Said("the gateway does not hear alarms: {why}", "see to the broker, and to the client id"),
        "link_note": Said("the connection for alarms: {why}"),
        "disk": Said("the gateway cannot write alarms to the disk: {why}", "make room on it"),
        "topics_refused": Said(
            "topics of alarms that the broker does not let us read: {many}, such as {topic}", "let this user read them"
        ),
        "topics_at_qos0": Said(
            "topics of alarms that the broker gives at QoS 0 only, and keeps nothing of: {many}, such as {topic}",
            "let the broker grant subscriptions at QoS 1",
        ),
        "messages_dropped": Said(
            "messages that the gateway could not take in: {many}", "the log has them as `dropped a message`"
        ),
        "unacknowledged": Said(
            "messages that are not acknowledged to the broker: {many}", "see whether the disk is slow, or full"
        ),
        "stopped": Said(
            "sending has stopped: {why} ({waiting} waiting)",
            "mend what CLOVA's console and the configuration say; `clova-gateway push-test` tries it",
        ),
        "trying_again": Said("notifications do not get through: {why} ({waiting} waiting)", "see to the internet link"),
        "running": Said("the running gateway hears alarms and sends notifications ({waiting} waiting)"),
    },
)
ROWS = {**way_words.ROWS, **reach_words.ROWS, **outside_words.ROWS, **home_words.ROWS}


def _with_rows(words: Words, at: int) -> Words:
    return Words(words.levels, words.found | {key: Said(*row[at : at + 2]) for key, row in ROWS.items()})


WORDS = {"ko": _with_rows(_KO, 0), "ja": _with_rows(_JA, 2), "en": _with_rows(_EN, 4)}
