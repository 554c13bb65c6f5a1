"""ONNX in and out: `model` is the file itself, `operators` what each operator is, `read`, `write`.

What is shared with other formats lies one folder up; counting and drawing are not here.
"""
