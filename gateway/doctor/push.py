"""Push: CLOVA can be told of alarms, and each of them has a message."""

from collections.abc import AsyncIterator

from gateway.config import ConfigError
from gateway.config.alarm_notes import alarm_notes
from gateway.doctor.finding import Case, Finding, failure, ok, warning


async def push_is_set_up(case: Case) -> AsyncIterator[Finding]:
    """CLOVA can be told of alarms, and each has a message."""
    loaded = case.loaded
    clova = loaded.config.clova
    if clova.region == "jp":
        yield ok("no_push_in_japan")
        return
    if clova.push is None:
        yield warning("no_push")
        return
    if not clova.extension_id or clova.extension_id.startswith("com.example."):
        key = "example_extension_id" if clova.extension_id else "no_extension_id"
        yield failure(key, **({"id": clova.extension_id} if clova.extension_id else {}))
    try:
        if clova.push.secret_file is not None:
            loaded.secret(clova.push.secret_file)
        yield ok("push")
    except ConfigError as error:
        yield failure("push_secret", why=str(error))
    notes = alarm_notes(loaded.config, loaded.wirings)
    for note in notes:
        yield warning("note", note=note)
    if not notes:
        yield ok("messages")
