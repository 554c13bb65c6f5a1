"""A model that nobody wrote as a spec: held to the budgets of the project file."""

from cnncalc.checks.claims import Network
from cnncalc.checks.counts import Counts
from cnncalc.checks.demands import Inputs, hold_demands
from cnncalc.checks.finding import Checked, Claim, Finding
from cnncalc.checks.networks import Plan, in_order
from cnncalc.diagnostics import Diagnostic, SpecError
from cnncalc.graph import Graph
from cnncalc.spec.bounds import Allowance

TIGHT_STEPS = 15_000
"""Steps of `model.bounds` for anyone's models: a node is one, and takes 60 to 90 microseconds."""

SUFFIX = ".onnx"
"""How the name of a model ends."""


def check_model(file: str, plan: Plan) -> Checked:
    """What is said of an ONNX model. Lint reads specs: it has nothing to say of one."""
    steps = TIGHT_STEPS if plan.bounds.lifted_by else plan.bounds.layers
    graph = _read(file, {}, steps)
    if not isinstance(graph, Graph):
        return Checked(file, "", (), tuple(map(Finding, graph)))
    network = Network(file, None, Counts(graph, plan.basis))
    claims: tuple[Claim, ...] = ()
    if plan.project is not None:
        at = lambda inputs: _read(file, inputs, steps)  # noqa: E731 - one line says it
        left = Allowance(plan.bounds)
        claims = tuple(hold_demands(plan.project, file, network, expand=at, allowance=left))
    found = in_order([one.finding for one in claims if one.finding])
    if not plan.has_figures:
        return Checked(file, "", (None,), found, claims)
    from cnncalc.checks.figures import figures_of  # noqa: PLC0415 - few have a baseline

    return Checked(file, "", (None,), found, claims, {None: figures_of(network.counts, ())})


def _read(file: str, inputs: Inputs, steps: int) -> Graph | list[Diagnostic]:
    """The network at some inputs, or its faults."""
    from cnncalc.interchange.onnx.read.entry import read_onnx  # noqa: PLC0415 - only for a model

    try:
        return read_onnx(file, inputs, steps)
    except SpecError as error:
        return list(error.diagnostics)
