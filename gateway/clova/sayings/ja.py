"""Japanese, in the polite style of です and ます."""

from gateway.clova.sayings.lines import Line
from gateway.clova.sayings.text import Text

JAPANESE: dict[Line, Text] = {
    Line.GREETING: Text(
        "こんにちは、{home}です。ご用件をどうぞ。",
        "こんにちは、{home}です。家の様子を聞いたり、電気をつけたり消したり、鍵をかけたりできます。ご用件をどうぞ。",
    ),
    Line.GUIDE: Text(
        "家の様子を教えて、リビングの電気を消して、鍵はかかってる、のように話しかけてください。",
        "家の様子を教えて、リビングの電気を消して、寝室を24度にして、おはようを実行して、鍵はかかってる、誰がドアを開けた、"
        "のように話しかけてください。終わるときは、終了と言ってください。",
    ),
    Line.GOODBYE: Text("はい、またいつでもどうぞ。"),
    Line.FALLBACK: Text(
        "すみません、それはできません。",
        "すみません、それはできません。できることを知りたいときは、ヘルプと言ってください。",
    ),
    Line.NOT_UNDERSTOOD: Text("すみません、聞き取れませんでした。もう一度お願いします。"),
    Line.LINK_NEEDED: Text(
        "先にアプリでアカウントを連携してください。",
        "アカウントがまだ連携されていません。CLOVAアプリのスキルの設定で連携してから、もう一度呼んでください。",
    ),
    Line.BUSY: Text("リクエストが多すぎます。少し待ってからもう一度お願いします。"),
    Line.TOO_SLOW: Text("今は処理に時間がかかっていて、終わりませんでした。少し待ってからもう一度お願いします。"),
    Line.TROUBLE: Text("問題が起きて、最後までできませんでした。少し待ってからもう一度お願いします。"),
    Line.CANCELLED: Text("はい、やめました。"),
    Line.NOTHING_ASKED: Text("今はお尋ねしていることはありません。ご用件をどうぞ。"),
    Line.SILENCE: Text("はい、聞いています。ご用件をどうぞ。"),
    Line.SILENCE_YES_NO: Text("はい、か、いいえ、で答えてください。"),
    Line.SILENCE_PIN: Text("暗証番号を一桁ずつ言ってください。"),
    Line.SILENCE_WHICH: Text("名前か部屋を言ってください。"),
    Line.ALL_QUIET: Text(
        "家に異常はありません。",
        "家に異常はありません。ついている電気も、開いているところも、アラームもなく、機器はすべてつながっています。",
    ),
    Line.QUIET: Text(
        "家に異常はありません。", "家に異常はありません。ついている電気も、開いているところも、アラームもありません。"
    ),
    Line.LIGHTS_ON: Text(
        "電気が{count:つ}ついています。", "{total:照明が|照明#つのうち}{count:つ}{total:|が}ついています。{names}です。"
    ),
    Line.NO_LIGHTS_ON: Text("電気はすべて消えています。"),
    Line.OPEN: Text("{names}が開いています。", "{names}が開いています。{count:|全部で#か所です。}"),
    Line.NOTHING_OPEN: Text("開いているところはありません。"),
    Line.UNLOCKED: Text("{names:の鍵}が開いています。", "{names:の鍵}が開いています。{count:|全部で#か所です。}"),
    Line.OFFLINE: Text("{count:台}の機器がつながっていません。", "{count:台}の機器がつながっていません。{names}です。"),
    Line.ALARMS: Text("確認が必要なお知らせが{count:件}あります。{names}です。"),
    Line.NO_ALARMS: Text("今出ているアラームはありません。"),
    Line.LAST_ALARM: Text("最後のアラームは{when}、{device}の{name}です。"),
    Line.DEVICE_STATE: Text("{device}は、{values!l}です。"),
    Line.DEVICE_LOCKED: Text("{device:の鍵}はかかっています。"),
    Line.DEVICE_UNLOCKED: Text("{device:の鍵}は開いています。"),
    Line.DEVICE_OPEN: Text("{device}は開いています。"),
    Line.DEVICE_SHUT: Text("{device}は閉まっています。"),
    Line.DEVICE_OFFLINE: Text("{device}は今つながっていません。"),
    Line.DEVICE_WAS: Text("{device}は今つながっていません。最後の状態は、{values!l}でした。"),
    Line.DEVICE_UNKNOWN: Text("{device}の状態はまだわかりません。"),
    Line.WHICH: Text("どれのことですか? {names}の中から選んでください。"),
    Line.WHICH_OF_MANY: Text(
        "{names!l}、ほかに{count:台}あります。部屋を言ってください。",
        "似た名前がたくさんあります。{names!l}、ほかに{count:台}あります。どの部屋か言ってください。",
    ),
    Line.NOT_FOUND: Text("{name}という機器は見つかりませんでした。"),
    Line.NOT_FOUND_AT_ALL: Text("その機器は見つかりませんでした。"),
    Line.NOT_FOUND_IN: Text("{room}に{name}は見つかりませんでした。"),
    Line.NAME_NEEDED: Text("どの機器か言ってください。"),
    Line.ROOM_UNKNOWN: Text("{room}という部屋はわかりません。"),
    Line.NO_LIGHTS: Text("操作できる照明がありません。"),
    Line.NO_LIGHTS_IN: Text("{room}には操作できる照明がありません。"),
    Line.TEMPERATURE_NEEDED: Text("{device}を何度にしますか?"),
    Line.DONE_ON: Text("{device}をつけました。"),
    Line.DONE_OFF: Text("{device}を消しました。"),
    Line.DONE_TEMPERATURE: Text("{device}を{degrees}にしました。"),
    Line.LIGHTS_DONE_ON: Text("{count:電気を|電気を#つ}つけました。"),
    Line.LIGHTS_DONE_OFF: Text("{count:電気を|電気を#つ}消しました。"),
    Line.LIGHTS_DONE_ON_IN: Text("{room}の電気をつけました。", "{room}の{count:電気を|電気を#つ}つけました。"),
    Line.LIGHTS_DONE_OFF_IN: Text("{room}の電気を消しました。", "{room}の{count:電気を|電気を#つ}消しました。"),
    Line.ALREADY_OFF: Text("電気はもうすべて消えています。"),
    Line.ALREADY_ON: Text("電気はもうすべてついています。"),
    Line.ALREADY_OFF_IN: Text("{room}の電気はもう消えています。"),
    Line.ALREADY_ON_IN: Text("{room}の電気はもうついています。"),
    Line.FAILED: Text(
        "{device}が反応しませんでした。", "{device}に指示を送りましたが、変わりませんでした。機器を確認してください。"
    ),
    Line.FAILED_OFFLINE: Text(
        "{device}につながりません。", "{device}につながりません。電源とネットワークを確認してください。"
    ),
    Line.FAILED_SILENT: Text("{device}に指示を送りましたが、結果を確認できませんでした。機器を確認してください。"),
    Line.FAILED_FAULT: Text("{device}が故障を知らせています。"),
    Line.FAILED_WHY: Text("{device}は{why}状態のため、操作できません。"),
    Line.FAILED_BLOCKED: Text("今は{device}を操作できません。少し待ってからもう一度お願いします。"),
    Line.FAILED_NOT_SUPPORTED: Text("{device}にその機能はありません。"),
    Line.FAILED_RANGE: Text("{device}は{low}から{high}までにできます。"),
    Line.FAILED_MODE: Text("{device}は今のモードではその操作ができません。"),
    Line.SOME_FAILED: Text(
        "{total:つ}のうち{done:つ}だけできました。",
        "{total:つ}のうち{done:つ}だけできました。{names}はできませんでした。",
    ),
    Line.ALL_FAILED: Text("{total:できませんでした|#つともできませんでした}。"),
    Line.SCENE_RUN: Text("{scene}を実行しました。"),
    Line.SCENE_FAILED: Text("{scene}を実行できませんでした。"),
    Line.SCENE_UNKNOWN: Text("{scene}というシーンは見つかりませんでした。"),
    Line.SCENE_NOT_FOUND: Text("そのシーンは見つかりませんでした。"),
    Line.SCENE_NEEDED: Text("どのシーンを実行しますか?", "どのシーンを実行しますか? {names}があります。"),
    Line.NO_SCENES: Text("登録されたシーンがありません。"),
    Line.ALL_LOCKED: Text("{count:鍵は|鍵はすべて}かかっています。", "{count:鍵は|鍵は#か所すべて}かかっています。"),
    Line.LOCKS_UNKNOWN: Text(
        "{names}は鍵の状態がわかりません。", "{names}は鍵の状態がわかりません。{count:|全部で#か所です。}"
    ),
    Line.NO_LOCKS: Text("つながっている鍵がありません。"),
    Line.LOCKED: Text("{names:の鍵}をかけました。"),
    Line.LOCKED_ALL: Text("{count:鍵を|鍵をすべて}かけました。", "{count:鍵を|#か所の鍵をすべて}かけました。"),
    Line.LOCK_FAILED: Text(
        "{names:の鍵}をかけられませんでした。",
        "{names:の鍵}をかけられませんでした。{count:|#か所とも}直接確認してください。",
    ),
    Line.LOCK_UNPROVEN: Text(
        "{names:の鍵}をかけるように指示しましたが、かかったかどうか確認できません。",
        "{names:の鍵}をかけるように指示しましたが、かかったかどうか確認できません。{count:|#か所とも}直接確認してください。",
    ),
    Line.ASK_PIN: Text("暗証番号をどうぞ。", "{device}を開けるには暗証番号が必要です。一桁ずつ言ってください。"),
    Line.WRONG_PIN: Text("暗証番号が違います。あと{left:回}試せます。"),
    Line.PIN_UNCLEAR: Text("数字を聞き取れませんでした。一桁ずつもう一度お願いします。"),
    Line.PIN_BLOCKED: Text("暗証番号を何度も間違えたので、{minutes:分}間は開けられません。"),
    Line.PIN_NOT_SET: Text("{device}には、音声で開けるための暗証番号が設定されていません。"),
    Line.OPENED: Text("{device}を開けました。"),
    Line.OPEN_FAILED: Text("{device}を開けられませんでした。"),
    Line.OPEN_UNSURE: Text("指示は送りましたが、{device}が開いたか確認できませんでした。直接確認してください。"),
    Line.OPEN_NOT_ALLOWED: Text("{device}は音声では開けられません。"),
    Line.ARMED: Text("{span}のあいだ、{device}を開けられます。"),
    Line.CONFIRM_SCENE: Text("{scene}を実行しますか?"),
    Line.WAS_OPENED_BY: Text("{when}に、{who}さんが{way}{device}を開けました。"),
    Line.WAS_OPENED: Text(
        "{when}に、{device}が{way}開けられました。",
        "{when}に、{device}が{way}開けられました。誰が開けたかはわかりません。",
    ),
    Line.WAS_LOCKED: Text("{when}に、{device:の鍵}がかかりました。"),
    Line.NO_EVENTS: Text("{device}の最近の記録はありません。"),
    Line.NO_EVENTS_ANYWHERE: Text("最近ドアが開いた記録はありません。"),
}

WAYS = {
    "key": "鍵で",
    "keypad": "暗証番号で",
    "card": "カードで",
    "fingerprint": "指紋で",
    "hand": "中から手で",
    "remote": "リモートで",
    "schedule": "予約で",
    "other": "",
}

ALARMS = {
    "smoke": "煙",
    "gas": "ガス漏れ",
    "carbon_monoxide": "一酸化炭素",
    "heat": "高温",
    "panic": "緊急呼び出し",
    "leak": "水漏れ",
    "triggered": "侵入警報",
    "forced": "こじ開け",
    "tamper": "いたずら",
    "jammed": "鍵の詰まり",
    "alert": "機器からのお知らせ",
    "battery_low": "電池切れ間近",
    "vibration": "振動",
    "lock_opened": "解錠",
    "left_open": "開けっ放し",
    "lost": "接続切れ",
}
"""What is said for each of home.alarms.ALARMS."""
