"""Whether a spec is wired as its reference is, by the uses of weights and by what it computes.

From `tests/`, with a Python that has PyTorch, torchvision and timm:

    python -m zoo.wiring ../specs/resnet.yaml:50          # what `reference` names there
    python -m zoo.wiring net.yaml --reference timm:dla34  # or what is named here
    python -m zoo.wiring resnet:50 --values               # and what it computes (slower)
    python -m zoo.wiring net.yaml --list                  # both lists of uses side by side

A use is one operation that reads weights (a convolution, a norm, learned factors). Both networks
run, the reference without memory for its values, and each use is held against the other network's
by the shapes of its weights, the elements that it gives, and all that it is computed from. So
totals and wiring must be right; the order of branches may differ. With `--values` the reference
gets random weights, the PyTorch source that cnncalc writes gets the same, and both must give the
same output: activations, poolings, epsilons and orders of channels must be right, too.
"""

import argparse
import sys
from itertools import permutations
from math import prod
from typing import Any

import torch
from torch_sources import made

from cnncalc.facts import read_shape
from cnncalc.graph import Graph
from cnncalc.interchange.torch.write import render_torch
from cnncalc.spec import Selection, build
from cnncalc.spec.library import find
from zoo.own import own_uses
from zoo.peer import built, peer_uses, tensors_in
from zoo.use import Shape, Use, bare, difference, pairs

TOLERANCE = 1e-6
"""In float64, relative to the largest value: what order of sums leaves is a thousandth of it."""


def loaded(name: str, inputs: Shape | None = None) -> Graph:
    """The graph of a spec, on another input if one is given."""
    source = find(name)
    return build(
        source.text, source.file, Selection(source.variant, {}, {None: inputs} if inputs else {})
    )


def wiring(graph: Graph, reference: str) -> str | None:
    """The first use of weights in which a graph differs from its reference, or None."""
    [shape] = graph.inputs.values()
    return difference(own_uses(graph), peer_uses(built(reference, "meta"), shape))


def values(graph: Graph, reference: str) -> str | None:
    """What differs in what they compute, or None."""
    [shape] = graph.inputs.values()
    torch.manual_seed(0)
    peer = randomised(built(reference).double())
    matched = pairs(own_uses(graph), peer_uses(peer, shape))
    state = dict(peer.named_parameters()) | dict(peer.named_buffers())
    given: dict[str, Any] = {}
    for one, other in matched:
        given |= {name: state[found] for name, found in _tensors(one, other)}
    network = made(render_torch(graph)).double()
    # A group whose layers are read from outside is no module of its own: its names are joined.
    own = {_joined(name): tensor for name, tensor in network.state_dict().items()}
    for name, tensor in given.items():
        target = own[_joined(name)]
        target.copy_(_laid_out(tensor, tuple(target.shape)))
    example = torch.randn(1, *shape, dtype=torch.float64)
    with torch.inference_mode():
        found, wanted = list(tensors_in(network(example))), list(tensors_in(peer(example)))
    for place, (one, other) in enumerate(zip(found, wanted, strict=False)):
        if one.numel() != other.numel():
            return f"output {place} has {tuple(one.shape)}, in the reference {tuple(other.shape)}"
        apart = (one.reshape(-1) - other.reshape(-1)).abs().max().item()
        largest = other.abs().max().item()
        if not apart <= TOLERANCE * largest:
            return f"output {place} is {apart:.3g} apart, of {largest:.3g} at most"
    return None


def randomised(network: Any) -> Any:
    """The network with no weight left at a value that would hide it, as 0 or 1 does."""
    with torch.no_grad():
        for name, tensor in (*network.named_parameters(), *network.named_buffers()):
            if name.endswith("running_var"):
                tensor.uniform_(0.5, 1.5)
            elif name.endswith("running_mean"):
                tensor.normal_(0, 0.1)
            elif isinstance(tensor, torch.nn.Parameter) and len(bare(tensor.shape)) <= 1:
                tensor.normal_(float(name.endswith("weight")), 0.1)
            elif isinstance(tensor, torch.nn.Parameter) and tensor.dim() > 1:
                tensor.normal_(0, (2 / prod(tensor.shape[1:])) ** 0.5)
    return network


def _tensors(one: Use, other: Use) -> list[tuple[str, str]]:
    """Tensors of a use with their likes: by the last part of the name, else by shape."""
    left = list(other.tensors)
    found: list[tuple[str, str]] = []
    for by_name in (True, False):
        for name, shape in one.tensors.items():
            if name in dict(found):
                continue
            for peer in left:
                alike = other.axes(other.tensors[peer]) == one.axes(shape)
                if alike and (not by_name or _last(peer) == _last(name)):
                    found.append((name, peer))
                    left.remove(peer)
                    break
    if left or len(found) < len(one.tensors):
        raise ValueError(f"{dict(one.tensors)} are not {dict(other.tensors)}")
    return found


def _joined(name: str) -> str:
    return name.replace(".", "_")


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _laid_out(tensor: Any, shape: Shape) -> Any:
    """A tensor in another layout of the same axes."""
    if len(shape) == 2 and prod(tensor.shape[1:]) == shape[1]:
        return tensor.reshape(shape)
    held = tensor.reshape(bare(tensor.shape))
    for order in permutations(range(held.dim())):
        if tuple(held.shape[axis] for axis in order) == bare(shape):
            return held.permute(order).reshape(shape)
    if len(held.shape) == 2 and prod(shape) == prod(held.shape) and shape[0] == held.shape[1]:
        return held.T.reshape(shape)
    raise ValueError(f"{tuple(tensor.shape)} is no layout of {shape}")


def _listing(graph: Graph, reference: str) -> str:
    [shape] = graph.inputs.values()
    own, peer = own_uses(graph), peer_uses(built(reference, "meta"), shape)
    lines = []
    for title, uses in (("here", own), (reference, peer)):
        lines.append(f"{title}: {len(uses)}")
        for place, use in enumerate(uses):
            lines.append(f"  {place}: {use.name}: {use.form}, reads {sorted(use.sources)}")
    return "\n".join(lines)


def main() -> int:
    """Compare what the command line names; 0 when all agree."""
    parser = argparse.ArgumentParser(prog="zoo.wiring")
    parser.add_argument("network", nargs="+")
    parser.add_argument("--reference", help="torchvision:NAME or timm:NAME")
    parser.add_argument("--input", help="another input, as 3x64x64")
    parser.add_argument("--values", action="store_true")
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    code = 0
    for name in options.network:
        shape = read_shape(options.input) if options.input else None
        graph = loaded(name, shape)
        stated = options.reference or graph.reference or ""
        for reference in stated.split(", ") if stated else ():
            if options.list:
                print(_listing(graph, reference))
            found = wiring(graph, reference)
            if found is None and options.values:
                found = values(graph, reference)
            print(f"{name} ({reference}): {found or 'alike'}", flush=True)
            code |= found is not None
    return code


if __name__ == "__main__":
    sys.exit(main())
