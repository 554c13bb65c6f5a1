"""A network of torchvision or timm, and its uses of weights as it runs."""

from collections.abc import Iterator
from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

from zoo.modules import MODULES
from zoo.use import Shape, Use


def _load_torchvision() -> Any:
    """The operators that torchvision asks for, without its compiled part.

    It may be built for another PyTorch, and no network here calls it. What they return keeps them.
    """
    own = torch.library.Library("torchvision", "FRAGMENT")
    try:
        import torchvision  # noqa: F401 - it may stop here
    except RuntimeError:
        for operator in ("nms", "qnms"):
            own.define(f"{operator}(Tensor boxes, Tensor scores, float iou_threshold) -> Tensor")
    return own


OPERATORS = _load_torchvision()


def built(reference: str, device: str = "cpu") -> Any:
    """The network that a reference names, without trained weights, as it is used.

    `torchvision:NAME` (`NAME_aux` with its training heads), `timm:NAME`, or the bundled network's
    own name where a paper is followed that no library does.
    """
    library, _, name = reference.partition(":")
    make = {"timm": _timm, "torchvision": _torchvision}.get(library)
    if make is None:
        with torch.device(device):
            return MODULES[reference]().eval()
    try:
        with torch.device(device):
            return make(name).eval()
    except (NotImplementedError, RuntimeError):
        # Sizes are computed by tensors here and there, which must have values.
        with WithoutWeights():
            return make(name).to(device).eval()


def _timm(name: str) -> Any:
    import timm

    return timm.create_model(name, pretrained=False)


def _torchvision(name: str) -> Any:
    import torchvision

    options: dict[str, Any] = {"weights": None}
    stem = name.removesuffix("_aux")
    if stem in {"googlenet", "inception_v3"}:
        options |= {"init_weights": False, "aux_logits": name != stem}
    elif stem.startswith(("fcn_", "deeplabv3_")):
        options |= {"weights_backbone": None, "aux_loss": name != stem}
    elif stem.startswith(("lraspp_", "fasterrcnn_", "retinanet_")):
        options |= {"weights_backbone": None}
    return torchvision.models.get_model(stem, **options)


class WithoutWeights(TorchFunctionMode):  # type: ignore[misc]
    """Makes tensors that are filled later, as weights are, without memory for values."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func is torch.empty:
            kwargs = {**(kwargs or {}), "device": "meta"}
        return func(*args, **(kwargs or {}))


SHAPED = {torch.Tensor.reshape_as, torch.Tensor.view_as, torch.Tensor.expand_as}
"""What reads of its second tensor the shape alone."""


class Watch(TorchFunctionMode):  # type: ignore[misc]
    """Follows values and weights through all that PyTorch is asked to do."""

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.uses: list[Use] = []
        self.network = network
        # By identity, as tensors compare by value; each is kept, so that no identity is reused.
        self.kept: list[Any] = []
        self.sources: dict[int, frozenset[int]] = {}
        self.weights: dict[int, dict[str, Shape]] = {}
        self.trained = {name for name, _ in network.named_parameters()}
        for name, tensor in (*network.named_parameters(), *network.named_buffers()):
            if not name.endswith("num_batches_tracked"):
                shape = tuple(tensor.shape)
                if "position_bias_table" in name and len(shape) == 3:
                    shape = (shape[0], shape[1] * shape[2])
                self.weights[id(tensor)] = {name: shape}
                self.kept.append(tensor)  # a network may put another in its place

    def begin(self, tensor: Any) -> None:
        """Take a tensor for the network's input."""
        self.kept.append(tensor)
        self.sources[id(tensor)] = frozenset({-1})

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func is torch.addcmul:  # a factor, and then a term
            with self:
                return args[1] * args[2] + args[0]
        given = list(tensors_in(args[:1] if func in SHAPED else (args, kwargs or {})))
        result = func(*args, **(kwargs or {}))
        reads = frozenset[int]().union(*(self.sources.get(id(one), ()) for one in given))
        used = {k: v for one in given for k, v in self.weights.get(id(one), {}).items()}
        outputs = list(tensors_in(result))
        if func is torch.Tensor.__setitem__:
            outputs = [args[0]]
        if not outputs:
            return result
        self.kept += outputs
        if reads and self.tells(func, used):
            reads, used = self.note(func, used, given, outputs[0].numel()), {}
        for one in outputs:
            if reads:
                self.sources[id(one)] = reads
                self.weights.pop(id(one), None)
            elif used and id(one) not in self.weights:
                self.weights[id(one)] = used
        return result

    def note(
        self, func: Any, used: dict[str, Shape], given: list[Any], elements: int
    ) -> frozenset[int]:
        """Add a use of weights, and say what its values come from."""
        reads = frozenset[int]().union(*(self.sources.get(id(one), ()) for one in given))
        name = next(iter(used)).rpartition(".")[0]
        if func not in {nn.functional.batch_norm, torch.batch_norm}:
            used = {key: one for key, one in used.items() if key in self.trained}
        is_attention = func is nn.functional.scaled_dot_product_attention
        if is_attention:  # told by its scores
            queries, keys = given[:2]
            elements = queries.numel() // queries.shape[-1] * keys.shape[-2]
        self.uses.append(Use(name, used, elements, reads))
        # The values of attention do not pass the weights of its scores.
        return frozenset({len(self.uses) - 1}) | (reads if is_attention else frozenset())

    def tells(self, func: Any, used: dict[str, Shape]) -> bool:
        """Whether weights are used: a table of places, or a filter that is fixed, has none."""
        if func in {nn.functional.batch_norm, torch.batch_norm}:
            return bool(used)
        return not self.trained.isdisjoint(used)


def tensors_in(value: Any) -> Iterator[Any]:
    """The tensors in arguments, however they are nested."""
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from tensors_in(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from tensors_in(one)


def peer_uses(network: Any, shape: Shape) -> list[Use]:
    """Every use of weights in a run on an input of that shape, in order."""
    device = next(network.parameters()).device
    example = torch.zeros(1, *shape, device=device, dtype=next(network.parameters()).dtype)
    watch = Watch(network)
    with torch.no_grad(), watch:
        watch.begin(example)
        network(example)
    return watch.uses
