"""Memory against published figures, and against an executor that holds and frees tensors."""

from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cnncalc
from cnncalc.analysis.memory import largest_batch, peak
from cnncalc.analysis.training import kept_for_backward


@pytest.mark.parametrize(
    ("name", "peak_bytes"),
    [
        # deeplite-torch-zoo, PeakRAM of ResNet-50: 9.1875 MiB, three 256x56x56 tensors at an add.
        ("resnet:50", 9_633_792),
        # VGG-16: a 64x224x224 map and the one that is made of it, 25.69 MB.
        ("vgg:16", 25_690_112),
    ],
)
def test_published_peaks(name: str, peak_bytes: int) -> None:
    assert cnncalc.summarize(cnncalc.load(name)).totals.peak_activation_bytes == peak_bytes


def test_the_peak_names_its_layer_and_its_tensors() -> None:
    found = cnncalc.summarize(cnncalc.load("resnet:50")).peak
    assert found.layer == "conv2.bottleneck1.add1"
    assert [one.elements for one in found.alive] == [802_816] * 3
    assert sum(one.elements for one in found.alive) == found.elements


def test_without_work_in_place_more_is_held() -> None:
    graph = cnncalc.load("densenet:121")
    held = cnncalc.summarize(graph).totals.peak_activation_bytes
    more = cnncalc.summarize(graph, inplace=False).totals.peak_activation_bytes
    assert held < more


def test_a_tensor_with_another_reader_is_not_overwritten() -> None:
    text = "name: n\ninput: 4x8x8\nlayers:\n  - a: conv1x1 4\n  - relu\n  - add: [a, x]\n"
    graph = cnncalc.parse(text)
    sizes = [256, 256, 256]
    assert peak(graph, graph.layers, sizes).elements == 3 * 256


def test_the_input_is_not_overwritten() -> None:
    graph = cnncalc.parse("{name: n, input: 4x8x8, layers: [relu, relu]}")
    assert peak(graph, graph.layers, [256, 256]).elements == 2 * 256


def test_a_flattened_tensor_is_not_overwritten_while_its_map_is_needed() -> None:
    text = "name: n\ninput: 1x8x8\nlayers:\n  - a: conv1x1 4\n  - flatten\n  - relu\n  - b: a\n"
    graph = cnncalc.parse(f"{text}  - globalavgpool\n")
    sizes = [prod(layer.output_shape) for layer in graph.layers]
    assert peak(graph, graph.layers, sizes).elements == 2 * 256


def held_by_running(graph: cnncalc.Graph) -> int:
    """Runs the layers with every tensor a new one, and frees each after its last reader."""
    readers: dict[str, int] = dict.fromkeys(graph.inputs, 0)
    for layer in graph.layers:
        readers[layer.name] = 0
        for name in layer.inputs:
            readers[name] += 1
    for name in graph.outputs.values():
        readers[name] += 1
    memory = {name: prod(shape) for name, shape in graph.inputs.items()}
    most = sum(memory.values())
    for layer in graph.layers:
        memory[layer.name] = prod(layer.output_shape)
        most = max(most, sum(memory.values()))
        for name in layer.inputs:
            readers[name] -= 1
        for name in [name for name in memory if readers[name] == 0]:
            del memory[name]
    return most


line = st.sampled_from(
    [
        "conv3x3 8 padding=1",
        "relu",
        "maxpool2x2",
        "bn",
        "add: [x, [conv1x1 x.channels, relu], x]",
        "concat: [conv1x1 4, [relu, conv3x3 4 padding=1]]",
        "mul: [x, [globalavgpool, sigmoid]]",
    ]
)


@settings(deadline=None, max_examples=100)
@given(st.lists(line, min_size=1, max_size=8))
def test_the_peak_is_what_an_executor_holds(lines: list[str]) -> None:
    body = "".join(f"  - {text}\n" for text in lines)
    try:
        graph = cnncalc.parse(f"name: n\ninput: 3x64x64\nlayers:\n{body}")
    except cnncalc.SpecError:
        return  # pooled away
    sizes = [prod(layer.output_shape) for layer in graph.layers]
    assert peak(graph, graph.layers, sizes, is_inplace=False).elements == held_by_running(graph)
    assert peak(graph, graph.layers, sizes).elements <= held_by_running(graph)


