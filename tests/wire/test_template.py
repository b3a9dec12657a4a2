"""Templates from the network: what they read and write, what is refused, and that nothing they do is costly."""

from typing import Any

import pytest

from gateway.wire.jsontext import build
from gateway.wire.paths import Path
from gateway.wire.template import (
    MAX_PAYLOAD,
    MAX_SOURCE,
    BadTemplate,
    Template,
    command_template,
    read_payload,
    value_template,
)
from tests.wire import jinja_oracle as oracle

PATHS: list[tuple[str, Path]] = [
    ("{{ value }}", ()),
    ("{{value}}", ()),
    ("{{ value_json }}", ()),
    ("{{ value | is_defined }}", ()),
    ("{{ value_json.lamp }}", ("lamp",)),
    ("  {{value_json.lamp.level}}\n", ("lamp", "level")),
    ("{{- value_json.lamp -}}", ("lamp",)),
    ("{{ value_json['oven door'].c[0] }}", ("oven door", "c", 0)),
    ('{{ value_json["x"] }}', ("x",)),
    ("{{value_json.get('a')}}", ("a",)),
    ("{{ value_json.get('a').get('b').c }}", ("a", "b", "c")),
    ("{{ value_json.rooms.2.name }}", ("rooms", 2, "name")),
    ("{{ value_json[1] }}", (1,)),
    ("{{ value_json.a|is_defined }}", ("a",)),
    ("{{ value_json['a'] | is_defined }}", ("a",)),
    ("{{ (value_json.a) }}", ("a",)),
    ("{{ value_json.update.state }}", ("update", "state")),
    ("{{ value_json.items }}", ("items",)),
    ("{{ value_json['온도'] }}", ("온도",)),
    ("{{ value_json['a.b[0]'] }}", ("a.b[0]",)),
]


@pytest.mark.parametrize(("text", "path"), PATHS)
def test_a_template_that_only_reads_is_a_path(text: str, path: Path) -> None:
    assert value_template(text) == path


NOT_PATHS = [
    *("{{ value_json[-1] }}", "{{ value_json.a or 0 }}", "{{ value_json.a | float }}", "{{ value_json[value] }}"),
    *("{{ value_json.a.get('b', 0) }}", "{{ value }} W", "x{{ value }}", "{{ value }}{{ value }}", "ON", ""),
    *("{{ value_json[true] }}", "{{ value_json[1.5] }}", "{{ value_json['a':'b'] }}", "{{ value.upper }}", "{{ 'a' }}"),
    *("{{ value_json.a | is_defined | int }}", "{{ this.state }}", "{% if value %}{{ value }}{% endif %}"),
]


@pytest.mark.parametrize("text", NOT_PATHS)
def test_any_other_is_a_template(text: str) -> None:
    assert isinstance(value_template(text), Template)


HOUSE = build(
    {
        "power": 1234.567,
        "text": " 21.5 ",
        "hex": "05D3",
        "on": True,
        "off": False,
        "none": None,
        "mode": "eco_plus",
        "rgb": [255, 128, 0],
        "words": "10,20,30",
        "status": {"door": {"open": 1}, "list": [{"id": 1, "t": 20.5}, {"id": 3, "t": 22.5}]},
        "zero": 0,
        "bits": 6,
        "time": 1700000000,
        "mac": "A4:C1:38:00:11:22",
        "line": "Power: 42 W, Voltage: 230 V",
        "inner": '{"a": [1, 2]}',
    }
).decode()

