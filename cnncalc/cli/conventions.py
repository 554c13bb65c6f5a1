"""`cnncalc conventions`: what our numbers mean, and what other tools count."""

import textwrap
from collections.abc import Iterator, Mapping

from cnncalc.analysis.conventions import (
    BYTES_PER_VALUE,
    OF_BITS,
    OF_MODELS,
    OPTIMIZER_STATES,
    footer,
)
from cnncalc.analysis.profiles import PROFILES
from cnncalc.cli import options
from cnncalc.cli.output import deliver
from cnncalc.metrics import METRICS
from cnncalc.render.grid import wrapped_table

WIDTH = 80

OWN: Mapping[str, str] = {
    "shapes": "per example, channels first",
    "convolution": "floor((n + p_before + p_after - d*(k-1) - 1) / s) + 1 along each axis, and "
    "pooling likewise; ceil_mode rounds up, but a window must start inside the input or the "
    "padding before it",
    "transposed": "(n-1)*s - p_before - p_after + d*(k-1) + output_padding + 1",
    **{metric.name: metric.sentence for metric in METRICS.values()},
    **OF_BITS,
    **OF_MODELS,
    "optimizer": "state for each parameter: "
    + ", ".join(f"{name} {states}" for name, states in OPTIMIZER_STATES.items()),
    "bytes": ", ".join(f"{name} {size}" for name, size in BYTES_PER_VALUE.items())
    + "; KiB, MiB and GiB are binary",
}
"""What each of our numbers means."""


FUNCTIONS = (
    "Of these, ptflops and thop hook modules: where a network calls a function, as torchvision's "
    "DenseNet does to pool before its classifier, ptflops counts it once and thop not at all. "
    "Their totals of DenseNet-201 are lower than the profiles by 188,160 and 96,000."
)
"""Where two profiles differ from what their tools print for a network."""


@options.command()
@options.output_option
def conventions(output: str | None) -> None:
    """Explain what each number means, here and in other tools."""
    deliver("".join(f"{line}\n" for line in _lines()), output)


def _lines() -> Iterator[str]:
    yield from ("What the numbers mean", "")
    yield from wrapped_table((("Number", "Meaning"), *OWN.items()), WIDTH)
    yield ""
    yield from textwrap.wrap(f"In short: {footer()}", WIDTH)
    yield from ("", "What other tools count (--count)", "")
    yield from wrapped_table(_profiles(), WIDTH)
    yield ""
    yield from textwrap.wrap(FUNCTIONS, WIDTH, break_on_hyphens=False)


def _profiles() -> Iterator[tuple[str, ...]]:
    yield "Profile", "Its word", "What it counts"
    for profile in PROFILES.values():
        yield profile.name, profile.word, profile.counts
        yield "", "", f"Source: {profile.source}"
        if profile.unknown:
            yield "", "", f"Not confirmed: {', '.join(sorted(profile.unknown))}"
