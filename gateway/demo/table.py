"""The table of the check: a line as soon as it is known, in columns that also hold where there is no terminal."""

from dataclasses import dataclass

from rich.console import Console
from rich.text import Text


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was said and what came of it. `wrong` says why, and is empty if it was right."""

    request: str
    device: str
    answer: str
    proof: str
    milliseconds: float
    wrong: str = ""
    note: str = ""
    """What was special about it."""


class Table:
    """Prints lines and keeps them."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self.lines: list[Line] = []

    def head(self) -> None:
        """The names of the columns."""
        self._print(Text(_columns("request", "device", "answer", "proof", "ms", ""), style="bold"))

    def head_of(self, title: str) -> None:
        """What the next lines are about."""
        self._print(Text(f"\n{title}", style="bold"))

    def add(self, line: Line) -> None:
        """Print a line."""
        self.lines.append(line)
        text = Text(_columns(line.request, line.device, line.answer, line.proof, f"{line.milliseconds:.1f}", ""))
        text.append("ok" if not line.wrong else f"WRONG: {line.wrong}", style="red bold" if line.wrong else "green")
        text.append(f"  {line.note}" if line.note else "", style="dim")
        self._print(text)

    def count(self) -> tuple[int, int]:
        """How many are right, of how many."""
        return sum(not line.wrong for line in self.lines), len(self.lines)

    def right_pairs(self) -> frozenset[tuple[str, str]]:
        """Every request and answer that came out right."""
        return frozenset((line.request, line.answer) for line in self.lines if not line.wrong)

    def _print(self, text: Text) -> None:
        self._console.print(text, soft_wrap=True)


def _columns(request: str, device: str, answer: str, proof: str, milliseconds: str, end: str) -> str:
    return f"{request:<34}{device:<26}{answer:<40}{proof:<13}{milliseconds:>7}  {end}"
