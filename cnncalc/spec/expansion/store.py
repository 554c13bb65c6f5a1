"""What expansions make that holds for others: ops for their inputs, and what blocks come to."""

from collections.abc import Callable, Hashable, Iterator, Mapping

from cnncalc.diagnostics import Span
from cnncalc.graph import Layer
from cnncalc.ops import Op
from cnncalc.ops.values import Shape, Value, identity
from cnncalc.records import Record
from cnncalc.spec.expansion.scope import Found, Tensor
from cnncalc.spec.mentions import mentions_of_block
from cnncalc.spec.syntax import Spec

Path = tuple[str, ...]


class Template(Record):
    """What a block expanded to, under the path of its first call.

    Attributes:
        path: that path.
        calls: how many calls led there, its own with them.
        given: the names of the tensors that it was given: that of `x`, and those of arguments.
        start: where in the draft its layers stood.
        layers: the layers made, every one below the path.
        groups: the groups opened, the block's own first.
        tensor: what the block gave.
        labels: what is labelled in it.
        steps: the price of the layers.
    """

    path: Path
    calls: int
    given: tuple[str, ...]
    start: int
    layers: tuple[Layer, ...]
    groups: tuple[tuple[Path, str | None], ...]
    tensor: Tensor
    labels: Mapping[str, Found]
    steps: int

    def put(
        self, path: Path, places: tuple[Span, ...], renamed: Callable[[str], str]
    ) -> tuple[list[Layer], Iterator[tuple[Path, str | None]], Tensor]:
        """The same layers and groups under another path, and the tensor that they give.

        Args:
            path: the path of the call.
            places: the places of the calls that lead there, its own last.
            renamed: what a tensor is called there.
        """
        new = ".".join(path) + "."
        cut, depth, calls = len(".".join(self.path)) + 1, len(self.path), self.calls
        groups = ((path + group[depth:], block) for group, block in self.groups)
        layers = [
            Layer(
                new + one.name[cut:],
                path + one.scope[depth:],
                one.op,
                tuple(map(renamed, one.inputs)),
                one.input_shapes,
                one.output_shape,
                places + one.origin[calls:],
                None,
                one.shares and renamed(one.shares),
            )
            for one in self.layers
        ]
        return layers, groups, Tensor(renamed(self.tensor.name), self.tensor.shape)

    def renaming(self, path: Path, given: tuple[str, ...]) -> Callable[[str], str]:
        """What a tensor is called under another path, where these tensors are given."""
        new, cut = ".".join(path), len(".".join(self.path))
        if len(given) == 1:
            [old_x], [new_x] = self.given, given
            return lambda name: new_x if name == old_x else new + name[cut:]
        outer = dict(zip(self.given, given, strict=True))
        return lambda name: outer[name] if name in outer else new + name[cut:]


class Store:
    """What is made already: ops of all networks, and expansions of blocks of one spec.

    Attributes:
        ops: by all that they were made of, and what they give.
        arguments: by the identity of an op what it was told.
    """

    def __init__(self) -> None:
        self.ops: dict[Hashable, tuple[Op, Shape]] = {}
        self.arguments: dict[int, tuple[type[Op], Mapping[str, Value]]] = {}
        self.spec: Spec | None = None
        self.read: frozenset[str] = frozenset()
        self.templates: dict[Hashable, dict[Hashable, Template]] = {}

    def __len__(self) -> int:
        """How many ops there are."""
        return len(self.ops)

    def templates_of(self, spec: Spec, values: Mapping[str, Value]) -> dict[Hashable, Template]:
        """What the blocks of a spec come to where the variables that they read are like these."""
        if spec is not self.spec:
            self.spec, self.templates = spec, {}
            found = map(mentions_of_block, spec.blocks.values())
            self.read = frozenset(name for one in found for name in one.names)
        read = [(name, value) for name, value in values.items() if name in self.read]
        key = tuple([(name, identity(value)) for name, value in read])
        return self.templates.setdefault(key, {})
