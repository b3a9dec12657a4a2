"""Who may do what. The only maker of Permits.

What guards something (a lock, a valve, a garage door, an alarm, whatever its owner marks as an entrance) may be shut by
everyone who sees it. Opened it is only where its owner has said so for this device, and then `armed` means: within a
window that somebody has opened at home, once.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from gateway.accounts.arming import Arming
from gateway.accounts.users import Account
from gateway.home.commands import Command, Do, Set
from gateway.home.device import Device
from gateway.home.permit import Permit
from gateway.home.problems import NoSuchDevice, Refused
from gateway.home.scenes import Scene
from gateway.home.traits import LOCK, ON_OFF, OPENING, Trait
from gateway.home.values import LOCKED, Value

SHUTS: Mapping[str, tuple[tuple[Trait, Value], ...]] = {
    "lock": ((OPENING, 0.0),),
    "valve": ((OPENING, 0.0), (ON_OFF, False)),
    "garage": ((OPENING, 0.0),),
    "alarm": ((ON_OFF, True),),
    "entrance": ((OPENING, 0.0),),
}
"""What is no opening, beside locking, by what guards the device.

All else is: a door that is stopped while it closes stays open, and many an opener has one button for all.
"""


@dataclass(frozen=True, slots=True)
class Sayings:
    """Why not, as CLOVA puts it into its sentence (`state` of ConditionsNotMetError).

    KR says: "{device}의 {state} 상태에서는 지원하지 않는 기능입니다."
    """

    never: str
    unarmed: str
    often: str
    away: str
    guest: str
    action: str


SAYINGS: Mapping[str, Sayings] = {
    "ko": Sayings(
        never="음성 열기가 금지된",
        unarmed="열기 허용이 집에서 아직 켜지지 않은",
        often="시간당 열기 횟수를 모두 사용한",
        away="열기가 집에 사람이 있을 때만 허용된",
        guest="열기가 손님 계정에 허용되지 않은",
        action="해당 기능이 이 계정에 허용되지 않은",
    ),
    "ja": Sayings(
        never="音声での開錠・開放が禁止された",
        unarmed="開ける許可が家でまだ出ていない",
        often="一時間あたりの回数の上限に達した",
        away="開けることが在宅中だけ許可された",
        guest="開けることがゲストに許可されていない",
        action="この操作がこのアカウントに許可されていない",
    ),
    "en": Sayings(
        never="set not to be opened by voice",
        unarmed="not armed: opening has to be allowed at home first",
        often="opened too often within the last hour",
        away="not to be opened while nobody is home",
        guest="not to be opened by a guest",
        action="not allowed for this account",
    ),
}


class Policy:
    """The rules, in the home's language where a refusal is spoken. `is_home` says whether somebody is."""

    def __init__(self, language: str, arming: Arming, is_home: Callable[[], bool]) -> None:
        self._says = SAYINGS[language]
        self._is_home = is_home
        self.arming = arming

    def lists(self, account: Account, device: Device) -> bool:
        """Whether CLOVA is told of the device, for this account."""
        return not device.hidden and account.sees(device.id)

    def see(self, account: Account, device: Device) -> None:
        """Raises NoSuchDevice for a device that this account does not get to see."""
        if not (account.is_local or self.lists(account, device)):
            raise NoSuchDevice(device.id)

    def scenes(
        self, account: Account, scenes: Iterable[Scene], device_of: Callable[[str], Device]
    ) -> tuple[Scene, ...]:
        """Those each step of which this account could ask for by itself. `device_of` raises NoSuchDevice."""
        return tuple(scene for scene in scenes if self._has(account, scene, device_of))

    def _has(self, account: Account, scene: Scene, device_of: Callable[[str], Device]) -> bool:
        try:
            for device_id, action in scene.steps:
                self.see(account, device_of(device_id))
                self.allow(account, action)
        except (NoSuchDevice, Refused):
            return False
        return True

    def allow(self, account: Account, action: str) -> None:
        """Raises Refused for an action that this account does not get."""
        if not account.may(action):
            raise Refused(self._says.action)

    def is_opening(self, account: Account, device: Device, action: str, commands: tuple[Command, ...]) -> bool:
        """Whether this lets something in or out. Raises what `permit` would raise now, and uses nothing up."""
        self.see(account, device)
        self.allow(account, action)
        if not opens(device, commands):
            return False
        self._check_opening(account, device)
        return True

    def permit(self, account: Account, device: Device, action: str, commands: tuple[Command, ...]) -> Permit:
        """Leave for these commands; an opening uses its window up. Raises NoSuchDevice, or Refused with the reason."""
        is_opening = self.is_opening(account, device, action, commands)
        if is_opening:
            self.arming.use(device.id)
        return Permit(account.name, device.id, commands, is_opening)

    def _check_opening(self, account: Account, device: Device) -> None:
        unlocking, says = device.unlocking, self._says
        if unlocking.when not in ("armed", "always"):
            raise Refused(says.never)
        if not account.may_open:
            raise Refused(says.guest)
        if unlocking.only_home and not self._is_home():
            raise Refused(says.away)
        if self.arming.opened_lately(device.id) >= unlocking.per_hour:
            raise Refused(says.often)
        if unlocking.when == "armed" and not self.arming.seconds_left(device.id):
            raise Refused(says.unarmed)


def opens(device: Device, commands: tuple[Command, ...]) -> bool:
    """Whether any of the commands may open what the device guards."""
    return any(_opens(device, command) for command in commands)


def _opens(device: Device, command: Command) -> bool:
    if isinstance(command, Set) and command.slot.trait is LOCK:
        return command.value != LOCKED
    if not device.guarded:
        return not isinstance(command, Do) and command.slot.trait is LOCK
    return not _shuts(device, command)


def _shuts(device: Device, command: Command) -> bool:
    if not isinstance(command, Set) or (command.slot.trait, command.value) not in SHUTS.get(device.guarded, ()):
        return False
    feature = device.features.get(command.slot)
    return feature is not None and feature.only is None  # what is pressed has one meaning only
