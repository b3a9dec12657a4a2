"""The dialect of Shelly: the first generation's topics, and the RPC of the second to the fourth."""

from gateway.dialects.shelly.dialect import Shelly

__all__ = ["Shelly"]
