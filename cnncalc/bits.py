"""Bits of the tensors of layers, where they are not all alike: as asked for, and as they are."""

from collections.abc import Mapping

from cnncalc.records import Record

USUAL = 32
"""Bits of what nothing is said of: weights and activations as float32, biases as int32."""


class Rule(Record):
    """What is said of a label, a kind, or all: bits, and None for what is not said.

    Attributes:
        name: the label or the kind; empty for all.
        others: of biases, normalisation and buffers.
        text: as it is written, in one spelling.
    """

    name: str
    weights: int | None
    activations: int | None
    others: int | None
    text: str


class Precision(Record):
    """Bits as they are asked for, of any network.

    Attributes:
        rules: the first says what holds for all layers, the others more of some.
        of_kinds: whether these are named by kind, and have a data type each.
    """

    rules: tuple[Rule, ...]
    of_kinds: bool = False

    @property
    def text(self) -> str:
        """What was asked for, in one spelling."""
        joins = (",", "=") if self.of_kinds else (", ", ": ")
        parts = (f"{one.name}{joins[1]}{one.text}" if one.name else one.text for one in self.rules)
        return joins[0].join(parts)

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels that it names."""
        return () if self.of_kinds else tuple(one.name for one in self.rules if one.name)


class LayerBits(Record):
    """The bits of one value of each tensor that a layer has to do with.

    Attributes:
        weights: of what it multiplies by, and of embeddings.
        others: of all else that it keeps: biases, normalisation, buffers.
        reads: of the activations that it computes on, one for each input or one for all.
        output: of what it gives.
        kept_bytes: those of its parameters, where a file tells them.
    """

    weights: int
    others: int
    reads: tuple[int, ...]
    output: int
    kept_bytes: int | None = None

    @property
    def activation(self) -> int:
        """The bits of the activations that its weights meet."""
        return self.reads[0] if self.reads else self.output

    @property
    def factor(self) -> int:
        """The bits of the activations that others are multiplied by."""
        return self.reads[-1] if self.reads else self.output

    @property
    def kind(self) -> str:
        """What its MACs are called: `w8a8`."""
        return f"w{self.weights}a{self.activation}"

    @property
    def product_kind(self) -> str:
        """What its products of activations are called: `a8a8`."""
        return f"a{self.activation}a{self.factor}"


class Stored(Record):
    """The bits of a quantised model's tensors, as its file has them.

    Attributes:
        layers: those of each layer, by name.
        inputs: those of each input of the network.
        scale_bytes: bytes of scales and zero points, which are no parameters.
    """

    layers: Mapping[str, LayerBits]
    inputs: Mapping[str, int]
    scale_bytes: int = 0


def bytes_of(values: int, bits: int) -> int:
    """The bytes of a tensor, the last one filled up.

    Example:
        >>> bytes_of(7, 4), bytes_of(7, 8), bytes_of(9, 1)
        (4, 7, 2)
    """
    return -(-values * bits // 8)