READINGS = [
    ("{{ value_json.power | round(1) }}", "1234.6"),
    ("{{ value_json.power | round }}", "1235"),
    ("{{ value_json.power | round(1, 'floor') }}", "1234.5"),
    ("{{ value_json.power | round(1, 'ceil') }}", "1234.6"),
    ("{{ value_json.power | round(0, 'half') }}", "1234"),
    ("{{ value_json.power | round(1, 'half') }}", "1234.5"),
    ("{{ value_json.mode | round(1, default=7) }}", "7"),
    ("{{ value_json.power | int }}", "1234"),
    ("{{ (value_json.power / 1000) | round(2) }} kW", "1.23 kW"),
    ("{{ value_json.text | float }}", "21.5"),
    ("{{ value_json.mode | float(0) }}", "0"),
    ("{{ value_json.mode | float(default='x') }}", "x"),
    ("{{ value_json.mode | int(default=-1) }}", "-1"),
    ("{{ value_json.hex | int(base=16) / 100 }}", "14.91"),
    ("{{ value_json.hex[0:2] | int(0, 16) }}", "5"),
    ("{{ float(value_json.text) * 1.8 + 32 }}", "70.7"),
    ("{{ value_json.text | float | multiply(10) | add(1) }}", "216.0"),
    ("{{ 'ON' if value_json.on else 'OFF' }}", "ON"),
    ("{% if value_json.off %}open{% elif value_json.on %}ajar{% else %}shut{% endif %}", "ajar"),
    ("{%- if value_json.none is none -%} empty {%- endif -%}", "empty"),
    ("{{ value_json.on | iif('yes', 'no') }}{{ iif(value_json.none, 1, 2, 3) }}", "yes3"),
    ("{{ value_json.missing | default('nothing') }}", "nothing"),
    ("{{ value_json.missing }}|", "|"),
    ("{{ value_json.none | default('x') }} {{ value_json.zero | default('y', true) }}", "None y"),
    ("{{ value_json.none }}.", "None."),
    ("{{ value_json.status.get('window', {}).get('open', 'unknown') }}", "unknown"),
    ("{{ value_json.status.door.open == 1 and not value_json.off }}", "True"),
    ("{{ 'door' in value_json.status }}", "True"),
    ("{{ value_json.mode in ['eco', 'eco_plus'] }}", "True"),
    ("{{ value_json.mode.split('_')[0] | upper }}", "ECO"),
    ("{{ value_json.mode | replace('_', ' ') | title }}", "Eco Plus"),
    ("{{ value_json.mode.startswith('eco') and value_json.mode.endswith('plus') }}", "True"),
    ("{{ value_json.rgb | join(',') }}", "255,128,0"),
    ("{{ ','.join(['a', 'b']) }}", "a,b"),
    ("{{ value_json.rgb[-1] }}{{ value_json.rgb | first }}{{ value_json.rgb | last }}", "02550"),
    ("{{ value_json.rgb | length }}{{ value_json.rgb | max }}{{ min(value_json.rgb) }}{{ max(1, 2) }}", "325502"),
    ("{{ value_json.words.split(',') | map('int') | sum }}", "60"),
    ("{{ value_json.words.split(',') | map('float') | list }}", "[10.0, 20.0, 30.0]"),
    ("{{ value_json.status.list | selectattr('id', 'eq', 3) | map(attribute='t') | first }}", "22.5"),
    ("{{ value_json.status.list | map(attribute='t') | sum / 2 }}", "21.5"),
    ("{{ value_json.status.list | sum(attribute='t') }}", "43.0"),
    ("{{ value_json.status.list | join('/', attribute='id') }}", "1/3"),
    (
        "{{ value_json.rgb | select('gt', 100) | list }}{{ value_json.rgb | reject('odd') | list }}",
        "[255, 128][128, 0]",
    ),
    ("{{ value_json.rgb | sort | unique | list }}{{ value_json.rgb | reverse | list }}", "[0, 128, 255][0, 128, 255]"),
    ("{{ value_json.status.door.keys() | first }}{{ value_json.status.door.items() | list }}", "open[('open', 1)]"),
    ("{{ value_json.bits | bitwise_and(4) }}{{ 1 | bitwise_or(2) }}{{ bitwise_xor(3, 1) }}", "432"),
    ("{{ value_json.bits % 4 }}{{ 7 // 2 }}{{ 2 ** 10 }}{{ -3 }}{{ +3 }}", "231024-33"),
    ("{{ value_json.mac.replace(':', '').lower()[-6:] }}", "001122"),
    ("{{ value_json.mac | lower ~ '/' ~ 1 }}", "a4:c1:38:00:11:22/1"),
    ("{{ value_json.mac[::-1][:2] }}", "22"),
    ("{{ '%.1f' % value_json.power }} {{ '%02x%02X' % (value_json.bits, 255) }}", "1234.6 06FF"),
    ("{{ '%.2f' | format(value_json.power) }} {{ '%(a)s' | format(a=1) }}", "1234.57 1"),
    ("{{ '{:.1f}|{:>5}|{:02x}|{name}'.format(value_json.power, 'a', 10, name='n') }}", "1234.6|    a|0a|n"),
    ("{{ 'a'.rjust(3, '.') }}{{ '7'.zfill(3) }}", "..a007"),
    ("{{ value_json.line | regex_findall_index('[0-9]+', 1) | int }}", "230"),
    (r"{{ value_json.line | regex_replace('^Power: (\\d+) W.*$', '<\\1>') }}", "<42>"),
    ("{{ value_json.line | regex_match('power', ignorecase=True) }}{{ value_json.line is match('x') }}", "TrueFalse"),
    ("{{ value_json.line | regex_search('Volt') }}{{ value_json.line is search('(?i)VOLT') }}", "TrueTrue"),
    ("{{ 'x' * 3 }}{{ '-' | string }}", "xxx-"),
    ("{{ (value_json.inner | from_json).a[1] }}{{ 'x' | from_json(default=0) }}", "20"),
    ("{{ value_json.rgb | to_json }} {{ {'b': 1, 'a': 'é'} | to_json }}", '[255,128,0] {"b":1,"a":"é"}'),
    ("{{ {'b': 1, 'a': '<'} | tojson }}", r'{"a": "\u003c", "b": 1}'),
    ("{{ {'a': [1]} | to_json(pretty_print=True) }}", '{\n  "a": [\n    1\n  ]\n}'),
    ("{{ {'a': 'é'} | to_json(true) }}", '{"a": "\\u00e9"}'),
    ("{{ value_json.time | timestamp_local }}", "2023-11-14T22:13:20+00:00"),
    ("{{ value_json.time | timestamp_utc }}", "2023-11-14T22:13:20+00:00"),
    ("{{ value_json.time | timestamp_custom('%H:%M', true) }}", "22:13"),
    ("{{ value_json.mode | timestamp_custom('%H:%M', true, 'never') }}", "never"),
    ("{{ as_datetime(value_json.time).year }}{{ (value_json.time | as_datetime).isoformat() }}", None),
    ("{{ as_timestamp('2023-11-14T22:13:20+00:00') | int }}", "1700000000"),
    ("{{ as_timestamp('2023-11-14 22:13:20') }}{{ as_timestamp('never', 0) }}", "1700000000.00"),
    ("{{ strptime('14.11.2023', '%d.%m.%Y').strftime('%Y-%m-%d') }}", "2023-11-14"),
    ("{{ (as_datetime(value_json.time) - timedelta(hours=1)).isoformat() }}", "2023-11-14T21:13:20+00:00"),
    ("{{ timedelta(seconds=90) }}{{ timedelta(minutes=2).total_seconds() }}", "0:01:30120.0"),
    ("{{ (now() - utcnow()).days in (0, -1) }}", "True"),
    ("{{ value_json.text | is_number }}{{ value_json.mode is is_number }}{{ is_number(3) }}", "TrueFalseTrue"),
    ("{{ value_json.rgb is list }}{{ value_json is mapping }}{{ value_json.mode is string }}", "TrueTrueTrue"),
    ("{{ value_json.rgb is contains(0) }}{{ value_json.rgb | contains(1) }}", "TrueFalse"),
    ("{{ 'yes' | bool }}{{ bool('x', 'neither') }}", "Trueneither"),
    ("{{ 9 | sqrt }}{{ log(8, 2) | round(1) }}{{ sin(0) }}{{ pi | round(2) }}", "3.03.00.03.14"),
    ("{{ [1, 2, 6] | average }}{{ median([1, 2, 6]) }}{{ 300 | clamp(0, 255) }}", "3.02255.0"),
    ("{{ 'Living Room' | slugify }}{{ 22 | ordinal }}{{ 111 | ordinal }}", "living_room22nd111th"),
    ("{{ 'some words here' | truncate(10, True, '', 0) }}|{{ 'some words here' | truncate(10, leeway=0) }}", None),
    ("{{ {'a': 1} | combine({'b': 2}) }}{{ 'abc' | typeof }}{{ -3 | abs }}", "{'a': 1, 'b': 2}str3"),
    ("{{ {1: 'low', 2: 'high'}[value_json.status.door.open] }}", "low"),
    ("{% set modes = {'eco_plus': 'quiet'} %}{{ modes[value_json.mode] | default('none') }}", "quiet"),
    ("{% set a, b, c = value_json.words.split(',') %}{{ c }}{{ a }}", "3010"),
    ("{% set x %}{{ value_json.bits }}!{% endset %}{{ x }}{{ x }}", "6!6!"),
    ("{{ 1 < value_json.bits <= 6 }}{{ value_json.bits is divisibleby 3 }}{{ 'a' is not none }}", "TrueTrueTrue"),
    ("{{ states('sensor.x') }}{{ state_attr('a.b', 'c') }}{{ is_state('a.b', 'on') }}", "unknownNoneFalse"),
    ("{{ this.state }}{{ this.attributes.x | default(1) }}{{ entity_id }}{{ name }}", "unknown1"),
    ("{# nothing #}{% raw %}{{ x }}{% endraw %}", "{{ x }}"),
    ("{{ rubbish is defined }}{{ rubbish | default(3) }}", "False3"),
    ("offline", "offline"),
    ("", ""),
]


