"""Jinja as templates from the network may use it: all work is weighed, and values have keys but no attributes."""

from datetime import date, timedelta
from typing import Any

from jinja2 import nodes, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

from gateway.wire.arithmetic import CONSTANTS, power, times
from gateway.wire.filters import FILTERS, FUNCTIONS, TESTS
from gateway.wire.meter import Meter
from gateway.wire.moments import FIELDS
from gateway.wire.texts import percent


class Weighing(NodeTransformer):
    """Puts a filter wherever a template would work on values by itself, so that all of it is weighed."""

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        """A method becomes a filter: no method is ever a value."""
        self.generic_visit(node)
        if isinstance(node.node, nodes.Name):
            return node
        method: Any = node.node
        return _filter(method.node, f".{method.attr}", node.args, node.kwargs)

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:
        """Texts put together."""
        self.generic_visit(node)
        return _filter(node.nodes[0], "~", node.nodes[1:])

    def visit_Compare(self, node: nodes.Compare) -> nodes.Node:
        """Comparisons go through what they compare; only a key is found at once."""
        self.generic_visit(node)
        node.expr = _filter(node.expr, "weighed")
        for operand in node.ops:
            operand.expr = _filter(operand.expr, "container" if operand.op in ("in", "notin") else "weighed")
        return node

    def _weighed(self, node: nodes.Expr) -> nodes.Node:
        self.generic_visit(node)
        sliced_or_made = not isinstance(node, nodes.Getitem) or isinstance(node.arg, nodes.Slice)
        return _filter(node, "weighed") if sliced_or_made and getattr(node, "ctx", "load") == "load" else node

    visit_List = visit_Tuple = visit_Dict = visit_Getitem = _weighed


def _filter(
    node: nodes.Expr, name: str, args: list[nodes.Expr] | None = None, kwargs: list[Any] | None = None
) -> nodes.Expr:
    return nodes.Filter(node, name, args or [], kwargs or [], None, None, lineno=node.lineno, environment=SANDBOX)


@pass_context
def _shown(meter: Meter, value: Any) -> Any:
    """A value is weighed before its text is made."""
    return meter.spent(value)


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja with the lists of `filters` in place of its own."""

    context_class = Meter
    intercepted_binops = frozenset(ImmutableSandboxedEnvironment.default_binop_table)

    def __init__(self) -> None:
        super().__init__(autoescape=False, optimized=False, finalize=_shown, cache_size=0)
        self.filters, self.tests, self.globals = dict(FILTERS), dict(TESTS), {**FUNCTIONS, **CONSTANTS}

    def getitem(self, obj: Any, argument: Any) -> Any:
        """What stands at a key or an index, or undefined."""
        try:
            return obj[argument]
        except (LookupError, TypeError):
            return self.undefined(obj=obj, name=argument)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """What stands at a key; a date has fields."""
        if attribute in FIELDS and isinstance(obj, date | timedelta):
            return getattr(obj, attribute, self.undefined(obj=obj, name=attribute))
        return self.getitem(obj, attribute)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Calculate, unless the result would be large."""
        meter: Any = context
        meter.spend((left, right))
        if operator == "%" and isinstance(left, str):
            return meter.spent(percent(left, right))
        calculate = {"*": times, "**": power}.get(operator, self.binop_table[operator])
        return meter.spent(calculate(left, right))


SANDBOX = Sandbox()
