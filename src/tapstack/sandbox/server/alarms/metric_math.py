"""CloudWatch's metric math, as far as alarms use it: arithmetic, comparisons, IF, FILL and the aggregates; pure.

Other functions are refused by name when the alarm is put, rather than evaluated to something else.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from statistics import fmean

Series = Sequence[float | None]
"""One value per period, the newest first; None where there is no data."""

_Binary = Callable[[float, float], float]
_OPERATORS: Mapping[type[ast.AST], _Binary] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
_COMPARISONS: Mapping[type[ast.AST], Callable[[float, float], bool]] = {
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_AGGREGATES: Mapping[str, Callable[[Sequence[float]], float]] = {"SUM": sum, "AVG": fmean, "MIN": min, "MAX": max}


class MetricMathError(ValueError):
    """The expression is not one that the sandbox evaluates."""


def names_in(expression: str) -> set[str]:
    """The other queries that an expression uses; raises for what cannot be evaluated."""
    tree = _parse(expression)
    called = {node.func for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in called:
        if not isinstance(node, ast.Name) or node.id.upper() not in {"IF", "FILL", "METRICS", *_AGGREGATES}:
            raise MetricMathError(f"The sandbox does not evaluate this function: {ast.unparse(node)}")
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and node not in called}


def evaluate(expression: str, series: Mapping[str, Series], length: int) -> Series:
    """Evaluate period by period."""
    tree = _parse(expression)
    return [_value(tree.body, {name: values[index] for name, values in series.items()}) for index in range(length)]


def _parse(expression: str) -> ast.Expression:
    try:
        return ast.parse(expression.strip().replace("^", "**"), mode="eval")
    except SyntaxError as problem:
        raise MetricMathError(f"This expression cannot be read: {expression}") from problem


def _value(node: ast.expr, period: Mapping[str, float | None]) -> float | None:
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.Name(id=name) if name in period:
            return period[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            value = _value(operand, period)
            return None if value is None else -value
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            return _combine(_OPERATORS[type(op)], _value(left, period), _value(right, period))
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARISONS:
            compare = _COMPARISONS[type(op)]
            return _combine(lambda a, b: float(compare(a, b)), _value(left, period), _value(right, period))
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return _call(name.upper(), arguments, period)
        case _:
            raise MetricMathError(f"The sandbox does not evaluate this: {ast.unparse(node)}")


def _combine(operation: _Binary, left: float | None, right: float | None) -> float | None:
    if left is None or right is None:
        return None
    try:
        return operation(left, right)
    except (ZeroDivisionError, OverflowError):
        # CloudWatch has no data point there either.
        return None


def _call(name: str, arguments: Sequence[ast.expr], period: Mapping[str, float | None]) -> float | None:
    match name, arguments:
        case "IF", [condition, then, *otherwise]:
            if _value(condition, period):
                return _value(then, period)
            return _value(otherwise[0], period) if otherwise else None
        case "FILL", [filled, replacement]:
            value = _value(filled, period)
            return _value(replacement, period) if value is None else value
        case (("SUM" | "AVG" | "MIN" | "MAX"), [values]):
            known = [value for value in _several(values, period) if value is not None]
            return _AGGREGATES[name](known) if known else None
        case _:
            raise MetricMathError(f"The sandbox does not evaluate {name} with {len(arguments)} arguments")


def _several(node: ast.expr, period: Mapping[str, float | None]) -> list[float | None]:
    match node:
        case ast.List(elts=elements):
            return [_value(element, period) for element in elements]
        case ast.Call(func=ast.Name(id=name), args=[]) if name.upper() == "METRICS":
            return list(period.values())
        case _:
            return [_value(node, period)]
