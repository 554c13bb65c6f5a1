"""What `explain` prints, evaluated and held against the counts."""

import ast
import math
from fractions import Fraction

import cnncalc
from cnncalc.analysis.explain import Explanation
from cnncalc.ops.formula import AXIS_NAMES


def value(expression: str) -> Fraction:
    """An expression by exact arithmetic: the page's own notation, nothing else."""
    return _value(ast.parse(expression, mode="eval").body)


def _value(node: ast.expr) -> Fraction:
    if isinstance(node, ast.Constant):
        assert isinstance(node.value, int)
        return Fraction(node.value)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_value(node.operand)
    if isinstance(node, ast.BinOp):
        left, right = _value(node.left), _value(node.right)
        if isinstance(node.op, ast.Div):
            return left / right
        signs = {ast.Add: left + right, ast.Sub: left - right, ast.Mult: left * right}
        return signs[type(node.op)]
    assert isinstance(node, ast.Call)
    assert isinstance(node.func, ast.Name)
    values = [_value(argument) for argument in node.args]
    if node.func.id == "max":
        return max(values)
    rounding = {"floor": math.floor, "ceil": math.ceil}[node.func.id]
    return Fraction(rounding(values[0]))


def hold(graph: cnncalc.Graph, explanations: list[Explanation]) -> None:
    """Every formula gives its result, and every result is what the summary counts."""
    rows = {row.layer.name: row for row in cnncalc.summarize(graph).rows}
    for one in explanations:
        row, layer = rows[one.layer.name], one.layer
        results = {formula.quantity: formula.result for formula in one.formulas}
        for formula in one.formulas:
            assert value(formula.values) == formula.result, (layer.name, formula)
        assert results.get("parameters", 0) == row.parameters
        assert results.get("buffers", 0) == row.buffers
        assert results.get("MACs", 0) == row.macs
        assert results.get("FLOPs", 0) == row.flops
        for name, length in zip(
            AXIS_NAMES[len(layer.output_shape)], layer.output_shape, strict=True
        ):
            assert results.get(f"out {name}", length) == length
        field = row.fields.get("input")
        if "receptive field" in results and field:
            assert {results["receptive field"]} == set(field.size)
            assert {results["its stride"]} == set(field.stride)
            assert {results["its start"]} == set(field.start)
        stored = row.stored_elements * 4
        assert results.get("activation bytes", 0) == stored
