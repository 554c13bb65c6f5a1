"""What a module is run on: shapes, names and element types as a caller gives them, or as found."""

import inspect
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple

from cnncalc.ops.values import Shape

MOST = 3
"""Inputs of whose type nothing is said, all combinations of which are tried."""

_WHOLE = re.compile(
    r"(^|_)(ids?|idx|index|indices|tokens?|labels?|text|captions?)$|(^|_)(mask|positions?)$|^input_id"
)
"""Names of inputs that are whole numbers."""


class Example(NamedTuple):
    """One input.

    Attributes:
        name: of the argument; None where it is given by its place.
        shape: without the batch, or with it where `is_whole`.
        dtype: as PyTorch has it; None where it has to be found.
        label: its name for the graph.
    """

    name: str | None
    shape: Shape
    dtype: Any = None
    is_whole: bool = False
    label: str = ""


def examples_of(torch: Any, module: Any, given: Any) -> list[Example]:
    """The inputs that a caller gives.

    Raises:
        TypeError: they are none.
    """
    if isinstance(given, Mapping):
        pairs: list[tuple[str | None, Any]] = [(str(name), one) for name, one in given.items()]
    else:
        pairs = [(None, one) for one in _listed(torch, given)]
    found = [_example(torch, name, one, given) for name, one in pairs]
    if not found:
        raise _no_shape(given)
    names = input_names(module, len(found))
    if len(names) == len(found):
        found = [
            one._replace(label=one.name or name) for one, name in zip(found, names, strict=True)
        ]
    elif len(found) > 1:
        found = [one._replace(label=one.name or f"input{at}") for at, one in enumerate(found, 1)]
    return [one._replace(label=one.name or one.label or "input") for one in found]


def _listed(torch: Any, given: Any) -> list[Any]:
    """The shapes or tensors of several inputs, or those of the only one."""
    if isinstance(given, int | torch.Tensor):
        return [given]
    if not isinstance(given, Sequence) or isinstance(given, str) or not given:
        raise _no_shape(given)
    is_shape = isinstance(given[0], int)
    return [given] if is_shape or _is_typed(torch, given) else list(given)


def _is_typed(torch: Any, one: Any) -> bool:
    """Whether a value is a shape with an element type."""
    return isinstance(one, tuple) and len(one) == 2 and isinstance(one[1], torch.dtype)


def _example(torch: Any, name: str | None, one: Any, given: Any) -> Example:
    if isinstance(one, torch.Tensor):
        whole = (1, *one.shape[1:]) if one.shape else ()
        return Example(name, whole, one.dtype, is_whole=True)
    told, dtype = one if _is_typed(torch, one) else (one, None)
    axes: list[Any] = [told] if isinstance(told, int) else list(told) if _is_row(told) else []
    if not axes or not all(isinstance(axis, int) and axis > 0 for axis in axes):
        raise _no_shape(given)
    return Example(name, tuple(axes), dtype)


def _is_row(told: Any) -> bool:
    """Whether a value is a row of others, and no text."""
    return isinstance(told, Sequence) and not isinstance(told, str)


def _no_shape(given: Any) -> TypeError:
    return TypeError(f"not a shape as (3, 224, 224), nor a list of such: {given!r:.60}")


class Run(NamedTuple):
    """Inputs as a module is run on them: of each the shape with its batch, and the type."""

    shapes: tuple[Shape, ...]
    dtypes: tuple[Any, ...]


def runs(torch: Any, examples: Sequence[Example], like: Any) -> Iterator[Run]:
    """All that the inputs may mean, the likeliest first.

    Args:
        torch: the package.
        examples: what was given.
        like: the element type of the module's parameters.
    """
    types = []
    open_ones = sum(one.dtype is None and not _is_named(one) for one in examples)
    for one in examples:
        if one.dtype is not None:
            types.append([one.dtype])
        elif _is_named(one):
            types.append([torch.int64, like] if open_ones <= MOST else [torch.int64])
        else:
            types.append([like, torch.int64] if open_ones <= MOST else [like])
    combined = sorted(
        product(*types),
        key=lambda one: sum(a is not b[0] for a, b in zip(one, types, strict=True)),
    )
    led = [one for one in examples if not one.is_whole and one.shape[0] == 1 < len(one.shape)]
    # A row of whole numbers that is given by name is most often written with its batch.
    ways = [True, False] if any(one.name and _is_named(one) for one in led) else [False, True]
    ways = ways if led else [False]
    for has_batch in ways:
        shapes = tuple(
            one.shape if one.is_whole or (has_batch and one in led) else (1, *one.shape)
            for one in examples
        )
        for dtypes in combined:
            yield Run(shapes, tuple(dtypes))


def _is_named(one: Example) -> bool:
    """Whether the name of an input says that it is of whole numbers."""
    return bool(_WHOLE.search(one.label.lower()))


def input_names(module: Any, number: int) -> list[str]:
    """The names that the module has for its inputs where there are several."""
    try:
        told = _signature(module.forward).parameters.values()
    except (TypeError, ValueError):
        return []
    names = [one.name for one in told if one.kind not in {one.VAR_POSITIONAL, one.VAR_KEYWORD}]
    return names[:number] if 1 < number <= len(names) else []


def _signature(function: Any) -> inspect.Signature:
    if sys.version_info >= (3, 14):
        # Annotations are evaluated when they are asked for, and may name what is not there.
        from annotationlib import Format  # noqa: PLC0415

        return inspect.signature(function, annotation_format=Format.STRING)
    return inspect.signature(function)
