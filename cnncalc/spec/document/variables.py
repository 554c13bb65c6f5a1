"""What a file says of its variables: values, how others give them, and what they fulfil."""

from collections.abc import Collection

from cnncalc.diagnostics import Diagnostic, Span
from cnncalc.ops.values import Value
from cnncalc.spec.bounds import Faults, reading_steps
from cnncalc.spec.document.top import Document
from cnncalc.spec.expression_syntax import Expression, ExpressionError, parse_expression
from cnncalc.spec.expressions import checked_extent, constant
from cnncalc.spec.names import check_name
from cnncalc.spec.notation import parse_part
from cnncalc.spec.operators import unknown_name
from cnncalc.spec.syntax import Formula, Requirement, Variable, formulas_in
from cnncalc.spec.yaml_tree import List, Map, Node, Text


def read_assignment(text: str) -> Value:
    """The value that `--set name=text` means.

    Raises:
        ExpressionError: it is none.
    """
    return constant(parse_expression(text, Span("", 1, 1, 1, len(text) + 1)))


def variable_names(top: Document) -> frozenset[str]:
    """The names of the variables of a file."""
    node = top.root.get("vars")
    return frozenset(key.text for key, _ in node.entries) if isinstance(node, Map) else frozenset()


def read_variables(top: Document, within: Map, known: Collection[str]) -> list[Variable]:
    """The variables of a spec or of a variant; `known` are those that they may be made of."""
    node = top.mapping("vars", within)
    found = []
    for key, value in node.entries if node else ():
        check_name("variable", key, top.faults)
        content: Formula = None
        try:
            content = read_formula(value, known, top.faults)
        except ExpressionError as fault:
            top.fault(fault.code, fault.message, value.span, fault.hint)
        if any(formulas_in(content)):
            found.append(Variable(key.text, None, key.span, content))
        else:
            found.append(Variable(key.text, content, key.span, place=value.span))
    return found


def read_formula(node: Node, known: Collection[str], faults: Faults) -> Formula:
    """A value, or an expression that reads other variables, or a list of these.

    Raises:
        ExpressionError: it is none of them.
    """
    if isinstance(node, List):
        items = tuple([read_formula(item, known, faults) for item in node.items])
        if not any(formulas_in(items)):
            checked_extent(items)
        return items
    if isinstance(node, Map):
        raise ExpressionError("E203", "a variable holds a number, true, false, a list or a word")
    if node.is_null:
        return None
    expression = parse_part(node, node.text, 0, faults)
    if expression is None:
        return None
    if expression.tree is not None:
        faults.allowance.take(reading_steps(expression.tree.size, len(node.text)), node.span)
    if not any(name in known for name in expression.names):
        return constant(expression)
    return expression if check_names(expression, known, faults) else None


def check_names(expression: Expression, known: Collection[str], faults: Faults) -> bool:
    """Whether variables have all names in arithmetic; the first that none has is reported."""
    tree, span = expression.tree, expression.span
    operands = [one for one in tree.operands if one != "x"] if tree else []
    name = next((one for one in operands if one not in known), None)
    if name is None:
        return True
    fault = unknown_name(name)
    hint = fault.hint or faults.did_you_mean(name, known, span, expression.text)
    faults.append(Diagnostic(fault.code, fault.message, span, (), hint))
    return False


def read_requirements(
    top: Document, within: Map, known: Collection[str]
) -> tuple[Requirement, ...]:
    """The conditions that variables must fulfil, each with what is said where one does not."""
    node = top.mapping("require", within)
    found = []
    for key, value in node.entries if node else ():
        if not isinstance(value, Text) or value.is_null:
            message = f"the message of the requirement `{key.text}` must be text"
            hint = "write what the variables must be: `depth % 6 == 2: depth is 6n + 2`"
            top.fault("E203", message, value.span, hint)
            continue
        condition = parse_part(key, key.text.strip(), 0, top.faults)
        if condition is None:
            continue
        size = condition.tree.size if condition.tree else 0
        top.faults.allowance.take(reading_steps(size, len(key.text)), key.span)
        if check_names(condition, known, top.faults):
            found.append(Requirement(condition, value.text, key.span))
    return tuple(found)
