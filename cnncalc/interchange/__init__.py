"""Networks in and out of other forms: ONNX and Keras models, PyTorch, resolved YAML.

`families` says what each op is in ONNX, PyTorch and Keras, in the words of `terms`. What is shared
by several forms lies beside the folders; counting, checking and drawing are not here.
"""
