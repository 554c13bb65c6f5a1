"""The messages of the package `onnx`, without the rest of it.

The package itself loads NumPy and a checker in C++, which takes longer than all that is done
here with a model whose operators are known.
"""

import os
import sys
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from typing import Any

NAME = "onnx.onnx_ml_pb2"


def messages() -> Any:
    """The module that has `ModelProto`.

    Raises:
        ImportError: the package is not installed.
    """
    return sys.modules.get(NAME) or _alone() or _with_package()


def _alone() -> Any:
    """The one module, under its name, so that the package finds it there; None without such."""
    package = find_spec("onnx")
    for folder in (package.submodule_search_locations or ()) if package else ():
        path = os.path.join(folder, "onnx_ml_pb2.py")
        spec = spec_from_file_location(NAME, path)
        if os.path.isfile(path) and spec is not None and spec.loader is not None:
            module = module_from_spec(spec)
            spec.loader.exec_module(module)
            return sys.modules.setdefault(NAME, module)
    return None


def _with_package() -> Any:
    import onnx  # an extra, and only where it is laid out otherwise

    return onnx
