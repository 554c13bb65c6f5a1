"""Modules of PyTorch by the hundred, held against PyTorch: `python tests/benchmarks/modules.py`.

Each is read by `from_torch`, and its parameters and MACs are held against `sum(p.numel())` and
half of what `torch.utils.flop_counter.FlopCounterMode` counts. What cannot be counted is partial,
by name; what cannot be read is refused, by name. Sets: `timm` (a sample by `--seed`), `vision`,
`transformers` (random small configurations; nothing is downloaded).
"""

import argparse
import gc
import random
import signal
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from math import prod
from typing import Any

import torch
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

import cnncalc

Case = tuple[str, Callable[[], Any], Any]
"""A name, what makes the module, and what it is run on."""

LARGEST = 300_000_000
"""Parameters beyond which a model of timm is left out."""

MOST_SECONDS = 240
LONG_INPUT = 400


def main() -> None:
    """Read, compare and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("set", choices=SETS)
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("names", nargs="*")
    told = parser.parse_args()
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    found: Counter[str] = Counter()
    for name, make, given in SETS[told.set](told.seed, told.count):
        if told.names and name not in told.names:
            continue
        verdict, why = judged(make, given)
        found[verdict] += 1
        if verdict != "exact" or told.names:
            print(f"{verdict:8} {name}: {why}", flush=True)
        gc.collect()
    print(f"{sum(found.values())} of {told.set}, seed {told.seed}: {dict(found)}")
    sys.exit(found["wrong"] > 0)


def judged(make: Callable[[], Any], given: Any) -> tuple[str, str]:
    """Whether a module is read exactly, in part, wrongly or not at all, and why."""
    signal.signal(signal.SIGALRM, too_long)
    signal.alarm(MOST_SECONDS)
    try:
        try:
            module = make().eval()
        except Exception as fault:  # noqa: BLE001 - a configuration that is none
            return "unbuilt", f"{type(fault).__name__}: {fault}"[:100]
        graph = cnncalc.from_torch(module, given)
        return compared(make, module, graph, given)
    except cnncalc.SpecError as fault:
        return "refused", str(fault)[:200]
    except TimeoutError:
        return "slow", f"over {MOST_SECONDS} s"
    finally:
        signal.alarm(0)


def too_long(*_: Any) -> None:
    """End what takes too long."""
    raise TimeoutError


def compared(
    make: Callable[[], Any], module: Any, graph: cnncalc.Graph, given: Any
) -> tuple[str, str]:
    """The counts of a graph against PyTorch's."""
    summary = cnncalc.summarize(graph)
    held = sum(one.numel() for one in module.parameters())
    unused = sum(map(prod, graph.unused.values()))
    ours = summary.totals.parameters + unused
    if ours != held:
        return "wrong", f"{ours:,} parameters for {held:,}"
    macs = summary.totals.macs + summary.totals.product_macs
    try:
        theirs = counted(module, given, "cpu") if isinstance(given, dict) else None
        theirs = counted(make().eval().to("meta"), given, "meta") if theirs is None else theirs
    except (RuntimeError, NotImplementedError):
        theirs = counted(module, given, "cpu")
    if summary.status != "complete":
        return "partial", f"{summary.status}; {macs:,} of {theirs:,}"
    if macs != theirs:
        return "differs", f"{macs:,} MACs for {theirs:,}"
    return "exact", f"{macs:,} MACs, {held:,} parameters"


def counted(module: Any, given: Any, device: str) -> int:
    """Half of the operations that PyTorch counts."""
    torch.backends.mha.set_fastpath_enabled(value=False)
    for one in module.parameters():
        one.requires_grad = False  # the counter stumbles over parameters that are handed on
    # Of the fused form of attention on a CPU nothing is counted.
    plain = sdpa_kernel(SDPBackend.MATH)
    with torch.no_grad(), plain, FlopCounterMode(display=False) as counter:
        if isinstance(given, dict):
            module(
                **{
                    name: torch.zeros(one, dtype=torch.int64, device=device)
                    for name, one in given.items()
                }
            )
        else:
            sizes = given if isinstance(given, list) else [given]
            module(*(torch.zeros(1, *size, device=device) for size in sizes))
    return int(counter.get_total_flops()) // 2


def of_timm(seed: int, count: int) -> Iterator[Case]:
    """A sample of the models of timm."""
    import timm

    names = timm.list_models()
    random.Random(seed).shuffle(names)  # noqa: S311 - a sample
    taken = 0
    for name in names:
        if taken == count:
            return
        with torch.device("meta"):
            model = timm.create_model(name)
        size = tuple(model.default_cfg["input_size"])
        if sum(one.numel() for one in model.parameters()) > LARGEST or size[1] > LONG_INPUT:
            continue
        taken += 1
        yield name, partial(timm.create_model, name), size


