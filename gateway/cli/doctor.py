"""`doctor`: what is well, what is not, and what to do about it."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from gateway.cli.init import reader
from gateway.cli.reach import ConfigOption, JsonOption, fail, note, place

if TYPE_CHECKING:
    from gateway.config import Loaded
    from gateway.doctor.finding import Finding

Language = Literal["ko", "ja", "en"]
DeviceOption = Annotated[
    str, typer.Option("--device", metavar="ID", help="Tell this device to be what it is already, and see it proved.")
]
LanguageOption = Annotated[
    Language | None, typer.Option("--language", help="Of what is said.", show_default="the home's own")
]
ELSEWHERE = "/tmp/help.zip"  # noqa: S108  # anybody may write there
BundleOption = Annotated[
    Path | None,
    typer.Option("--bundle", metavar="FILE.zip", help="Write all that helps to find a fault into a file, blacked out."),
]


def doctor(
    config: ConfigOption = None,
    as_json: JsonOption = False,
    device: DeviceOption = "",
    language: LanguageOption = None,
    bundle: BundleOption = None,
) -> None:
    """Walk the way that CLOVA and alarms go, from the outside in: address, certificate, linking, broker, devices, push.

    One line for each finding, with what to do about it. Exit 1 if there is a failure.
    """
    from gateway import show
    from gateway.config import ConfigError, load
    from gateway.doctor.finding import Level
    from gateway.doctor.walk import examine, examine_unread

    loaded, file = None, place(config)
    try:
        loaded = _speaking(load(file), language)
        said = str(loaded.config.home.language)
        found = asyncio.run(examine(loaded, file, device))
    except ConfigError as error:
        said = language or reader()
        found = asyncio.run(examine_unread(file, error, said, device))
    if as_json:
        show.print_json([_plain(finding, said) for finding in found])
    else:
        _print(found, said)
    if bundle is not None:
        _bundle(loaded, file, bundle, [_plain(finding, "en") for finding in found])
    if any(finding.level is Level.FAILURE for finding in found):
        raise typer.Exit(1)


def _speaking(loaded: "Loaded", language: Language | None) -> "Loaded":
    """The same in another language."""
    if language is None:
        return loaded
    home = loaded.config.home.model_copy(update={"language": language})
    return replace(loaded, config=loaded.config.model_copy(update={"home": home}))


def _bundle(loaded: "Loaded | None", file: Path, bundle: Path, findings: list[dict[str, str]]) -> None:
    from gateway.bundle import write, write_unread

    try:
        writing = write_unread(file, bundle, findings) if loaded is None else write(loaded, file, bundle, findings)
        many = asyncio.run(writing)
    except PermissionError:
        fail(f"no bundle: you may not write {bundle}; use sudo, or name another place: --bundle {ELSEWHERE}", 1)
    except OSError as error:
        fail(f"no bundle: {error}", 1)
    note(f"{bundle} has {many} files; secrets, names and addresses are blacked out, but look before you send it")


def _plain(finding: "Finding", language: str) -> dict[str, str]:
    return {
        "level": finding.level.value,
        "check": finding.key,
        "what": finding.what(language),
        "remedy": finding.remedy(language),
    }


def _print(found: "list[Finding]", language: str) -> None:
    from rich.cells import cell_len

    from gateway.doctor.words import WORDS

    levels = WORDS[language].levels
    width = max(map(cell_len, levels.values())) + 2
    for finding in found:
        level, remedy = levels[finding.level.value], finding.remedy(language)
        advice = f"  ->  {remedy}" if remedy else ""
        print(f"{level}{' ' * (width - cell_len(level))}{finding.what(language)}{advice}")
