"""Models: compared with the budgets of the project file."""

from typing import TYPE_CHECKING

from cnncalc.checks.budgets import Inputs, check_budgets
from cnncalc.checks.claims import Network
from cnncalc.checks.counts import Counts
from cnncalc.checks.finding import Checked, Claim, Finding, in_order
from cnncalc.checks.networks import Plan, absent_labels
from cnncalc.diagnostics import Diagnostic, SpecError
from cnncalc.graph import Graph
from cnncalc.spec.bounds import Allowance

if TYPE_CHECKING:
    from cnncalc.interchange.formats import Form
    from cnncalc.interchange.onnx_model.bounds import Allowance as Steps

TIGHT_STEPS = 15_000
"""Steps of `model.bounds` for anyone's models: a node is one, and takes 60 to 90 microseconds."""

NODE_STEPS = 12
"""A step of a model, in steps of `spec.bounds`: both measure time."""

READ_STEPS = 150
"""Opening and parsing a model once more, however small it is."""


def check_model(file: str, form: "Form", plan: Plan) -> Checked:
    """Check a model. Lint reads specs alone."""
    from cnncalc.interchange.onnx_model.bounds import Allowance as Steps  # noqa: PLC0415 - for a model

    steps = Steps(TIGHT_STEPS if plan.bounds.lifted_by else plan.bounds.layers)
    graph = _read(file, form, {}, steps)
    if not isinstance(graph, Graph):
        return Checked(file, "", (), tuple(map(Finding, graph)))
    network = Network(file, None, Counts(graph, plan.basis))
    claims: tuple[Claim, ...] = ()
    if plan.project is not None:
        left = Allowance(plan.bounds)
        cost = READ_STEPS + NODE_STEPS * (steps.most - steps.steps)
        left.steps = max(1, left.steps - cost)

        def at(inputs: Inputs) -> Graph | list[Diagnostic]:
            left.steps -= cost  # about as much as the first time
            return _read(file, form, inputs, Steps(steps.most)) if left.steps > 0 else []

        claims = tuple(check_budgets(plan.project, file, network, expand=at, allowance=left))
    found = in_order([one.finding for one in claims if one.finding])
    if not plan.has_figures:
        absent = absent_labels(graph, plan.basis)
        return Checked(file, "", (None,), found, claims, absent=absent, name=graph.name)
    from cnncalc.checks.baseline.figures import figures_of  # noqa: PLC0415 - few have a baseline

    checked = Checked(file, "", (None,), found, claims, name=graph.name)
    return checked._replace(figures={None: figures_of(network.counts, ())})


def _read(file: str, form: "Form", inputs: Inputs, steps: "Steps") -> Graph | list[Diagnostic]:
    """The network at some inputs, or its faults."""
    from cnncalc.interchange.networks import read_model  # noqa: PLC0415 - only for a model

    try:
        return read_model(file, form, inputs, steps)
    except SpecError as error:
        return list(error.diagnostics)
