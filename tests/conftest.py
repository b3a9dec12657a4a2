"""Property tests on shared cores: no deadline for one example, and the same examples for everyone.

`HYPOTHESIS_PROFILE=wild` looks for new ones.
"""

import os

import pytest
from hypothesis import settings

settings.register_profile("same", deadline=None, derandomize=True)
settings.register_profile("wild", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

UNFINISHED = (
    *("whole/test_way_", "whole/test_relay_setup", "linkfaults/test_linkfaults"),
    *("links/test_tunnel", "links/test_program", "links/test_probe"),
    "web/test_door_slow",
)
"""Of the way in from the Internet, which is not done, and takes minutes: `WAY=1 scripts/test tests/links` runs them."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what is not done yet, saying so."""
    for item in items:
        place = f"{item.path.parent.name}/{item.path.name}"
        if place.startswith(UNFINISHED) and not os.environ.get("WAY"):
            item.add_marker(pytest.mark.skip(reason="the way in from the Internet is not done: WAY=1 runs it"))
