"""Files with a mistake in an alarm, in `clova: push` or in the quiet hours."""

from tests.config.broken import Broken
from tests.config.broken_whens import WHEN, rule

KNOWN = "{when: {alarm: smoke}"
HOT = "{when: {trait: current_temperature, above: 60}"
AN_ID = "an id of CLOVA's console is expected: msg-..., or test-msg-... before it is approved"
AT = "this goes with `above` and `below` alone"
OF_TWO = "`push: false` sends nothing: leave out one of the two"
THE_SAME = "the same devices: leave out one"
RULE = "{when: {alarm: smoke}, hold: 2s, message: msg-...}"
A_RULE = f"keys and their values are expected: {RULE}"
TITLE = "a name without control characters, and without a space at either end, is expected"


TAKES_ALL = "takes all these devices: move this one above it"


def second(name: str, first: str, other: str, then: str = TAKES_ALL) -> Broken:
    """Two rules, of which the second is never reached."""
    why = f"the rule in line 2 is also about {{!r}} and {then}"
    called = "smoke" if "smoke" in other else "lock_opened" if "lock" in other else "x"
    return Broken(name, f"alarms:\n- {first}\n- {other}", (f"3:3: alarms[1]: {why.format(called)}",))


def push(name: str, written: str, *mistakes: str, before: str = "extension_id: com.example.home, ") -> Broken:
    """A file with this `push`."""
    return Broken(name, f"clova:\n  {{{before}push: {{{written}}}}}", mistakes)


def quiet(name: str, key: str, hours: str, why: str) -> Broken:
    """A file with these quiet hours."""
    return Broken(name, f"home: {{quiet_hours: {{{key}: {hours}}}}}", (f"1:22: home.quiet_hours.{key}: {why}",))


