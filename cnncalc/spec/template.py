"""The expansion of one call of a block, to be put in again for every equal call."""

from collections.abc import MutableMapping

from cnncalc.graph import Layer
from cnncalc.records import Record
from cnncalc.spec.scope import Tensor

Path = tuple[str, ...]


class Template(Record):
    """What a block expanded to, under the path of its first call.

    Attributes:
        path: that path.
        x: the name of the tensor that flowed in.
        layers: the layers made, every one below the path.
        groups: the groups opened, the block's own first.
        tensor: what the block gave.
        steps: the price of the layers.
    """

    path: Path
    x: str
    layers: tuple[Layer, ...]
    groups: tuple[tuple[Path, str | None], ...]
    tensor: Tensor
    steps: int

    def put(
        self, path: Path, x: Tensor, layers: list[Layer], groups: MutableMapping[Path, str | None]
    ) -> Tensor:
        """Add the same layers under another path, reading another `x`."""
        old, new = ".".join(self.path) + ".", ".".join(path) + "."
        cut, depth = len(old), len(self.path)

        def renamed(name: str) -> str:
            return x.name if name == self.x else new + name[cut:]

        for group, block in self.groups:
            groups[path + group[depth:]] = block
        for name, scope, op, inputs, input_shapes, output_shape, span, _ in self.layers:
            layers.append(
                Layer(
                    new + name[cut:],
                    path + scope[depth:],
                    op,
                    tuple(map(renamed, inputs)),
                    input_shapes,
                    output_shape,
                    span,
                )
            )
        return Tensor(renamed(self.tensor.name), self.tensor.shape)
