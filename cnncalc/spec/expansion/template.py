"""The expansion of one call of a block, to be put in again for every equal call."""

from collections.abc import Iterator

from cnncalc.diagnostics import Span
from cnncalc.graph import Layer
from cnncalc.records import Record
from cnncalc.spec.expansion.scope import Tensor

Path = tuple[str, ...]


class Template(Record):
    """What a block expanded to, under the path of its first call.

    Attributes:
        path: that path.
        calls: how many calls led there, its own with them.
        x: the name of the tensor that flowed in.
        layers: the layers made, every one below the path.
        groups: the groups opened, the block's own first.
        tensor: what the block gave.
        steps: the price of the layers.
    """

    path: Path
    calls: int
    x: str
    layers: tuple[Layer, ...]
    groups: tuple[tuple[Path, str | None], ...]
    tensor: Tensor
    steps: int

    def put(
        self, path: Path, places: tuple[Span, ...], x: Tensor
    ) -> tuple[Iterator[Layer], Iterator[tuple[Path, str | None]], Tensor]:
        """The same layers and groups under another path, and the tensor that they give.

        Args:
            path: the path of the call.
            places: the places of the calls that lead there, its own last.
            x: the tensor that flows in.
        """
        old, new = ".".join(self.path) + ".", ".".join(path) + "."
        cut, depth, calls = len(old), len(self.path), self.calls

        def renamed(name: str) -> str:
            return x.name if name == self.x else new + name[cut:]

        groups = ((path + group[depth:], block) for group, block in self.groups)
        layers = (
            Layer(
                new + name[cut:],
                path + scope[depth:],
                op,
                tuple(map(renamed, inputs)),
                input_shapes,
                output_shape,
                places + origin[calls:],
            )
            for name, scope, op, inputs, input_shapes, output_shape, origin, _ in self.layers
        )
        return layers, groups, Tensor(renamed(self.tensor.name), self.tensor.shape)
