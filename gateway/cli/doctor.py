"""`doctor`: what is well, what is not, and what to do about it."""

import asyncio
from typing import TYPE_CHECKING

import typer

from gateway.cli.reach import ConfigOption, JsonOption, place

if TYPE_CHECKING:
    from gateway.doctor_finding import Finding


def doctor(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Look whether CLOVA gets in and alarms get out: the way in, the tunnel, the broker, push, the running gateway.

    One line for each finding, with what to do about it. Exit 1 if there is a failure.
    """
    from gateway import show
    from gateway.config import ConfigError, load
    from gateway.doctor import examine, unreadable
    from gateway.doctor_finding import Level

    try:
        file = place(config)
        loaded = load(file)
        language, found = loaded.config.home.language, asyncio.run(examine(loaded, file))
    except ConfigError as error:
        language, found = "en", unreadable(error)
    if as_json:
        show.print_json([_plain(finding, language) for finding in found])
    else:
        _print(found, language)
    if any(finding.level is Level.FAILURE for finding in found):
        raise typer.Exit(1)


def _plain(finding: "Finding", language: str) -> dict[str, str]:
    return {
        "level": finding.level.value,
        "check": finding.key,
        "what": finding.what(language),
        "remedy": finding.remedy(language),
    }


def _print(found: "list[Finding]", language: str) -> None:
    from rich.cells import cell_len

    from gateway.doctor_words import WORDS

    levels = WORDS[language].levels
    width = max(map(cell_len, levels.values())) + 2
    for finding in found:
        level, remedy = levels[finding.level.value], finding.remedy(language)
        advice = f"  ->  {remedy}" if remedy else ""
        print(f"{level}{' ' * (width - cell_len(level))}{finding.what(language)}{advice}")
