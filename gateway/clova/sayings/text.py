"""One line of a catalogue."""

from typing import NamedTuple


class Text(NamedTuple):
    """What is said in short, and for who has no screen; the latter is empty where it is the same.

    `{name}` is filled in. In Korean `{name:이/가}` adds the particle that fits, and `{count:개}` counts; in Japanese
    `{count:つ}` counts, and `{device:の鍵}` adds that to what is no lock by its name. `{count:# light|# lights}` has
    what is said of one and what is said of several. A list with `!l` is strung together with commas alone.
    """

    brief: str
    verbose: str = ""
