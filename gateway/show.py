"""What the running gateway tells, and what is kept of people and links, as text for people."""

import json
import re
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.table import Table

from gateway.accounts.audit import Event

WIDE = 120
"""Columns of a terminal that has room for the actions of every device."""
PIPE = 10_000
SAID_COLUMNS = 40


def devices(found: list[Any]) -> None:
    """Print the appliances, a line each; the actions where there is room."""
    console = _console()
    wide = console.width >= WIDE or not console.is_terminal
    table = _table("id", "name", "type", "presence", "state", "age", *(("actions",) if wide else ()), "notes")
    for device in found:
        state = ", ".join(f"{slot} {_short(value)}" for slot, value in device["state"].items())
        notes = device["hidden"] or ("" if device["confirmed"] else "unconfirmed")
        notes += " (!)" if device["notes"] else ""
        age = "" if device["age_seconds"] is None else f"{device['age_seconds']:.0f} s"
        actions = (" ".join(device["actions"]),) if wide else ()
        table.add_row(device["id"], device["name"], device["type"], device["presence"], state, age, *actions, notes)
    _print(table, console)
    print_notes({device["id"]: device["notes"] for device in found})


def accounts(found: list[Any]) -> None:
    """Print the accounts, a line each."""
    table = _table("name", "role", "since", "signs in", "links", "tokens", "devices", "actions")
    for one in found:
        numbers = (str(one["links"]), str(one["tokens"]))
        devices = "none" if one["role"] == "guest" and one["devices"] is None else _some(one["devices"])
        signs_in = "yes" if one["can_sign_in"] else "no"
        since = one["since"][:10]
        table.add_row(one["name"], one["role"], since, signs_in, *numbers, devices, _some(one["actions"]))
    _print(table, _console())


def links(found: list[Any]) -> None:
    """Print what is linked, a line each."""
    table = _table("id", "account", "client", "since", "last refreshed")
    for one in found:
        table.add_row(
            str(one["id"]), one["account"], one["client"], _on_the_clock(one["since"]), _on_the_clock(one["refreshed"])
        )
    _print(table, _console())


def log(found: list[Any]) -> None:
    """Print what happened, a line each."""
    table = _table("at", "what", "account", "device", "from", "detail")
    for one in found:
        told = (
            one["event"],
            one["account"] or _OF_NOBODY.get(one["event"], ""),
            one["device"],
            one["peer"],
            one["detail"],
        )
        table.add_row(_on_the_clock(one["at"]), *map(_harmless, told))
    _print(table, _console())


def status(status: dict[str, Any], way: dict[str, Any], alarms: dict[str, Any]) -> None:
    """Print how the gateway is, and each of its links."""
    counts = f"{status['devices']} devices; {status['found']} found, {status['taken_in']} descriptions taken in"
    told = [
        ("gateway", f"{status['version']}, for {_lasting(time.time() - status['since'])}; {counts}"),
        ("broker", status["mqtt"]),
        ("way in", _reached(way["reach"])),
        *_tunnelled(way),
        ("door", _guarding(way)),
        ("key", status["key"]),
        ("mdns", status["mdns"]),
        ("alarms", f"{alarms['link']}; {alarms['active_in_all']} active, {alarms['waiting_in_all']} waiting"),
        ("push", ": ".join(filter(None, (alarms["push"]["state"], alarms["push"]["why"])))),
    ]
    if alarms["disk"]:
        told.append(("disk", f"alarms are kept in memory only: {alarms['disk']}"))
    for name, said in told:
        print(f"{name:11} {_harmless(said)}")


def _reached(reach: dict[str, Any]) -> str:
    """Whether CLOVA could reach us."""
    at = f" at {reach['hop']}" if reach["hop"] else ""
    why = f": {reach['why']}" if reach["why"] else ""
    rtt = reach["rtt_seconds"]
    answered = f", answered in {rtt * 1000:.0f} ms" if reach["state"] == "up" and rtt is not None else ""
    since = f" for {_lasting(time.time() - reach['since'])}"
    beside = "".join(f" ({warning.replace('_', ' ')})" for warning in reach["warnings"])
    return f"{reach['state']}{at}{since}{answered}{why}{beside}"


