"""What is freed is given back to the system, also after a password was looked at.

glibc takes a block of 19 MiB that is freed as a sign to keep such blocks from then on, one in each thread.
"""

import ctypes

_M_MMAP_THRESHOLD = -3
"""malloc.h"""
_LARGEST_KEPT = 256 * 1024


def give_back() -> None:
    """Set the threshold, which then stays as it is. Does nothing where the C library is another."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _LARGEST_KEPT)
