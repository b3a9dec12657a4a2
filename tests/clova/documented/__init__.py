"""Every documented message of ClovaHome in both regions, and what is wrong with one that is not."""

from tests.clova.documented.appliances import ENDPOINTS, LOCATIONS, MODES, TURN_ON, TYPES
from tests.clova.documented.check import known, request_violations, violations
from tests.clova.documented.messages import MESSAGES, Message
from tests.clova.documented.rows import ERRORS, HEADER, OBJECTS, Field, Fields, Need

__all__ = [
    "ENDPOINTS",
    "ERRORS",
    "HEADER",
    "LOCATIONS",
    "MESSAGES",
    "MODES",
    "OBJECTS",
    "TURN_ON",
    "TYPES",
    "Field",
    "Fields",
    "Message",
    "Need",
    "known",
    "request_violations",
    "violations",
]
