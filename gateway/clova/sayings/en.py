"""English, for who would rather read it: CLOVA speaks Korean and Japanese."""

from gateway.clova.sayings.lines import Line
from gateway.clova.sayings.text import Text

ENGLISH: dict[Line, Text] = {
    Line.GREETING: Text(
        "Hello, this is {home}. What can I do?",
        "Hello, this is {home}. Ask how it is, switch lights on and off, or have the doors locked. What can I do?",
    ),
    Line.GUIDE: Text(
        "Say, for example: how is the home, switch the living room lights off, is everything locked.",
        "Say, for example: how is the home, switch the living room lights off, set the bedroom to 24 degrees, "
        "run good morning, is everything locked, who opened the door. Say stop to finish.",
    ),
    Line.GOODBYE: Text("All right, call me any time."),
    Line.FALLBACK: Text("I can't do that.", "I can't do that. Say help to hear what I can do."),
    Line.NOT_UNDERSTOOD: Text("I didn't get that. Please say it again."),
    Line.LINK_NEEDED: Text(
        "Please link your account in the app first.",
        "Your account is not linked yet. Link it in the settings of this skill in the CLOVA app, then call me again.",
    ),
    Line.BUSY: Text("That was too much at once. Please try again in a moment."),
    Line.TOO_SLOW: Text("That took too long, and I could not finish. Please try again in a moment."),
    Line.TROUBLE: Text("Something went wrong and I could not finish. Please try again in a moment."),
    Line.CANCELLED: Text("All right, cancelled."),
    Line.NOTHING_ASKED: Text("I had not asked anything. What can I do?"),
    Line.SILENCE: Text("I'm listening. What can I do?"),
    Line.SILENCE_YES_NO: Text("Please say yes or no."),
    Line.SILENCE_PIN: Text("Please say the PIN, one digit at a time."),
    Line.SILENCE_WHICH: Text("Please say its name or its room."),
    Line.ALL_QUIET: Text(
        "All is quiet at home.",
        "All is quiet at home: no light is on, nothing is open, there are no alarms and every device is connected.",
    ),
    Line.QUIET: Text(
        "All is quiet at home.", "All is quiet at home: no light is on, nothing is open and there are no alarms."
    ),
    Line.LIGHTS_ON: Text(
        "{count:# light is|# lights are} on.", "{count} of {total:# light|# lights} {count:is|are} on: {names}."
    ),
    Line.NO_LIGHTS_ON: Text("All lights are off."),
    Line.OPEN: Text("Open: {names}.", "{count:# place is|# places are} open: {names}."),
    Line.NOTHING_OPEN: Text("Nothing is open."),
    Line.UNLOCKED: Text("Not locked: {names}.", "{count:# lock is|# locks are} not locked: {names}."),
    Line.OFFLINE: Text(
        "{count:# device is|# devices are} not connected.", "{count:# device is|# devices are} not connected: {names}."
    ),
    Line.ALARMS: Text("There {count:is # alarm|are # alarms}: {names}."),
    Line.NO_ALARMS: Text("There are no alarms."),
    Line.LAST_ALARM: Text("The last alarm was {when}: {device}, {name}."),
    Line.DEVICE_STATE: Text("{device}: {values!l}."),
    Line.DEVICE_LOCKED: Text("{device} is locked."),
    Line.DEVICE_UNLOCKED: Text("{device} is not locked."),
    Line.DEVICE_OPEN: Text("{device} is open."),
    Line.DEVICE_SHUT: Text("{device} is closed."),
    Line.DEVICE_OFFLINE: Text("{device} is not connected."),
    Line.DEVICE_WAS: Text("{device} is not connected. It was last heard with {values!l}."),
    Line.DEVICE_UNKNOWN: Text("I don't know yet how {device} is."),
    Line.WHICH: Text("Which one do you mean: {names}?"),
    Line.WHICH_OF_MANY: Text(
        "{names!l}, and {count:# other|# others}. Which room?",
        "Several are called like that: {names!l}, and {count:# other|# others}. Please say the room.",
    ),
    Line.NOT_FOUND: Text("I found nothing called {name}."),
    Line.NOT_FOUND_AT_ALL: Text("I did not find that device."),
    Line.NOT_FOUND_IN: Text("I found no {name} in {room}."),
    Line.NAME_NEEDED: Text("Please say which device."),
    Line.ROOM_UNKNOWN: Text("I don't know a room called {room}."),
    Line.NO_LIGHTS: Text("There is no light that I can switch."),
    Line.NO_LIGHTS_IN: Text("There is no light in {room} that I can switch."),
    Line.TEMPERATURE_NEEDED: Text("To how many degrees shall I set {device}?"),
    Line.DONE_ON: Text("{device} is on."),
    Line.DONE_OFF: Text("{device} is off."),
    Line.DONE_TEMPERATURE: Text("{device} is set to {degrees}."),
    Line.LIGHTS_DONE_ON: Text("Switched on {count:# light|# lights}."),
    Line.LIGHTS_DONE_OFF: Text("Switched off {count:# light|# lights}."),
    Line.LIGHTS_DONE_ON_IN: Text("The lights in {room} are on.", "Switched on {count:# light|# lights} in {room}."),
    Line.LIGHTS_DONE_OFF_IN: Text("The lights in {room} are off.", "Switched off {count:# light|# lights} in {room}."),
    Line.ALREADY_OFF: Text("All lights are off already."),
    Line.ALREADY_ON: Text("All lights are on already."),
    Line.ALREADY_OFF_IN: Text("The lights in {room} are off already."),
    Line.ALREADY_ON_IN: Text("The lights in {room} are on already."),
    Line.FAILED: Text("{device} did not obey.", "I told {device}, but it did not change. Please have a look at it."),
    Line.FAILED_OFFLINE: Text(
        "{device} is not connected.", "{device} is not connected. Please check its power and the network."
    ),
    Line.FAILED_SILENT: Text("I told {device}, but could not make sure that it did. Please check it."),
    Line.FAILED_FAULT: Text("{device} reports a fault."),
    Line.FAILED_WHY: Text("I can't: {device} is {why}."),
    Line.FAILED_BLOCKED: Text("{device} can't be controlled for now. Please try again in a moment."),
    Line.FAILED_NOT_SUPPORTED: Text("{device} can't do that."),
    Line.FAILED_RANGE: Text("{device} goes from {low} to {high}."),
    Line.FAILED_MODE: Text("{device} can't do that in its present mode."),
    Line.SOME_FAILED: Text("Only {done} of {total} worked.", "Only {done} of {total} worked. These did not: {names}."),
    Line.ALL_FAILED: Text("{total:It did not work|None of the # worked}."),
    Line.SCENE_RUN: Text("{scene} is done."),
    Line.SCENE_FAILED: Text("{scene} did not work."),
    Line.SCENE_UNKNOWN: Text("I found no scene called {scene}."),
    Line.SCENE_NOT_FOUND: Text("I did not find that scene."),
    Line.SCENE_NEEDED: Text("Which scene?", "Which scene? There are {names}."),
    Line.NO_SCENES: Text("There are no scenes."),
    Line.ALL_LOCKED: Text("Everything is locked.", "{count:The lock is|All # locks are} locked."),
    Line.LOCKS_UNKNOWN: Text(
        "I can't tell whether {names} {count:is|are} locked.",
        "Of {count:# lock|# locks} I can't tell whether {count:it is|they are} locked: {names}.",
    ),
    Line.NO_LOCKS: Text("There are no locks."),
    Line.LOCKED: Text("Locked: {names}."),
    Line.LOCKED_ALL: Text("Everything is locked now.", "{count:# lock is|# locks are} locked now."),
    Line.LOCK_FAILED: Text(
        "I could not lock {names}.", "I could not lock {names}. Please check {count:it|all # of them} yourself."
    ),
    Line.LOCK_UNPROVEN: Text(
        "I told {names} to lock, but can't confirm it.",
        "I told {names} to lock, but can't confirm it. Please check {count:it|all # of them} yourself.",
    ),
    Line.ASK_PIN: Text("The PIN, please.", "To open {device} I need its PIN. Please say one digit at a time."),
    Line.WRONG_PIN: Text("That PIN is wrong. You have {left:# try|# tries} left."),
    Line.PIN_UNCLEAR: Text("I didn't get the digits. Please say them again, one at a time."),
    Line.PIN_BLOCKED: Text("The PIN was wrong too often. Nothing is opened for {minutes:# minute|# minutes}."),
    Line.PIN_NOT_SET: Text("{device} has no PIN for opening it by voice."),
    Line.OPENED: Text("{device} is open."),
    Line.OPEN_FAILED: Text("I could not open {device}."),
    Line.OPEN_UNSURE: Text("I sent the command, but could not make sure whether {device} is open. Please check it."),
    Line.OPEN_NOT_ALLOWED: Text("{device} can't be opened by voice."),
    Line.ARMED: Text("{device} can be opened for {span}."),
    Line.CONFIRM_SCENE: Text("Shall I run {scene}?"),
    Line.WAS_OPENED_BY: Text("{who} opened {device} {way} {when}."),
    Line.WAS_OPENED: Text(
        "{device} was opened {way} {when}.", "{device} was opened {way} {when}. I don't know by whom."
    ),
    Line.WAS_LOCKED: Text("{device} was locked {when}."),
    Line.NO_EVENTS: Text("Nothing happened at {device} lately."),
    Line.NO_EVENTS_ANYWHERE: Text("No door was opened lately."),
}

WAYS = {
    "key": "with a key",
    "keypad": "with a code",
    "card": "with a card",
    "fingerprint": "with a fingerprint",
    "hand": "by hand from inside",
    "remote": "remotely",
    "schedule": "by schedule",
    "other": "",
}

ALARMS = {
    "smoke": "smoke",
    "gas": "gas",
    "carbon_monoxide": "carbon monoxide",
    "heat": "heat",
    "panic": "panic button",
    "leak": "a water leak",
    "triggered": "the alarm",
    "forced": "a forced opening",
    "tamper": "tampering",
    "jammed": "a jammed lock",
    "alert": "a notice of its own",
    "battery_low": "a low battery",
    "vibration": "vibration",
    "lock_opened": "an opened lock",
    "left_open": "being left open",
    "lost": "a lost connection",
}
"""What is said for each of home.alarms.ALARMS."""
