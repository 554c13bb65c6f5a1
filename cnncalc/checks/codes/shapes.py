"""E4: layers and the shapes that they are given."""

from cnncalc.checks.codes.explained import Explained

RECORDS = (
    Explained(
        "E401",
        finds="""The kernel is larger than the input with its padding.

The notes tell how the tensor came to be that small.""",
        because="There is no place for even one window, and the output would have no element.",
        remedy="Pad it, take a smaller kernel, or drop a stride before it.",
        example="""\
  input: 3x5x5
  layers:
-   - conv7x7 8
+   - conv7x7 8 padding=3
    - relu
""",
    ),
    Explained(
        "E402",
        finds="Groups or heads do not divide the channels.",
        because="Each of them has equally many channels.",
        remedy="Take a divisor; the help lists them.",
        example="""\
  input: 6x32x32
  layers:
-   - conv3x3 8 groups=4
+   - conv3x3 8 groups=2
    - relu
""",
    ),
    Explained(
        "E403",
        finds="A count of channels, a size or a number of rounds is no whole number.",
        because="""Whether a half is rounded up or down makes another network, and papers do
either.""",
        remedy="Round it: `floor(...)`, `ceil(...)`, `divisible(..., 8)`, or `//`.",
        example="""\
  input: 3x32x32
  layers:
-   - conv3x3 x.channels*2.5
+   - conv3x3 floor(x.channels*2.5)
    - relu
""",
    ),
    Explained(
        "E404",
        finds="The branches of a merge have shapes that cannot meet.",
        because="A sum needs equal shapes, and `concat` equal ones but for the axis it joins.",
        remedy="Give the branches one shape, say with `padding`, or by a 1x1 convolution.",
        example="""\
  input: 8x32x32
  layers:
-   - add: [x, [conv3x3 8, relu]]
+   - add: [x, [conv3x3 8 padding=1, relu]]
""",
    ),
    Explained(
        "E405",
        finds="A layer takes another number of axes than its input has.",
        because="A 3x3 kernel slides over two axes; features have none.",
        remedy="""`flatten` before `linear`, or write the kernel with a size for each axis:
`conv3` for one, `conv3x3x3` for three.""",
        example="""\
  input: 2x100
  layers:
-   - conv3x3 8
+   - conv3 8
    - relu
""",
    ),
    Explained(
        "E406",
        finds="""A value does not suit the input of the layer.

A slice ends beyond the channels, a crop is larger than the map, or patches do not divide it.""",
        because="It has a meaning for other inputs, and none for this one.",
        remedy="Change the value, or the layers before.",
        example="""\
  input: 8x32x32
  layers:
-   - crop 40x40
+   - crop 24x24
    - relu
""",
    ),
)