@pytest.mark.parametrize(("text", "answer"), READINGS)
def test_a_template_reads_what_home_assistant_reads(text: str, answer: str | None) -> None:
    template = value_template(text)
    assert isinstance(template, Template)
    result = read_payload(template, HOUSE.encode())
    assert result == oracle.read(text, HOUSE)
    assert answer is None or result == answer


FAILING = [
    *("{{ value_json.mode | float }}", "{{ value_json.mode | int }}", "{{ value_json.mode | round(1) }}!"),
    *("{{ value_json.missing.deeper }}!", "{{ value_json.missing | is_defined }}!", "{{ value_json.missing + 1 }}"),
    *("{{ value_json.missing | float(0) }}", "{{ 1 / value_json.zero }}", "{{ value_json.mode + 1 }}"),
    *("{{ value_json.mode.get('x', 1) }}", "{{ value_json.rgb | from_json }}", "{{ value_json.missing | to_json }}"),
    *("{{ value_json.mode | timestamp_local }}", "{{ as_timestamp('never') }}", "{{ 'x' | bool }}", "{{ 3 is in 4 }}"),
    *("{{ value_json.rgb | map('nothing') | list }}", "{{ value_json.line | regex_findall_index('x') }}"),
    *("{{ max() }}", "{{ strptime('x', '%d') }}", "{{ value_json.rgb | select('nothing') | list }}"),
]


