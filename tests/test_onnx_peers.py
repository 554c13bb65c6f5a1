"""Modules of PyTorch, read directly: every number as PyTorch itself has it."""

from typing import Any

import pytest

import cnncalc

pytestmark = pytest.mark.peers

pytest.importorskip("torch", reason="PyTorch is not installed")
pytest.importorskip("onnx", reason="onnx is not installed")

import torch  # noqa: E402 - it may be missing
from torch import nn  # noqa: E402

torch.set_num_threads(1)


class Residual(nn.Module):  # type: ignore[misc]
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(channels, channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(channels),
            nn.ReLU(),
            nn.Conv2d(channels, channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(channels),
        )

    def forward(self, x: Any) -> Any:
        return torch.relu(x + self.body(x))


class Squeeze(nn.Module):  # type: ignore[misc]
    def __init__(self) -> None:
        super().__init__()
        self.down, self.up = nn.Conv2d(8, 2, 1), nn.Conv2d(2, 8, 1)

    def forward(self, x: Any) -> Any:
        gate = self.up(torch.nn.functional.silu(self.down(x.mean((2, 3), keepdim=True))))
        return x * torch.sigmoid(gate)


class Unet(nn.Module):  # type: ignore[misc]
    def __init__(self) -> None:
        super().__init__()
        self.down, self.low = nn.Conv2d(3, 8, 3, padding=1), nn.Conv2d(8, 16, 3, padding=1)
        self.up, self.out = nn.ConvTranspose2d(16, 8, 2, stride=2), nn.Conv2d(16, 2, 1)

    def forward(self, x: Any) -> Any:
        first = torch.relu(self.down(x))
        low = torch.relu(self.low(torch.max_pool2d(first, 2)))
        return self.out(torch.cat([first, self.up(low)], 1))


class Attention(nn.Module):  # type: ignore[misc]
    def __init__(self) -> None:
        super().__init__()
        self.position = nn.Parameter(torch.zeros(1, 16, 12))
        self.cut, self.qkv, self.out = nn.Conv2d(3, 12, 2, 2), nn.Linear(12, 36), nn.Linear(12, 12)
        self.norm = nn.LayerNorm(12)

    def forward(self, x: Any) -> Any:
        x = self.cut(x).flatten(2).transpose(1, 2) + self.position
        q, k, v = self.qkv(self.norm(x)).reshape(-1, 16, 3, 2, 6).permute(2, 0, 3, 1, 4).unbind(0)
        seen = torch.softmax(q @ k.transpose(-2, -1) * 6**-0.5, -1) @ v
        return self.out(seen.transpose(1, 2).reshape(-1, 16, 12)).mean(1)


class Tied(nn.Module):  # type: ignore[misc]
    def __init__(self) -> None:
        super().__init__()
        self.one, self.other = nn.Linear(8, 8), nn.Linear(8, 8)
        self.other.weight = self.one.weight

    def forward(self, x: Any) -> Any:
        return self.other(torch.relu(self.one(x)))


MODULES: dict[str, tuple[Any, tuple[int, ...]]] = {
    "residual": (nn.Sequential(nn.Conv2d(3, 8, 3), *[Residual(8) for _ in range(3)]), (3, 16, 16)),
    "squeeze": (nn.Sequential(nn.Conv2d(3, 8, 3), Squeeze(), nn.Hardswish()), (3, 16, 16)),
    "unet": (Unet(), (3, 16, 16)),
    "attention": (Attention(), (3, 8, 8)),
    "tied": (Tied(), (8,)),
    "generator": (
        nn.Sequential(
            nn.ConvTranspose2d(10, 8, 4, bias=False),
            nn.BatchNorm2d(8),
            nn.ReLU(),
            nn.ConvTranspose2d(8, 3, 4, 2, 1),
            nn.Tanh(),
        ),
        (10, 1, 1),
    ),
    "super-resolution": (
        nn.Sequential(nn.Conv2d(3, 12, 3, padding=1), nn.PReLU(12), nn.PixelShuffle(2)),
        (3, 9, 9),
    ),
    "sequence": (nn.Sequential(nn.Conv1d(4, 8, 3), nn.GELU(), nn.AdaptiveAvgPool1d(1)), (4, 20)),
    "volume": (
        nn.Sequential(nn.Conv3d(2, 4, 3), nn.GroupNorm(2, 4), nn.AvgPool3d(2)),
        (2, 8, 8, 8),
    ),
}


@pytest.mark.parametrize("name", MODULES)
@pytest.mark.filterwarnings("ignore")
def test_a_module_counts_as_pytorch_counts_it(name: str) -> None:
    from torch.utils.flop_counter import FlopCounterMode  # noqa: PLC0415

    module, size = MODULES[name]
    summary = cnncalc.summarize(cnncalc.from_torch(module, size))
    assert summary.totals.parameters == sum(one.numel() for one in module.parameters())
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        output = module.eval()(torch.zeros(1, *size))
    products = 2 * summary.totals.product_macs  # which PyTorch does not tell apart
    assert summary.totals.flops + products == counter.get_total_flops()
    assert list(summary.outputs.values()) == [tuple(output.shape[1:])]
    assert summary.status == "complete"


def test_a_module_is_left_as_it_was() -> None:
    module = nn.Sequential(nn.Linear(4, 2), nn.Dropout())
    module[0].eval()
    cnncalc.from_torch(module, (4,))
    assert (module.training, module[0].training) == (True, False)


class Several(nn.Module):  # type: ignore[misc]
    def __init__(self) -> None:
        super().__init__()
        self.left, self.right = nn.Conv2d(3, 8, 3), nn.Conv2d(1, 8, 3)

    def forward(self, image: Any, mask: Any) -> Any:
        both = self.left(image) + self.right(mask)
        return {"features": both, "score": both.mean((1, 2, 3))}


def test_inputs_and_outputs_have_the_names_that_the_module_has() -> None:
    graph = cnncalc.from_torch(Several(), [(3, 8, 8), (1, 8, 8)])
    assert graph.inputs == {"image": (3, 8, 8), "mask": (1, 8, 8)}
    assert list(graph.outputs) == ["features", "score"]
    assert cnncalc.summarize(graph).totals.parameters == 304
    assert list(cnncalc.from_torch(nn.Linear(4, 2), 4).outputs) == ["output"]


@pytest.mark.filterwarnings("ignore")
def test_attention_is_read_with_its_fused_form_left_on() -> None:
    class Attention(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.heads = nn.MultiheadAttention(16, 2, batch_first=True)

        def forward(self, x: Any) -> Any:
            return self.heads(x, x, x, need_weights=False)[0]

    graph = cnncalc.from_torch(Attention(), (5, 16))
    assert cnncalc.summarize(graph).totals.parameters == 1088
    assert torch.backends.mha.get_fastpath_enabled()


@pytest.mark.parametrize("size", [(), [], "3x4x4", (3, -1), (3.0, 4), [(3, 4), ()], None])
def test_what_is_no_shape_is_refused(size: Any) -> None:
    with pytest.raises(TypeError, match=r"not a shape as \(3, 224, 224\)"):
        cnncalc.from_torch(nn.Linear(4, 2), size)


def test_what_is_no_module_is_refused() -> None:
    with pytest.raises(TypeError, match=r"not a torch\.nn\.Module: 'resnet50'"):
        cnncalc.from_torch("resnet50", (3, 224, 224))


def test_what_the_exporter_does_not_know_is_uncounted_by_name(
    capfd: pytest.CaptureFixture[str],
) -> None:
    class Inverse(nn.Module):  # type: ignore[misc]
        def forward(self, x: Any) -> Any:
            return torch.linalg.inv(x)

    summary = cnncalc.summarize(cnncalc.from_torch(Inverse(), (3, 3)))
    assert summary.status == "partial: 1 layer uncounted (aten:linalg_inv_ex x 1)"
    assert capfd.readouterr() == ("", "")


def test_what_does_not_run_is_refused() -> None:
    class Odd(nn.Module):  # type: ignore[misc]
        def forward(self, x: Any) -> Any:
            raise ValueError("no such thing")

    with pytest.raises(cnncalc.SpecError, match="E701 PyTorch cannot run `Odd` on 1x3: no such"):
        cnncalc.from_torch(Odd(), (3,))
