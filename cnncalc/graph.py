"""The layer graph of one network, every shape known: frozen, in execution order."""

from collections.abc import Iterable, Iterator, Mapping
from math import prod
from typing import TYPE_CHECKING, NamedTuple

from cnncalc.diagnostics import Span
from cnncalc.facts import Fact, Published
from cnncalc.ops import Op
from cnncalc.ops.values import Shape, Value, show_shape
from cnncalc.shown import Shown

if TYPE_CHECKING:
    from cnncalc.bits import Stored


Weights = Mapping[str, Mapping[str, Value]]
"""For each layer's name the values of its tensors by their names, as nested tuples of numbers.

A value has the axes of its tensor, or only the last of them and holds for all others alike.
"""


class Layer(NamedTuple):
    """One use of an op. Shapes are per example, channels first.

    Attributes:
        name: its dotted path, unique in the graph: `conv3.bottleneck1.conv_bn2.bn1`.
        scope: the groups that it stands in, outermost first.
        op: what it does.
        inputs: the names of the layers, or graph inputs, that it reads.
        input_shapes: the shape of each of these.
        output_shape: the shape it gives; () where it is not known, as it depends on values.
        origin: the places that made it, from the call in `layers` inwards: the last is the line
            that names the op, each before it calls the block that holds the next.
        own_parameters: the trainable tensors that count as its own, where these are not the ones
            its op says: one that an earlier layer holds as well is left out.
        shares: the name of the earlier layer whose tensors are its own as well, all of them;
            that layer does not share itself, and they count as its own alone.
    """

    name: str
    scope: tuple[str, ...]
    op: Op
    inputs: tuple[str, ...]
    input_shapes: tuple[Shape, ...]
    output_shape: Shape
    origin: tuple[Span, ...] = ()
    own_parameters: Mapping[str, Shape] | None = None
    shares: str | None = None

    @property
    def holder(self) -> str:
        """The name of the layer whose tensors it works with: most often its own."""
        return self.shares or self.name

    @property
    def buffers(self) -> Mapping[str, Shape]:
        """The shape of each tensor that is kept, not trained, and counts as its own."""
        return {} if self.shares else self.op.buffers(self.input_shapes)

    @property
    def parameters(self) -> Mapping[str, Shape]:
        """The shape of each trainable tensor that counts as its own."""
        if self.shares:
            return {}
        own = self.own_parameters
        return self.op.parameters(self.input_shapes) if own is None else own

    @property
    def held_alone(self) -> frozenset[str] | None:
        """The names that its op has for the tensors that count as its own.

        It is None where these are not all tensors of the op, told by their numbers of values.
        """
        told = {} if self.shares else dict(self.op.parameters(self.input_shapes))
        if self.shares or self.own_parameters is None:
            return frozenset(told)
        names = []
        for shape in self.own_parameters.values():
            name = next((one for one, other in told.items() if prod(other) == prod(shape)), None)
            if name is None:
                return None
            del told[name]
            names.append(name)
        return frozenset(names)

    @property
    def span(self) -> Span | None:
        """The line of the spec that names the op."""
        return self.origin[-1] if self.origin else None

    @property
    def outermost(self) -> str:
        """The group of the outermost scope that it stands in; its own name where it is in none."""
        return self.scope[0] if self.scope else self.name

    def is_under(self, name: str) -> bool:
        """Whether it is the layer of that name, or stands in the group of that name."""
        path = tuple(name.split("."))
        return self.name == name or self.scope[: len(path)] == path

    @property
    def is_shaped(self) -> bool:
        """Whether the shape that it gives is known."""
        return bool(self.output_shape)

    @property
    def label(self) -> str:
        """The last part of the name."""
        return self.name.rpartition(".")[2]


class Group:
    """The layers of one scope, in order, with the groups that stand among them.

    Attributes:
        path: the labels that lead there, outermost first; () for the whole.
        block: the block that opened it; None for a labelled group.
        children: the layers and groups in it.
    """

    __slots__ = ("block", "children", "path")

    def __init__(self, path: tuple[str, ...] = (), block: str | None = None) -> None:
        self.path = path
        self.block = block
        self.children: list[Layer | Group] = []

    @property
    def label(self) -> str:
        """The last part of the path."""
        return self.path[-1] if self.path else ""

    def layers(self) -> Iterator[Layer]:
        """Every layer in it, in order."""
        for child in self.children:
            if isinstance(child, Group):
                yield from child.layers()
            else:
                yield child


