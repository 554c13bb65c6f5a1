"""What all that read bodies share: the names in reach, and the faults."""

from collections.abc import Callable

from cnncalc.diagnostics import Diagnostic, Remedy, Span
from cnncalc.spec.bounds import Faults
from cnncalc.spec.expression_syntax import Expression
from cnncalc.spec.names import Names
from cnncalc.spec.operators import unknown_name
from cnncalc.spec.syntax import Body, Flow
from cnncalc.spec.yaml_tree import Node as YamlNode


class BodyReader:
    """Reads bodies in one space of names; faults gather in `faults`.

    Attributes:
        names: the names in reach.
        read: reads a body that stands within another.
    """

    def __init__(
        self,
        names: Names,
        faults: Faults,
        read: "Callable[[BodyReader, YamlNode | Flow], Body]",
    ) -> None:
        self.names = names
        self.faults = faults
        self.read = read

    def body(self, node: YamlNode | Flow) -> Body:
        """One layer, or a list of layers."""
        return self.read(self, node)

    def check_expression(self, expression: Expression) -> None:
        """Report names in arithmetic that nothing has; a lone name may be a word."""
        tree = expression.tree
        for name in tree.operands if tree else ():
            if name != "x" and not self.names.has_value(name):
                self.unknown(name, expression)

    def unknown(self, name: str, expression: Expression) -> None:
        """Report a name in an expression that nothing has."""
        fault, span = unknown_name(name), expression.span
        known = self.names.values()
        hint = fault.hint or self.faults.did_you_mean(name, known, span, expression.text)
        self.fault(fault.code, fault.message, span, hint)

    def fault(self, code: str, message: str, span: Span, hint: Remedy | None = None) -> None:
        """Report a fault at a place."""
        self.faults.append(Diagnostic(code, message, span, (), hint))
