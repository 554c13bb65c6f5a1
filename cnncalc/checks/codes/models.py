"""E7: models in files of ONNX and of Keras."""

from cnncalc.checks.codes.explained import Explained

_ONNX = """\
  $ python make.py
  $ cnncalc check net.onnx
  == make.py
  import onnx
  from onnx import TensorProto, helper

{}
  y = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
{}
  graph = helper.make_graph([node], "net", [x], [y])
  onnx.save(helper.make_model(graph), "net.onnx")
"""
_INPUT = '  x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 8, 8])'
_NODE = '  node = helper.make_node("Relu", ["x"], ["y"])'

_KERAS = """\
  $ python make.py
  $ cnncalc check net.keras
  == make.py
  import json, zipfile

{}
{}
  layers = [
      {{"class_name": "InputLayer", "config": {{"name": "x", "batch_shape": shape}}}},
      {{"class_name": layer, "config": {{"name": "y", **config}}}},
  ]
  model = {{"class_name": "Sequential", "config": {{"name": "net", "layers": layers}}}}
  with zipfile.ZipFile("net.keras", "w") as archive:
      archive.writestr("config.json", json.dumps(model))
"""
_SHAPE = "  shape = [None, 8, 8, 3]"
_LAYER = '  layer, config = "ReLU", {}'

RECORDS = (
    Explained(
        "E701",
        finds="""A file is no ONNX model, or only a part of one.

The package `onnx` is needed to read one.""",
        because="A download that broke off reads as a smaller network.",
        remedy="Get the file again; `pip install 'cnncalc[onnx]'` brings the package.",
        example="""\
+ $ cnncalc convert lenet5 net.onnx
  $ cnncalc check net.onnx
- == net.onnx
- no model
""",
    ),
    Explained(
        "E702",
        finds="""The graph of an ONNX model is not sound.

A node reads what nothing gives, two nodes give one tensor, or nodes read each other in a
circle.""",
        because="No run-time runs it, and there is nothing to count.",
        remedy="Export the model again; `onnx.checker.check_model` may say more.",
        example=_ONNX.format(
            _INPUT,
            f"""\
- node = helper.make_node("Relu", ["z"], ["y"])
+{_NODE[1:]}""",
        ),
    ),
    Explained(
        "E703",
        finds="A node of an ONNX model does not suit what it reads.",
        because="It has no output shape, and all behind it none.",
        remedy="Mend the node that is named, or the shape that it is given.",
        example=_ONNX.format(
            _INPUT,
            """\
- node = helper.make_node("Transpose", ["x"], ["y"], perm=[0, 1])
+ node = helper.make_node("Transpose", ["x"], ["y"], perm=[0, 1, 3, 2])""",
        ),
    ),
    Explained(
        "E704",
        finds="""The shape of an input of an ONNX model is not known, or is given wrongly.

Axes may be open in the file; the first one is the batch.""",
        because="Counts depend on every axis but the batch.",
        remedy="Give it: `--input 3x224x224`, or `--input NAME=SHAPE` of several.",
        example=_ONNX.format(
            f"""\
- x = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", 3, "height", "width"])
+{_INPUT[1:]}""",
            _NODE,
        ),
    ),
    Explained(
        "E711",
        finds="""A file is no model of Keras 3, or only a part of one.

Such a file is an archive with a `config.json`; models of Keras 2 (`.h5`) are to be saved anew.""",
        because="Only the configuration says what the layers are.",
        remedy="Save it with Keras 3: `model.save('net.keras')`.",
        example=f"""\
+ $ python make.py
  $ cnncalc check net.keras
- == net.keras
- no model
{_KERAS[_KERAS.index("  == make.py") :].format("+" + _SHAPE[1:], "+" + _LAYER[1:])}""",
    ),
    Explained(
        "E712",
        finds="The configuration of a Keras model is not sound.",
        because="A layer lacks what Keras itself needs to make it.",
        remedy="Save the model again with Keras 3.",
        example=_KERAS.format(
            _SHAPE,
            """\
- layer, config = "Dense", {"use_bias": True}
+ layer, config = "Dense", {"use_bias": True, "units": 10}""",
        ),
    ),
    Explained(
        "E713",
        finds="A Keras layer, or a setting of it, has no rule here.",
        because="What has no rule cannot be counted, and would not be zero.",
        remedy="Write the model as a spec, with that layer as layers that have rules.",
        example=_KERAS.format(
            _SHAPE,
            f"""\
- layer, config = "MyOwnLayer", {{}}
+{_LAYER[1:]}""",
        ),
    ),
    Explained(
        "E714",
        finds="A Keras layer does not suit the shape of its input.",
        because="It has no output shape, and all behind it none.",
        remedy="Mend the layer that is named, or the shape of the input.",
        example=_KERAS.format(
            _SHAPE,
            """\
- layer, config = "Conv2D", {"filters": 8, "kernel_size": [9, 9]}
+ layer, config = "Conv2D", {"filters": 8, "kernel_size": [3, 3]}""",
        ),
    ),
    Explained(
        "E715",
        finds="The shape of an input of a Keras model is not known, or is given wrongly.",
        because="Counts depend on every axis but the batch.",
        remedy="Give it, channels first as everywhere: `--input 3x224x224`.",
        example=_KERAS.format(
            f"""\
- shape = [None, None, None, 3]
+{_SHAPE[1:]}""",
            _LAYER,
        ),
    ),
)
