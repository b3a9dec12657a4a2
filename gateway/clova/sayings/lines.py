"""Everything the skill can say: a row each, and the names of what is to be filled in.

`names` and `values` are lists of texts; `count`, `total`, `done`, `left` and `minutes` are whole numbers, as the words
around them depend on them. All others are texts: names as their owner wrote them, `when`, `way`, `span` and the name
of an alarm from `moments`, `degrees`, `low` and `high` from `clova.words.told`.
"""

from enum import Enum


class Line(Enum):
    """One thing to say; its value has its name and what it is filled with."""

    # The dialogue itself
    GREETING = "greeting home"
    GUIDE = "guide"
    GOODBYE = "goodbye"
    FALLBACK = "fallback"
    """A sentence for which there is no intent."""
    NOT_UNDERSTOOD = "not_understood"
    """An answer that is none to what was asked."""
    LINK_NEEDED = "link_needed"
    BUSY = "busy"
    TOO_SLOW = "too_slow"
    """There was no end to it in time; what was begun may still be done."""
    TROUBLE = "trouble"
    """A defect of ours."""
    CANCELLED = "cancelled"
    NOTHING_ASKED = "nothing_asked"
    """Yes, no, next or previous, where nothing had been asked."""

    # What is repeated after a silence
    SILENCE = "silence"
    SILENCE_YES_NO = "silence_yes_no"
    SILENCE_PIN = "silence_pin"
    SILENCE_WHICH = "silence_which"

    # How the home is
    ALL_QUIET = "all_quiet"
    """Said only where all of it is so: no light is on, nothing open, unlocked, offline or in alarm."""
    QUIET = "quiet"
    """The same, where it is not known of every device that it is there."""
    LIGHTS_ON = "lights_on count total names"
    NO_LIGHTS_ON = "no_lights_on"
    OPEN = "open count names"
    NOTHING_OPEN = "nothing_open"
    UNLOCKED = "unlocked count names"
    OFFLINE = "offline count names"
    ALARMS = "alarms count names"
    NO_ALARMS = "no_alarms"
    LAST_ALARM = "last_alarm device name when"

    # How one device is
    DEVICE_STATE = "device_state device values"
    """Each value is one of `moments.reading`."""
    DEVICE_LOCKED = "device_locked device"
    DEVICE_UNLOCKED = "device_unlocked device"
    DEVICE_OPEN = "device_open device"
    DEVICE_SHUT = "device_shut device"
    DEVICE_OFFLINE = "device_offline device"
    DEVICE_WAS = "device_was device values"
    """It is offline, and this is what it said last."""
    DEVICE_UNKNOWN = "device_unknown device"

    # Which one is meant
    WHICH = "which names"
    """At most four."""
    WHICH_OF_MANY = "which_of_many names count"
    """Four of them, and how many others there are."""
    NOT_FOUND = "not_found name"
    NOT_FOUND_AT_ALL = "not_found_at_all"
    """Where the name is not to be said: it is not for whoever asks, or no name."""
    NOT_FOUND_IN = "not_found_in name room"
    NAME_NEEDED = "name_needed"
    ROOM_UNKNOWN = "room_unknown room"
    NO_LIGHTS = "no_lights"
    NO_LIGHTS_IN = "no_lights_in room"
    TEMPERATURE_NEEDED = "temperature_needed device"

    # What was done
    DONE_ON = "done_on device"
    DONE_OFF = "done_off device"
    DONE_TEMPERATURE = "done_temperature device degrees"
    LIGHTS_DONE_ON = "lights_done_on count"
    LIGHTS_DONE_OFF = "lights_done_off count"
    LIGHTS_DONE_ON_IN = "lights_done_on_in room count"
    LIGHTS_DONE_OFF_IN = "lights_done_off_in room count"
    ALREADY_OFF = "already_off"
    ALREADY_ON = "already_on"
    ALREADY_OFF_IN = "already_off_in room"
    ALREADY_ON_IN = "already_on_in room"

    # What was not done
    FAILED = "failed device"
    FAILED_OFFLINE = "failed_offline device"
    FAILED_SILENT = "failed_silent device"
    """It was sent, and nothing was heard of it."""
    FAILED_FAULT = "failed_fault device"
    FAILED_WHY = "failed_why device why"
    """`why` is that of home.problems.NotReady, in the home's language."""
    FAILED_BLOCKED = "failed_blocked device"
    FAILED_NOT_SUPPORTED = "failed_not_supported device"
    FAILED_RANGE = "failed_range device low high"
    FAILED_MODE = "failed_mode device"
    SOME_FAILED = "some_failed done total names"
    ALL_FAILED = "all_failed total"

    # Scenes
    SCENE_RUN = "scene_run scene"
    SCENE_FAILED = "scene_failed scene"
    SCENE_UNKNOWN = "scene_unknown scene"
    SCENE_NOT_FOUND = "scene_not_found"
    """Where the name is not to be said."""
    SCENE_NEEDED = "scene_needed names"
    NO_SCENES = "no_scenes"

    # Locks
    ALL_LOCKED = "all_locked count"
    LOCKS_UNKNOWN = "locks_unknown count names"
    """Those of which it is not known."""
    NO_LOCKS = "no_locks"
    LOCKED = "locked names"
    """Some of them, and no others."""
    LOCKED_ALL = "locked_all count"
    LOCK_FAILED = "lock_failed count names"
    LOCK_UNPROVEN = "lock_unproven count names"
    """They were told to lock, and nothing was heard of it."""
    ASK_PIN = "ask_pin device"
    WRONG_PIN = "wrong_pin left"
    PIN_UNCLEAR = "pin_unclear"
    PIN_BLOCKED = "pin_blocked minutes"
    PIN_NOT_SET = "pin_not_set device"
    OPENED = "opened device"
    OPEN_FAILED = "open_failed device"
    OPEN_UNSURE = "open_unsure device"
    """It was sent, and nothing was heard of it."""
    OPEN_NOT_ALLOWED = "open_not_allowed device"
    ARMED = "armed device span"
    """`span` is a length of time from `moments.span`."""

    # Is it so?
    CONFIRM_SCENE = "confirm_scene scene"

    # What happened at a lock
    WAS_OPENED_BY = "was_opened_by when who way device"
    WAS_OPENED = "was_opened when way device"
    """Nobody knows by whom."""
    WAS_LOCKED = "was_locked when device"
    NO_EVENTS = "no_events device"
    NO_EVENTS_ANYWHERE = "no_events_anywhere"

    @property
    def parts(self) -> frozenset[str]:
        """What has to be given."""
        return frozenset(self.value.split()[1:])