RULES = (
    rule("a message that is none", f"{KNOWN}, message: smoke}}", 26, ".message", AN_ID),
    rule("no message", f"{KNOWN}, message: ''}}", 26, ".message", AN_ID),
    rule("a message that is only a beginning", f"{KNOWN}, message: test-msg-}}", 26, ".message", AN_ID),
    rule("a message with a space", f"{KNOWN}, message: 'msg-a b'}}", 26, ".message", AN_ID),
    rule(
        "an unknown severity",
        f"{KNOWN}, severity: high}}",
        26,
        ".severity",
        "'life', 'property', 'security' or 'notice' is expected",
    ),
    rule(
        "a hold that is none",
        f"{KNOWN}, hold: soon}}",
        26,
        ".hold",
        "a duration such as 4s, 500ms, 10min, 2h or 30d is expected",
    ),
    rule("too long a hold", f"{KNOWN}, hold: 8d}}", 26, ".hold", "at most 7d is expected"),
    rule(
        "too long a pause",
        f"{KNOWN}, repeat_after: 31d}}",
        26,
        ".repeat_after",
        "at most 30d is expected",
    ),
    rule("news for a moment", f"{KNOWN}, expires: 59s}}", 26, ".expires", "at least 1min is expected"),
    rule("news for ever", f"{KNOWN}, expires: 8d}}", 26, ".expires", "at most 7d is expected"),
    rule("nobody's quorum", f"{KNOWN}, quorum: 0}}", 26, ".quorum", "at least 1 is expected"),
    rule("a town's quorum", f"{KNOWN}, quorum: 101}}", 26, ".quorum", "at most 100 is expected"),
    rule(
        "an end that is none",
        f"{KNOWN}, clear: soon}}",
        26,
        ".clear",
        "a duration such as 4s, 500ms, 10min, 2h or 30d is expected",
    ),
    rule("too late an end", f"{KNOWN}, clear: 8d}}", 26, ".clear", "at most 7d is expected"),
    rule("an empty end", f"{KNOWN}, clear: {{}}}}", 26, ".clear", "`after`, `at` or both are expected"),
    rule("an end with an unknown key", f"{HOT}, clear: {{until: 3}}}}", 59, ".clear.until", "unknown key 'until'"),
    rule("an end of no threshold", f"{KNOWN}, clear: {{at: 3}}}}", 34, ".clear.at", AT),
    rule("an end of a word", "{when: {trait: mode, is: a}, clear: {at: 3}}", 40, ".clear.at", AT),
    rule(
        "an end on the hot side",
        f"{HOT}, clear: {{at: 60.5}}}}",
        59,
        ".clear.at",
        "at most 60 is expected: it is over at or below that",
    ),
    rule(
        "an end on the low side",
        "{when: {trait: humidity, below: 20}, clear: {after: 1s, at: 19}}",
        59,
        ".clear.at",
        "at least 20 is expected: it is over at or above that",
    ),
    rule(
        "an escalation without a message",
        f"{KNOWN}, escalate: {{after: 5min}}}}",
        26,
        ".escalate",
        "the key 'message' is missing",
    ),
    rule(
        "an escalation at once",
        f"{KNOWN}, escalate: {{after: 0, message: msg-1}}}}",
        37,
        ".escalate.after",
        "more than 0s is expected",
    ),
    rule(
        "an escalation with a wrong message",
        f"{KNOWN}, escalate: {{after: 1s, message: x}}}}",
        48,
        ".escalate.message",
        AN_ID,
    ),
    rule("a message that is not sent", f"{KNOWN}, message: msg-1, push: false}}", 26, ".message", OF_TWO),
    rule(
        "an escalation that is not sent",
        f"{KNOWN}, push: false, escalate: {{after: 1s, message: msg-1}}}}",
        39,
        ".escalate",
        OF_TWO,
    ),
    rule(
        "a quorum of too few",
        "{when: {alarm: smoke, device: [z2m-a, z2m-b, z2m-a]}, quorum: 3}",
        57,
        ".quorum",
        "only 2 can show it: so many devices are named in `device`",
    ),
    rule(
        "a name for what has one",
        f"{KNOWN}, name: 연기}}",
        26,
        ".name",
        "this is the alarm 'smoke', and keeps that name",
    ),
    rule(
        "a name for a value that is an alarm",
        "{when: {trait: contact, is: true}, name: 창문}",
        38,
        ".name",
        "this is the alarm 'left_open', and keeps that name",
    ),
    rule(
        "another alarm's name",
        f"{HOT}, name: heat}}",
        51,
        ".name",
        "'heat' is another alarm, whose place this would take: choose another name",
    ),
    rule("a name with a space at its end", f"{HOT}, name: '열 '}}", 51, ".name", TITLE),
    rule("a name with a control character", f'{HOT}, name: "열\\n"}}', 51, ".name", TITLE),
    rule("too long a name", f"{HOT}, name: {'x' * 61}}}", 51, ".name", "at most 60 are expected"),
    rule(
        "too long a value to be a name",
        f"{{when: {{trait: mode, is: {'x' * 60}}}}}",
        3,
        "",
        "give it a `name`, of at most 60 characters",
    ),
    rule(
        "a value that cannot be a name",
        '{when: {trait: mode, is: "a\\tb"}}',
        3,
        "",
        "give it a `name`, of at most 60 characters",
    ),
    rule("an unknown key", f"{KNOWN}, holds: 3s}}", 26, ".holds", "unknown key 'holds'; did you mean 'hold'?"),
    second("the same twice", f"{KNOWN}}}", f"{KNOWN}}}", THE_SAME),
    second("the same in other words", f"{KNOWN}}}", "{when: {trait: smoke, is: true}}", THE_SAME),
    second("all before one", f"{KNOWN}}}", "{when: {alarm: smoke, device: z2m-a, room: KITCHEN}}"),
    second(
        "a list before one of it", "{when: {alarm: smoke, tag: [a, b]}}", "{when: {alarm: smoke, tag: b, kind: LIGHT}}"
    ),
    second("all ways before one", "{when: {alarm: lock_opened}}", "{when: {alarm: lock_opened, by: key}}"),
    second(
        "two of a name",
        "{name: x, when: {trait: mode, is: a}}",
        "{name: x, when: {trait: humidity, above: 5}}",
        THE_SAME,
    ),
    Broken("too many", "alarms:\n" + f"- {KNOWN}}}\n" * 201, ("1:1: alarms: at most 200 are expected",)),
    Broken("no list", "alarms: {alarm: smoke}", (f"1:1: alarms: a list is expected: [{RULE}]",)),
    Broken("a word", "alarms: [smoke]", (f"1:10: alarms[0]: {A_RULE}",)),
)

