"""Attention as PyTorch's exporter writes it becomes one layer of a spec again."""

from typing import Any

import pytest

import cnncalc
from cnncalc.interchange.channels_first import channels_first
from cnncalc.interchange.resolved.write import render_resolved

torch: Any = pytest.importorskip("torch", reason="PyTorch is not installed")
pytest.importorskip("onnx", reason="onnx is not installed")
pytestmark = pytest.mark.peers


class Block(torch.nn.Module):  # type: ignore[misc]
    """A block of a vision transformer, queries, keys and values made together or apart."""

    def __init__(self, *, is_joined: bool, bias: bool, softmax: bool = True) -> None:
        super().__init__()
        self.norm = torch.nn.LayerNorm(24)
        sizes = [72] if is_joined else [24, 24, 24]
        self.made = torch.nn.ModuleList([torch.nn.Linear(24, n, bias=bias) for n in sizes])
        self.out = torch.nn.Linear(24, 24)
        self.softmax = softmax

    def forward(self, x: Any) -> Any:
        n, length, width = x.shape
        y = self.norm(x)
        if len(self.made) == 1:
            parts = self.made[0](y).reshape(n, length, 3, 3, 8).permute(2, 0, 3, 1, 4).unbind(0)
        else:
            parts = [one(y).reshape(n, length, 3, 8).transpose(1, 2) for one in self.made]
        if self.softmax:
            y = torch.nn.functional.scaled_dot_product_attention(*parts)
        else:
            y = parts[0] @ parts[1].transpose(-1, -2) @ parts[2]
        return x + self.out(y.transpose(1, 2).reshape(n, length, width))


class Network(torch.nn.Module):  # type: ignore[misc]
    """Patches, a class token, positions, a block, and the class token's classes."""

    def __init__(self, block: Any) -> None:
        super().__init__()
        self.patches = torch.nn.Conv2d(3, 24, 4, stride=4)
        self.token = torch.nn.Parameter(torch.randn(1, 1, 24))
        self.places = torch.nn.Parameter(torch.randn(1, 17, 24))
        self.block = block
        self.head = torch.nn.Linear(24, 5)

    def forward(self, x: Any) -> Any:
        x = self.patches(x).flatten(2).transpose(1, 2)
        x = torch.cat((self.token.expand(len(x), -1, -1), x), dim=1) + self.places
        return self.head(self.block(x)[:, 0])


@pytest.mark.parametrize("is_joined", [True, False])
@pytest.mark.parametrize("bias", [True, False])
def test_a_vision_transformer_becomes_a_spec(*, is_joined: bool, bias: bool) -> None:
    network = Network(Block(is_joined=is_joined, bias=bias)).eval()
    read = cnncalc.from_torch(network, (3, 16, 16))
    graph = cnncalc.parse(render_resolved(channels_first(read)))
    names = [layer.op.name for layer in graph.layers]
    assert names == [
        "conv", "tokens", "learned", "concat", "learned", "add", "layer_norm", "attention", "add",
        "slice", "flatten", "linear",
    ]  # fmt: skip
    totals, before = cnncalc.summarize(graph).totals, cnncalc.summarize(read).totals
    assert totals.parameters == sum(one.numel() for one in network.parameters())
    assert (totals.macs, totals.product_macs) == (before.macs, before.product_macs)


def test_what_lacks_the_softmax_stays_as_it_is() -> None:
    network = Network(Block(is_joined=True, bias=True, softmax=False)).eval()
    graph = channels_first(cnncalc.from_torch(network, (3, 16, 16)))
    assert "attention" not in [layer.op.name for layer in graph.layers]


class Itself(torch.nn.Module):  # type: ignore[misc]
    """PyTorch's own attention, of tokens with themselves."""

    def __init__(self, *, is_fused: bool) -> None:
        super().__init__()
        self.attention = torch.nn.MultiheadAttention(24, 3, batch_first=True)
        self.is_fused = is_fused

    def forward(self, x: Any) -> Any:
        return self.attention(x, x, x, need_weights=not self.is_fused)[0]


@pytest.mark.parametrize("is_fused", [True, False])
def test_attention_of_pytorch_is_one_layer(*, is_fused: bool) -> None:
    network = Itself(is_fused=is_fused)
    graph = cnncalc.from_torch(network, (17, 24))
    assert [layer.op.notation() for layer in graph.layers] == ["attention 3"]
    said = cnncalc.parse(render_resolved(channels_first(graph)))
    assert [layer.op.name for layer in said.layers] == ["transpose", "attention", "transpose"]
    parameters = sum(one.numel() for one in network.parameters())
    assert cnncalc.summarize(said).totals.parameters == parameters


@pytest.mark.parametrize("norm_first", [True, False])
def test_an_encoder_of_pytorch_becomes_a_spec(*, norm_first: bool) -> None:
    layer = torch.nn.TransformerEncoderLayer(
        24, 3, 48, batch_first=True, norm_first=norm_first, activation="gelu"
    )
    graph = cnncalc.from_torch(layer, (17, 24))
    assert "forward" not in vars(layer)
    said = cnncalc.parse(render_resolved(channels_first(graph)))
    totals = cnncalc.summarize(said).totals
    assert totals.parameters == sum(one.numel() for one in layer.parameters())
    assert totals.macs == 17 * (4 * 24 * 24 + 2 * 24 * 48)
    assert totals.product_macs == 2 * 17 * 17 * 24
