"""Keras models as graphs: names, groups, sharing, layouts, inputs, and what is refused by name."""

from typing import Any

import pytest
from keras_models import (
    Made,
    chain,
    conv,
    dense,
    functional,
    input_layer,
    layer,
    read,
    sequential,
    tensor,
)

from cnncalc import Graph, SpecError, summarize

X = input_layer("x", 8, 8, 3)


def ops(graph: Graph) -> list[tuple[str, str]]:
    return [(one.name, one.op.name) for one in graph.layers]


def parameters(graph: Graph) -> int:
    return summarize(graph).totals.parameters


def refused(document: Any, given: Any = None, steps: int | None = None) -> tuple[str, str, str]:
    with pytest.raises(SpecError) as caught:
        read(document, given, steps)
    [fault] = caught.value.diagnostics
    return fault.code, fault.message, fault.hint or ""


# Names, groups, sharing


def test_an_activation_is_a_layer_of_its_own() -> None:
    graph = read(
        chain((8, 8, 3), conv(activation="relu"), layer("Activation", "a", activation="tanh"))
    )
    assert ops(graph) == [("c", "conv"), ("c_relu", "relu"), ("a", "tanh")]
    assert graph.outputs == {"a": "a"}


def test_a_layer_that_is_several_is_a_group() -> None:
    made = layer("SeparableConv2D", "s", filters=4, kernel_size=3, activation="relu")
    graph = read(chain((8, 8, 3), made))
    assert [one.name for one in graph.layers] == ["s.depthwise", "s.pointwise", "s.relu"]
    assert graph.layers[0].scope == ("s",)


def test_a_model_within_a_model_is_a_group() -> None:
    inner = functional([input_layer("i", 8, 8, 3), conv("c", ["i"])], ["i"], ["c"], "m", [["x"]])
    graph = read(functional([X, inner, conv("c", ["m"])], outputs=["c"]))
    assert ops(graph) == [("m.c", "conv"), ("c", "conv")]


def test_a_layer_that_is_called_twice_counts_once() -> None:
    shared = dense("d", ["a"], ["b"])
    added = layer("Add", "y", ["d", "d:1"])
    inputs = [input_layer("a", 6), input_layer("b", 6)]
    graph = read(functional([*inputs, shared, added], ["a", "b"]))
    assert [(one.name, one.shares) for one in graph.layers] == [
        ("d", None), ("d_2", "d"), ("y", None),
    ]  # fmt: skip
    assert parameters(graph) == 35
    assert summarize(graph).totals.macs == 60


def test_layers_in_a_model_that_is_called_twice_count_once() -> None:
    calls = [["x"], ["m"]]
    inner = functional([input_layer("i", 5), dense("d", ["i"])], ["i"], ["d"], "m", calls)
    graph = read(functional([input_layer("x", 5), inner, layer("Add", "y", ["m", "m:1"])]))
    assert [(one.name, one.shares) for one in graph.layers][:2] == [
        ("m.d", None), ("m_2.d", "m.d"),
    ]  # fmt: skip
    assert parameters(graph) == 30


def test_outputs_of_a_model_in_a_model_are_counted_from_one() -> None:
    inner = functional([input_layer("i", 5), dense("d", ["i"])], ["i"], ["d"], "m", [["x"], ["m"]])
    document = functional([input_layer("x", 5), inner], outputs=[])
    document["config"]["output_layers"] = [["m", 2, 0]]
    assert list(read(document).outputs.values()) == ["m_2.d"]


def test_a_layer_that_stands_twice_in_a_file_is_one() -> None:
    first, second = dense("d", ["x"]), dense("d")
    first["shared_object_id"] = second["shared_object_id"] = 77
    inner = sequential(input_layer("i", 5), second, name="m")
    inner["inbound_nodes"] = layer("Sequential", "m", ["d"])["inbound_nodes"]
    graph = read(functional([input_layer("x", 5), first, inner], outputs=["m"]))
    assert parameters(graph) == 30
    assert [one.shares for one in graph.layers] == [None, "d"]


