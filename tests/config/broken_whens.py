"""Files with a mistake in what a rule of alarms is about."""

from tests.config.broken import Broken

THREE = "`is`, `above` or `below`: with a trait, one of the three is expected"
EITHER = "`alarm` or `trait`: one of the two is expected"
ALL = (
    "smoke, gas, carbon_monoxide, heat, panic, leak, triggered, forced, tamper, jammed, alert, battery_low, vibration,"
    " lock_opened, left_open, lost"
)
BY = "this goes with `alarm: lock_opened` alone: how the lock was opened"


def rule(name: str, written: str, column: int, place: str, why: str) -> Broken:
    """A file of one rule, and its mistake at this column of the second line."""
    return Broken(name, f"alarms:\n- {written}", (f"2:{column}: alarms[0]{place}: {why}",))


def when(name: str, written: str, column: int, key: str, why: str) -> Broken:
    """A file of one rule with this `when`; columns count from its brace."""
    return rule(name, f"{{when: {{{written}}}}}", 11 + column, f".when.{key}", why)


WHEN = (
    rule("a rule without `when`", "{message: msg-1}", 3, "", "the key 'when' is missing"),
    rule("nothing in `when`", "{when: {}}", 4, ".when", EITHER),
    rule("an alarm and a trait", "{when: {alarm: smoke, trait: smoke, is: true}}", 4, ".when", EITHER),
    rule(
        "an alarm with a value",
        "{when: {alarm: smoke, is: true}}",
        4,
        ".when",
        "`is` goes with `trait`: 'smoke' says by itself what it is",
    ),
    rule(
        "an alarm with a bound",
        "{when: {alarm: battery_low, below: 5}}",
        4,
        ".when",
        "`below` goes with `trait`: 'battery_low' says by itself what it is",
    ),
    rule("a trait alone", "{when: {trait: smoke}}", 4, ".when", THREE),
    rule("a trait with two bounds", "{when: {trait: humidity, above: 80, below: 20}}", 4, ".when", THREE),
    when("an unknown alarm", "alarm: smok", 0, "alarm", "there is no alarm 'smok'; did you mean smoke?"),
    when(
        "nothing like an alarm",
        "alarm: 12:00",
        0,
        "alarm",
        f"there is no alarm '12:00'; expected is one of {ALL}",
    ),
    when("no alarm at all", "alarm: ''", 0, "alarm", "at least 1 is expected"),
    when(
        "an unknown trait",
        "trait: temperatur, above: 3",
        0,
        "trait",
        "there is no trait 'temperatur'; did you mean color_temperature or target_temperature?",
    ),
    when(
        "a trait that is only the gateway's own",
        "trait: condition, is: true",
        0,
        "trait",
        "there is no trait 'condition'; did you mean motion or oscillation?",
    ),
    when(
        "a switch that is a word",
        "trait: smoke, is: smoke",
        14,
        "is",
        "smoke is never 'smoke'; `is: true` or `is: false` is expected",
    ),
    when(
        "a switch that is a number",
        "trait: smoke, is: 1",
        14,
        "is",
        "smoke is never '1'; `is: true` or `is: false` is expected",
    ),
    when(
        "a number that is a word",
        "trait: battery, is: low",
        16,
        "is",
        "battery is never 'low'; a number from 0 to 100 is expected",
    ),
    when(
        "a number that is a switch", "trait: volume, is: true", 15, "is", "volume is never 'true'; a number is expected"
    ),
    when(
        "a number that cannot be",
        "trait: battery, is: 101",
        16,
        "is",
        "battery is never '101'; a number from 0 to 100 is expected",
    ),
    when(
        "a word that the trait has not",
        "trait: unlocked_by, is: keypd",
        20,
        "is",
        "unlocked_by is never 'keypd'; did you mean keypad or key?",
    ),
    when(
        "a word in capitals",
        "trait: lock, is: OPEN",
        13,
        "is",
        "lock is never 'OPEN'; expected is one such as locked or unlocked",
    ),
    when("a colour", "trait: color, is: red", 14, "is", "color is never 'red'; no alarm can be made of this trait"),
    when("a list", "trait: notices, is: 단수", 16, "is", "notices is never '단수'; no alarm can be made of this trait"),
    when("a list as the value", "trait: mode, is: [a]", 13, "is", "a word, a number, true or false is expected"),
    when(
        "a bound of a switch",
        "trait: smoke, above: 1",
        14,
        "above",
        "smoke is no number; `is: true` or `is: false` is expected",
    ),
    when(
        "a bound of a word", "trait: phase, below: 1", 14, "below", "phase is no number; `is:` and a word are expected"
    ),
    when(
        "a bound of a colour",
        "trait: color, above: 1",
        14,
        "above",
        "color is no number; no alarm can be made of this trait",
    ),
    when(
        "more than all",
        "trait: humidity, above: 100",
        17,
        "above",
        "humidity is never above 100, or always; a number from 0 to 100 is expected",
    ),
    when(
        "less than nothing",
        "trait: battery, below: 0",
        16,
        "below",
        "battery is never below 0, or always; a number from 0 to 100 is expected",
    ),
    when(
        "far too hot",
        "trait: current_temperature, above: 500",
        28,
        "above",
        "current_temperature is never above 500, or always; a number from -50 to 150 is expected",
    ),
    when(
        "always",
        "trait: battery, above: -1",
        16,
        "above",
        "battery is never above -1, or always; a number from 0 to 100 is expected",
    ),
    when(
        "a bound that is a switch",
        "trait: humidity, above: true",
        17,
        "above",
        "a number is expected; true and false go with `is`",
    ),
    when(
        "more than anything",
        "trait: energy, above: 1e300",
        15,
        "above",
        "energy is never above 1e+300, or always; a number is expected",
    ),
    when("an empty word", "trait: alert, is: ''", 14, "is", "alert is never ''; `is:` and a word are expected"),
    when(
        "a bound that is no number",
        "trait: battery, below: low",
        16,
        "below",
        "a number is expected",
    ),
    when(
        "a bound without end",
        "trait: battery, below: .inf",
        16,
        "below",
        "a number is expected",
    ),
    when("a way of something else", "alarm: smoke, by: key", 14, "by", BY),
    when("a way of a lock that is shut", "trait: lock, is: locked, by: key", 25, "by", BY),
    when(
        "an unknown way",
        "alarm: lock_opened, by: keypat",
        20,
        "by",
        "a lock is not opened by 'keypat'; did you mean keypad or key?",
    ),
    when("no way", "alarm: lock_opened, by: []", 20, "by", "at least 1 is expected"),
    when(
        "an unknown device",
        "alarm: smoke, device: [lamp]",
        23,
        "device[0]",
        "there is no device 'lamp'; `clova-gateway devices` lists them",
    ),
    when("no device", "alarm: smoke, device: []", 14, "device", "at least 1 is expected"),
    when(
        "an unknown type",
        "alarm: smoke, kind: LIHGT",
        14,
        "kind",
        "CLOVA has no appliance type 'LIHGT'; did you mean LIGHT?",
    ),
    when(
        "an unknown room",
        "alarm: smoke, room: KITCHN",
        14,
        "room",
        "CLOVA has no location 'KITCHN'; did you mean KITCHEN or SMALL_KITCHEN?",
    ),
    when(
        "a room of the other region",
        "alarm: smoke, room: JAPANESE_STYLE_ROOM",
        14,
        "room",
        "CLOVA has no location 'JAPANESE_STYLE_ROOM' in region kr",
    ),
    when("a tag without letters", "alarm: smoke, tag: ''", 14, "tag", "at least 1 is expected"),
    when("an unknown key", "alarm: smoke, devices: a", 14, "devices", "unknown key 'devices'; did you mean 'device'?"),
    Broken(
        "a type of the other region",
        "clova: {region: jp}\nalarms: [{when: {alarm: smoke, kind: HOMECAM}}]",
        ("2:32: alarms[0].when.kind: CLOVA has no appliance type 'HOMECAM' in region jp",),
    ),
)
