"""What stands between an alarm and CLOVA's notification of it: notes for the owner, in the home's language."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from gateway.clova.push import is_test
from gateway.config.alarms import alarm_rules
from gateway.config.model import Config
from gateway.engine.watch import watches_of
from gateway.home.alarms import Rule
from gateway.wire.binding import Wiring

_LISTED = 3
"""Of a longer list, so many are named."""


@dataclass(frozen=True, slots=True)
class _Words:
    """The notes in one language; `{}` is the place of a list."""

    no_push: str
    """The region has none."""
    not_set_up: str
    no_message: str
    only_testers: str


_WORDS = {
    "ko": _Words(
        no_push="일본 CLOVA에는 푸시 알림이 없습니다. 알람은 상태 토픽(status_topic), 로그, 페이지에만 나타납니다",
        not_set_up="`alarms`는 있지만 `clova: push`가 없어서 아무에게도 알림이 가지 않습니다 (docs/alarms.md)",
        no_message="메시지 ID가 없어서 알림이 가지 않는 알람: {}. CLOVA 콘솔의 ID를 `clova: push: messages`에 적으세요",
        only_testers="메시지 ID가 아직 test-msg-라서 테스터에게만 가는 알람: {}. 심사 후에 받은 msg- ID로 바꾸세요",
    ),
    "ja": _Words(
        no_push="日本の CLOVA にプッシュ通知はありません。アラームはステータストピック、ログ、ページにだけ出ます",
        not_set_up="`alarms` はありますが `clova: push` がないため、誰にも通知されません (docs/alarms.md)",
        no_message="メッセージ ID がなく、通知されないアラーム: {}。"
        "CLOVA のコンソールの ID を `clova: push: messages` に書いてください",
        only_testers="メッセージ ID がまだ test-msg- で、テスターにしか届かないアラーム: {}。"
        "審査後の msg- の ID に替えてください",
    ),
    "en": _Words(
        no_push="CLOVA has no push in Japan: alarms go to the status topic, the log and the page",
        not_set_up="there are `alarms`, and no `clova: push`: nobody is notified of them (docs/alarms.md)",
        no_message="nobody is notified of these, for want of a message id: {}. Put the ids of CLOVA's console at "
        "`clova: push: messages`",
        only_testers="only testers get these, whose message id is still test-msg-: {}. After the approval, change it "
        "to the one with msg-",
    ),
}


def alarm_notes(config: Config, wirings: Iterable[Wiring]) -> list[str]:
    """What to do so that the alarms of the file and of these devices are notified."""
    return list(_notes(config, alarm_rules(config), list(wirings), _WORDS[config.home.language]))


def _notes(config: Config, rules: Sequence[Rule], wirings: Sequence[Wiring], words: _Words) -> Iterator[str]:
    written, raised = rules[: len(config.alarms)], _raised(rules, wirings)
    if config.clova.region == "jp":
        if written or raised or config.clova.push is not None:
            yield words.no_push
        return
    if written and config.clova.push is None:
        yield words.not_set_up
    unsent: dict[str, dict[str, None]] = {}
    for rule, ids in {**dict.fromkeys(written, ()), **raised}.items():
        if not rule.message and not rule.is_quiet:
            unsent.setdefault(rule.name, {}).update(dict.fromkeys(ids))
    if unsent:
        yield words.no_message.format(_list({name: list(ids) for name, ids in _urgent_first(rules, unsent)}))
    tested = {rule.name: () for rule in rules if any(map(is_test, _messages(rule)))}
    if tested:
        yield words.only_testers.format(_list(tested))


def _raised(rules: Sequence[Rule], wirings: Iterable[Wiring]) -> dict[Rule, list[str]]:
    """The rules that a device can raise, with those devices."""
    by_name = [list(named) for _, named in groupby(sorted(rules, key=_name), _name)]
    found: dict[Rule, list[str]] = {}
    for wiring in wirings:
        watches = [watch for several in watches_of(wiring, by_name).values() for watch in several]
        for rule in dict.fromkeys(rule for watch in watches for rule in watch.rules):
            found.setdefault(rule, []).append(wiring.device.id)
    return found


def _name(rule: Rule) -> str:
    return rule.name


def _urgent_first(rules: Sequence[Rule], found: Mapping[str, dict[str, None]]) -> Iterator[tuple[str, dict[str, None]]]:
    ordered = dict.fromkeys(rule.name for rule in sorted(rules, key=lambda rule: rule.severity.rank))
    return ((name, found[name]) for name in ordered if name in found)


def _messages(rule: Rule) -> tuple[str, ...]:
    return (rule.message, rule.escalation.message if rule.escalation is not None else "")


def _list(found: Mapping[str, Sequence[str]]) -> str:
    """Names, each with the first of its devices."""
    return ", ".join(f"{name} ({_some(ids)})" if ids else name for name, ids in found.items())


def _some(ids: Sequence[str]) -> str:
    more = (f"+{len(ids) - _LISTED}",) if len(ids) > _LISTED else ()
    return ", ".join((*ids[:_LISTED], *more))
