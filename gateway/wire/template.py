"""Templates of Home Assistant's MQTT discovery: they read a value from a payload, or make the payload of a command.

They come from whoever may publish on the broker, so nothing is run that is not on a list: kinds of syntax, names,
filters, tests and methods are checked before anything is compiled, there are no loops, values have keys but no
attributes of Python, and a rendering that does too much work fails, see `meter`. What is not on the lists is refused.
"""

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NoReturn

import jinja2
from jinja2 import nodes

from gateway.wire.arithmetic import CONSTANTS
from gateway.wire.filters import FILTERS, FUNCTIONS, METHODS, REGEX, TESTS
from gateway.wire.jsontext import BadJson, parse
from gateway.wire.meter import MAX_BITS, Failed
from gateway.wire.paths import Path
from gateway.wire.patterns import pattern
from gateway.wire.sandbox import SANDBOX, Weighing

MAX_SOURCE = 4096
MAX_NODES = 600
MAX_DEPTH = 40
MAX_OUTPUT = 16_384
MAX_PAYLOAD = 65_536

PLACEHOLDERS: Mapping[str, Any] = {"entity_id": "", "name": "", "this": {"state": "unknown", "attributes": {}}}
"""What Home Assistant tells of its own entity, of which there is none here."""
READ = frozenset({"value", "value_json"})

_NODES = (
    *(nodes.Output, nodes.TemplateData, nodes.If, nodes.Assign, nodes.AssignBlock),
    *(nodes.Name, nodes.Const, nodes.List, nodes.Tuple, nodes.Dict, nodes.Pair, nodes.Keyword),
    *(nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Neg, nodes.Pos),
    *(nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Pow, nodes.Concat),
    *(nodes.Getattr, nodes.Getitem, nodes.Slice, nodes.Filter, nodes.Test, nodes.Call),
)
_FAILURES = (jinja2.TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError)


class BadTemplate(ValueError):
    """The template cannot be used; the message says why."""


@dataclass(frozen=True, slots=True, repr=False)
class Template:
    """A template that was checked; two are equal when they have the same text and the same variables."""

    text: str
    names: frozenset[str]
    """The variables it may be given."""
    _compiled: jinja2.Template = field(compare=False)

    def __repr__(self) -> str:
        return f"Template({self.text[:40]!r})"

    def render(self, variables: Mapping[str, Any]) -> str:
        """The text it makes, stripped. Raises ValueError, which never quotes a value."""
        try:
            context = self._compiled.new_context({**PLACEHOLDERS, **variables})
            return _gathered(self._compiled.root_render_func(context))
        except Failed:
            raise
        except jinja2.UndefinedError:
            raise Failed("something in it is not there") from None
        except _FAILURES as error:
            raise Failed(f"it fails with {type(error).__name__}") from None


def value_template(text: str) -> Path | Template:
    """What reads a payload: a plain path where that is all, or a template. Raises BadTemplate."""
    return _value_template(text)


def command_template(text: str, names: frozenset[str] = frozenset({"value"})) -> Template:
    """What makes the payload of a command from the variables of these names. Raises BadTemplate."""
    return _command_template(text, names)


def read_payload(template: Template, raw: bytes) -> str:
    """Render a value template on an MQTT payload. Raises ValueError."""
    if len(raw) > MAX_PAYLOAD:
        raise Failed("the payload is too long for a template")
    try:
        variables = {"value": raw.decode()}
    except UnicodeDecodeError:
        raise Failed("the payload is not UTF-8") from None
    try:
        return template.render(variables | {"value_json": parse(raw)})
    except BadJson:
        return template.render(variables)


@lru_cache(maxsize=1024)
def _value_template(text: str) -> Path | Template:
    tree = _parsed(text)
    path = _plain_path(tree)
    return _made(text, READ, tree) if path is None else path


@lru_cache(maxsize=256)
def _command_template(text: str, names: frozenset[str]) -> Template:
    return _made(text, names, _parsed(text))


def _gathered(pieces: Iterator[str]) -> str:
    made, length = [], 0
    for piece in pieces:
        made.append(piece)
        length += len(piece)
        if length > MAX_OUTPUT:
            raise Failed("its text grows too long")
    text = "".join(made).strip()
    text.encode()  # half a character cannot be published
    return text


def _refuse(reason: str) -> NoReturn:
    raise BadTemplate(reason[:200])


def _parsed(text: str) -> nodes.Template:
    """The syntax tree, if it is small enough to be walked."""
    if len(text) > MAX_SOURCE:
        _refuse(f"longer than {MAX_SOURCE} characters")
    try:
        tree = SANDBOX.parse(text.strip())
    except jinja2.TemplateSyntaxError as error:
        _refuse(f"not a template: {error.message}")
    except RecursionError:
        _refuse("nested too deeply")
    except ValueError:
        _refuse("a number too long")
    _check_size(tree)
    return tree


