"""Lint: each rule on further specs, with the message or none."""

from typing import NamedTuple

import pytest
from lint_specs import BY_CODE, CHECKED, RULES, found, spec

from cnncalc.spec import parse_spec


class Case(NamedTuple):
    code: str
    text: str
    message: str | None


CASES = [
    # W601 dropped border
    Case(
        "W601",
        spec("3x14x13", "conv3x2 4 stride=3x2", "relu"),
        "the last 2 rows and 1 column of 14x13 are read by no window",
    ),
    Case(
        "W601",
        spec("4x7x7", "maxpool2x2", "conv1x1 4"),
        "the last row and column of 7x7 are read by no window",
    ),
    Case("W601", spec("4x7x7", "maxpool2x2 ceil_mode=true", "conv1x1 4"), None),
    Case(
        "W601",
        spec("4x8x7", "avgpool2x2", "conv1x1 4"),
        "the last column of 8x7 is read by no window",
    ),
    Case(
        "W601",
        spec("1x100", "conv8 4 stride=7"),
        "the last position of 100 is read by no window",
    ),
    Case(
        "W601",
        spec("1x9x8x8", "maxpool2x2x2"),
        "the last slice of 9x8x8 is read by no window",
    ),
    # a ReLU and a normalisation between are looked through
    Case(
        "W601",
        spec("4x7x7", "conv1x1 4", "bn", "relu", "maxpool2x2", "conv1x1 4"),
        "the last row and column of 7x7 are read by no window",
    ),
    # another reader reads it all: the skip of a U-Net, a branch, an output
    Case("W601", spec("4x7x7", "a: relu", "maxpool2x2", "upsample size=7", "add: [x, a]"), None),
    Case(
        "W601",
        spec("4x7x7", "a: relu", "maxpool2x2", "b: conv1x1 4", more="outputs: [a, b]\n"),
        None,
    ),
    Case("W601", spec("4x7x7", "concat: [[maxpool2x2], [conv3x3 4, crop 3x3]]"), None),
    Case("W601", spec("3x224x224", "conv7x7 64 stride=2 padding=3", "relu"), None),
    # Keras pads by a layer of its own, and so do ports from TensorFlow
    Case("W601", spec("3x224x224", "pad 3", "conv7x7 64 stride=2"), None),
    Case("W601", spec("3x224x224", "conv1x1 8", "pad ((0,1),(0,1))", "conv3x3 8 stride=2"), None),
    Case(
        "W601",
        spec("3x31x31", "pad ((0,1),(0,1))", "relu", "conv5x5 8 stride=4"),
        "the last 2 rows and 2 columns of 31x31 are read by no window",
    ),
    Case("W601", spec("64x112x112", "maxpool3x3 stride=2 padding=1"), None),
    Case("W601", spec("3x224x224", "conv11x11 64 stride=4 padding=2"), None),
    Case("W601", spec("3x9x9", "conv3x3 4 stride=2 padding=same"), None),
    # W602 skipped input
    Case(
        "W602",
        spec("8x55x55", "conv1x1 8 stride=2"),
        "2,241 of 3,025 inputs are never read: the 1x1 kernel has a stride of 2",
    ),
    Case(
        "W602",
        spec("8x12x12", "maxpool2x2 stride=3x2"),
        "1 of 3 inputs are never read: the 2x2 kernel has a stride of 3x2",
    ),
    Case(
        "W602",
        spec("8x64x64", "dwconv3x3 stride=2 dilation=2 padding=2"),
        "3 of 4 inputs are never read: the 3x3 kernel, dilated by 2, has a stride of 2",
    ),
    Case(
        "W602",
        spec("8x100", "conv1 8 stride=4"),
        "3 of 4 inputs are never read: the kernel of 1 has a stride of 4",
    ),
    Case("W602", spec("8x64x64", "dwconv3x3 stride=2 dilation=3 padding=3"), None),
    Case("W602", spec("8x64x64", "conv3x3 8 dilation=12 padding=12"), None),
    Case("W602", spec("8x56x56", "add: [conv1x1 8 stride=2, conv3x3 8 stride=2 padding=1]"), None),
    # each branch begins with a ReLU of its own: the map before them is read in full
    Case(
        "W602",
        spec("8x56x56", "add: [[relu, conv1x1 8 stride=2], [relu, conv3x3 8 stride=2 padding=1]]"),
        None,
    ),
    # the last level of a feature pyramid is the one before, subsampled
    Case(
        "W602",
        spec("8x56x56", "p5: conv3x3 8", "p6: maxpool1x1 stride=2", more="outputs: [p5, p6]\n"),
        None,
    ),
    # DARTS halves a map by two 1x1 convolutions, the second a pixel further on
    Case(
        "W602",
        spec(
            "8x32x32",
            "relu",
            "concat: [conv1x1 8 stride=2, [pad 0x2, crop 32x32, conv1x1 8 stride=2]]",
        ),
        None,
    ),
    # W603 bias before normalisation
    Case(
        "W603",
        spec("3x32x32", "dwconv3x3", "instance_norm", "relu"),
        "`instance_norm1` cancels the bias: 3 parameters without effect",
    ),
    Case(
        "W603",
        spec("784", "linear 100", "bn", "relu"),
        "`bn1` cancels the bias: 100 parameters without effect",
    ),
    Case(
        "W603",
        spec("8x16x16", "upconv2x2 1 stride=2", "bn"),
        "`bn1` cancels the bias: 1 parameter without effect",
    ),
    Case(
        "W603",
        spec("3x32x32", "conv3x3 16", "maxpool2x2", "flatten", "bn"),
        "`bn1` cancels the bias: 16 parameters without effect",
    ),
    Case(
        "W603",
        spec("3x32x32", "conv3x3 16 bias=true", "concat: [bn, [bn, relu]]"),
        "`bn1` cancels the bias: 16 parameters without effect",
    ),
    Case("W603", spec("3x32x32", "conv3x3 16 bias=false", "bn"), None),
    Case("W603", spec("3x32x32", "conv3x3 16", "layer_norm"), None),
    Case("W603", spec("3x32x32", "conv3x3 16", "group_norm 4"), None),
    Case("W603", spec("3x32x32", "conv3x3 16", "relu", "bn"), None),
    Case("W603", spec("3x32x32", "conv3x3 3", "concat: [bn, x]"), None),
    Case("W603", spec("3x32x32", "a: conv3x3 3", "b: bn", more="outputs: [a, b]\n"), None),
    Case("W603", spec("3x32x32", "conv3x3 16", "avgpool2x2 padding=1", "bn"), None),
    Case("W603", spec("3x32x32", "conv3x3 16", "pixel_shuffle 2", "bn"), None),
    # W604 even kernel with half padding
    Case(
        "W604",
        spec("3x32x32", "maxpool2x2 padding=half"),
        "half padding of the even 2x2 kernel turns 32x32 into 17x17, half a pixel off",
    ),
    Case(
        "W604",
        spec("3x33x33", "conv4x4 8 stride=2 padding=half"),
        "half padding of the even 4x4 kernel moves the map by half a pixel",
    ),
    Case(
        "W604",
        spec("3x32x32", "upconv4x4 8 stride=2 padding=half"),
        "half padding of the even 4x4 kernel turns 32x32 into 62x62",
    ),
    Case(
        "W604",
        spec("3x32", "conv6 8 padding=half"),
        "half padding of the even kernel of 6 turns 32 into 33, half a pixel off",
    ),
    Case("W604", spec("3x32x32", "conv2x2 8 dilation=2 padding=half"), None),
    Case("W604", spec("3x32x32", "conv5x3 8 padding=half"), None),
    Case("W604", spec("3x32x32", "conv4x4 8 stride=2 padding=1"), None),
    Case("W604", spec("3x32x32", "maxpool2x2 padding=1"), None),  # C3D's last pooling
    # W605 padding as large as the kernel
    Case(
        "W605",
        spec("3x8x8", "conv3x3 8 padding=3"),
        "44 of 144 windows cover padding only: the padding is 3, the window 3",
    ),
    Case(
        "W605",
        spec("3x10", "conv2 8 padding=((3,0),)"),
        "2 of 12 windows cover padding only: the padding is 3, the window 2",
    ),
    Case("W605", spec("3x8x8", "conv3x3 8 padding=full"), None),
    Case("W605", spec("3x8x8", "conv3x3 8 padding=2 dilation=2"), None),
    Case("W605", spec("3x8x8", "upconv2x2 8 stride=2 padding=2"), None),
    Case("W605", spec("3x10", "conv2 8 padding=((4,0),) dilation=4"), None),  # causal
    # W606 linear layers in a row
    Case(
        "W606",
        spec("784", "linear 300", "dropout", "linear 300"),
        "no non-linearity between `linear1` and `linear2`: one linear map from 784 to 300",
    ),
    Case(
        "W606",
        spec("3x32x32", "conv3x3 64", "bn", "avgpool2x2", "conv3x3 64"),
        "no non-linearity between `conv1` and `conv2`: one linear map from 3x32x32 to 64x13x13",
    ),
    Case(
        "W606",
        spec("3x32x32", "conv3x3 64", "globalavgpool", "flatten", "linear 10"),
        "no non-linearity between `conv1` and `linear1`: one linear map from 3x32x32 to 10",
    ),
    Case("W606", spec("3x32x32", "conv3x3 64", "maxpool2x2", "conv3x3 64"), None),
    Case("W606", spec("3x32x32", "conv3x3 64", "layer_norm", "conv3x3 64"), None),
    Case("W606", spec("64x32x32", "conv1x1 16", "bn", "conv1x1 96"), None),  # linear bottleneck
    Case("W606", spec("64x32x32", "dwconv3x3", "bn", "conv1x1 96"), None),
    Case("W606", spec("64x32x32", "conv1x1 96", "dwconv3x3"), None),
    Case("W606", spec("64x32x32", "conv1x1 96", "conv3x3 96 groups=32"), None),
    Case("W606", spec("64x32x32", "conv1x7 64 padding=0x3", "conv7x1 64 padding=3x0"), None),
    Case("W606", spec("8x16x56x56", "conv1x3x3 45", "bn", "conv3x1x1 64"), None),  # R(2+1)D
    # Tucker: 1x1 down, a small 3x3, 1x1 up
    Case("W606", spec("256x28x28", "conv1x1 64", "conv3x3 64 padding=1", "conv1x1 256"), None),
    Case("W606", spec("4096", "linear 512", "linear 4096"), None),  # two factors of a matrix
    Case("W606", spec("512x7x7", "conv1x1 32", "flatten", "linear 4096"), None),
    Case("W606", spec("512x7x7", "conv1x1 21", "upconv4x4 21 stride=2 padding=1"), None),
    Case("W606", spec("64x24x24", "conv3x3 256", "pixel_shuffle 2", "conv3x3 3"), None),
    Case("W606", spec("64x24x24", "conv3x3 64", "upsample 2", "conv3x3 64"), None),
    # the tensor between has another reader
    Case("W606", spec("3x32x32", "a: conv3x3 64", "conv1x1 64", "add: [x, a]"), None),
    Case(
        "W606",
        spec("3x32x32", "a: conv3x3 64", "b: conv1x1 64", more="outputs: [a, b]\n"),
        None,
    ),
    # W607 field beyond the input
    Case(
        "W607",
        spec("3x4x20", "conv5x5 8 padding=2"),
        None,  # on one axis only
    ),
    Case(
        "W607",
        spec("3x20", "conv3 8 dilation=10 padding=10"),
        "the last map has a receptive field of 21, the input is 20",
    ),
    Case("W607", spec("3x4x4", "globalavgpool", "flatten", "linear 10"), None),
    Case("W607", spec("784", "linear 10"), None),
    Case(
        "W607",
        spec(
            "{a: 3x9x9, b: 3x5x5}",
            "a",
            "conv7x7 8",
            "left: globalavgpool",
            "b",
            "conv3x3 8 padding=1",
            "relu",
            "conv5x5 8 padding=2",
            "globalavgpool",
            "add: [x, left]",
        ),
        "the last map has a receptive field of 7x7, the input is 5x5",
    ),
    # W608 unused label
    Case("W608", spec("3x8x8", "a: x", "conv3x3 8"), "nothing reads the label `a`"),
    Case("W608", spec("3x8x8", "a: conv3x3 8", "b: a", "relu"), "nothing reads the label `b`"),
    Case("W608", spec("3x8x8", "a: relu", "b: [relu, conv3x3 3]"), None),
    Case("W608", spec("3x8x8", "a: x", "relu", "b: x", more="outputs: [a, b]\n"), None),
    Case(
        "W608",
        spec("3x8x8", "a: x", "relu", more="auxiliary: {head: [a, conv3x3 4]}\n"),
        None,
    ),
    Case(
        "W608",
        spec("3x8x8", "repeat 2: [relu, a: x]", "add: [a1, a2]", more=""),
        None,
    ),
    Case("W608", spec("3x8x8", "a: x", "relu", more="budget: {a: {output: 3x8x8}}\n"), None),
    # a label of the same name in a block is another one
    Case(
        "W608",
        spec(
            "3x8x8",
            "a: x",
            "unit",
            "add: [x, a]",
            more="blocks:\n  unit:\n    - a: x\n    - relu\n",
        ),
        "nothing reads the label `a`",
    ),
    # W609 unused block
    Case(
        "W609",
        spec("3x8x8", "unit", more="vars: {unit: wide}\nblocks: {wide: relu, slim: tanh}\n"),
        "no layer calls the block `slim`",
    ),
    Case(
        "W609",
        spec(
            "3x8x8",
            "kind",
            more="vars: {kind: wide}\nblocks: {wide: relu, slim: tanh}\n"
            "variants: {slim: {vars: {kind: slim}}}\n",
        ),
        None,
    ),
    Case(
        "W609",
        spec(
            "3x8x8",
            "twice slim",
            more="blocks:\n  twice unit: [unit, unit]\n  slim: [tanh]\n",
        ),
        None,
    ),
    Case(
        "W609",
        spec("3x8x8", "twice", more="blocks:\n  twice unit=slim: [unit, unit]\n  slim: [tanh]\n"),
        None,
    ),
    # W610 unused variable
    Case("W610", spec("3x8x8", "conv3x3 2*n", more="vars: {n: 4}\n"), None),
    Case("W610", spec("3x8x8", "if n == 4: relu", more="vars: {n: 4}\n"), None),
    Case("W610", spec("3x8x8", "repeat n: relu", more="vars: {n: 4}\n"), None),
    Case("W610", spec("3x8x8", "n", more="vars: {n: relu}\n"), None),
    Case(
        "W610",
        spec("3x8x8", "relu", more="vars: {n: 1}\nvariants: {a: {}, b: {vars: {n: 2}}}\n"),
        "nothing reads the variable `n`, which the variant `b` sets",
    ),
    Case(
        "W610",
        spec("3x8x8", "unit", more="vars: {n: 4}\nblocks:\n  unit m=n: conv3x3 m\n"),
        None,
    ),
    Case(
        "W610",
        spec("3x8x8", "conv3x3 x.channels", more="vars: {channels: 4}\n"),
        "nothing reads the variable `channels`",
    ),
    Case(
        "W610",
        spec("3x8x8", "conv3x3 max(3, 4)", more="vars: {max: 4}\n"),
        "nothing reads the variable `max`",
    ),
    # W611 unused parameter
    Case(
        "W611",
        spec("3x8x8", "unit 4", more="blocks:\n  unit a b=a: conv3x3 4\n"),
        "the block `unit` never reads its parameter `b`",
    ),
    Case(
        "W611",
        spec("3x8x8", "unit 4", more="blocks:\n  unit a: {conv3x3: {out_channels: a}}\n"),
        None,
    ),
    Case("W611", spec("3x8x8", "unit relu", more="blocks:\n  unit a: [a, conv1x1 3]\n"), None),
    Case(  # called by one name: what one of the blocks reads, the others take
        "W611",
        spec(
            "3x8x8",
            "unit 4 2",
            more="vars: {unit: basic}\nvariants:\n  plain: {vars: {unit: plain}}\nblocks:\n"
            "  basic out stride: conv3x3 out stride=stride\n  plain out stride: conv3x3 out\n",
        ),
        None,
    ),
    Case(
        "W611",
        spec(
            "3x8x8",
            "stage basic 2",
            "stage plain 2",
            more="blocks:\n  stage unit stride: unit 4 stride\n"
            "  basic out stride: conv3x3 out stride=stride\n  plain out pace: conv3x3 out\n",
        ),
        None,
    ),
    Case(  # nothing that is called by that name reads it
        "W611",
        spec(
            "3x8x8",
            "unit 4 2",
            more="vars: {unit: plain}\nblocks:\n  plain out stride: conv3x3 out\n",
        ),
        "the block `plain` never reads its parameter `stride`",
    ),
    # W612 dropout at the end
    Case(
        "W612",
        spec("784", "linear 10", "dropout 0.2", "softmax"),
        "no layer with weights follows this dropout of 0.2 up to the output `softmax1`",
    ),
    Case(
        "W612",
        spec("3x8x8", "conv3x3 10", "dropout", "globalavgpool", "flatten"),
        "no layer with weights follows this dropout of 0.5 up to the output `flatten1`",
    ),
    Case(
        "W612",
        spec("3x8x8", "a: conv3x3 10", "dropout", "add: [x, a]"),
        "no layer with weights follows this dropout of 0.5 up to the output `add1`",
    ),
    Case(
        "W612",
        spec("3x8x8", "a: conv3x3 8", "conv1x1 8", more="auxiliary: {head: [a, dropout]}\n"),
        "no layer with weights follows this dropout of 0.5 up to the output `head`",
    ),
    Case("W612", spec("784", "linear 10", "dropout 0"), None),
    Case("W612", spec("784", "dropout", "linear 10"), None),
    Case("W612", spec("3x8x8", "dropout", "conv3x3 8", "relu", "globalavgpool"), None),  # NiN
    # W613 misaligned branches
    Case(  # the map is padded back to its size on one side only
        "W613",
        spec(
            "8x32x32",
            "concat: [x, [conv5x5 8, pad edge]]",
            more="vars: {edge: [[0, 4], [0, 4]]}\n",
        ),
        "the branches begin centred on 0 and 2 along the height of `input`",
    ),
    Case(
        "W613",
        spec("8x32x32", "concat: [[crop 16x32], conv1x1 8 stride=2x1]"),
        "the branches have strides of 1 and 2 along the height of `input`",
    ),
    Case(
        "W613",
        spec(
            "8x20",
            "conv3 8 stride=2 padding=1",
            "upsample 2",
            "concat: [x, [input, upsample 2, conv21 8]]",
        ),
        "the branches have strides of 1 and 0.5 along the length of `input`",
    ),
    # half a pixel: ResNet-D, `same` beside a bare stride, an odd crop
    Case(
        "W613",
        spec("8x32x32", "add: [conv3x3 8 stride=2 padding=1, [avgpool2x2, conv1x1 8]]"),
        None,
    ),
    Case(
        "W613",
        spec("3x32x32", "add: [conv3x3 8 stride=2 padding=same, conv1x1 8 stride=2]"),
        None,
    ),
    Case("W613", spec("8x32x33", "concat: [[conv1x2 8], [crop 32x32]]"), None),
    Case("W613", spec("8x32x32", "mul: [x, [globalavgpool, sigmoid]]"), None),
    Case("W613", spec("8x32x32", "mul: [x, [avgpool32x32, sigmoid]]"), None),
    # upsampling, by a factor or to a size, behind pooling or a strided 3x3
    Case(
        "W613",
        spec("8x32x32", "a: relu", "maxpool2x2", "upconv2x2 8 stride=2", "concat: [x, a]"),
        None,
    ),
    Case(
        "W613",
        spec(
            "8x25x25", "a: relu", "conv3x3 8 stride=2 padding=1", "upsample size=25", "add: [x, a]"
        ),
        None,
    ),
    Case(
        "W613",
        spec(
            "8x64x64",
            "a: relu",
            "repeat 3: [conv3x3 8 stride=2 padding=1, relu]",
            "upsample 8 mode=bilinear",
            "concat: [x, a]",
        ),
        None,
    ),
    Case("W613", spec("8x60x60", "concat: [x, [adaptive_avgpool6x6, upsample size=60]]"), None),
    # W614 softmax inside
    Case(
        "W614",
        spec("3x8x8", "conv3x3 4", "softmax", "bn", "maxpool2x2", "conv1x1 8"),
        "`conv2` reads 4 values that a softmax has scaled to a sum of 1",
    ),
    Case("W614", spec("8x8x8", "mul: [x, [conv1x1 8, softmax]]", "conv1x1 8"), None),
    Case(  # selective kernels: each half of the softmax weighs a branch
        "W614",
        spec(
            "8x8x8",
            "a: [globalavgpool, conv1x1 16, softmax]",
            "input",
            "mul: [x, [a, slice 0 8]]",
            "mul: [x, [a, slice 8 16]]",
        ),
        None,
    ),
    Case("W614", spec("784", "linear 10", "softmax", "dropout 0"), None),
    Case(  # a cascade that gives out what each stage says
        "W614",
        spec(
            "3x8x8", "a: [conv3x3 4 padding=1, softmax]", "b: conv1x1 4", more="outputs: [a, b]\n"
        ),
        None,
    ),
    # W615 dense layer holds most parameters
    Case("W615", spec("3x32x32", "flatten", "linear 1000"), None),
    Case("W615", spec("3x32x32", "conv3x3 8", "relu", "flatten", "linear 1000"), None),
    Case(
        "W615",
        spec(
            "3x32x32",
            "conv3x3 64",
            "relu",
            "conv3x3 64",
            "relu",
            "globalavgpool",
            "flatten",
            "linear 10",
        ),
        None,
    ),
    Case(
        "W615",
        spec("784", "linear 1000", "relu", "linear 10", "relu", "linear 10"),
        "`linear1` holds 785,000 of 795,120 parameters, 98.7 %",
    ),
    # W616 layer without a reader
    Case(
        "W616", spec("3x8x8", "a: relu", "sigmoid", "a", "conv1x1 8"), "nothing reads `sigmoid1`"
    ),
    Case(
        "W616",
        spec("3x8x8", "a: relu", "conv3x3 2 bias=false", "a", "conv1x1 8"),
        "nothing reads `conv1`: it costs 54 parameters and 1,944 MACs for nothing",
    ),
    Case("W616", spec("{a: 3x8x8, b: 3x8x8}", "a", "relu"), "nothing reads the input `b`"),
    Case(
        "W616", spec("3x8x8", "a: relu", "conv1x1 8", more="auxiliary: {head: [a, tanh]}\n"), None
    ),
    # W617 activation without effect
    Case(
        "W617",
        spec("8", "sigmoid", "relu"),
        "`sigmoid1` gives nothing below 0: `relu` after it changes nothing",
    ),
    Case(
        "W617",
        spec("8", "hardsigmoid", "relu6"),
        "`hardsigmoid1` stays within 0 and 6: `relu6` after it changes nothing",
    ),
    Case(
        "W617",
        spec("8", "relu", "leaky_relu 0.1"),
        "`relu1` gives nothing below 0: `leaky_relu` after it changes nothing",
    ),
    Case("W617", spec("8", "leaky_relu 1"), "with a slope of 1 `leaky_relu` changes nothing"),
    Case(
        "W617",
        spec("3x8x8", "concat: [[conv1x1 4, relu], [conv3x3 4 padding=1, relu]]", "relu"),
        "`concat1` gives nothing below 0: `relu` after it changes nothing",
    ),
    Case("W617", spec("8", "relu", "relu6"), None),
    Case("W617", spec("8", "relu6", "dropout", "relu6"), None),
    Case("W617", spec("8", "leaky_relu", "relu"), None),
    Case("W617", spec("8", "tanh", "relu"), None),
    Case("W617", spec("3x8x8", "a: relu", "conv1x1 3", "add: [x, a]", "relu"), None),
    Case("W617", spec("3x8x8", "relu", "bn", "relu"), None),
    Case("W617", spec("3x8x8", "add: [x, relu]", "relu"), None),
    # W619 constant output
    Case(
        "W619",
        spec("8x4x4", "globalavgpool", "instance_norm"),
        "each channel has 1 value, and a value minus its own mean is 0: every output is 0",
    ),
    Case(
        "W619",
        spec("8x4x4", "globalavgpool", "group_norm 8"),
        "each group has 1 value, and a value minus its own mean is 0: every output is the bias",
    ),
    Case(
        "W619",
        spec("1x4x4", "layer_norm affine=false"),
        "each position has 1 channel, and a value minus its own mean is 0: every output is 0",
    ),
    Case(
        "W619", spec("8", "dropout 1", "linear 2"), "a dropout of 1 drops everything in training"
    ),
    Case("W619", spec("8x4x4", "globalavgpool", "group_norm 4"), None),
    Case("W619", spec("8x4x4", "group_norm 8"), None),
    Case("W619", spec("8x4x4", "globalavgpool", "layer_norm"), None),
    Case("W619", spec("8x4x4", "globalavgpool", "bn"), None),
    Case("W619", spec("784", "linear 2", "softmax"), None),
    # W620 taps on padding
    Case(
        "W620",
        spec("8x1x1", "conv3x3 16 padding=1"),
        "8 of the 9 taps of the 3x3 kernel meet padding only: 1,024 of 1,152 weights have no "
        "effect",
    ),
    Case(
        "W620",
        spec("8x14x14", "conv3x3 16 padding=18 dilation=18"),
        "8 of the 9 taps of the 3x3 kernel meet padding only: 1,024 of 1,152 weights have no "
        "effect",
    ),
    Case(
        "W620",
        spec("8x3x3", "conv3x3 16 stride=4 padding=1"),
        "5 of the 9 taps of the 3x3 kernel meet padding only: 640 of 1,152 weights have no effect",
    ),
    Case("W620", spec("8x14x14", "conv3x3 16 padding=13 dilation=13"), None),
    Case("W620", spec("8x2x2", "conv3x3 16 padding=1"), None),
    Case("W620", spec("8x1x1", "conv3x3 16 padding=full"), None),
    Case("W620", spec("8x1x1", "maxpool3x3 padding=1"), None),
    # W621 uneven overlap
    Case(
        "W621",
        spec("8x4x4", "upconv2x2 8 stride=3"),
        "each output is made of 0 to 1 taps: the 2x2 kernel has a stride of 3",
    ),
    Case(
        "W621",
        spec("8x16", "upconv4 8 stride=2 dilation=2"),
        "each output is made of 0 to 4 taps: the kernel of 4 has a stride of 2",
    ),
    Case("W621", spec("8x4x4", "upconv2x2 8 stride=2"), None),
    Case("W621", spec("8x4x4", "upconv3x3 8 padding=1"), None),
    Case("W621", spec("8x1x1", "upconv3x3 8 stride=2"), None),
    # W622 block of an op
    Case(
        "W622",
        spec("8x4x4", "maxpool2x2", more="blocks: {maxpool2x2: relu}\n"),
        "the block `maxpool2x2` hides the op of that name",
    ),
    Case("W622", spec("8x4x4", "convs", more="blocks: {convs: relu}\n"), None),
    # W623 label of an op
    Case(
        "W623",
        spec("8x4x4", "unit", more="blocks: {unit: [conv3x3: [tanh, relu]]}\n"),
        "the label `conv3x3` has the name of an op",
    ),
    Case("W623", spec("8x4x4", "conv1: [tanh, relu]", "maxpool2: relu"), None),
    # W624 step without effect
    Case(
        "W624",
        spec("8x4x4", "relu", "repeat 3: {if x.channels > 8: x, else: x}"),
        "the `repeat` changes nothing: `x` is all that it gives",
    ),
    Case("W624", spec("8x4x4", "relu", "repeat 0: tanh"), "the `repeat` has no round"),
    Case(
        "W624",
        spec("8x4x4", "a: {add: [x, {if 8 > 4: relu, else: x}]}"),
        "the condition `8 > 4` always gives the same",
    ),
    Case(
        "W624",
        spec("8x4x4", "if x.channels > 4: [conv1x1 8, relu]\n    else: [conv1x1 8, relu]"),
        "whatever the condition, the same layers follow",
    ),
    Case(
        "W624",
        spec("8x4x4", "if x.channels > 4: [conv1x1 8, relu]\n    else: [conv1x1 4, relu]"),
        None,
    ),
    Case("W624", spec("8x4x4", "if x.channels > 4: relu\n    elif x.height > 1: relu"), None),
    Case("W624", spec("8x4x4", "if x.channels > 8: x\n    else: relu"), None),
    Case("W624", spec("8x4x4", "relu", "repeat n: tanh", more="vars: {n: 0}\n"), None),
    # W625 channels last
    Case("W625", spec("224x200x3", "relu"), "the input 224x200x3 has 224 channels and is 3 wide"),
    Case(
        "W625",
        spec("3x32x32", "relu", more="variants: {mnist: {input: 28x28x1}}\n"),
        "the input 28x28x1 has 28 channels and is 1 wide",
    ),
    Case("W625", spec("8x16x1", "relu"), None),
    Case("W625", spec("64x56x56", "relu"), None),
    Case("W625", spec("32x3", "relu"), None),
    # W626 label that promises a merge
    Case(
        "W626",
        spec("8x4x4", "unit", more="blocks: {unit: [Cat_2: [conv1x1 8, tanh]]}\n"),
        "`Cat_2` is a label: its layers run one after the other",
    ),
    Case("W626", spec("8x4x4", "sum: [conv1x1 8]", "residual: [conv1x1 8, relu]"), None),
    Case("W626", spec("8x4x4", "sum: conv1x1 8", "subtract_mean: [bn, relu]"), None),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)
