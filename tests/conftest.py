"""Property tests on shared cores: no deadline for one example; the whole has its own."""

from hypothesis import settings

settings.register_profile("shared", deadline=None)
settings.load_profile("shared")
