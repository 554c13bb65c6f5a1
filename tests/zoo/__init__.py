"""What bundled networks are held against."""

FIGURES = {
    "unet": "1x188x188",
    "segnet": "3x90x120",
    "yolov3": "3x96x96",
    "wavenet": "256x1200",
    "tcn": "1x784",
    "fpn:resnet50": "3x128x128",
    "fpn:resnet101": "3x128x128",
}
"""Networks that no library has as they are, with the inputs on which they are run.

`tests/zoo/modules.py` has a module of PyTorch for each, after the figures of its paper.
"""
