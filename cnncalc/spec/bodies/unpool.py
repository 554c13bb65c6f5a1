"""`max_unpool2x2 from=pool1`: a merge of what flows and the map that a labelled pooling read."""

from cnncalc.diagnostics import Diagnostic
from cnncalc.ops.pool import MaxUnpool
from cnncalc.ops.values import Sizes
from cnncalc.spec.bounds import Faults
from cnncalc.spec.expression_syntax import Expression
from cnncalc.spec.names import Names, bind, callee_of_op, split_kernel
from cnncalc.spec.notation import Argument, Line
from cnncalc.spec.syntax import Broken, Flow, Merge, Node, Reference

SOURCE = "from"
"""What names the pooling."""


def is_unpooling(line: Line) -> bool:
    """Whether a line begins with `max_unpool` and its kernel."""
    name, kernel = split_kernel(line.head)
    return bool(kernel) and name == MaxUnpool.name


def unpool(names: Names, line: Line, faults: Faults) -> Node:
    """The merge that such a line is."""
    given = line.arguments or ()
    source = next((one for one in given if one.name == SOURCE), None)
    label = source.value.name if source else None
    if source is None or label is None or not names.is_label(label.partition(".")[0]):
        message = f"`{line.head}` needs the label of a pooling"
        span, code = line.head_span, "E206"
        if source is not None:
            message, span = f"there is no label `{source.value.text}`", source.value.span
            code = "E301"
        hint = f"write `{line.head} from=pool1`, with the label of the `maxpool`"
        faults.append(Diagnostic(code, message, span, (), hint))
        return Broken(line.span)
    _, kernel = split_kernel(line.head)
    sizes: Sizes = tuple(map(int, kernel.split("x")))
    head = Expression(kernel, line.head_span, sizes if len(sizes) > 1 else sizes[0])
    rest = tuple(one for one in given if one is not source)
    told = (*rest, Argument("kernel_size", head, line.head_span))
    bound = bind(callee_of_op(MaxUnpool), told, None, span=line.head_span, faults=faults)
    if bound is None:
        return Broken(line.span)
    pooled = Reference(label, source.value.span, is_pooled=True)
    return Merge(MaxUnpool, ((Flow(line.head_span),), (pooled,)), line.head_span, bound)