def test_calls_as_keras_2_writes_them() -> None:
    inner = sequential(input_layer("i", 5), dense("d"), name="m")
    inner["inbound_nodes"] = [[["x", 0, 0, {}]], [["m", 1, 0, {}]]]
    added = {**layer("Add", "y"), "inbound_nodes": [[["m", 1, 0, {}], ["m", 2, 0, {}]]]}
    start = layer("InputLayer", "x", batch_input_shape=[None, 5])
    graph = read(functional([start, inner, added]))
    assert [one.inputs for one in graph.layers] == [("input",), ("m.d",), ("m.d", "m_2.d")]
    assert parameters(graph) == 30


def test_layers_need_not_stand_in_order() -> None:
    graph = read(functional([layer("ReLU", "y", ["c"]), conv("c", ["x"]), X]))
    assert ops(graph) == [("c", "conv"), ("y", "relu")]


def test_names_are_made_fit_and_stay_apart() -> None:
    graph = read(chain((8,), dense("a.b"), dense("a_b"), dense("\x1b[31m")))
    assert [one.name for one in graph.layers] == ["a_b", "a_b_2", "_31m"]


# Layouts


def test_channels_come_first() -> None:
    graph = read(chain((8, 6, 3), conv()))
    assert (graph.inputs, graph.layers[0].output_shape) == ({"input": (3, 8, 6)}, (4, 8, 6))


def test_a_model_whose_channels_are_first_stays_so() -> None:
    norm = layer("BatchNormalization", "n", axis=1)
    graph = read(chain((3, 8, 6), conv(data_format="channels_first"), norm))
    assert (graph.inputs, graph.layers[1].output_shape) == ({"input": (3, 8, 6)}, (4, 8, 6))
    assert parameters(graph) == 112 + 8


def test_layouts_that_differ_are_turned() -> None:
    norm = layer("BatchNormalization", "n", axis=1)
    graph = read(chain((8, 6, 3), conv(), norm))
    assert [one.op.name for one in graph.layers] == ["conv", "keras:Permute", "bn"]
    assert graph.layers[-1].parameters == {"weight": (8,), "bias": (8,)}


def test_a_permutation_to_channels_first_moves_nothing() -> None:
    permute = layer("Permute", "p", dims=[3, 1, 2])
    graph = read(chain((8, 6, 3), permute, conv(data_format="channels_first")))
    assert [one.op.name for one in graph.layers] == ["conv"]


def test_what_was_flattened_only_to_be_a_map_again_is_left_out() -> None:
    pool = layer("GlobalAveragePooling2D", "g")
    again = layer("Reshape", "r", target_shape=[1, 1, 4])
    graph = read(chain((8, 8, 3), conv(), pool, again, conv("e")))
    assert [one.op.name for one in graph.layers] == ["conv", "globalavgpool", "conv"]


# Inputs


def test_axes_that_are_open_are_given() -> None:
    document = chain((None, None, 3), conv())
    code, message, hint = refused(document)
    assert (code, message) == ("E715", "the file leaves axes of `x` open: 3x?x?")
    assert hint.endswith("--input 3x224x224")
    assert read(document, {None: (3, 32, 16)}).layers[0].output_shape == (4, 32, 16)


def test_a_size_with_the_channels_last_is_told() -> None:
    code, message, hint = refused(chain((None, None, 3), conv()), {None: (32, 16, 3)})
    assert (code, message) == ("E715", "`x` has 3 channels, --input 32x16x3 has 32")
    assert hint == "the channels come first: --input 3x32x16"


def test_another_size_is_read_where_the_weights_suit_it() -> None:
    built = {**conv(), "build_config": {"input_shape": [None, 8, 8, 3]}}
    head = {**dense(), "build_config": {"input_shape": [None, 256]}}
    document = chain((8, 8, 3), built)
    assert read(document, {None: (3, 16, 16)}).layers[0].output_shape == (4, 16, 16)
    flat = chain((8, 8, 3), built, layer("Flatten", "f"), head)
    code, message, _ = refused(flat, {None: (3, 16, 16)})
    assert code == "E715"
    assert message.endswith("built for 256, it gets 1024, for which it would have other weights")


