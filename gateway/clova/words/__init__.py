"""The words for all that is read aloud, in each language, and how they are put together."""

from gateway.clova.words.speech import LANGUAGES, WORDS, detections, name_of, no_value, told
from gateway.clova.words.table import Words

__all__ = ["LANGUAGES", "WORDS", "Words", "detections", "name_of", "no_value", "told"]
