"""`cnncalc explain --training`: what a training step keeps and moves for a layer."""

from typing import TYPE_CHECKING

import click

from cnncalc.cli.network import refuse_if_too_large, refuse_to_run
from cnncalc.cli.output import deliver, page_width
from cnncalc.graph import Graph

if TYPE_CHECKING:
    from cnncalc.analysis.explain_training import TrainingExplanation


def explain_training(
    graph: Graph,
    layers: tuple[str, ...],
    training: str,
    *,
    dtype: str,
    batch: int,
    form: str,
    output: str | None,
) -> None:
    """Print the bytes of a training step of the layers, and one weight that is updated.

    Raises:
        UsageError: there is no such layer or group.
    """
    from cnncalc.analysis.explain_training import explain_training as explain  # noqa: PLC0415
    from cnncalc.render import explain_training as pages  # noqa: PLC0415 - rare, as above

    try:
        explanations = explain(graph, layers, training, dtype=dtype, batch=batch)
    except KeyError as fault:
        raise click.UsageError(str(fault.args[0])) from None
    explanations, told = _with_updates(graph, explanations, batch)
    once = "A tensor that several layers keep is in memory once, and summarize --training adds"
    notes = [f"{once} it up once. {told}"]
    if form == "json":
        return deliver(pages.training_json(explanations, notes), output)
    if form == "markdown":
        return deliver(pages.training_markdown(explanations, notes), output)
    return deliver(pages.training_text(explanations, page_width(output) or 100, notes), output)


def _with_updates(
    graph: Graph, explanations: "list[TrainingExplanation]", batch: int
) -> "tuple[list[TrainingExplanation], str]":
    """The same with a weight of each layer that has any, and how it came about."""
    if not any(one.layer.parameters for one in explanations):
        return explanations, "No weight is updated."
    from cnncalc.analysis.explain_training import Worked  # noqa: PLC0415 - as above
    from cnncalc.analysis.optimizers import OPTIMIZERS  # noqa: PLC0415
    from cnncalc.engine.estimate import needed_for_step  # noqa: PLC0415 - NumPy loads slowly
    from cnncalc.engine.execute import LayerError  # noqa: PLC0415
    from cnncalc.engine.gradients import DTYPE, Asked  # noqa: PLC0415
    from cnncalc.engine.updated import weights_of  # noqa: PLC0415

    try:
        refuse_to_run(graph)
        needed = needed_for_step(graph, DTYPE, batch)
        refuse_if_too_large(graph, "", (), DTYPE, batch, needed=lambda _: needed)
        found = weights_of(graph, [one.layer.name for one in explanations], Asked(batch=batch))
    except (click.UsageError, LayerError) as fault:
        return explanations, f"No weight is shown: {getattr(fault, 'message', fault)}."
    worked = []
    for one in explanations:
        weight = found.get(one.layer.name)
        if weight is None:
            worked.append(one)
            continue
        lines = tuple(OPTIMIZERS[one.optimizer].worked(weight.value, weight.gradient))
        worked.append(one._replace(worked=Worked(*weight, lines)))
    examples = "1 example" if batch == 1 else f"{batch:,} examples"
    told = (
        "The weight is the one with the largest gradient of its tensor: weights by He et al. "
        f"2015, cross-entropy of {examples} with classes that are drawn, seed 0."
    )
    return worked, told
