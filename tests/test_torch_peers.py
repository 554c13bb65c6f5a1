"""Modules of PyTorch as they are handed in: what is held, what is given, and how they are left."""

import sys
from collections.abc import Mapping
from math import prod
from typing import Any

import pytest

import cnncalc

pytestmark = pytest.mark.peers

pytest.importorskip("torch", reason="PyTorch is not installed")
pytest.importorskip("onnx", reason="onnx is not installed")

import torch  # noqa: E402 - it may be missing
from torch import nn  # noqa: E402
from torch.nn import functional  # noqa: E402
from torch.utils.flop_counter import FlopCounterMode  # noqa: E402

torch.set_num_threads(1)


def held(module: Any, graph: cnncalc.Graph) -> tuple[int, int, int]:
    """The parameters that are counted, those that are kept apart, and all that PyTorch counts."""
    counted = cnncalc.summarize(graph).totals.parameters
    apart = sum(map(prod, graph.unused.values()))
    return counted, apart, sum(one.numel() for one in module.parameters())


class Frozen(nn.Module):  # type: ignore[misc]
    """A batch normalisation whose four tensors are buffers."""

    def __init__(self) -> None:
        super().__init__()
        for name in ("weight", "bias", "running_mean", "running_var"):
            self.register_buffer(name, torch.ones(8))

    def forward(self, x: Any) -> Any:
        scale = self.weight * (self.running_var + 1e-5).rsqrt()
        shift = self.bias - self.running_mean * scale
        return x * scale.reshape(1, -1, 1, 1) + shift.reshape(1, -1, 1, 1)


def test_buffers_are_no_parameters() -> None:
    module = nn.Sequential(nn.Conv2d(3, 8, 3, bias=False), Frozen())
    assert held(module, cnncalc.from_torch(module, (3, 8, 8))) == (216, 0, 216)


class Heads(nn.Module):  # type: ignore[misc]
    """A head is used in training only."""

    def __init__(self) -> None:
        super().__init__()
        self.body, self.aux = nn.Linear(4, 4), nn.Linear(4, 2)

    def forward(self, x: Any) -> Any:
        return (self.body(x), self.aux(x)) if self.training else self.body(x)


def test_parameters_that_no_layer_uses_are_said_and_kept_apart() -> None:
    module = Heads()
    graph = cnncalc.from_torch(module, (4,))
    assert held(module, graph) == (20, 10, 30)
    assert dict(graph.unused) == {"aux.weight": (2, 4), "aux.bias": (2,)}
    assert graph.notes == ("10 parameters that no layer uses are not counted: `aux`",)


class Rotary(nn.Module):  # type: ignore[misc]
    """Attention over positions that are turned, in complex numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv, self.out = nn.Linear(16, 48), nn.Linear(16, 16)

    def forward(self, x: Any) -> Any:
        q, k, v = self.qkv(x).reshape(1, -1, 3, 2, 8).permute(2, 0, 3, 1, 4).unbind(0)
        angles = torch.outer(torch.arange(q.shape[2]), 1 / 100 ** (torch.arange(4) / 4))
        turn = torch.polar(torch.ones_like(angles), angles)
        q, k = (
            torch.view_as_real(torch.view_as_complex(one.reshape(*one.shape[:-1], 4, 2)) * turn)
            .flatten(3)
            .type_as(v)
            for one in (q, k)
        )
        seen = functional.scaled_dot_product_attention(q, k, v)
        return self.out(seen.transpose(1, 2).reshape(1, -1, 16))


class Folded(nn.Module):  # type: ignore[misc]
    def __init__(self) -> None:
        super().__init__()
        self.each = nn.Conv1d(12, 12, 1)

    def forward(self, x: Any) -> Any:
        cut = functional.unfold(x, 2, stride=2)
        return functional.fold(self.each(cut), x.shape[-2:], 2, stride=2)


class Written(nn.Module):  # type: ignore[misc]
    """Writes to parts of a tensor, in place."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Linear(4, 4)

    def forward(self, x: Any) -> Any:
        found = torch.zeros_like(x)
        found[:, 1:] = self.body(x)[:, 1:]
        return found.relu_()


REFUSED_BY_THE_EXPORTER: Mapping[str, tuple[Any, Any]] = {
    "rotary": (Rotary(), (5, 16)),
    "transformer": (nn.Transformer(16, 2, 1, 1, 32, batch_first=True), [(5, 16), (6, 16)]),
    "rms norm": (nn.Sequential(nn.Linear(8, 8), nn.RMSNorm(8)), (5, 8)),
    "fold": (Folded(), (3, 8, 8)),
    "written": (Written(), (4,)),
    "adaptive": (nn.Sequential(nn.AdaptiveAvgPool2d(3), nn.Conv2d(3, 4, 3)), (3, 8, 8)),
}


