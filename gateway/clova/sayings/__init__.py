"""What the skill says, in Korean, Japanese and English: `say` fills in a line of the catalogue."""

from gateway.clova.sayings.form import LANGUAGES, Part, Spoken, listed, say, together
from gateway.clova.sayings.kinds import kind_words
from gateway.clova.sayings.lines import Line
from gateway.clova.sayings.moments import alarm, clock, reading, span, way, when

__all__ = [
    "LANGUAGES",
    "Line",
    "Part",
    "Spoken",
    "alarm",
    "clock",
    "kind_words",
    "listed",
    "reading",
    "say",
    "span",
    "together",
    "way",
    "when",
]
