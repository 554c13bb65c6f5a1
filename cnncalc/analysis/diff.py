"""What differs between two networks, layer by layer, and what it costs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from cnncalc.analysis.alignment import align
from cnncalc.analysis.changes import Change, Diff, End, EndChange, Entry
from cnncalc.analysis.conventions import Basis
from cnncalc.analysis.summary import Row, Summary, summarize
from cnncalc.graph import Graph, Layer


def diff(
    old: Graph, new: Graph, batch: int = 1, dtype: str | None = None, *, auxiliary: bool = False
) -> Diff:
    """Compare two networks, layer by layer.

    Args:
        old: the network before.
        new: the network after.
        batch: examples at once, a factor on MACs and activations.
        dtype: the type of weights and activations; by default float32, and in a quantised model
            the types of its file.
        auxiliary: whether to compare heads that are used in training only.

    Raises:
        ValueError: the batch is below 1, or the dtype is not known.
    """
    basis = Basis(dtype or "float32", batch, auxiliary=auxiliary, is_typed=dtype is not None)
    before, after = summarize(old, basis), summarize(new, basis)
    trees = (one.graph.tree(row.layer for row in one.rows) for one in (before, after))
    names = dict(align(*trees))
    inputs = _pair_ends(_inputs(old), _inputs(new), {})
    names |= {one.layer: two.layer for one, two in inputs if one and two}
    outputs = _pair_ends(_outputs(before), _outputs(after), names)
    entries = tuple(_entries(before.rows, after.rows, names))
    return Diff(
        before,
        after,
        entries,
        len(before.rows) - sum(entry.old is not None for entry in entries),
        tuple(EndChange(*ends) for ends in inputs if ends[0] != ends[1]),
        tuple(EndChange(*ends) for ends in outputs if _is_other(*ends, names)),
        not auxiliary and _is_auxiliary_changed(old, new),
    )


def _is_auxiliary_changed(old: Graph, new: Graph) -> bool:
    if not (old.auxiliary or new.auxiliary):
        return False
    heads = {layer.name for layer in (*old.auxiliary, *new.auxiliary)}
    found = diff(old, new, auxiliary=True)
    return any(entry.layer.name in heads for entry in found.entries)


# The ends of a network.

Ends = list[tuple[End | None, End | None]]


def _inputs(graph: Graph) -> list[End]:
    return [End(name, name, shape) for name, shape in graph.inputs.items()]


def _outputs(summary: Summary) -> list[End]:
    layers = {**summary.graph.auxiliary_outputs, **summary.graph.outputs}
    return [End(name, layers[name], shape) for name, shape in summary.outputs.items()]


def _pair_ends(old: Sequence[End], new: Sequence[End], names: Mapping[str, str]) -> Ends:
    """Pair by name, then by the layer that gives it, then by order where as many are left."""
    left, pairs = list(new), Ends()
    lonely: list[End] = []
    for one in old:
        match = next((two for two in left if two.name == one.name), None) or next(
            (two for two in left if two.layer == names.get(one.layer)), None
        )
        if match is None:
            lonely.append(one)
        else:
            left.remove(match)
            pairs.append((one, match))
    if len(lonely) == len(left):
        return [*pairs, *zip(lonely, left, strict=True)]
    return [*pairs, *((one, None) for one in lonely), *((None, two) for two in left)]


def _is_other(old: End | None, new: End | None, names: Mapping[str, str]) -> bool:
    """Whether an output differs in its name, its shape, or the layer that gives it."""
    if old is None or new is None:
        return True
    return (old.name, names.get(old.layer), old.shape) != (new.name, new.layer, new.shape)


# The layers.


def _entries(old: Sequence[Row], new: Sequence[Row], names: Mapping[str, str]) -> Iterator[Entry]:
    """What differs, in the new order; what was removed stands behind what stood before it."""
    before = {row.layer.name: row for row in old}
    partners = {names[name]: row for name, row in before.items() if name in names}
    added = _sources(row.layer for row in new if row.layer.name not in partners)
    removed = _sources(row.layer for row in old if row.layer.name not in names)
    gone = removed_behind(old, names)
    yield from (Entry("removed", one, None) for one in gone.get("", ()))
    for row in new:
        partner = partners.get(row.layer.name)
        if partner is None:
            yield Entry("added", None, row)
        else:
            here = tuple(added.get(name, name) for name in row.layer.inputs)
            there = (removed.get(name, name) for name in partner.layer.inputs)
            is_rewired = here != tuple(names.get(name) for name in there)
            yield from _compare(partner, row, is_rewired=is_rewired)
        yield from (Entry("removed", one, None) for one in gone.get(row.layer.name, ()))


def removed_behind(old: Sequence[Row], names: Mapping[str, str]) -> Mapping[str, list[Row]]:
    """What was removed, by the new name of the layer that it stood behind; empty for the first."""
    gone: dict[str, list[Row]] = {}
    last = ""
    for row in old:
        if row.layer.name in names:
            last = names[row.layer.name]
        else:
            gone.setdefault(last, []).append(row)
    return gone


def _sources(layers: Iterable[Layer]) -> Mapping[str, str]:
    """For each of the layers, all in one network only, the tensor that they all go back to.

    What reads a layer that was put in between reads, in effect, what it read before. A layer
    that goes back to several tensors of both networks is its own source.
    """
    sources: dict[str, str] = {}
    for layer in layers:
        behind = {sources.get(name, name) for name in layer.inputs}
        sources[layer.name] = behind.pop() if len(behind) == 1 else layer.name
    return sources


def _compare(old: Row, new: Row, *, is_rewired: bool) -> Iterator[Entry]:
    """The entry of a layer that is in both networks, when anything about it differs."""
    one, two = old.layer, new.layer
    attributes = (*_attributes(old, new), *_sharing(one, two))
    differs = {
        "replaced": one.op.name != two.op.name,
        "changed": bool(attributes),
        "moved": one.name != two.name,
        "rewired": is_rewired,
        "reshaped": (one.input_shapes, one.output_shape) != (two.input_shapes, two.output_shape),
    }
    status = next((status for status, is_so in differs.items() if is_so), None)
    if status:
        yield Entry(status, old, new, attributes, is_rewired)


def _sharing(old: Layer, new: Layer) -> Iterator[Change]:
    """Weights that became those of another layer, or its own; what that is called is its name."""
    if (old.shares is None) != (new.shares is None):
        yield Change("shares", old.shares, new.shares)


def _attributes(old: Row, new: Row) -> tuple[Change, ...]:
    """The attributes that differ both as written and in effect.

    `padding=half` and `padding=1` may be the same; `padding=same` may mean another number once
    the input has another size, and is still the same attribute.
    """
    one, two = old.layer.op, new.layer.op
    if one is two or one == two or one.name != two.name:
        return ()
    before, after = old.cost.attributes, new.cost.attributes
    return tuple(
        Change(name, before[name], after[name])
        for name in before
        if name in after
        and before[name] != after[name]
        and getattr(one, name) != getattr(two, name)
    )