@pytest.mark.parametrize("name", REFUSED_BY_THE_EXPORTER)
@pytest.mark.filterwarnings("ignore")
def test_what_an_exporter_refuses_counts_as_pytorch_counts_it(name: str) -> None:
    from torch.nn.attention import SDPBackend, sdpa_kernel  # noqa: PLC0415

    module, given = REFUSED_BY_THE_EXPORTER[name]
    graph = cnncalc.from_torch(module, given)
    summary = cnncalc.summarize(graph)
    counted, apart, whole = held(module, graph)
    assert (counted, apart) == (whole, 0)
    sizes = given if isinstance(given, list) else [given]
    torch.backends.mha.set_fastpath_enabled(value=False)
    # Of the fused form of attention on a CPU PyTorch counts nothing.
    with torch.no_grad(), sdpa_kernel(SDPBackend.MATH), FlopCounterMode(display=False) as counter:
        module.eval()(*(torch.zeros(1, *size) for size in sizes))
    torch.backends.mha.set_fastpath_enabled(value=True)
    macs = summary.totals.macs + summary.totals.product_macs
    assert 2 * macs == counter.get_total_flops()
    assert summary.status == "complete"


class Tokens(nn.Module):  # type: ignore[misc]
    def __init__(self) -> None:
        super().__init__()
        self.table, self.head = nn.Embedding(50, 16), nn.Linear(16, 4)

    def forward(self, input_ids: Any, attention_mask: Any = None, *, scale: float = 1.0) -> Any:
        y = self.table(input_ids)
        if attention_mask is not None:
            y *= attention_mask[..., None]
        return {"logits": self.head(y) * scale, "pooled": y.mean(1)}


@pytest.mark.parametrize(
    "given",
    [
        (12,),
        ((12,), torch.int32),
        torch.zeros(3, 12, dtype=torch.int64),
        {"input_ids": (12,)},
        {"input_ids": (1, 12)},
        {"attention_mask": (12,), "input_ids": (12,)},
    ],
)
def test_tokens_are_given_in_any_way(given: Any) -> None:
    graph = cnncalc.from_torch(Tokens(), given)
    summary = cnncalc.summarize(graph)
    assert set(graph.inputs.values()) == {(12,)}
    assert dict(summary.outputs) == {"logits": (12, 4), "pooled": (16,)}
    assert (summary.totals.parameters, summary.totals.macs) == (868, 768)


def plain() -> Any:
    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Conv2d(4, 2, 1))


WRAPPED = {
    "compiled": torch.compile,
    "parallel": nn.DataParallel,
    "scripted": torch.jit.script,
    "traced": lambda module: torch.jit.trace(module, torch.zeros(1, 3, 8, 8)),
    "without values": lambda module: module.to("meta"),
    "half": lambda module: module.half(),
}


@pytest.mark.parametrize("way", WRAPPED)
@pytest.mark.filterwarnings("ignore")
def test_a_wrapped_module_is_the_module_within(way: str) -> None:
    module = WRAPPED[way](plain())
    graph = cnncalc.from_torch(module, (3, 8, 8))
    assert held(module, graph) == (122, 0, 122)
    assert cnncalc.summarize(graph).totals.macs == 6 * 6 * (4 * 27 + 2 * 4)


def test_sixteen_gigabytes_of_weights_are_not_made() -> None:
    module = nn.Sequential(
        *[nn.Linear(20_000, 20_000, bias=False, device="meta") for _ in range(10)]
    )
    assert held(module, cnncalc.from_torch(module, 20_000)) == (4 * 10**9, 0, 4 * 10**9)


class Keeps(nn.Module):  # type: ignore[misc]
    """Keeps what it saw, in attributes and a buffer."""

    steps: Any

    def __init__(self) -> None:
        super().__init__()
        self.body, self.drop = nn.Linear(4, 4), nn.Dropout()
        self.register_buffer("steps", torch.zeros(1))
        self.last = None

    def forward(self, x: Any) -> Any:
        self.steps = self.steps + 1
        self.last = x
        return self.drop(self.body(x))


def test_a_module_keeps_nothing_of_being_read() -> None:
    module = Keeps()
    module.drop.eval()
    before = {id(part): dict(vars(part)) for part in module.modules()}
    weight = module.body.weight
    cnncalc.from_torch(module, (4,))
    assert [part.training for part in module.modules()] == [True, True, False]
    assert {id(part): dict(vars(part)) for part in module.modules()} == before
    assert module.body.weight is weight
    assert (module.last, float(module.steps)) == (None, 0.0)


class Chooses(nn.Module):  # type: ignore[misc]
    """What it runs depends on values: it has to run in earnest."""

    def __init__(self) -> None:
        super().__init__()
        self.one, self.other = nn.Linear(4, 4), nn.Linear(4, 8)

    def forward(self, x: Any) -> Any:
        return self.one(x) if x.sum() > 0 else self.other(x)


def test_what_depends_on_values_is_run() -> None:
    module = Chooses()
    graph = cnncalc.from_torch(module, (4,))
    assert held(module, graph) == (40, 20, 60)
    assert "may depend on values" in graph.notes[-1]


def test_parameters_without_a_shape_are_refused() -> None:
    with pytest.raises(cnncalc.SpecError, match="`weight` of `LazyLinear` has no shape yet"):
        cnncalc.from_torch(nn.LazyLinear(4), (4,))


def test_nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    class Speaks(nn.Module):  # type: ignore[misc]
        def forward(self, x: Any) -> Any:
            sys.stdout.write("here")
            return x.nonzero()

    cnncalc.from_torch(Speaks(), (4,))
    assert capfd.readouterr() == ("", "")
