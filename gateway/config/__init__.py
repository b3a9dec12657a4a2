"""The owner's file: read strictly, every mistake reported at once with its place. Known to floors 4 and 5 only."""

from gateway.config.load import ConfigError, Loaded, Mistake, load
from gateway.config.model import Config

__all__ = ["Config", "ConfigError", "Loaded", "Mistake", "load"]
