"""What can go wrong, as facts; no wire words (clova/errors.py has those).

Problem
+-- NoSuchDevice
+-- Offline                 known to be away: nothing was sent
|   +-- Silent              sent, and nothing was heard back
+-- Failed                  it was heard, and the asked state did not come
+-- DeviceFault             it says of itself that it is broken
+-- Unsupported             the device has no such slot or deed
|   +-- ModeNotSupported    it has modes, but not this one
+-- ValueNotSupported       a value the device does not know
+-- OutOfRange(low, high)
+-- WrongMode               not while it is in its present mode
+-- NotReady(why)           a condition is not met; `why` can be spoken
|   +-- Refused(why)        it is not allowed
+-- StateUnknown            nothing is known of the value asked for
+-- Busy                    too many requests, or stopped for safety
+-- TokenInvalid
+-- TokenExpired
"""


class Problem(Exception):
    """Something a person can be told; anything else that is raised is a defect of ours."""


class NoSuchDevice(Problem):
    """No device has this id, or this account may not see it."""


class Offline(Problem):
    """The device is known to be away; nothing was sent to it."""


class Silent(Offline):
    """The command went out and nothing was heard back within the budget."""


class Failed(Problem):
    """The device was heard, but the asked state did not come."""


class DeviceFault(Problem):
    """The device reports that it is defective."""


class Unsupported(Problem):
    """The device has no such slot or deed."""


class ModeNotSupported(Unsupported):
    """The device has modes, but not the one asked for."""


class ValueNotSupported(Problem):
    """The value is of the wrong sort for this device."""


class OutOfRange(Problem):
    """The value is outside what the device accepts."""

    def __init__(self, low: float, high: float) -> None:
        super().__init__(f"allowed: {low:g} to {high:g}")
        self.low = low
        self.high = high


class WrongMode(Problem):
    """The action cannot run in the device's present mode."""


class NotReady(Problem):
    """A condition is not met. `why` is spoken to the person, in the home's language."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Refused(NotReady):
    """Whoever asks may not have it done, or not now."""


class StateUnknown(Problem):
    """Nothing is known of the value asked for."""


class Busy(Problem):
    """Too many requests in a short time, or stopped for safety."""


class TokenInvalid(Problem):
    """The access token is unknown or revoked."""


class TokenExpired(Problem):
    """The access token has expired."""