@pytest.mark.parametrize("text", FAILING)
def test_what_fails_there_fails_here(text: str) -> None:
    template = value_template(text)
    assert isinstance(template, Template)
    with pytest.raises(ValueError, match=r".") as caught:
        read_payload(template, HOUSE.encode())
    assert not isinstance(caught.value, BadTemplate)
    with pytest.raises(oracle.Wrong):
        oracle.read(text, HOUSE)


def test_a_payload_that_is_no_json_has_a_text_only() -> None:
    assert read_payload(reader("{{ value | upper }}!"), b"on") == "ON!"
    assert read_payload(reader("{{ value_json is defined }}"), b"on") == "False"
    assert read_payload(reader("{{ value_json | default(0) }}"), b'{"a": 1, "a": 2}') == "0"
    with pytest.raises(ValueError, match="not there"):
        read_payload(reader("{{ value_json.a }}!"), b"on")


def test_a_payload_is_utf_8_and_of_some_length() -> None:
    assert read_payload(reader("{{ value }}!"), "더워".encode()) == "더워!"
    with pytest.raises(ValueError, match="UTF-8"):
        read_payload(reader("{{ value }}!"), b"\xff")
    with pytest.raises(ValueError, match="too long"):
        read_payload(reader("{{ value | length }}"), b"x" * (MAX_PAYLOAD + 1))
    assert read_payload(reader("{{ value | length }}"), b"x" * MAX_PAYLOAD) == str(MAX_PAYLOAD)


SECRET = "hunter2"
TELLING = [
    *("{{ value | int }}", "{{ value_json }}{{ [] | first + value }}", "{{ value | from_json }}", "{{ {}[value].x }}"),
    *("{{ strptime(value, '%d') }}", "{{ value | as_datetime + 1 }}", "{{ value | round }}", "{{ value % 1 }}"),
    *(
        "{{ [value].index(1) }}",
        "{{ value | map(value) | list }}",
        "{{ value.format() }}",
        "{{ now().strftime(value) }}",
    ),
    *("{{ (value ~ value).x.y }}", "{{ {value: 1} | map(attribute=value) | sum }}", "{{ 'x' | regex_findall(value) }}"),
]


