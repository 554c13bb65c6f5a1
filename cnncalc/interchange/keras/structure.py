"""What the configuration of a Keras model is made of: layers, models, calls and their tensors.

Source: Keras 3.15, `models/functional.py`, `models/sequential.py` and
`saving/serialization_lib.py`; for files of Keras 2, `models/functional.py`, "Legacy case".
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cnncalc.interchange.keras.inputs import Input, read_axes
from cnncalc.interchange.onnx_model.file import refuse
from cnncalc.records import Record

MODELS = frozenset({"Functional", "Model", "Sequential"})

DEEPEST = 50
"""Models within models, and lists within lists: a bound for hostile files."""

_OWN = frozenset({"keras", "tf_keras", "tensorflow"})
"""The packages whose classes a file may name."""

Found = Mapping[str, Any]
"""An object of the configuration."""


class At(Record):
    """Where a model stands: the groups around it, its place in the file, how deep it may go."""

    scope: tuple[str, ...] = ()
    path: str = ""
    depth: int = DEEPEST

    def layer(self, number: int) -> str:
        """The place of one of its layers."""
        return f"{self.path}.config.layers[{number}]".lstrip(".")

    @property
    def title(self) -> str:
        """How a message names it."""
        return self.path or "the model"


class Source(Record):
    """What a call reads: an output of a call of a layer, and the shape that the file says."""

    layer: str
    call: int
    output: int
    stated: Any = None


def settings_of(found: Any, path: str) -> Mapping[str, Any]:
    """The settings of a layer or model."""
    told = found.get("config") if isinstance(found, dict) else None
    if not isinstance(told, dict):
        refuse("E712", f"{path} of its `config.json` is no layer")
    return told


def class_of(found: Found, path: str) -> str:
    """The class of a layer or model."""
    kind = found.get("class_name")
    if not isinstance(kind, str) or not kind or len(kind) > 200:
        refuse("E712", f"{path} of its `config.json` has no class")
    return kind


def is_own(found: Found) -> bool:
    """Whether a class is one of Keras, not one that somebody has registered under any name."""
    module, registered = found.get("module", "keras"), found.get("registered_name")
    if isinstance(registered, str) and ">" in registered:
        return False
    return isinstance(module, str) and module.split(".", 1)[0] in _OWN


def is_operation(found: Found) -> bool:
    """Whether it is a function of `keras.ops`."""
    module = found.get("module")
    return isinstance(module, str) and module.startswith(("keras.src.ops", "keras.ops"))


def layers_of(settings: Mapping[str, Any], path: str) -> list[Found]:
    """The layers of a model."""
    found = settings.get("layers")
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        refuse("E712", f"{path}.config of its `config.json` has no layers")
    return found


def name_of(found: Found, settings: Mapping[str, Any], path: str) -> str:
    """The name of a layer."""
    name = found.get("name", settings.get("name"))
    if not isinstance(name, str) or not name:
        refuse("E712", f"{path} of its `config.json` has no name")
    return name


def named_sources(told: Any, depth: int = DEEPEST) -> Iterator[tuple[str | None, Source]]:
    """The tensors that lists such as `[["conv", 0, 0]]` name, with the keys of their objects."""
    if not depth:
        refuse("E502", "the outputs of a model are nested too deep")
    if isinstance(told, dict):
        for key, one in told.items():
            for inner, source in named_sources(one, depth - 1):
                yield inner or key, source
    elif isinstance(told, list) and not (told and isinstance(told[0], str)):
        for one in told:
            yield from named_sources(one, depth - 1)
    else:
        yield None, tensor_of(told)


def tensor_of(told: Any) -> Source:
    """The tensor that a list such as `["conv", 0, 0]` names."""
    if not _names_tensor(told) or told[1] < 0 or told[2] < 0:
        refuse("E712", f"`{str(told)[:80]}` names no tensor")
    return Source(told[0], told[1], told[2])


class Call(Record):
    """The arguments of one call; a tensor among them is a `Source`."""

    args: Sequence[Any]
    kwargs: Mapping[str, Any]

    def sources(self) -> Iterator[Source]:
        """All tensors that it reads, in order."""
        yield from sources_in([*self.args, *self.kwargs.values()])


class Flow(Record):
    """A call with the tensors in the place of their sources.

    Attributes:
        tensors: all that flows in.
        args: the arguments of the call, the tensors among them.
        kwargs: the same by their names.
        stated: the shape that the file states of the first tensor.
        told: the one that it states of what the call gives.
    """

    tensors: Sequence[Any]
    args: Sequence[Any]
    kwargs: Mapping[str, Any] = {}
    stated: Any = None
    told: Any = None


def built_for(found: Found) -> Any:
    """The shape that a layer was built for."""
    told = found.get("build_config")
    return told.get("input_shape") if isinstance(told, dict) else None


def calls_of(found: Found, path: str) -> list[Call]:
    """The calls of a layer of a functional model."""
    told = found.get("inbound_nodes", [])
    if not isinstance(told, list):
        refuse("E712", f"{path}.inbound_nodes of its `config.json` is no list")
    return [_call(one, f"{path}.inbound_nodes[{number}]") for number, one in enumerate(told)]


def _call(told: Any, path: str) -> Call:
    if isinstance(told, list):  # as Keras 2 writes it
        return _older_call(told, path)
    args, kwargs = (
        (told.get("args", []), told.get("kwargs", {})) if isinstance(told, dict) else ("", "")
    )
    if not isinstance(args, list) or not isinstance(kwargs, dict):
        refuse("E712", f"{path} of its `config.json` is no call")
    return Call(
        [_argument(one) for one in args], {key: _argument(one) for key, one in kwargs.items()}
    )


def _argument(told: Any, depth: int = DEEPEST) -> Any:
    """An argument with a `Source` for each tensor in it."""
    if not depth:
        refuse("E502", "the arguments of a call are nested too deep")
    if isinstance(told, list):
        return [_argument(one, depth - 1) for one in told]
    if not isinstance(told, dict):
        return told
    if told.get("class_name") == "__keras_tensor__":
        settings = told.get("config")
        settings = settings if isinstance(settings, dict) else {}
        history = tensor_of(settings.get("keras_history"))
        return history._replace(stated=settings.get("shape"))
    if told.get("class_name") == "__tuple__" and isinstance(told.get("config"), list):
        return [_argument(one, depth - 1) for one in told["config"]]
    if "class_name" in told:
        return told
    return {key: _argument(one, depth - 1) for key, one in told.items()}


def _older_call(told: list[Any], path: str) -> Call:
    """A call as Keras 2 writes it: a list of `[layer, call, output, arguments]`."""
    each = told if told and isinstance(told[0], list) else [told]
    sources: list[Source] = []
    kwargs: dict[str, Any] = {}
    for one in each:
        if not _names_tensor(one):
            refuse("E712", f"{path} of its `config.json` is no call")
        sources.append(tensor_of(one))
        if len(one) > 3 and isinstance(one[3], dict):
            kwargs |= {
                key: tensor_of(value) if _names_tensor(value) else value
                for key, value in one[3].items()
            }
    return Call([sources] if len(sources) > 1 else sources, kwargs)


def _names_tensor(value: Any) -> bool:
    kinds = [type(one) for one in value] if isinstance(value, list) else []
    return kinds[:3] == [str, int, int]


def sources_in(told: Any) -> Iterator[Source]:
    """The tensors within an argument."""
    if isinstance(told, Source):
        yield told
    elif isinstance(told, list):
        for one in told:
            yield from sources_in(one)
    elif isinstance(told, dict) and "class_name" not in told:
        for one in told.values():
            yield from sources_in(one)


def with_tensors(told: Any, tensors: Mapping[tuple[str, int, int], Any]) -> Any:
    """An argument with the tensors in the place of their sources."""
    if isinstance(told, Source):
        return tensors[told.layer, told.call, told.output]
    if isinstance(told, list):
        return [with_tensors(one, tensors) for one in told]
    if isinstance(told, dict) and "class_name" not in told:
        return {key: with_tensors(one, tensors) for key, one in told.items()}
    return told


def input_shape(found: Found, path: str) -> tuple[Input, int | None]:
    """The axes of an input layer, and its batch."""
    settings = settings_of(found, path)
    name = name_of(found, settings, path)
    told = settings.get("batch_shape", settings.get("batch_input_shape"))
    if told is None and isinstance(settings.get("shape"), list):
        told = [None, *settings["shape"]]
    axes, batch = read_axes(told, name)
    return Input(name, axes), batch


def formats_in(told: Any) -> set[str]:
    """The layouts that layers anywhere in a configuration name."""
    found: set[str] = set()
    waiting = [told]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            form = one.get("data_format")
            if isinstance(form, str):
                found.add(form)
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
    return found
