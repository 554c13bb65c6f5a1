"""Products of tensors, attention among them. Source: PyTorch, `torch.nn.functional`."""

from math import sqrt

from cnncalc.interchange.aten.call import Call, Ref
from cnncalc.interchange.aten.writer import BOOL, Writer, writes


@writes("matmul", "bmm", "mm", "mv", "dot", "vdot", "linalg_matmul", "__matmul__")
def multiplied(w: Writer, call: Call) -> None:
    """A product of matrices, or of stacks of them."""
    w.node("MatMul", list(call.read)[:2], call.out)


@writes("einsum")
def summed(w: Writer, call: Call) -> None:
    """A sum over the axes that the output does not have."""
    w.node("Einsum", list(call.read), call.out, equation=call.get("equation").replace(" ", ""))


@writes("scaled_dot_product_attention")
def attended(w: Writer, call: Call) -> None:
    """`softmax(q k / sqrt(d)) v`. Source: Vaswani et al. 2017, §3.2.1."""
    q, k, v = (call.get(name) for name in ("query", "key", "value"))
    scale = call.get("scale") or 1 / sqrt(q.shape[-1])
    root = sqrt(scale) if scale > 0 else 1.0
    keys, values = (_grouped(w, one, q) for one in (k, v))
    rank = len(k.shape)
    order = [*range(rank - 2), rank - 1, rank - 2]
    stack = q.shape[:-2]
    turned_shape = (*stack, k.shape[-1], k.shape[-2])
    turned = w.node("Transpose", [keys], shape=turned_shape, perm=order)
    scaled = w.node("Mul", [q, w.number(root)], shape=q.shape)
    other = w.node("Mul", [turned, w.number(root)], shape=turned_shape)
    shape = (*stack, q.shape[-2], k.shape[-2])
    scores = w.node("MatMul", [scaled, other], shape=shape)
    mask = call.get("attn_mask")
    if call.get("is_causal"):
        scores = w.node("Add", [scores, w.filled(0.5, *shape[-2:])], shape=shape)
    elif mask is not None:
        added: Ref | str = mask
        if mask.dtype == BOOL:
            chosen = [mask, w.filled(0.0, 1), w.number(float("-inf"))]
            added = w.node("Where", chosen, shape=mask.shape)
        scores = w.node("Add", [scores, added], shape=shape)
    weights = w.node("Softmax", [scores], shape=shape, axis=-1)
    w.node("MatMul", [weights, values], call.outputs[0])


def _grouped(w: Writer, x: Ref, q: Ref) -> Ref | str:
    """Keys or values for each head of the queries, where several share one."""
    if len(x.shape) < 3 or x.shape[-3] in {q.shape[-3], 1} or q.shape[-3] % x.shape[-3]:
        return x
    times = q.shape[-3] // x.shape[-3]
    before, (heads, *rest) = x.shape[:-3], x.shape[-3:]
    at = len(before) + 1
    cut, wide = (*before, heads, 1, *rest), (*before, heads, times, *rest)
    inner = w.node("Unsqueeze", [x, w.ints(at)], shape=cut)
    each = w.node("Expand", [inner, w.ints(*wide)], shape=wide)
    joined = (*before, heads * times, *rest)
    return w.node("Reshape", [each, w.ints(*joined)], shape=joined)


@writes("bilinear")
def bilinear(w: Writer, call: Call) -> None:
    """`x1 W x2 + b`. Source: PyTorch `nn.Bilinear`."""
    one, other, weight, bias = (call.get(n) for n in ("input1", "input2", "weight", "bias"))
    shape = call.out.shape
    read = [one, weight, other]
    to = call.out if bias is None else None
    made = w.node("Einsum", read, to, shape=shape, equation="...i,kij,...j->...k")
    if bias is not None:
        w.node("Add", [made, bias], call.out)
