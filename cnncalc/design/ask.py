"""`cnncalc.formula`: a question in Python's values."""

from collections.abc import Iterable
from os import PathLike

from cnncalc.analysis.conventions import Basis
from cnncalc.design.asked import Formulas, ask, read_names
from cnncalc.design.named import base_named
from cnncalc.design.spaces import space_of
from cnncalc.interchange.named import Wanted
from cnncalc.spec.asked import Asked as Shapes


def formula(  # noqa: PLR0913 - the words of the command
    path_or_name: str | PathLike[str],
    /,
    *metrics: str,
    of: str | Iterable[str],
    variant: str | int | None = None,
    input: Shapes | None = None,  # noqa: A002 - as for `load`
    batch: int = 1,
    dtype: str = "float32",
    layers: bool = False,
    residues: bool = False,
    seed: int = 0,
    **vars: object,  # noqa: A002 - as above
) -> Formulas:
    """Metrics of a spec as exact polynomials in its variables and in the size of its input.

    Each is held against the network at 200 random points that it was not found from, or at all
    points of its domain where they are fewer. Where it differs once, it is not said to hold.

    Args:
        path_or_name: a spec, a bundled network or a model, as for `load`; of a model the input
            moves.
        *metrics: `macs`, `parameters`, `weight_bytes` ..., or `LABEL.macs` of a layer or group;
            without any, parameters and MACs. Bytes are bytes, all else are counts.
        of: what they are in: `"width,depth"`, variables and lengths of the input, such as `size`
            for all axes of space together. A range is `"width=8..512:8"`.
        variant: the variant of the spec.
        input: another shape of the input, around which sizes are looked for.
        batch: examples at once, a factor on MACs and activations.
        dtype: the type of weights and activations.
        layers: whether to find the formulas of each layer as well.
        residues: whether to find a polynomial for each rest that strides leave of the size, not
            for that of the network itself alone.
        seed: what the random points are drawn from.
        **vars: values for other variables of the spec.

    Raises:
        SpecError: there is no such network, or its spec has faults.
        TypeError: a value that no variable can hold.
        ValueError: there is no such metric, variable or dtype, or it is no whole number.

    Example:
        >>> found = formula("resnet:50", "macs", of="size")
        >>> print(found)
        ResNet:50
        <BLANKLINE>
        macs = 81456*size^2 + 2048000
          size = height = width, a multiple of 32 from 32 to 1,024; held at all 29 other points
        >>> found.of("macs").value({"size": 288}), found.of("macs").holds_at({"size": 300})
        (6758334464, False)
    """
    basis = Basis(dtype, batch)
    basis.check()
    names, ranges = read_names([of] if isinstance(of, str) else of)
    base = base_named(path_or_name, Wanted(variant, vars, input))
    space = space_of(base, names, ranges, seed)
    return ask(base, metrics, space, basis=basis, by_layer=layers, every_residue=residues)
