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
    Line.TROUBLE: Text("問題が起きて、最後までできませんでした。少し待ってからもう一度お願いします。"),
    Line.CANCELLED: Text("はい、やめました。"),
    Line.NOTHING_ASKED: Text("今はお尋ねしていることはありません。ご用件をどうぞ。"),
    Line.ANYTHING_ELSE: Text("ほかにご用はありますか?"),
    Line.NO_MORE: Text("これで全部です。"),
    Line.SILENCE: Text("はい、聞いています。ご用件をどうぞ。"),
    Line.SILENCE_YES_NO: Text("はい、か、いいえ、で答えてください。"),
    Line.SILENCE_PIN: Text("暗証番号を一桁ずつ言ってください。"),
    Line.SILENCE_WHICH: Text("名前か部屋を言ってください。"),
    Line.ALL_QUIET: Text(
        "家に異常はありません。",
        "家に異常はありません。ついている電気も、開いているところも、アラームもなく、機器はすべてつながっています。",
    ),
    Line.LIGHTS_ON: Text(
        "電気が{count:か所}ついています。", "照明{total:つ}のうち{count:つ}がついています。{names}です。"
    ),
    Line.NO_LIGHTS_ON: Text("電気はすべて消えています。"),
    Line.OPEN: Text("{count:か所}開いています。{names}です。", "開いているのは{names}の{count:か所}です。"),
    Line.NOTHING_OPEN: Text("開いているところはありません。"),
    Line.UNLOCKED: Text("{names}の鍵が開いています。", "{names}の鍵が開いています。全部で{count:か所}です。"),
    Line.OFFLINE: Text("{count:つ}の機器がつながりません。", "{count:つ}の機器がつながりません。{names}です。"),
    Line.ALARMS: Text("確認が必要なお知らせが{count:件}あります。{names}です。"),
    Line.NO_ALARMS: Text("今出ているアラームはありません。"),
    Line.LAST_ALARM: Text("最後のアラームは{when}、{device}の{name}です。"),
    Line.DEVICE_STATE: Text("{device}の状態です。{values!l}です。"),
    Line.DEVICE_OFFLINE: Text("{device}は今つながっていません。"),
    Line.DEVICE_WAS: Text("{device}は今つながっていません。最後の状態は、{values!l}でした。"),
    Line.DEVICE_UNKNOWN: Text("{device}の状態はまだわかりません。"),
    Line.WHICH: Text("どれのことですか? {names}の中から選んでください。"),
    Line.WHICH_OF_MANY: Text(
        "{names!l}、ほかに{count:つ}あります。部屋を言ってください。",
        "似た名前がたくさんあります。{names!l}、ほかに{count:つ}あります。どの部屋か言ってください。",
    ),
    Line.NOT_FOUND: Text("{name}という機器は見つかりませんでした。"),
    Line.NOT_FOUND_IN: Text("{room}に{name}は見つかりませんでした。"),
    Line.NAME_NEEDED: Text("どの機器か言ってください。"),
    Line.ROOM_UNKNOWN: Text("{room}という部屋はわかりません。"),
    Line.NO_LIGHTS: Text("操作できる照明がありません。"),
    Line.NO_LIGHTS_IN: Text("{room}には操作できる照明がありません。"),
    Line.TEMPERATURE_NEEDED: Text("{device}を何度にしますか?"),
    Line.DONE: Text("{device}を操作しました。"),
    Line.DONE_ON: Text("{device}をつけました。"),
    Line.DONE_OFF: Text("{device}を消しました。"),
    Line.DONE_TEMPERATURE: Text("{device}を{degrees}にしました。"),
    Line.LIGHTS_DONE_ON: Text("電気を{count:か所}つけました。"),
    Line.LIGHTS_DONE_OFF: Text("電気を{count:か所}消しました。"),
    Line.LIGHTS_DONE_ON_IN: Text("{room}の電気をつけました。", "{room}の電気を{count:つ}つけました。"),
    Line.LIGHTS_DONE_OFF_IN: Text("{room}の電気を消しました。", "{room}の電気を{count:つ}消しました。"),
    Line.ALREADY_OFF: Text("電気はもうすべて消えています。"),
    Line.ALREADY_ON: Text("電気はもうすべてついています。"),
    Line.FAILED: Text(
        "{device}が反応しませんでした。", "{device}に伝えましたが、変わりませんでした。機器を確認してください。"
    ),
    Line.FAILED_OFFLINE: Text(
        "{device}につながりません。", "{device}につながりません。電源とネットワークを確認してください。"
    ),
    Line.FAILED_FAULT: Text("{device}が故障を知らせています。"),
    Line.FAILED_NOT_ALLOWED: Text("このアカウントでは{device}を操作できません。"),
    Line.FAILED_WHY: Text("{device}は{why}状態のため、操作できません。"),
    Line.FAILED_BLOCKED: Text("今は{device}を操作できません。少し待ってからもう一度お願いします。"),
    Line.FAILED_NOT_SUPPORTED: Text("{device}にその機能はありません。"),
    Line.FAILED_RANGE: Text("{device}は{low}から{high}までにできます。"),
    Line.FAILED_MODE: Text("{device}は今のモードではその操作ができません。"),
    Line.SOME_FAILED: Text(
        "{total:つ}のうち{done:つ}だけできました。",
        "{total:つ}のうち{done:つ}だけできました。{names}はできませんでした。",
    ),
    Line.ALL_FAILED: Text("{total:つ}ともできませんでした。"),
    Line.SCENE_RUN: Text("{scene}を実行しました。"),
    Line.SCENE_PARTLY: Text("{scene}を実行しましたが、{names}はできませんでした。"),
    Line.SCENE_FAILED: Text("{scene}を実行できませんでした。"),
    Line.SCENE_UNKNOWN: Text("{scene}というシーンは見つかりませんでした。"),
    Line.SCENE_NEEDED: Text("どのシーンを実行しますか?", "どのシーンを実行しますか? {names}があります。"),
    Line.NO_SCENES: Text("登録されたシーンがありません。"),
    Line.ALL_LOCKED: Text("鍵はすべてかかっています。", "鍵は{count:か所}すべてかかっています。"),
    Line.LOCKS_UNKNOWN: Text(
        "{names}は鍵の状態がわかりません。", "{names}、合わせて{count:か所}は鍵の状態がわかりません。"
    ),
    Line.NO_LOCKS: Text("つながっている鍵がありません。"),
    Line.LOCKED: Text("{device}の鍵をかけました。"),
    Line.LOCKED_ALL: Text("鍵をすべてかけました。", "{count:か所}の鍵をすべてかけました。"),
    Line.LOCK_FAILED: Text(
        "{names}の鍵をかけられませんでした。", "{names}の鍵をかけられませんでした。{count:か所}を直接確認してください。"
    ),
    Line.ASK_PIN: Text("暗証番号をどうぞ。", "{device}を開けるには暗証番号が必要です。一桁ずつ言ってください。"),
    Line.WRONG_PIN: Text("暗証番号が違います。あと{left:回}試せます。"),
    Line.PIN_UNCLEAR: Text("数字を聞き取れませんでした。一桁ずつもう一度お願いします。"),
    Line.PIN_BLOCKED: Text("暗証番号を何度も間違えたので、{minutes:分}間は開けられません。"),
    Line.PIN_NOT_SET: Text("{device}には、音声で開けるための暗証番号が設定されていません。"),
    Line.OPENED: Text("{device}を開けました。"),
    Line.OPEN_FAILED: Text("{device}を開けられませんでした。"),
    Line.OPEN_NOT_ALLOWED: Text("{device}は音声では開けられません。"),
    Line.ARMED: Text("{span}のあいだ、{device}を開けられます。"),
    Line.CONFIRM_DEVICE_ON: Text("{device}をつけますか?"),
    Line.CONFIRM_DEVICE_OFF: Text("{device}を消しますか?"),
    Line.CONFIRM_LIGHTS_OFF: Text("電気を{count:か所}、すべて消しますか?"),
    Line.CONFIRM_LOCK_ALL: Text("{count:か所}の鍵をすべてかけますか?"),
    Line.CONFIRM_OPEN: Text("{device}を開けますか?"),
    Line.CONFIRM_SCENE: Text("{scene}を実行しますか?"),
    Line.CONFIRM_DEVICE: Text("{device}のことですか?"),
    Line.WAS_OPENED_BY: Text("{when}に、{who}さんが{way}{device}を開けました。"),
    Line.WAS_OPENED: Text(
        "{when}に、{device}が{way}開きました。", "{when}に、{device}が{way}開きました。誰が開けたかはわかりません。"
    ),
    Line.WAS_LOCKED: Text("{when}に、{device}の鍵がかかりました。"),
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
