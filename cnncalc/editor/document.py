"""A text in an editor: read once, and everything that is asked of it worked out at most once."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from cnncalc.analysis.costs import Cost, layer_costs
from cnncalc.analysis.field import WorkLimit
from cnncalc.analysis.receptive_field import receptive_fields
from cnncalc.checks.counts import Counted
from cnncalc.checks.files import is_spec_tree
from cnncalc.checks.finding import Finding
from cnncalc.checks.fixing.edits import Offsets
from cnncalc.checks.networks import Plan, SpecRead, check_spec, networks_of
from cnncalc.diagnostics import Diagnostic, Span
from cnncalc.editor.lines import LineTotal, totals_of_lines
from cnncalc.editor.paths import folds_of
from cnncalc.editor.recovery import Readable, put_aside, read_as_far
from cnncalc.graph import Graph, Layer
from cnncalc.records import Record
from cnncalc.spec import Selection, Spec
from cnncalc.spec.bounds import Allowance
from cnncalc.spec.document.read import KEYS, read_spec
from cnncalc.spec.expand import expand
from cnncalc.spec.library import Source
from cnncalc.spec.symbols import Symbol, symbols_of
from cnncalc.spec.yaml_tree import Map, Node

USUAL = Plan()
"""What a check looks for, where no project file says otherwise."""

MOST_HELD = 4
"""Networks of a file of which the counts are kept."""


class Network(Record):
    """One network of a document, as far as it could be built.

    Attributes:
        graph: None where it has faults.
        layers: those that could be made, heads for training last.
        faults: what was found on the way.
    """

    graph: Graph | None
    layers: tuple[Layer, ...]
    faults: tuple[Diagnostic, ...]


class Document(Offsets):
    """A text with its file's name, and the network of it that is looked at.

    Attributes:
        text: the text.
        file: what it is called in messages.
        plan: what a check looks for.
        wanted: the variant that is looked at, where the file has it.
        pause: called between two pieces of work; what it raises ends the work.
    """

    def __init__(
        self,
        text: str,
        file: str,
        plan: Plan = USUAL,
        *,
        wanted: str | None = None,
        pause: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(re.sub("[\ud800-\udfff]", "\ufffd", text))  # no file holds half of one
        self.file = file
        self.plan = plan
        self.wanted = wanted
        self.pause = pause
        self.allowance = Allowance(plan.bounds)
        self._networks: dict[str | None, Network] = {}
        self._costs: dict[str | None, Sequence[Cost]] = {}

    # Places

    @cached_property
    def folds(self) -> Mapping[int, int]:
        """By each line that opens something deeper, the last line of it."""
        return folds_of(self.lines)

    def at(self, span: Span) -> str:
        """The text of a span."""
        start, end = self.range(span)
        return self.text[start:end]

    # What it says

    @cached_property
    def reading(self) -> Readable:
        """Its tree, as far as it is YAML."""
        return put_aside(read_as_far(self.text, self.file, self.allowance), self.text)

    @property
    def root(self) -> Node | None:
        """Its tree; None where there is none to be had."""
        return self.reading.root

    @cached_property
    def is_spec(self) -> bool:
        """Whether it is meant as a spec, and not as some other YAML."""
        if self.root is not None and is_spec_tree(self.root):
            return True
        keys = set(re.findall(r"^(\w+)[ ]*:", self.text, re.MULTILINE))
        return bool(keys) and keys <= {*KEYS} and bool(keys & {"layers", "input", "blocks"})

    @property
    def may_become_spec(self) -> bool:
        """Whether there is nothing in it that no spec has: it may just be begun."""
        keys = set(re.findall(r"^(\w+)[ ]*:", self.text, re.MULTILINE))
        return self.is_spec or keys <= {*KEYS}

    @cached_property
    def _read(self) -> tuple[Spec | None, tuple[Diagnostic, ...]]:
        faults: list[Diagnostic] = []
        root = self.root
        spec = None if root is None else read_spec(root, self.file, faults, self.allowance)
        return spec, tuple(faults)

    @property
    def spec(self) -> Spec | None:
        """The spec that it holds."""
        return self._read[0]

    @cached_property
    def faults(self) -> tuple[Diagnostic, ...]:
        """What is wrong with it before anything is expanded."""
        told = filter(self.reading.is_trusted, self._read[1])
        return (*self.reading.faults, *told)

    @cached_property
    def symbols(self) -> tuple[Symbol, ...]:
        """The names that it defines."""
        spec = self.spec
        return () if spec is None or spec.is_translated else symbols_of(spec)

    # Its networks

    @property
    def variants(self) -> tuple[str | None, ...]:
        """Its networks: None for itself, and its variants."""
        return () if self.spec is None else networks_of(self.spec)

    @property
    def variant(self) -> str | None:
        """The network that is looked at: the wanted one, or the first."""
        known = self.variants
        if self.wanted in known:
            return self.wanted
        return known[0] if known else None

    def network(self, variant: str | None) -> Network:
        """One of its networks, as far as it can be built."""
        if variant not in self._networks:
            self._networks[variant] = self._expanded(variant)
        return self._networks[variant]

    def _expanded(self, variant: str | None) -> Network:
        spec, reading = self.spec, self.reading
        if spec is None or not spec.is_sound or not reading.is_expandable:
            return Network(None, (), ())
        self.pause()
        known = list(self.faults)  # what they explain is not reported again
        made: list[Layer] = []
        graph = expand(spec, Selection(variant), known, self.allowance, made=made)
        if reading.aside or len(self.faults) > self._stated:
            graph = None  # what is at fault gives no layer, and says no more
        found = filter(reading.is_trusted, known[len(self.faults) :])
        return Network(graph, tuple(made), tuple(found))

    def _expand(
        self, spec: Spec, selection: Selection, faults: list[Diagnostic], _: Allowance
    ) -> Graph | None:
        """A network as a check asks for it."""
        network = self.network(selection.variant)
        faults.extend(network.faults)
        return network.graph

    def costs(self, variant: str | None) -> Sequence[Cost]:
        """The costs of the layers of a network that could be made."""
        if variant not in self._costs:
            if len(self._costs) >= MOST_HELD:
                self._costs.clear()
            self._costs[variant] = layer_costs(self.network(variant).layers)
        return self._costs[variant]

    @cached_property
    def line_totals(self) -> Mapping[int, LineTotal]:
        """What the lines come to in the network that is looked at."""
        layers = self.network(self.variant).layers
        auxiliary = 0
        graph = self.network(self.variant).graph
        if graph is not None:
            layers, auxiliary = graph.layers, len(graph.auxiliary)
        costs = self.costs(self.variant)
        costs = costs[: len(costs) - auxiliary]
        return totals_of_lines(layers, costs, self.file)

    # What is wrong with it

    @cached_property
    def first_findings(self) -> tuple[Finding, ...]:
        """What is found in the file and in the network that is looked at."""
        return self._checked(self.variant)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What a check finds in it, in all of its networks."""
        return self.first_findings if len(self.variants) == 1 else self._checked(None)

    def _checked(self, variant: str | None) -> tuple[Finding, ...]:
        spec, faults = self.spec, self.faults
        if spec is None:
            return tuple(map(Finding, faults))
        one = variant if len(self.variants) > 1 else None
        source = Source(self.text, self.file, one)
        stated = 0 if self.reading.aside else self._stated
        reading = SpecRead(spec, source, faults, stated, self._expand)
        is_one = one is not None or len(self.variants) == 1
        counted = self._counted if is_one and len(faults) == stated else None
        return check_spec(reading, self.allowance, self.plan, counted=counted).findings

    @cached_property
    def _counted(self) -> Counted | None:
        """What the layers of the network that is looked at see and cost, looked at once."""
        graph = self.network(self.variant).graph
        if graph is None or graph.auxiliary:  # of which a check sees more than it counts
            return None
        self.pause()
        limit = WorkLimit(self.plan.bounds.phases)
        fields = receptive_fields(graph, graph.layers, limit)
        self.pause()
        return Counted(fields, self.costs(self.variant))

    @cached_property
    def _stated(self) -> int:
        """How many of the faults are of stated numbers alone."""
        from cnncalc.checks.files import faults_of_numbers  # noqa: PLC0415 - only with faults

        root = self.root
        return faults_of_numbers(root, self.faults) if isinstance(root, Map) else 0