def _check_size(tree: nodes.Template) -> None:
    level: list[nodes.Node] = [tree]
    count = depth = 0
    while level:
        count, depth = count + len(level), depth + 1
        if count > MAX_NODES or depth > MAX_DEPTH:
            _refuse("too large or nested too deeply")
        level = [child for node in level for child in node.iter_child_nodes()]


def _made(text: str, names: frozenset[str], tree: nodes.Template) -> Template:
    """Check everything in the tree, and compile it."""
    known = names | PLACEHOLDERS.keys() | CONSTANTS.keys() | set(_introduced(tree))
    for child in tree.body:
        _check(child, known)
    try:
        with warnings.catch_warnings(action="ignore"):  # Python's own, about code such as true[1:]
            code = SANDBOX.compile(Weighing().visit(tree))
    except (jinja2.TemplateError, SyntaxError, ValueError, RecursionError):
        _refuse("not a template that can be compiled")
    return Template(text, names, jinja2.Template.from_code(SANDBOX, code, SANDBOX.globals))


def _introduced(tree: nodes.Template) -> Iterator[str]:
    """The names that the template sets, and those it expects may be missing: it asks, or gives a default."""
    for node in tree.find_all((nodes.Name, nodes.Test, nodes.Filter)):
        match node:
            case nodes.Name(name=name, ctx="store"):
                yield name
            case nodes.Test(node=nodes.Name(name=name), name="defined" | "undefined"):
                yield name
            case nodes.Filter(node=nodes.Name(name=name), name="default" | "d"):
                yield name


def _check(node: nodes.Node, known: frozenset[str]) -> None:
    """Refuse what is not on the lists, here and below."""
    if not isinstance(node, _NODES):
        _refuse(f"{type(node).__name__.lower()} is not allowed")
    match node:
        case nodes.Name(name=name, ctx="load") if name not in known:
            _refuse(f"{name!r} is not known")
        case nodes.Const(value=int() as number) if number.bit_length() > MAX_BITS:
            _refuse("a number too long")
        case nodes.Getattr(attr=key) | nodes.Getitem(arg=nodes.Const(value=str() as key)) if key.startswith("__"):
            _refuse(f"{key!r} is not allowed")
        case nodes.Filter() | nodes.Test():
            _check_filter(node)
        case nodes.Call():
            _check_call(node)
        case nodes.AssignBlock(filter=nodes.Filter()):
            _refuse("a block with a filter is not allowed")
    for child in node.iter_child_nodes():
        if not (isinstance(node, nodes.Call) and isinstance(child, nodes.Name) and child is node.node):
            _check(child, known)


def _check_filter(node: nodes.Filter | nodes.Test) -> None:
    if node.dyn_args is not None or node.dyn_kwargs is not None:
        _refuse("arguments with a star are not allowed")
    if node.name not in (FILTERS if isinstance(node, nodes.Filter) else TESTS):
        _refuse(f"the {type(node).__name__.lower()} {node.name!r} is not known")
    if node.name in REGEX:
        _check_pattern(node)


def _check_pattern(node: nodes.Filter | nodes.Test) -> None:
    given = [*node.args[:1], *(pair.value for pair in node.kwargs if pair.key == "find")]
    if not all(isinstance(one, nodes.Const) for one in given):
        _refuse("a pattern that is not written out")
    try:
        for one in given:
            pattern(one.as_const())
    except Failed as error:
        _refuse(str(error))


def _check_call(node: nodes.Call) -> None:
    if node.dyn_args is not None or node.dyn_kwargs is not None:
        _refuse("arguments with a star are not allowed")
    match node.node:
        case nodes.Name(name=name) if name in FUNCTIONS:
            pass
        case nodes.Getattr(attr=name) if name in METHODS:
            pass
        case nodes.Name(name=name) | nodes.Getattr(attr=name):
            _refuse(f"{name}() is not known")
        case _:
            _refuse("a call of what is not a name")


def _plain_path(tree: nodes.Template) -> Path | None:
    """The path, if the template does no more than read `value`, or something in `value_json`."""
    match tree.body:
        case [nodes.Output(nodes=[nodes.Filter(name="is_defined", args=[], kwargs=[], node=nodes.Expr() as whole)])]:
            pass
        case [nodes.Output(nodes=[nodes.Expr() as whole])]:
            pass
        case _:
            return None
    return () if isinstance(whole, nodes.Name) and whole.name == "value" else _steps(whole)


def _steps(node: nodes.Node) -> Path | None:
    match node:
        case nodes.Name(name="value_json"):
            return ()
        case nodes.Getattr(node=inner, attr=step):
            pass
        case nodes.Getitem(node=inner, arg=nodes.Const(value=str() | int() as step)) if _is_step(step):
            pass
        case nodes.Call(node=nodes.Getattr(node=inner, attr="get"), args=[nodes.Const(value=str() as step)], kwargs=[]):
            pass
        case _:
            return None
    before = _steps(inner)
    return None if before is None or str(step).startswith("__") else (*before, step)


def _is_step(step: str | int) -> bool:
    return not isinstance(step, bool) and (isinstance(step, str) or 0 <= step < 1_000_000)