SIZES = {"inception_v3": (3, 299, 299), "vit_h_14": (3, 224, 224)}


def of_vision(_seed: int, _count: int) -> Iterator[Case]:
    """Classification, segmentation, video, flow and detection of torchvision."""
    import torchvision
    from torchvision import models

    parts = (None, models.segmentation, models.video, models.optical_flow, models.detection)
    for part in parts:
        for name in models.list_models(module=part or models):
            yield (
                name,
                partial(models.get_model, name, **settings(name)),
                size_of(torchvision, part, name),
            )


def settings(name: str) -> dict[str, Any]:
    """No weights are loaded."""
    has_backbone = any(
        word in name for word in ("rcnn", "retina", "fcos", "ssd", "deeplab", "fcn")
    )
    given: dict[str, Any] = {"weights": None}
    if has_backbone or "lraspp" in name:
        given["weights_backbone"] = None
    if name in {"googlenet", "inception_v3"}:
        given["init_weights"] = False
    return given


def size_of(torchvision: Any, part: Any, name: str) -> Any:
    """What a network of torchvision is run on."""
    models = torchvision.models
    if part is models.video:
        return (3, 16, 224, 224)
    if part is models.optical_flow:
        return [(3, 128, 128), (3, 128, 128)]
    return SIZES.get(name, (3, 224, 224))


SMALL: dict[str, Any] = {
    "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 64,
    "vocab_size": 99, "max_position_embeddings": 64, "num_key_value_heads": 2, "head_dim": 8,
    "n_embd": 32, "n_layer": 2, "n_head": 4, "n_positions": 64, "d_model": 32, "num_layers": 2,
    "num_heads": 4, "d_kv": 8, "d_ff": 64, "embedding_size": 16, "dim": 32, "n_heads": 4,
    "n_layers": 2, "hidden_dim": 64, "encoder_layers": 2, "decoder_layers": 2, "pad_token_id": 0,
    "encoder_attention_heads": 4, "decoder_attention_heads": 4, "encoder_ffn_dim": 64,
    "decoder_ffn_dim": 64, "ffn_dim": 64, "word_embed_proj_dim": 32, "bos_token_id": 1,
    "eos_token_id": 2, "rotary_dim": 4, "image_size": 32, "patch_size": 8, "use_cache": False,
}  # fmt: skip
"""Settings that make a network small, under the names that configurations have for them."""

TEXTS = (
    "bert", "roberta", "distilbert", "albert", "electra", "gpt2", "gpt_neox", "gptj", "opt",
    "bloom", "llama", "mistral", "qwen2", "qwen3", "gemma", "phi", "falcon", "mpnet", "deberta-v2",
    "xlnet", "t5", "bart", "mamba", "nystromformer", "fnet", "olmo", "stablelm", "starcoder2",
    "granite",
)  # fmt: skip
IMAGES = ("vit", "deit", "beit", "convnext", "resnet", "dinov2", "swin", "segformer", "mobilevit")


def of_transformers(seed: int, _count: int) -> Iterator[Case]:
    """Architectures of transformers with small random configurations."""
    from transformers import AutoConfig, AutoModel

    chance = random.Random(seed)  # noqa: S311 - a sample
    sizes = {"swin": 224, "segformer": 64, "convnext": 64, "resnet": 64, "mobilevit": 64}
    for name in (*TEXTS, *IMAGES):
        size = (3, sizes.get(name, 32), sizes.get(name, 32))
        layers, length = chance.randint(1, 3), chance.randint(8, 40)
        width = {"num_hidden_layers": layers, "n_layer": layers, "num_layers": layers}

        def build(name: str = name, width: dict[str, Any] = width, size: Any = size) -> Any:
            plain = AutoConfig.for_model(name)
            given = {key: one for key, one in {**SMALL, **width}.items() if key in plain.to_dict()}
            if name in {"swin", "segformer", "convnext", "resnet", "mobilevit"}:
                given = {"image_size": size[1]} if hasattr(plain, "image_size") else {}
            return AutoModel.from_config(AutoConfig.for_model(name, **given))

        text = {"input_ids": (1, length)}
        if name in {"t5", "bart"}:
            text["decoder_input_ids"] = (1, length)
        yield name, build, text if name in TEXTS else size


SETS = {"timm": of_timm, "vision": of_vision, "transformers": of_transformers}

if __name__ == "__main__":
    main()