SECRET = "secret_file, or secret from the environment, is expected"
ADDRESS = "an address such as https://apis.naver.com is expected, without a path"
SAFE = "an https:// address is expected: the secret goes there (http:// only to this machine itself)"
KEY = "2:43: clova.push.secret: the push API key of CLOVA's console is expected, and "
A_SECRET = "secret: hush, "

PUSH = (
    push("push without a secret", "messages: {smoke: msg-1}", f"2:36: clova.push: {SECRET}"),
    push("push with two secrets", "secret: a, secret_file: b", f"2:36: clova.push: {SECRET}"),
    push(
        "push without an extension",
        "secret: hush",
        "2:4: clova.push: `extension_id` has to stand beside it: CLOVA asks for it with every notification",
        before="",
    ),
    push("an empty secret", "secret: ''", f"{KEY}there is nothing"),
    push("a secret of two lines", 'secret: "a\\r\\nX: y"', f"{KEY}this has more than one line"),
    push(
        "a message for nothing",
        f"{A_SECRET}messages: {{smok: msg-1}}",
        "2:68: clova.push.messages.smok: there is no alarm 'smok'; did you mean smoke?",
    ),
    push(
        "a message that is none", f"{A_SECRET}messages: {{smoke: hello}}", f"2:68: clova.push.messages.smoke: {AN_ID}"
    ),
    *(
        push(f"the address {url}", f"{A_SECRET}url: '{url}'", f"2:57: clova.push.url: {why}")
        for url, why in (
            ("", ADDRESS),
            ("apis.naver.com", ADDRESS),
            ("https://apis.naver.com/clovahome", ADDRESS),
            ("https://apis.naver.com?a=b", ADDRESS),
            ("https://me@apis.naver.com", ADDRESS),
            ("http://apis.naver.com", SAFE),
            ("http://192.168.0.2", SAFE),
            ("ftp://127.0.0.1", SAFE),
            ("http://127.0.0.1.example.com", SAFE),
        )
    ),
    push(
        "an address with a port that is none",
        f"{A_SECRET}url: 'https://a:70000'",
        "2:57: clova.push.url: a port from 1 to 65535 is expected",
    ),
)

CANNOT_WAIT = "is told at any hour: smoke, gas or a leak cannot wait; security and notice can"
TIMES = "two times of the day such as 23:00-06:30 are expected"
QUIET = (
    quiet("quiet for life", "life", "23:00-06:30", f"'life' {CANNOT_WAIT}"),
    quiet("quiet for property", "property", "23:00-06:30", f"'property' {CANNOT_WAIT}"),
    quiet("quiet for nobody", "notices", "23:00-06:30", "there is no severity 'notices'; did you mean notice?"),
    quiet("one time", "notice", "23:00", TIMES),
    quiet("no hour", "notice", "24:00-06:00", TIMES),
    quiet("no minute", "security", "23:60-06:00", TIMES),
    quiet("a word for hours", "notice", "night", TIMES),
    quiet("all day", "notice", "7:00-07:00", "the two times must differ"),
    Broken(
        "quiet hours that are a word",
        "home: {quiet_hours: night}",
        ("1:8: home.quiet_hours: keys and their values are expected: {notice: 22:00-08:00}",),
    ),
)

ALARMS = (*WHEN, *RULES, *PUSH, *QUIET)