def test_training_keeps_what_the_derivatives_read() -> None:
    # By hand: conv1 reads the input (3*64), relu its output (4*64, in place of the convolution's),
    # conv2 reads the same; what conv2 gives is read by no derivative.
    graph = cnncalc.parse("{name: n, input: 3x8x8, layers: [conv1x1 4, relu, conv1x1 2]}")
    assert kept_for_backward(graph, graph.layers) == (3 * 64 + 4 * 64, 0)


def test_batch_norm_keeps_its_input_beside_what_follows() -> None:
    # conv's input, bn's input, and relu's output, which works in place of bn's.
    graph = cnncalc.parse("{name: n, input: 3x8x8, layers: [conv1x1 4, bn, relu]}")
    assert kept_for_backward(graph, graph.layers) == (3 * 64 + 4 * 64 + 4 * 64, 0)


def test_dropout_keeps_a_mask() -> None:
    graph = cnncalc.parse("{name: n, input: 100, layers: [linear 10, relu, dropout, linear 2]}")
    assert kept_for_backward(graph, graph.layers) == (100 + 10 + 10, 10)


@pytest.mark.parametrize(
    ("optimizer", "states"),
    [("sgd", 0), ("momentum", 1), ("rmsprop", 1), ("adam", 2), ("adamw", 2)],
)
def test_optimizers_keep_states(optimizer: str, states: int) -> None:
    step = cnncalc.summarize(cnncalc.load("lenet5"), batch=3, training=optimizer).training
    assert step is not None
    assert step.weights == step.gradients == 61_706 * 4
    assert step.optimizer_state == states * 61_706 * 4
    assert step.total == step.weights + step.gradients + step.optimizer_state + step.activations


def test_activations_grow_with_the_batch_and_weights_do_not() -> None:
    graph = cnncalc.load("resnet:18")
    one = cnncalc.summarize(graph, training="sgd").training
    four = cnncalc.summarize(graph, batch=4, training="sgd").training
    assert one is not None
    assert four is not None
    assert four.activations == 4 * one.activations
    assert four.weights == one.weights


@pytest.mark.parametrize(
    ("limit", "batch"), [(100, 0), (109, 0), (110, 1), (119, 1), (120, 2), (99, 0)]
)
def test_the_largest_batch_just_fits(limit: int, batch: int) -> None:
    assert largest_batch(limit, 100, 10) == batch


def test_unknown_optimizers_are_refused() -> None:
    with pytest.raises(ValueError, match="there is no optimizer 'adamm': did you mean `adam`"):
        cnncalc.summarize(cnncalc.load("lenet5"), training="adamm")


SHARED = """
name: twice
input: 2x4x4
layers:
  - a: conv1x1 2
  - share a
  - share a
"""


def test_shared_layers_keep_their_outputs_each_time() -> None:
    totals = cnncalc.summarize(cnncalc.parse(SHARED)).totals
    assert totals.parameters == 2 * 2 + 2
    assert totals.macs == 3 * 64
    assert totals.activation_bytes == 3 * 32 * 4
    assert totals.peak_activation_bytes == 2 * 32 * 4  # what is read and what is made


ATTENDING = """
name: attending
input: 8x6
layers:
  - add: [x, learned 8x6]
  - attention 2
"""


def test_what_attention_makes_on_the_way_is_kept_for_training_alone() -> None:
    graph = cnncalc.parse(ATTENDING)
    totals = cnncalc.summarize(graph).totals
    assert totals.activation_bytes == 2 * 48 * 4  # the learned tensor is among the weights
    assert totals.peak_activation_bytes == 2 * 48 * 4
    # Queries, keys, values and what they sum up of 48 each, 2 x 6 x 6 scores, and the input: what
    # PyTorch's autograd saves of the same formula.
    assert kept_for_backward(graph, graph.layers) == (5 * 48 + 72, 0)


def test_attention_in_windows_keeps_the_scores_of_its_windows() -> None:
    graph = cnncalc.parse("{name: n, input: 8x4x4, layers: [window_attention 2 2x2]}")
    assert kept_for_backward(graph, graph.layers) == (5 * 8 * 16 + 2 * 16 * 4, 0)


def test_attention_of_branches_keeps_its_scores() -> None:
    text = "{name: n, input: 8x6, layers: [{attend 2: [x, [linear 8], [linear 4]]}]}"
    graph = cnncalc.parse(text)
    # The input, which is the queries as well, keys, values, and 2 x 6 x 6 scores.
    assert kept_for_backward(graph, graph.layers) == (48 + 48 + 24 + 72, 0)
