"""Bodies: located nodes to layers, every head resolved and every call bound."""

from collections.abc import Iterator
from string import digits

from cnncalc.diagnostics import Diagnostic, Note, Span
from cnncalc.ops import OPS, Op
from cnncalc.ops.values import UnfitError, Word
from cnncalc.spec.bounds import ARGUMENT_STEPS, LINE_STEPS, Faults, reading_steps
from cnncalc.spec.expression_syntax import Expression
from cnncalc.spec.names import (
    KEYWORDS,
    MERGES,
    Names,
    bind,
    callee_of_op,
    check_name,
    is_op_form,
    split_head,
    suggest_head,
)
from cnncalc.spec.notation import Argument, Line, parse_line, parse_part
from cnncalc.spec.operators import unknown_name
from cnncalc.spec.syntax import (
    BlockCall,
    Body,
    Bound,
    Broken,
    Choice,
    Flow,
    Labelled,
    Merge,
    Node,
    OpCall,
    Reference,
    Repeat,
    VariableCall,
    labels_of,
)
from cnncalc.spec.yaml_tree import List, Map, Text
from cnncalc.spec.yaml_tree import Node as YamlNode


class BodyReader:
    """Reads bodies in one space of names; faults gather in `faults`."""

    def __init__(self, names: Names, faults: Faults) -> None:
        self.names = names
        self.faults = faults

    def body(self, node: YamlNode | Flow) -> Body:
        """One layer, or a list of layers; a list within a list goes on in the same body."""
        if not isinstance(node, List):
            return (self.layer(node),)
        if not node.items:
            self.fault(
                "E217", "an empty list is no body", node.span, "write `x` to change nothing"
            )
            return (Broken(node.span),)
        nodes: list[Node] = []
        for item in self.whole_items(node) if node.is_flow else node.items:
            nodes.extend(self.body(item) if isinstance(item, List) else (self.layer(item),))
        return tuple(nodes)

    def whole_items(self, node: List) -> Iterator[YamlNode | Flow]:
        """The items of a flow list; a layer split at a comma in brackets is one fault."""
        open_brackets = 0
        for item in node.items:
            text = item.text if isinstance(item, Text) else ""
            balance = sum(map(text.count, "([{")) - sum(map(text.count, ")]}"))
            if open_brackets > 0:
                open_brackets += balance
            elif balance > 0 and isinstance(item, Text) and item.is_plain:
                open_brackets = balance
                hint = "write a size as `1x1`, quote the layer, or give it a line of its own"
                message = "a comma in brackets splits a layer in a flow list"
                self.fault("E217", message, item.span, hint)
                yield Flow(item.span)
            else:
                yield item

    def layer(self, node: YamlNode | Flow) -> Node:
        if isinstance(node, Flow):
            return Broken(node.span)  # the rest of a fault that is reported
        if isinstance(node, Text):
            return self.line(node)
        if isinstance(node, List):
            raise TypeError("a list is a body")
        keys = [
            key.text.split(maxsplit=1)[0] if key.text.strip() else "" for key, _ in node.entries
        ]
        if "if" in keys and set(keys) <= {"if", "else"} and len(keys) <= 2:
            return self.choice(node)
        if len(keys) == 1:
            return self.entry(*node.entries[0])
        return self.too_many_keys(node, keys)

    def too_many_keys(self, node: Map, keys: list[str]) -> Node:
        if not keys:
            self.fault("E217", "an empty mapping is no layer", node.span)
        else:
            second = node.entries[1][0]
            listed = ", ".join(f"`{key.text}`" for key, _ in node.entries[:4])
            message = f"{len(keys)} keys in one layer: {listed}"
            self.fault(
                "E217", message, second.span, "begin each layer with `- ` on a line of its own"
            )
        return Broken(node.span)

    # A line

    def line(self, node: Text) -> Node:
        if node.is_null or not node.text.strip():
            self.fault("E217", "a layer is missing here", node.span, "write `x` to change nothing")
            return Broken(node.span)
        if node.span.line != node.span.end_line and " - " in node.text:
            message = "two layers run into one: the second `-` is indented deeper"
            self.fault("E217", message, node.span, "begin both in the same column")
            return Broken(node.span)
        line = parse_line(node, self.faults)
        if line.head in KEYWORDS - {"x"}:
            return self.lone_keyword(line)
        return self.call(line)

    def lone_keyword(self, line: Line) -> Node:
        forms = {
            "repeat": "`repeat 6: layer`",
            "if": "`if stride != 1: layer`",
            "else": "it stands beside an `if`, in the same mapping",
        }
        hint = forms.get(line.head, f"`{line.head}: [layer, x]`")
        self.fault("E217", f"`{line.head}` has no body", line.head_span, hint)
        return Broken(line.span)

    def call(self, line: Line) -> Node:
        """What a head calls, with its arguments bound."""
        head, names, arguments = line.head, self.names, line.arguments
        if arguments is None:
            self.check_head(line)
            return Broken(line.span)
        self.check_names(line.head_span, arguments)
        if head == "x" or (names.is_label(head) and not arguments and head not in OPS):
            return self.tensor(line)
        if names.has_value(head) and head not in names.blocks:
            return VariableCall(head, arguments, line.head_span, line.span)
        split = split_head(head, line.head_span)
        if head in names.blocks:
            split = None
        elif split is None:
            return self.unknown_head(line)
        return self.bound_call(line, arguments, split)

    def bound_call(
        self,
        line: Line,
        arguments: tuple[Argument, ...],
        split: tuple[type[Op], Expression | None] | None,
    ) -> Node:
        """The call of an op, or without one of a block."""
        callee = callee_of_op(split[0]) if split else self.names.blocks[line.head]
        kernel = split[1] if split else None
        bound = bind(callee, arguments, kernel, span=line.head_span, faults=self.faults)
        if bound is None or (split and not self.check_values(split[0], bound)):
            return Broken(line.span)
        if split:
            return OpCall(split[0], bound, line.head_span)
        return BlockCall(line.head, bound, line.head_span)

    def check_values(self, kind: type[Op], bound: Bound) -> bool:
        """Report values that an attribute takes for no input at all."""
        before = len(self.faults)
        for key, expression in bound:
            attribute = kind.attributes[key]
            name = expression.name
            if name is not None:
                if name in attribute.words or self.names.has_value(name):
                    continue
                if not attribute.words:
                    self.unknown(name, expression.span)
                    continue
            elif expression.tree is not None or isinstance(expression.value, tuple):
                continue  # only known where the number of axes is
            try:
                attribute.read(Word(name) if name else expression.value, 1)
            except UnfitError as fault:
                self.fault(fault.code, f"`{key}` {fault.text}", expression.span, fault.hint)
        return len(self.faults) == before

    def tensor(self, line: Line) -> Node:
        if line.arguments:
            place = line.arguments[0].span
            self.fault(
                "E207", f"`{line.head}` is a tensor and takes no arguments", place, "remove them"
            )
            return Broken(line.span)
        return Flow(line.span) if line.head == "x" else Reference(line.head, line.span)

    def check_head(self, line: Line) -> None:
        """Report an unknown head although an argument is at fault already."""
        known = self.names.is_head(line.head)
        if not known and split_head(line.head, line.head_span) is None:
            self.unknown_head(line)

    def unknown_head(self, line: Line) -> Node:
        head, names = line.head, self.names
        if not line.arguments and names.is_label(head.rstrip(digits)):
            return Reference(head, line.span)  # the label of one round of a repeat
        if names.is_label(head):
            message = f"the label `{head}` is a tensor and takes no arguments"
            self.fault("E207", message, line.head_span, "remove them")
            return Broken(line.span)
        return self.no_such_head(line)

    def no_such_head(self, line: Line) -> Node:
        head = line.head
        message = f"there is no op, block or label `{head}`"
        bare = head.rstrip(f"{digits}x")
        near = "define it under `blocks`"
        if bare != head and bare in OPS:
            message, near = f"`{bare}` takes no kernel on its head", f"write `{bare}`"
        else:
            near = suggest_head(head, self.names.heads(), self.faults) or near
        self.fault("E204", message, line.head_span, near)
        return Broken(line.span)

    def check_names(self, span: Span, arguments: tuple[Argument, ...]) -> None:
        """Look over the arguments of a line, and pay for having read it."""
        steps = LINE_STEPS + ARGUMENT_STEPS * len(arguments)
        for argument in arguments:
            tree = argument.value.tree
            if tree is not None:
                steps += reading_steps(tree.size, len(argument.value.text))
                self.check_expression(argument.value)
        self.faults.allowance.take(steps, span)

    def check_expression(self, expression: Expression) -> None:
        """Report names in arithmetic that nothing has; a lone name may be a word."""
        tree = expression.tree
        for name in tree.operands if tree else ():
            if name != "x" and not self.names.has_value(name):
                self.unknown(name, expression.span)

    def unknown(self, name: str, span: Span) -> None:
        fault = unknown_name(name)
        hint = fault.hint or self.faults.did_you_mean(name, self.names.values())
        self.fault(fault.code, fault.message, span, hint)

    # A mapping

    def entry(self, key: Text, value: YamlNode) -> Node:
        """One key and its value: a merge, a repeat, a long form, or a label."""
        word, _, rest = key.text.strip().partition(" ")
        if word in MERGES:
            return self.merge(key, word, rest, value)
        if word == "repeat":
            return self.repeat(key, value)
        if word in {"else", "x"}:
            message = "`else` has no `if` beside it" if word == "else" else "`x` cannot be a label"
            self.fault(
                "E217", message, key.span, "put both in one mapping" if word == "else" else None
            )
            return Broken(key.span)
        if self.is_long_form(key, value):
            return self.long_form(key, value)
        return self.labelled(key, value)

    def is_long_form(self, key: Text, value: YamlNode) -> bool:
        """Whether a key is a head whose attributes follow in a mapping, and no label."""
        head = key.text.split(maxsplit=1)[0] if key.text.strip() else ""
        names = self.names
        if head in OPS or names.place(head) or " " in key.text.strip():
            return True
        split = split_head(head, key.span)
        if split and "x" in head.removeprefix(split[0].name):
            return True
        return is_op_form(head, value)

    def long_form(self, key: Text, value: YamlNode) -> Node:
        line = parse_line(key, self.faults)
        if not isinstance(value, Map):
            self.misplaced_value(line, value)
            return Broken(key.span)
        before = len(self.faults)
        arguments = [
            Argument(
                name.text,
                expression,
                name.span._replace(
                    end_line=expression.span.end_line, end_column=expression.span.end_column
                ),
            )
            for name, node in value.entries
            if (expression := self.value(name, node)) is not None
        ]
        if len(self.faults) > before or line.arguments is None:
            self.check_head(line)
            return Broken(key.span)
        return self.call(line._replace(arguments=(*line.arguments, *arguments)))

    def misplaced_value(self, line: Line, value: YamlNode) -> None:
        head, place = line.head, self.names.place(line.head)
        if place is None and split_head(head, line.head_span) is None:
            self.unknown_head(line._replace(arguments=line.arguments or ()))
        elif isinstance(value, Text) and not self.is_layer_line(value):
            rest = "" if value.is_null else f" {value.text}"
            message = f"`{head}:` opens a mapping, and a line follows" if rest else ""
            message = message or f"nothing follows `{head}:`"
            self.fault("E203", message, line.span, f"write `{head}{rest}`")
        else:
            kind = place.kind if place else "op"
            notes = (Note(f"the {kind} is defined here", place.span),) if place else ()
            message = f"the label `{head}` has the name of {'an' if kind == 'op' else 'a'} {kind}"
            self.faults.append(
                Diagnostic("E209", message, line.head_span, notes, "rename the label")
            )

    def is_layer_line(self, node: Text) -> bool:
        """Whether a text begins like a layer, and so follows what is meant as a label."""
        head = node.text.split(maxsplit=1)[0] if node.text.strip() else ""
        names = self.names
        is_known = head == "x" or names.place(head) is not None or names.is_label(head)
        return is_known or split_head(head, node.span) is not None

    def value(self, name: Text, node: YamlNode) -> Expression | None:
        """An attribute's value in the long form: an expression, or a list of them."""
        text = self.value_text(name, node)
        if text is None:
            return None
        if isinstance(node, Text):
            return parse_part(node, node.text, 0, self.faults)
        whole = Text(text, node.span, is_plain=False, offset=None)
        return parse_part(whole, text, 0, self.faults)

    def value_text(self, name: Text, node: YamlNode) -> str | None:
        if isinstance(node, Map):
            self.fault("E203", f"`{name.text}` takes a value, not a mapping", node.span)
            return None
        if isinstance(node, Text):
            if node.is_null:
                self.fault(
                    "E203", f"`{name.text}` has no value", name.span, "remove it, or give one"
                )
                return None
            return node.text
        items = [self.value_text(name, item) for item in node.items]
        if None in items:
            return None
        return f"({', '.join(map(str, items))},)" if items else "()"

    def merge(self, key: Text, word: str, rest: str, value: YamlNode) -> Node:
        if rest:
            self.fault("E207", f"`{word}` takes a list of branches and nothing else", key.span)
            return Broken(key.span)
        if not isinstance(value, List) or len(value.items) < 2:
            branches = len(value.items) if isinstance(value, List) else 1
            message = f"`{word}` needs two branches or more, it has {branches}"
            self.fault("E217", message, key.span, f"`{word}: [first, second]`")
            if isinstance(value, List):
                self.body(value)
            return Broken(key.span)
        items = self.whole_items(value) if value.is_flow else value.items
        return Merge(OPS[word], tuple([self.body(item) for item in items]), key.span)

    def repeat(self, key: Text, value: YamlNode) -> Node:
        count = self.rest_of_key(key, "repeat", "`repeat 6: layer`")
        body = self.body(value)
        return Broken(key.span) if count is None else Repeat(count, body, key.span)

    def rest_of_key(self, key: Text, word: str, form: str) -> Expression | None:
        start = key.text.index(word) + len(word)
        rest = key.text[start:]
        text = rest.strip()
        if not text:
            self.fault("E206", f"`{word}` needs an expression", key.span, form)
            return None
        offset = start + len(rest) - len(rest.lstrip())
        expression = parse_part(key, text, offset, self.faults)
        if expression is not None:
            self.check_expression(expression)
            size = expression.tree.size if expression.tree else 0
            self.faults.allowance.take(LINE_STEPS + reading_steps(size, len(text)), key.span)
        return expression

    def choice(self, node: Map) -> Node:
        condition, body = None, None
        otherwise: Body = (Flow(node.span),)
        for key, value in node.entries:
            if key.text.split(maxsplit=1)[0] == "if" and condition is not None:
                message, hint = (
                    "a second `if` in one choice",
                    "give it a line of its own, after `- `",
                )
                self.fault("E217", message, key.span, hint)
            elif key.text.split(maxsplit=1)[0] == "if":
                condition = self.rest_of_key(key, "if", "`if stride != 1: layer`")
                body, span = self.body(value), key.span
            elif key.text.strip() == "else":
                otherwise = self.body(value)
            else:
                self.fault("E217", "`else` takes no condition", key.span, "write `else:`")
        if condition is None or body is None:
            return Broken(node.span)
        return Choice(condition, body, otherwise, span)

    def labelled(self, key: Text, value: YamlNode) -> Node:
        line = Line(key.text.strip(), key.span, (), key.span)
        if not key.text.isidentifier() and isinstance(value, Map) and key.text.strip():
            if not isinstance(self.unknown_head(line), Broken):
                check_name("label", key, self.faults)
            return Broken(key.span)
        if isinstance(value, Text) and value.is_null:
            self.fault("E203", f"nothing follows `{key.text}:`", key.span, "remove the `:`")
            return Broken(key.span)
        if isinstance(value, Map) and value.entries and _are_attributes(value):
            return self.no_such_head(line)
        is_fine = check_name("label", key, self.faults)
        body = self.body(value)
        if not is_fine:
            return Broken(key.span)
        return Labelled(key.text, body, isinstance(value, List), labels_of(body), key.span)

    def fault(self, code: str, message: str, span: Span, hint: str | None = None) -> None:
        self.faults.append(Diagnostic(code, message, span, (), hint))


_ATTRIBUTES = {name for kind in OPS.values() for name in kind.attributes}


def _are_attributes(value: Map) -> bool:
    """Whether a mapping holds nothing but attributes of ops: what is before it is no label."""
    return all(key.text in _ATTRIBUTES for key, _ in value.entries)
