"""The modules of the sets: their names, what makes them, and what they are run on."""

from random import Random
from typing import Any

MOST_PARAMETERS = 120_000_000


def timm_names(random: Random, count: int) -> list[str]:
    """Networks of timm, in an order of the seed."""
    import timm

    names = sorted(timm.list_models())
    random.shuffle(names)
    return names[: 3 * count]  # some are too large, and passed over


TORCHVISION = {
    "detection": (
        "fasterrcnn_mobilenet_v3_large_320_fpn", "fasterrcnn_mobilenet_v3_large_fpn",
        "fasterrcnn_resnet50_fpn", "fasterrcnn_resnet50_fpn_v2", "fcos_resnet50_fpn",
        "keypointrcnn_resnet50_fpn", "maskrcnn_resnet50_fpn", "maskrcnn_resnet50_fpn_v2",
        "retinanet_resnet50_fpn", "retinanet_resnet50_fpn_v2", "ssd300_vgg16",
        "ssdlite320_mobilenet_v3_large",
    ),
    "segmentation": (
        "deeplabv3_mobilenet_v3_large", "deeplabv3_resnet50", "deeplabv3_resnet101",
        "fcn_resnet50", "fcn_resnet101", "lraspp_mobilenet_v3_large",
    ),
    "video": (
        "mc3_18", "mvit_v1_b", "mvit_v2_s", "r2plus1d_18", "r3d_18", "s3d", "swin3d_t", "swin3d_s",
        "swin3d_b",
    ),
}  # fmt: skip


def transformers_names(random: Random, count: int) -> list[str]:
    """Kinds of models that `AutoModel` makes, in an order of the seed."""
    from transformers.models.auto.modeling_auto import MODEL_MAPPING_NAMES

    names = sorted(MODEL_MAPPING_NAMES)
    random.shuffle(names)
    return names[: 3 * count]


def module_of(kind: str, name: str, seed: int) -> tuple[Any, tuple[Any, ...], tuple[str, ...]]:
    """A module, its inputs, and the names of these."""
    import torch

    if kind == "timm":
        import timm

        size = timm.create_model(name, device="meta")
        if sum(one.numel() for one in size.parameters()) > MOST_PARAMETERS:
            raise LookupError("too large")
        shape = size.default_cfg.get("test_input_size") or size.default_cfg["input_size"]
        return timm.create_model(name), (torch.randn(1, *shape),), ("input",)
    if kind == "torchvision":
        from torchvision import models

        if name in TORCHVISION["video"]:
            side = 224 if name.startswith(("mvit", "s3d")) else 112  # what they accept
            module = models.get_model(name, weights=None)
            return module, (torch.randn(1, 3, 16, side, side),), ("input",)
        module = models.get_model(name, weights=None, weights_backbone=None)
        if name in TORCHVISION["detection"]:
            return module, ([torch.rand(3, 320, 320)],), ("input",)
        return module, (torch.randn(1, 3, 224, 224),), ("input",)
    return small_transformer(name, Random(f"{seed} {name}"))  # noqa: S311 - no secret


SMALL = {
    "hidden_size": (32, 48, 64), "d_model": (32, 64), "dim": (32, 64), "n_embd": (32, 64),
    "num_hidden_layers": (1, 2, 3), "n_layer": (1, 2), "n_layers": (1, 2), "num_layers": (1, 2),
    "encoder_layers": (1, 2), "decoder_layers": (1, 2), "vocab_size": (99, 200),
    "intermediate_size": (64, 96), "encoder_ffn_dim": (64,), "decoder_ffn_dim": (64,),
    "num_attention_heads": (4,), "n_head": (4,), "n_heads": (4,), "encoder_attention_heads": (4,),
    "decoder_attention_heads": (4,), "num_key_value_heads": (2, 4), "image_size": (32, 64),
    "patch_size": (8, 16), "max_position_embeddings": (64, 512), "head_dim": (8, 16),
    "pad_token_id": (0,),
}  # fmt: skip
"""What configurations of transformers call their sizes, and small ones for these."""


def small_transformer(name: str, random: Random) -> tuple[Any, tuple[Any, ...], tuple[str, ...]]:
    """A model of a small configuration, and an input by the name that it has there."""
    import torch
    from transformers import AutoConfig, AutoModel

    known = AutoConfig.for_model(name)
    chosen = {key: random.choice(sizes) for key, sizes in SMALL.items() if hasattr(known, key)}
    config = AutoConfig.for_model(name, **chosen)
    config.return_dict, config.use_cache = False, False
    module = AutoModel.from_config(config)
    if sum(one.numel() for one in module.parameters()) > MOST_PARAMETERS:
        raise LookupError("too large")
    main = module.main_input_name
    if main == "pixel_values":
        size = getattr(config, "image_size", 64)
        sides = size if isinstance(size, list | tuple) else (size, size)
        return module, (torch.randn(1, getattr(config, "num_channels", 3), *sides),), (main,)
    if main == "input_values":
        return module, (torch.randn(1, 4000),), (main,)
    if main != "input_ids":
        raise LookupError(f"an input `{main}`")
    tokens = torch.randint(2, chosen.get("vocab_size", 99), (1, 16))
    if getattr(config, "is_encoder_decoder", False):
        names = main, "attention_mask", "decoder_input_ids"
        return by_name(module, names), (tokens, torch.ones_like(tokens), tokens), names
    return by_name(module, (main,)), (tokens,), (main,)


def by_name(module: Any, names: tuple[str, ...]) -> Any:
    """A module that hands its inputs on by their names."""
    import torch

    class Named(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.model = module

        def forward(self, *inputs: Any) -> Any:
            return self.model(**dict(zip(names, inputs, strict=True)), use_cache=False)

    return Named()
