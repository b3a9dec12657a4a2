"""The two dialects of the platform, and what differs between them. Source: both guides and their settings."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.clova.appliances import APPLIANCES
from gateway.clova.catalogue import ACTIONS, Action


@dataclass(frozen=True, slots=True)
class Region:
    """One of the two platforms. Tables left empty have nothing for this region."""

    code: str
    public_key_url: str
    redirect_uri: str
    """Where CLOVA awaits a person who has allowed the account to be linked."""
    currency: str
    """ISO 4217; a tariff may name another."""
    kilowatt: str
    """How the unit of consumed electricity is written."""
    endpoints: frozenset[str] = frozenset()
    """The parts that a request may name and an answer may tell."""
    tells_reachability: bool = False
    """Whether a discovered appliance says isReachable (KR removed it on 2020-12-01)."""
    asks_first: bool = False
    """Whether an appliance can name actions that the person is asked about first."""
    checks_infrared: bool = False
    """Whether HealthCheck is sent to devices that are driven by infrared."""
    opens_doors: bool = True
    """Whether a SMARTLOCK may be unlocked at all."""
    turned_on: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By type: the traits that TurnOn's confirmation tells."""
    errors: Mapping[str, str] = field(default_factory=dict)
    """Errors that it does not have, and what is said in their place."""

    @property
    def actions(self) -> dict[str, Action]:
        """Its actions, by name."""
        return {name: row for name, row in ACTIONS.items() if row.only in ("", self.code)}

    @property
    def requests(self) -> dict[str, Action]:
        """Its actions, by the name of the message that asks for them."""
        return {row.request: row for row in self.actions.values()}

    @property
    def appliances(self) -> dict[str, tuple[str, ...]]:
        """The actions of each type of appliance, in the order of its row."""
        return APPLIANCES[self.code]


KR = Region(
    "kr",
    "https://clova.ai/.well-known/signature-public-key.pem",
    "https://prod-ni-cic.clova.ai/v1/al/token/",
    currency="KRW",
    kilowatt="KW",
    endpoints=frozenset({"coldwater", "freezer", "fridge", "hotwater"}),
)
JP = Region(
    "jp",
    "https://clova-cek-requests.line.me/.well-known/signature-public-key.pem",
    "https://clova-cic.line-apps.com/v1/al/token/",
    currency="JPY",
    kilowatt="kW",
    tells_reachability=True,
    asks_first=True,
    checks_infrared=True,
    opens_doors=False,
    turned_on={
        "AIRCONDITIONER": ("mode", "fan_speed", "target_temperature"),
        "AIRPURIFIER": ("fan_speed",),
        "HEATER": ("target_temperature",),
        "HUMIDIFIER": ("fan_speed",),
        "WATERBOILER": ("mode", "target_temperature"),
    },
    errors={"ActionFailedError": "DeviceFailureError"},
)

REGIONS: dict[str, Region] = {region.code: region for region in (KR, JP)}