def _tunnelled(way: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The tunnel, its lines, and the certificate."""
    yield "tunnel", way["tunnel"]
    for line in way["lines"]:
        if line["port"] is not None:
            state = "up" if line["is_up"] else "down"
            why = f": {line['why']}" if line["why"] else ""
            yield f"  port {line['port']}", f"{state} for {_lasting(time.time() - line['since'])}{why}"
    own = way["certificate"] or {"days_left": None, "problem": ""}
    days = own["days_left"] if way["reach"]["certificate_days"] is None else way["reach"]["certificate_days"]
    if days is not None:
        yield "certificate", f"{days} days" + (f": {own['problem']}" if own["problem"] else "")


def _guarding(way: dict[str, Any]) -> str:
    """What the public door does."""
    refused = " ".join(f"{status} {many} times" for status, many in sorted(way["refusals"].items()))
    dropped = sum(way["drops"].values())
    return f"{way['connections']} connections; refused: {refused or 'nothing'}; dropped: {dropped or 'nobody'}"


def _lasting(seconds: float) -> str:
    """`3 s`, `5 min`, `2 h`, `4 days`, rounded down."""
    for span, word in ((86_400, "days"), (3600, "h"), (60, "min")):
        if seconds >= 2 * span:
            return f"{seconds // span:.0f} {word}"
    return f"{max(0.0, seconds):.0f} s"


def alarms(found: dict[str, Any]) -> None:
    """Print the alarms, by what has become of them."""
    push = found["push"]
    print(f"push      {push['state']}{': ' + _harmless(push['why']) if push['why'] else ''}")
    if found["disk"]:
        print(f"disk      alarms are kept in memory only: {_harmless(found['disk'])}")
    if found["link"] != "connected":
        print(f"broker    {_harmless(found['link'])}")
    for told in _heard(found.get("hearing") or {}):
        print(f"broker    {_harmless(told)}")
    for title in ("active", "waiting", "sent", "failed"):
        rows = found[title]
        many = found.get(f"{title}_in_all", len(rows))
        more = f" of {many}" if many > len(rows) else ""
        print(f"\n{title} ({len(rows)}{more})")
        if rows:
            table = _table("at", "alarm", "device", "name", "said", "state", "why")
            for row in rows:
                table.add_row(*map(_harmless, _alarm(row)))
            _print(table, _console())


def _alarm(row: dict[str, Any]) -> tuple[str, ...]:
    """The columns of an active alarm, or of a notification."""
    if "since" in row:
        state, why = "ending" if row["is_ending"] else "active", row["why"]
    else:
        state = row["state"] + (" (second)" if row["second"] else "")
        why = row["why"] or ("perhaps twice: an answer was lost" if row["perhaps_twice"] else "")
    at = _on_the_clock(row.get("since") or row["raised_at"])
    return at, row["alarm"], row["device"], row["name"], _cut(row["said"]), state, why


def _cut(text: str) -> str:
    """As much of it as a table has room for."""
    return text if cell_len(text) <= SAID_COLUMNS else set_cell_size(text, SAID_COLUMNS - 1).rstrip() + "…"


def _heard(hearing: dict[str, Any]) -> Iterator[str]:
    """What the broker does not do for alarms."""
    for key, told in _HEARD.items():
        if found := hearing.get(key):
            yield f"{told}: {found[0]}" + (f" and {more} more" if (more := hearing[f"{key}_in_all"] - 1) else "")
    if hearing.get("dropped"):
        yield f"{hearing['dropped']} messages could not be taken in"


_HEARD = {"at_qos0": "gives at QoS 0 only", "refused": "does not let us read"}


def print_json(found: Any) -> None:
    """Print it for programs."""
    print(json.dumps(found, ensure_ascii=False, indent=2))


def seen(found: dict[str, Any]) -> None:
    """Print what was found and cannot be used."""
    for one in found["announced"]:
        there = "" if one["there"] else " (gone silent)"
        print(f"{one['id'] or '-':14} {one['maker']} {one['model']} {one['name']} at {one['address']}{there}")
        print(f"{'':14} {one['advice']}")
    for one in found["refused"]:
        print(f"{one['hardware']:20} {one['dialect']}: {one['why']}")
    for one in found["same_id"]:
        print(
            f"{one['hardware']:20} the id {one['id']} belongs to another device: give it one of its own (`match`, `id`)"
        )
    for entry in found["guards_nothing"]:
        print(f"{entry} has a `lock`, and no device fits it: nothing is guarded by it")
    if found["no_room_for"]:
        print(f"no room for {len(found['no_room_for'])} more, such as {found['no_room_for'][0]}")
    if not any(found.values()):
        print("everything that was found can be used")


def print_notes(notes: Mapping[str, Iterable[str]]) -> None:
    """Print what is unwise, by device."""
    for device_id, said in notes.items():
        for note in said:
            print(f"note: {device_id}: {note}")


def explanation(found: dict[str, Any]) -> None:
    """Print everything about one device."""
    for key in ("id", "name", "type", "location", "presence", "presence_from", "hidden", "dialect"):
        if found[key]:
            print(f"{key:14} {found[key]}")
    print(f"{'actions':14} {' '.join(found['actions'])}")
    for key in ("last_command", "last_proof"):
        print(f"{key:14} {_commanded(found[key])}")
    for name, said in found["described_by"].items():
        print(f"{'described by':14} {name}: {said}")
    for reason in found["not_used"]:
        print(f"{'not used':14} {reason}")
    _print_nature(found)
    for topic, why in found["unreadable"].items():
        print(f"{'unreadable':14} {topic}: {why}")
    for slot in found["slots"]:
        _print_slot(slot, is_away=found["presence"] == "offline")


def _print_nature(found: dict[str, Any]) -> None:
    if found["sleepy"] and not found["patient"]:
        print(f"{'sleeps':14} it obeys when it wakes; `patience: true` answers as soon as a command is on its way")
    if found["guarded"]:
        print(f"{'guarded':14} {_guarded(found['guarded'])}")
    if found["announces"]:
        print(f"{'announces':14} {found['announces']['service']} at {found['announces']['address']}")


def _guarded(guard: dict[str, Any]) -> str:
    armed = f", armed for {guard['armed_for']:.0f} s" if guard["armed_for"] else ""
    return f"as {guard['as']}; opened by voice: {guard['unlock']}{armed}"


def _console() -> Console:
    """A line is a line for whoever reads it from a pipe."""
    is_read = not sys.stdout.isatty()
    return Console(soft_wrap=is_read, width=PIPE if is_read else None, markup=False, highlight=False)


def _table(*columns: str) -> Table:
    """Columns of text; only those that may be long are wrapped."""
    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, no_wrap=column not in _WRAPPED, overflow="fold")
    return table


def _print(table: Table, console: Console) -> None:
    """Print it without the blanks that fill its last column."""
    with console.capture() as drawn:
        console.print(table)
    print(_FILLING.sub(r"\1", drawn.get()), end="")


_OF_NOBODY = {Event.WRONG_PASSWORD.value: "(unknown name)"}
_FILLING = re.compile(r" +((?:\x1b\[[0-9;]*m)*)$", re.MULTILINE)
_WRAPPED = ("state", "actions", "devices", "detail", "why")


def _some(names: list[str] | None) -> str:
    return "all" if names is None else " ".join(names)


def _on_the_clock(moment: str) -> str:
    return moment[:19].replace("T", " ")


def _harmless(text: str) -> str:
    """Nothing that a terminal would obey."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)


def _print_slot(slot: Any, *, is_away: bool) -> None:
    limits = f", accepts {' to '.join(map(_short, slot['limits']))}" if slot["limits"] and slot["set_at"] else ""
    print(f"\n{slot['slot']}{' in ' + slot['unit'] if slot['unit'] else ''}{limits}")
    path = f" at {'.'.join(map(str, slot['path']))}" if slot["path"] else ""
    print(f"  heard at {', '.join(slot['heard_at']) + path or 'nowhere: the broker alone confirms commands'}")
    print(f"  set at   {slot['set_at'] or 'nowhere: it cannot be set'}")
    value = slot["value"]
    if value is not None:
        kept = "heard before it went offline, or kept by the broker" if is_away else "kept by the broker, or in doubt"
        how = "live" if value["live"] else f"{kept}: state, never a proof"
        print(f"  value    {_short(value['value'])}, {value['age_seconds']:.0f} s ago from {value['from']} ({how})")
    elif slot["missed_at"]:
        print(f"  value    none: what came at {slot['missed_at']} has nothing{path or ' that can be read'}")
    else:
        print("  value    nothing heard yet")


def _commanded(last: Any) -> str:
    if last is None:
        return "none since the start"
    at = time.strftime("%H:%M:%S", time.localtime(last["at"]))
    return f"{at} {', '.join(last['asked'])}: {last['result']} in {last['seconds']:.2f} s, for {last['account']}"


def _short(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
