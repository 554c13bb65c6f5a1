"""Networks in and out of other forms: ONNX models, modules and source of PyTorch, resolved YAML.

`families` says what each op is in ONNX and PyTorch, in the words of `terms`. What is shared by
several forms lies beside the folders; counting, checking and drawing are not here.
"""