def test_case(case: Case) -> None:
    messages = [mark.message for mark in found(case.code, case.text)]
    assert messages == ([case.message] if case.message else [])


def test_every_rule_has_cases_of_both_kinds() -> None:
    found_of = {case.code for case in CASES if case.message}
    silent_of = {case.code for case in CASES if not case.message}
    assert found_of >= {rule.code for rule in CHECKED}
    assert silent_of >= {rule.code for rule in CHECKED}


def test_blocks_that_only_unused_blocks_call_are_unused() -> None:
    text = spec("3x8x8", "relu", more="blocks: {outer: inner, inner: relu}\n")
    assert [mark.message for mark in found("W609", text)] == [
        "no layer calls the block `outer`",
        "no layer calls the block `inner`",
    ]


def test_a_variable_without_a_value_may_hold_any_block() -> None:
    text = spec("3x8x8", "unit", more="vars: {unit: null}\nblocks: {wide: relu, slim: tanh}\n")
    parsed, _ = parse_spec(text, "t.yaml")
    [check] = [rule.spec for rule in RULES if rule.code == "W609"]
    assert parsed
    assert check
    assert list(check(parsed)) == []


def test_every_reader_that_skips_is_told() -> None:
    text = spec("8x56x56", "add: [conv1x1 8 stride=2, conv1x1 8 stride=2]")
    [mark] = found("W602", text)
    assert mark.layer == "conv1"
    assert [note.text for note in mark.notes] == ["`conv2` does not read them either"]


def test_the_field_names_the_layer_from_which_on_all_is_seen() -> None:
    [mark] = found("W607", BY_CODE["W607"].failing)
    assert [note.text for note in mark.notes] == [
        "from `conv2` on, receptive fields are larger than the input"
    ]


def test_the_place_of_a_variants_input_is_its_own() -> None:
    text = spec("3x32x32", "conv7x7 8 padding=3", more="variants:\n  small:\n    input: 3x4x4\n")
    assert found("W607", text) == []
    [mark] = found("W607", text, "small")
    assert mark.span.line == 5


def test_an_attribute_of_a_variable_head_has_its_place() -> None:
    text = spec("3x8x8", "unit 4 stride=2", more="vars: {unit: conv1x1}\n")
    [mark] = found("W602", text)
    assert text.splitlines()[mark.span.line - 1][mark.span.column - 1 :] == "2"
