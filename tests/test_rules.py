"""Rules of the house that a linter does not know, read off the syntax tree of gateway/."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import gateway

FOLDER = Path(gateway.__path__[0])
FILES = sorted(FOLDER.rglob("*.py"))
LINES = 320
SECRETS = re.compile(r"token|secret|signature|password|digest|hmac", re.IGNORECASE)


def place(file: Path) -> str:
    return file.relative_to(FOLDER).as_posix()


def nodes(file: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(file.read_text()))


def name_of(node: ast.AST) -> str:
    """The last name of `a`, `a.b`, `a()` and `a.b[c]`; empty for anything else."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Call(func=inner) | ast.Subscript(value=inner) | ast.Await(value=inner):
            return name_of(inner)
        case _:
            return ""


def test_only_the_policy_makes_permits() -> None:
    makers = {
        place(file)
        for file in FILES
        for node in nodes(file)
        if isinstance(node, ast.Call) and name_of(node) == "Permit"
    }
    assert makers == {"accounts/policy.py"}


def compared(file: Path) -> Iterator[str]:
    for node in nodes(file):
        if isinstance(node, ast.Compare) and any(isinstance(op, ast.Eq | ast.NotEq) for op in node.ops):
            for side in (node.left, *node.comparators):
                if SECRETS.search(name_of(side)):
                    yield f"{place(file)}:{node.lineno}: {name_of(side)}"


@pytest.mark.parametrize("file", FILES, ids=place)
def test_secrets_are_never_compared_by_their_letters(file: Path) -> None:
    assert not list(compared(file))


@pytest.mark.parametrize(
    ("line", "caught"),
    [
        ("token == other", True),
        ("x != self.access_token", True),
        ("request.headers['a'] == signature()", True),
        ("a < b == row.token_hash", True),
        ("token_count > 1", False),
        ("token is None", False),
        ("name == 'token'", False),
        ("len(token) == 3", False),
    ],
)
def test_the_rule_about_secrets_catches_what_it_should(
    line: str, caught: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(globals(), "FOLDER", tmp_path)
    file = tmp_path / "some.py"
    file.write_text(line)
    assert bool(list(compared(file))) is caught


@pytest.mark.parametrize("file", FILES, ids=place)
def test_no_file_is_longer_than_a_newcomer_reads_in_a_sitting(file: Path) -> None:
    assert len(file.read_text().splitlines()) <= LINES


@pytest.mark.parametrize("file", FILES, ids=place)
def test_no_file_is_a_drawer_for_everything(file: Path) -> None:
    assert file.stem not in {"helpers", "helper", "utils", "util", "common", "base", "manager", "const", "misc"}


def test_floors_0_to_2_read_no_clock_and_draw_no_lots() -> None:
    forbidden = {"time", "random", "uuid", "os", "socket", "pathlib"}
    found = [
        f"{place(file)}: {alias.name}"
        for file in FILES
        if place(file).split("/")[0] in {"home", "wire", "clova", "dialects", "engine", "accounts"}
        for node in nodes(file)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in ([ast.alias(node.module or "")] if isinstance(node, ast.ImportFrom) else node.names)
        if alias.name.split(".")[0] in forbidden
    ]
    assert not found


def swallows(node: ast.AST) -> bool:
    """Whether it catches everything and does not raise it again."""
    if not isinstance(node, ast.ExceptHandler):
        return False
    catches_all = node.type is None or name_of(node.type) in ("Exception", "BaseException")
    return catches_all and not isinstance(node.body[-1], ast.Raise)


def test_a_defect_is_never_turned_into_an_answer_below_the_voice() -> None:
    floors = {"home", "wire", "clova", "dialects", "engine", "accounts", "intake.py"}
    found = [
        f"{place(file)}:{getattr(node, 'lineno', 0)}"
        for file in FILES
        if place(file).split("/")[0] in floors
        for node in nodes(file)
        if swallows(node)
    ]
    assert not found
