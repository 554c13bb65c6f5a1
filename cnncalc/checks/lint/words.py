"""Pieces of sentences that several rules have in common."""

from collections.abc import Sequence

from cnncalc.ops.values import Shape, show_shape


def kernel_text(kernel: Shape) -> str:
    """`3x3 kernel`; of a kernel along one axis `kernel of 3`."""
    return f"{show_shape(kernel)} kernel" if len(kernel) > 1 else f"kernel of {kernel[0]}"


def listed(parts: Sequence[str]) -> str:
    """`a, b and c`."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def per_axis(numbers: Sequence[int]) -> str:
    """Numbers along each axis as a spec writes them: `2` where all are equal, else `2x1`."""
    return str(numbers[0]) if len(set(numbers)) == 1 else show_shape(tuple(numbers))
