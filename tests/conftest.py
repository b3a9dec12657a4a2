"""Property tests on shared cores: no deadline for one example, and the same examples for everyone.

`HYPOTHESIS_PROFILE=wild` looks for new ones.
"""

import os

from hypothesis import settings

settings.register_profile("same", deadline=None, derandomize=True)
settings.register_profile("wild", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))