def test_several_inputs_have_their_names() -> None:
    inputs = [input_layer("a", None), input_layer("b", 6)]
    document = functional([*inputs, dense("y", ["a"]), dense("z", ["b"])], ["a", "b"], ["y", "z"])
    assert read(document, {"a": (4,)}).inputs == {"a": (4,), "b": (6,)}
    assert refused(document, {None: (4,)})[0] == "E715"
    assert refused(document, {"c": (4,)})[0] == "E715"


def test_a_model_that_was_never_built_needs_its_input() -> None:
    document = sequential(conv(), dense())
    code, message, _ = refused(document)
    assert (code, "never built" in message) == ("E715", True)
    assert read(document, {None: (3, 8, 8)}).inputs == {"input": (3, 8, 8)}
    built = sequential(conv(), build_input_shape=[None, 8, 8, 3])
    assert read(built).inputs == {"input": (3, 8, 8)}


def test_a_fixed_batch_is_told() -> None:
    start = layer("InputLayer", "x", batch_shape=[16, 8])
    graph = read(sequential(start, dense()))
    assert graph.description == (
        "Sequential model, written by Keras for a batch of 16, of which one example is counted"
    )
    assert graph.inputs == {"input": (8,)}


# What is refused


LAMBDA = layer("Lambda", "l", function={"class_name": "__lambda__", "config": {"code": "4wEA"}})
QUANTIZED = {"class_name": "QuantizedDTypePolicy", "config": {}}
REFUSED: dict[str, tuple[Made, str, str]] = {
    "unknown": (
        chain((8,), layer("Hologram", "h")),
        "E713", "layer `h` (Hologram, config.layers[1]) is of a class that is not known",
    ),
    "somebody's": (
        chain((8,), {**dense("h"), "module": "mine", "registered_name": "mine>Dense"}),
        "E713", "layer `h` (Dense, config.layers[1]) is of a class that Keras does not have",
    ),
    "registered as Keras": (
        chain((8,), {**dense("h"), "registered_name": "mine>Dense"}),
        "E713", "layer `h` (Dense, config.layers[1]) is of a class that Keras does not have",
    ),
    "without a module": (chain((8,), {**dense("h"), "module": None}), "E713", "layer `h`"),
    "code": (chain((8,), LAMBDA), "E713", "layer `l` (Lambda, config.layers[1])"),
    "a model's own class": (
        {**chain((8,)), "class_name": "Net", "module": "mine"},
        "E713", "the model is a `Net`, whose code is not in the file",
    ),
    "function": (
        chain((8,), dense(activation={"class_name": "function", "config": "mine"})),
        "E713", "layer `d` (Dense, config.layers[1]): its activation `'mine'` is not known",
    ),
    "quantized": (
        chain((8,), dense(dtype=QUANTIZED)),
        "E713", "layer `d` (Dense, config.layers[1]) is quantized, which is not known",
    ),
    "LoRA": (chain((8,), dense(lora_rank=4)), "E713", "layer `d` (Dense, config.layers[1]) has"),
    "groups": (
        chain((8, 8, 3), conv(groups=2)),
        "E714", "layer `c` (Conv2D, config.layers[1]): 2 groups cannot share 3 input channels",
    ),
    "rank": (chain((8, 3), conv()), "E714", "layer `c` (Conv2D, config.layers[1]): it take"),
    "setting": (chain((8,), dense(units="x")), "E712", "layer `d` (Dense, config.layers[1]): `u"),
    "no setting": (chain((8,), layer("Dense", "d")), "E712", "layer `d` (Dense, config"),
    "huge": (chain((8,), dense(units=10**13)), "E712", "layer `d` (Dense, config.layers[1])"),
    "huge kernel": (chain((8, 8, 3), conv(kernel_size=10**7)), "E506", "layer `c`"),
    "cycle": (
        functional([X, layer("Add", "y", ["x", "z"]), layer("ReLU", "z", ["y"])]),
        "E712", "the call of `y` depends on itself",
    ),
    "nothing": (functional([X, dense("y", ["w"])]), "E712", "nothing gives the tensor 0 of `w`"),
    "no output": (functional([X], outputs=[]), "E712", "the model has no output"),
    "twice": (functional([X, X, dense("y", ["x"])]), "E712", "two layers of a model"),
    "ranks": (
        functional([X, input_layer("b", 3), layer("Add", "y", ["x", "b"])], ["x", "b"]),
        "E713", "layer `y` (Add, config.layers[2]): it joins 8x8x3 and 3, whose ranks differ",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_known_is_refused_by_its_name_and_place(name: str) -> None:
    document, code, start = REFUSED[name]
    found = refused(document)
    assert found[0] == code
    assert found[1].startswith(start)


def test_the_place_is_that_within_models() -> None:
    inner = sequential(input_layer("i", 8), layer("Hologram", "h"), name="m")
    message = refused(chain((8,), dense("a", units=8), inner))[1]
    assert message.startswith("layer `h` (Hologram, config.layers[2].config.layers[1])")


def test_code_is_uncounted_where_the_file_says_what_it_gives() -> None:
    code = {**LAMBDA, "inbound_nodes": layer("Lambda", "l", ["x"])["inbound_nodes"]}
    told = {"args": [tensor("l", shape=[None, 4, 6])], "kwargs": {}}
    after = {**dense("y"), "inbound_nodes": [told]}
    graph = read(functional([X, code, after]))
    assert (graph.layers[0].op.name, graph.layers[0].output_shape) == ("keras:Lambda", (6, 4))
    assert summarize(graph).status == "partial: 1 layer uncounted (Lambda x 1)"


def test_masks_are_left_out() -> None:
    embedding = layer("Embedding", "e", ["x"], input_dim=9, output_dim=4, mask_zero=True)
    mask = {**layer("NotEqual", "m", ["x"]), "module": "keras.src.ops.numpy"}
    mask["inbound_nodes"][0]["args"].append(0)
    lstm = layer("LSTM", "y", ["e"], units=3)
    lstm["inbound_nodes"][0]["kwargs"] = {"mask": tensor("m")}
    graph = read(functional([input_layer("x", 6), embedding, mask, lstm]))
    assert ops(graph) == [("e", "keras:Embedding"), ("y", "keras:LSTM")]


def test_states_flow_on() -> None:
    states = layer("LSTM", "a", ["x"], units=3, return_state=True)
    again = layer("LSTM", "y", ["x"], units=3)
    told = [tensor("a", output=1), tensor("a", output=2)]
    again["inbound_nodes"][0]["kwargs"] = {"initial_state": told}
    graph = read(functional([input_layer("x", 6, 2), states, again]))
    assert graph.layers[1].inputs == ("input", "a", "a")
    assert parameters(graph) == 2 * 72


def test_a_shape_that_is_not_ours_is_told() -> None:
    flat = {"args": [tensor("c", shape=[None, 9, 8, 4])], "kwargs": {}}
    after = {**layer("ReLU", "y"), "inbound_nodes": [flat]}
    code, message, _ = refused(functional([X, conv("c", ["x"]), after]))
    assert (code, message) == ("E712", "what flows into `y` is 8x8x4, the file says 9x8x4")


def test_models_that_call_each_other_twice_end() -> None:
    inner = functional([input_layer("x", 5), dense("y", ["x"])], name="m0")
    for depth in range(1, 30):
        calls = [["x"], [f"m{depth - 1}"]]
        within = {
            **inner,
            **functional([], name=f"m{depth - 1}", calls=calls),
            "config": inner["config"],
        }
        inner = functional([input_layer("x", 5), within], outputs=[], name=f"m{depth}")
        inner["config"]["output_layers"] = [[f"m{depth - 1}", 2, 0]]
    assert refused(inner, steps=2000)[0] == "E504"