@pytest.mark.parametrize("text", TELLING)
def test_an_error_never_quotes_the_payload(text: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        read_payload(reader(text), f"{SECRET} {{}} %9d %q".encode())
    assert SECRET not in repr(caught.value)


def reader(text: str) -> Template:
    template = value_template(text)
    return template if isinstance(template, Template) else command_template(text, frozenset({"value", "value_json"}))


COMMANDS: list[tuple[str, dict[str, Any], str]] = [
    ("{{ value }}", {"value": 21.5}, "21.5"),
    ('{"set": {{ value | int }}}', {"value": 21.5}, '{"set": 21}'),
    ("{{ {'on': value == 'ON'} | tojson }}", {"value": "ON"}, '{"on": true}'),
    ("{{ {'heat': 1, 'off': 0}[value] }}", {"value": "heat"}, "1"),
    ("{{ (value | float * 2.55) | round | int }}", {"value": "50"}, "127"),
    ("{{ red }},{{ green }},{{ blue }}", {"red": 1, "green": 2, "blue": 3}, "1,2,3"),
    ("#{{ '%02x%02x%02x' | format(red, green, blue) }}", {"red": 255, "green": 0, "blue": 16}, "#ff0010"),
    ("on{% if brightness is defined %} {{ brightness }}{% endif %}", {}, "on"),
    ("on{% if brightness is defined %} {{ brightness }}{% endif %}", {"brightness": 9}, "on 9"),
    ("{{ siren_tone | default('all') }}", {}, "all"),
    ("{% if volume is defined %}{{ volume * 2 }}{% else %}50{% endif %}", {}, "50"),
    ('{"id": 1}', {}, '{"id": 1}'),
    ("{{ None }}", {}, "None"),
    ("{{ value }}", {}, ""),
]


@pytest.mark.parametrize(("text", "variables", "answer"), COMMANDS)
def test_a_command_is_written(text: str, variables: dict[str, Any], answer: str) -> None:
    names = frozenset({"value", "red", "green", "blue", "brightness"})
    assert command_template(text, names).render(variables) == answer == oracle.render(text, variables)


def test_two_templates_are_equal_by_their_text_and_names() -> None:
    one, other = command_template("{{ value }}!"), command_template("{{ value }}!", frozenset({"value"}))
    assert one == other
    assert hash(one) == hash(other)
    assert one != command_template("{{ value }}!", frozenset({"value", "state"}))
    assert one != command_template("{{ value }}?")
    assert one.text == "{{ value }}!"
    assert repr(one) == "Template('{{ value }}!')"
    assert len(repr(command_template("x" * 1000))) < 100
    with pytest.raises(AttributeError):
        one.text = "x"  # type: ignore[misc]


REFUSED = [
    ("{% for x in value %}{{ x }}{% endfor %}", "for is not allowed"),
    ("{% macro a() %}{% endmacro %}", "macro is not allowed"),
    ("{% include 'x' %}", "include is not allowed"),
    ("{% import 'x' as y %}", "import is not allowed"),
    ("{% extends 'x' %}", "extends is not allowed"),
    ("{% call value() %}{% endcall %}", "callblock is not allowed"),
    ("{% block a %}{% endblock %}", "block is not allowed"),
    ("{% filter upper %}{% endfilter %}", "filterblock is not allowed"),
    ("{% set x | upper %}a{% endset %}", "block with a filter"),
    ("{% set value.x = 1 %}", "nsref is not allowed"),
    ("{% do value.x() %}", "unknown tag"),
    ("{{ range(9) }}", "range"),
    ("{{ lipsum() }}", "lipsum"),
    ("{{ cycler('a') }}", "cycler"),
    ("{{ joiner() }}", "joiner"),
    ("{{ namespace(a=1) }}", "namespace"),
    ("{{ now }}", "'now' is not known"),
    ("{{ rubbish }}", "'rubbish' is not known"),
    ("{{ json_value.a }}", "'json_value' is not known"),
    ("{{ states.sensor.x }}", "'states' is not known"),
    ("{{ value.__class__ }}", "'__class__' is not allowed"),
    ("{{ value['__class__'] }}", "'__class__' is not allowed"),
    ("{{ value_json.__len__ }}", "'__len__' is not allowed"),
    ("{{ value.encode() }}", "encode"),
    ("{{ value_json.pop('a') }}", "pop"),
    ("{{ value_json.update({}) }}", "update"),
    ("{{ value() }}", "value"),
    ("{{ ('a' ~ 'b')() }}", "not a name"),
    ("{{ max(*value_json) }}", "star"),
    ("{{ value | join(**value_json) }}", "star"),
    ("{{ value | center(9) }}", "'center' is not known"),
    ("{{ value | attr('x') }}", "'attr' is not known"),
    ("{{ value | random }}", "'random' is not known"),
    ("{{ value | .lower }}", "not a template"),
    ("{{ value is callable }}", "'callable' is not known"),
    ("{{ value", "not a template"),
    ("{{ value }", "not a template"),
    ("{% if value %}", "not a template"),
    ("{{ value | regex_match(value) }}", "not written out"),
    ("{{ value is search(find=value) }}", "not written out"),
    ("{{ value | regex_match('(') }}", "not a regular expression"),
    ("{{ value | regex_match('(a+)+') }}", "repeats"),
    ("{{ value | regex_match('(a*)*b') }}", "repeats"),
    ("{{ value | regex_match('(a|a)*b') }}", "repeats"),
    ("{{ value | regex_match('(a?){9,}b') }}", "repeats"),
    ("{{ value | regex_match('(?:a+){64}b') }}", "repeats"),
    ("{{ value | regex_match('a*a*a*a*a*a*a*a*') }}", "repeats"),
    ("{{ value | regex_match('((((a?){9}){9}){9}){9}') }}", "repeats"),
    ("{{ value | regex_match('a{1,100}a{1,100}a{1,100}a{1,100}') }}", "repeats"),
    (r"{{ value | regex_match('(a)\\1') }}", "itself"),
    ("{{ value | regex_match('(?P<a>b)(?P=a)') }}", "itself"),
    ("{{ value | regex_match('(a)(?(1)b|c)') }}", "itself"),
    ("{{ value | regex_match('a{9999}') }}", "too far"),
    ("{{ value | regex_match('[[a]') }}", "not a regular expression"),
    ("{{ value | regex_match(1) }}", "a pattern is a text"),
    ("{{ value | regex_match('" + "a" * 300 + "') }}", "a pattern is a text"),
    ("{{ 0x" + "f" * 300 + " }}", "too long"),
    ("{{ " + "9" * 4000 + " }}", "too long"),
    ("{{ 1" + " + 1" * 500 + " }}", "nested too deeply"),
    ("{{ [" + "1," * 900 + "] }}", "too large"),
    ("{{ " + "(" * 1900 + "1" + ")" * 1900 + " }}", "nested too deeply"),
    ("{{ " + "[" * 60 + "]" * 60 + " }}", "nested too deeply"),
    ("x" * (MAX_SOURCE + 1), "longer than"),
    ("{{ max(a=1, a=2) }}", "compiled"),
]


@pytest.mark.parametrize(("text", "reason"), REFUSED, ids=[text[:40] for text, _ in REFUSED])
def test_what_is_not_on_the_lists_is_refused_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(BadTemplate, match=reason) as caught:
        value_template(text)
    assert len(str(caught.value)) <= 200
    with pytest.raises(BadTemplate):
        command_template(text)


def test_a_missing_key_is_never_a_method_or_an_attribute() -> None:
    payload = b'{"a": "text"}'
    for text in (
        "{{ value_json.keys }}.",
        "{{ value_json['k' ~ 'eys'] }}.",
        "{{ value_json.a.upper }}.",
        "{{ value.x }}.",
    ):
        assert read_payload(reader(text), payload) == "."
    assert read_payload(reader("{{ value_json['__cla' ~ 'ss__'] }}."), payload) == "."
    assert read_payload(reader("{{ [value] | map(attribute='__class__') | first }}."), payload) == "."
    assert read_payload(reader("{{ now()['__cla' ~ 'ss__'] }}{{ now().tzinfo }}."), payload) == "."


def test_half_a_character_is_never_rendered() -> None:
    with pytest.raises(ValueError, match="UnicodeEncodeError"):
        command_template(r"{{ '\ud83d' }}").render({})


def test_patterns_that_people_write_are_fine() -> None:
    for pattern in (
        r"^\\d+(\\.\\d+)?$",
        r"([0-9A-F]{2}:){5}[0-9A-F]{2}",
        r"^(\\d{1,3}\\.){3}\\d{1,3}$",
        r".*Power: *(\\d+) W.*",
        r"^(on|off|auto)$",
        r"[^0-9.-]",
        r"^(?P<a>x)(?:y|z)?\\s*$",
        r"(?i)^online\\b",
        r"[]^[]+x{2,}",
        r"a\\{b|c{x}",
    ):
        assert isinstance(value_template("{{ value | regex_search('" + pattern + "') }}"), Template)
