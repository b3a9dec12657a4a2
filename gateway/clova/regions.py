"""The two dialects of the platform, and where each keeps its public key. Source: both guides' settings."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Region:
    """One of the two platforms."""

    code: str
    public_key_url: str
    tells_reachability: bool
    """Whether a discovered appliance says isReachable (KR removed it on 2020-12-01)."""


KR = Region("kr", "https://clova.ai/.well-known/signature-public-key.pem", tells_reachability=False)
JP = Region("jp", "https://clova-cek-requests.line.me/.well-known/signature-public-key.pem", tells_reachability=True)

REGIONS: dict[str, Region] = {region.code: region for region in (KR, JP)}