class Graph(Shown):
    """A network whose every tensor has its shape; shown as what it costs.

    Attributes:
        name: the network's title.
        source: the paper or code that it follows, or None.
        description: what else its author says of it, or None.
        variant: the variant of the spec, or None.
        inputs: the shape of each input; an input without a label is called `input`.
        layers: in execution order; each reads only what stands before it.
        outputs: for each output's name the layer (or input) that gives it.
        auxiliary: the layers of heads that are used in training only.
        auxiliary_outputs: for each auxiliary head's name the layer that gives it.
        groups: the block that opened each scope, by path; None for a labelled group.
        expect: facts that the spec states.
        budget: limits that the spec states.
        published: figures that its source prints, to be held against ours.
        reference: what the counts are equal to, as `torchvision:resnet50`; no variant has that of
            its file.
        fixed_batch: the batch that the file of a model fixes, of which one example is read.
        notes: what its figures are to be read with, as sentences in lower case.
        classes: the class of the module that each scope is, where its model tells it.
        unused: the shapes of what its module trains and no layer holds, by their names.
        is_exported: whether its layers have their names from a model, not from a spec.
        batch: the number of examples that it is asked for; shapes are those of one.
        stored: the bits of its tensors as a quantised model's file has them.
        weights: the values of tensors that its spec states, of each such layer all.

    Example:
        >>> from cnncalc import parse
        >>> graph = parse("{name: tiny, input: 3x8x8, layers: [conv3x3 4, relu]}")
        >>> graph.inputs, [(layer.name, layer.output_shape) for layer in graph.layers]
        ({'input': (3, 8, 8)}, [('conv1', (4, 6, 6)), ('relu1', (4, 6, 6))])
    """

    name: str
    source: str | None
    description: str | None
    variant: str | None
    inputs: Mapping[str, Shape]
    layers: tuple[Layer, ...]
    outputs: Mapping[str, str]
    auxiliary: tuple[Layer, ...]
    auxiliary_outputs: Mapping[str, str]
    groups: Mapping[tuple[str, ...], str | None]
    expect: tuple[Fact, ...] = ()
    budget: tuple[Fact, ...] = ()
    published: tuple[Published, ...] = ()
    reference: str | None = None
    fixed_batch: int = 1
    notes: tuple[str, ...] = ()
    unused: Mapping[str, Shape] = {}
    classes: Mapping[tuple[str, ...], str] = {}
    is_exported: bool = False
    batch: int = 1
    stored: "Stored | None" = None
    weights: Mapping[str, Mapping[str, Value]] = {}

    @property
    def title(self) -> str:
        """Its name, with that of its variant where it has one."""
        return self.name if self.variant is None else f"{self.name}:{self.variant}"

    def _line(self) -> str:
        inputs = ", ".join(map(show_shape, self.inputs.values()))
        count = len(self.layers)
        batch = f", batch {self.batch:,}" * (self.batch > 1)
        return f"{self.title}: {count:,} layer{'s' * (count != 1)} on {inputs}{batch}"

    def tree(self, layers: Iterable[Layer] | None = None) -> Group:
        """The layers under their groups; a group that is left and entered again is one.

        Example:
            >>> from cnncalc import parse
            >>> graph = parse("{input: 3x8x8, layers: [stem: [conv3x3 4, relu], conv3x3 8]}")
            >>> [child.label for child in graph.tree().children]
            ['stem', 'conv1']
        """
        root = Group()
        groups: dict[tuple[str, ...], Group] = {(): root}
        for layer in self.layers if layers is None else layers:
            if layer.scope not in groups:
                for level in range(len(layer.scope)):
                    path = layer.scope[: level + 1]
                    if path not in groups:
                        groups[path] = Group(path, self.groups.get(path))
                        groups[path[:-1]].children.append(groups[path])
            groups[layer.scope].children.append(layer)
        return root

    def readers(self, layers: Iterable[Layer] | None = None) -> dict[str, list[Layer]]:
        """The layers that read each tensor, in order; a tensor that none reads is missing."""
        found: dict[str, list[Layer]] = {}
        for layer in self.layers if layers is None else layers:
            inputs = layer.inputs
            for name in inputs if len(inputs) == 1 else dict.fromkeys(inputs):
                if name in found:
                    found[name].append(layer)
                else:
                    found[name] = [layer]
        return found


def check_graphs(*given: object) -> None:
    """Refuse what is no network, in a call of the library, and say how to come by one.

    Raises:
        TypeError: one is a name, a module, or something else.
    """
    for one in given:
        if isinstance(one, Graph):
            continue
        kind = type(one).__name__
        if isinstance(one, str) or hasattr(one, "__fspath__"):
            raise TypeError(f"a network is wanted, not a name: pass `cnncalc.load({str(one)!r})`")
        if hasattr(one, "forward"):
            remedy = "pass `cnncalc.from_torch(module, (3, 224, 224))`"
            raise TypeError(f"a network is wanted, not a {kind}: {remedy}")
        raise TypeError(f"a network is wanted, as `cnncalc.load` gives it, not a {kind}")
