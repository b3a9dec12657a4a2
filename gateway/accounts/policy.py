"""Who may do what. The only maker of Permits.

For now: every account may see and drive every exposed device; locks may be locked and not unlocked.
"""

from gateway.home.commands import Command, Set
from gateway.home.device import Device
from gateway.home.permit import Permit
from gateway.home.problems import NoSuchDevice, NotReady
from gateway.home.traits import LOCK
from gateway.home.values import LOCKED

LOCAL = "local"
"""The account of whoever may use the control socket, which is guarded by the permissions of its file."""

_NO_UNLOCKING = {
    "ko": "음성으로는 잠금을 해제할 수 없게 설정되어 있는",
    "ja": "音声では解錠できない設定の",
    "en": "set not to be unlocked by voice",
}


class Policy:
    """The rules, in the home's language where a refusal is spoken."""

    def __init__(self, language: str) -> None:
        self._no_unlocking = _NO_UNLOCKING[language]

    def see(self, account: str, device: Device) -> None:
        """Raises NoSuchDevice for a device that this account does not get to see."""
        if device.hidden and account != LOCAL:
            raise NoSuchDevice(device.id)

    def permit(self, account: str, device: Device, commands: tuple[Command, ...]) -> Permit:
        """Leave for these commands. Raises NoSuchDevice, or NotReady with a reason that can be spoken."""
        self.see(account, device)
        for command in commands:
            if not (isinstance(command, Set) and command.value == LOCKED) and _touches_lock(command):
                raise NotReady(self._no_unlocking)
        return Permit(account, device.id, commands)


def _touches_lock(command: Command) -> bool:
    slot = getattr(command, "slot", None)
    return slot is not None and slot.trait is LOCK
