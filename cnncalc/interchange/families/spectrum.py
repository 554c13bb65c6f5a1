"""Fourier transforms, which count as fast ones; `analysis.conventions` says how.

Source: ONNX operators DFT, opsets 17 and 20, and STFT, opset 17; onnxruntime,
docs/ContribOperators.md, Rfft and Irfft; the number of steps is that of Cooley & Tukey 1965.
"""

from collections.abc import Sequence
from math import prod

from cnncalc.interchange.onnx_model.file import refuse
from cnncalc.interchange.onnx_model.values import Site
from cnncalc.interchange.terms.made import CONTRIB, MOST_TAPS, Made, foreign, reads, real_axis
from cnncalc.ops.formula import Factors
from cnncalc.ops.values import Shape


def transformed(signals: int, lengths: Sequence[int], *, is_real: bool) -> Factors:
    """The factors of transforms along some axes.

    One of complex numbers takes half its length of butterflies in each of log2 steps, of four
    products each; where one side is real, half of these.
    """
    steps = sum((length - 1).bit_length() for length in lengths)
    parts = () if is_real else (("parts", 2),)
    return (("signals", signals), ("length", prod(lengths)), ("log2 steps", steps), *parts)


@reads("DFT", multiplies=True)
def dft_from_onnx(site: Site) -> Made | None:
    """A transform along one axis; the last has the real and the imaginary part."""
    shape, rank = site.x.shape, len(site.x.shape)
    told = site.integers(2) if site.optional(2) is not None else None
    if told is None and site.optional(2) is not None:
        return None
    axis = real_axis(site, told[0] if told else _default_axis(site), rank)
    if rank < 2 or axis == rank - 1 or shape[-1] not in {1, 2}:
        refuse("E703", f"`{site.title}` transforms axis {axis} of {rank}")
    is_half, is_back = bool(site.get("onesided")), bool(site.get("inverse"))
    length = _length(site, 1, 2 * (shape[axis] - 1) if is_half and is_back else shape[axis])
    if length is None:
        return None
    bins = length // 2 + 1 if is_half and not is_back else length
    is_real_back = is_half and is_back
    full = (*shape[:axis], bins, *shape[axis + 1 : -1], 1 if is_real_back else 2)
    signals = prod(shape[:axis]) * prod(shape[axis + 1 : -1])
    terms = transformed(signals, [length], is_real=is_real_back or shape[-1] == 1)
    return foreign(site, full, terms=terms)


def _default_axis(site: Site) -> int:
    return int(site.get("axis", 1)) if site.opset < 20 else -2


def _length(site: Site, place: int, default: int) -> int | None:
    """The length of a transform; None where it is not known."""
    told = site.integers(place)
    if told is None and site.optional(place) is not None:
        return None
    length = told[0] if told else default
    if not 0 < length <= MOST_TAPS:
        refuse("E703", f"`{site.title}` has a length of {length}")
    return length


@reads("STFT", multiplies=True)
def stft_from_onnx(site: Site) -> Made | None:
    """A transform of every frame; the window is no parameter, and multiplies for free as `mul`."""
    shape, step, window = site.x.shape, site.integers(1), site.optional(2)
    if len(shape) not in {2, 3} or step is None:
        return None
    parts = shape[2] if len(shape) == 3 else 1
    length = _length(site, 3, window.shape[0] if window and window.shape else shape[1])
    if length is None:
        return None
    if step[0] < 1 or length > shape[1]:
        refuse("E703", f"`{site.title}` has frames of {length}, every {step[0]}, of {shape[1]}")
    frames = (shape[1] - length) // step[0] + 1
    bins = length // 2 + 1 if site.get("onesided", 1) else length
    terms = transformed(shape[0] * frames, [length], is_real=parts == 1)
    return foreign(site, (shape[0], frames, bins, 2), terms=terms, holds=())


@reads("Rfft", "Irfft", table=CONTRIB, multiplies=True)
def rfft(site: Site) -> Made | None:
    """A transform along the last axes of real numbers, or back to these."""
    shape, axes = site.x.shape, int(site.get("signal_ndim", 0))
    is_back = site.node.op_type == "Irfft"
    if not 0 < axes <= len(shape) - is_back:
        refuse("E703", f"`{site.title}` transforms {axes} axes of {len(shape)}")
    inner = shape[:-1] if is_back else shape
    over, lengths = inner[:-axes], list(inner[-axes:])
    half: Shape = tuple(lengths)
    if site.get("onesided", 1) and is_back:
        lengths[-1] = 2 * (lengths[-1] - 1)
        half = tuple(lengths)
    elif site.get("onesided", 1):
        half = (*lengths[:-1], lengths[-1] // 2 + 1)
    terms = transformed(prod(over), lengths, is_real=True)
    return foreign(site, (*over, *half, *(() if is_back else (2,))), terms=terms)
