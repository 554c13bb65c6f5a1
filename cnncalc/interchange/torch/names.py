"""Names in code: of members, of parameters, of tensors."""

from collections.abc import Sequence
from itertools import chain, count
from keyword import iskeyword
from string import digits
from unicodedata import normalize

RESERVED = {
    "self", "nn", "torch", "math", "x", "F", "sequential", "OrderedDict", "in_channels", "range",
    "getattr", "super", "i", "true", "false", "divisible", "floor", "ceil", "round", "min", "max",
    "len", "sum", "int", "float", "tuple", "list", "zip", "enumerate", "isinstance", "print",
    "network",
}  # fmt: skip
"""Names that a parameter of the code cannot have: the code around it calls them."""

CLASSES = {"F", "OrderedDict", "True", "False", "None"}
"""Names that a class of the file cannot have."""

TAKEN = {
    "T_destination", "add_module", "append", "apply", "bfloat16", "buffers", "call_super_init",
    "children", "compile", "cpu", "cuda", "double", "dump_patches", "eval", "extend", "extra_repr",
    "float", "forward", "get_buffer", "get_extra_state", "get_parameter", "get_submodule", "half",
    "insert", "ipu", "load_state_dict", "modules", "mtia", "named_buffers", "named_children",
    "named_modules", "named_parameters", "parameters", "pop", "register_backward_hook",
    "register_buffer", "register_forward_hook", "register_forward_pre_hook",
    "register_full_backward_hook", "register_full_backward_pre_hook",
    "register_load_state_dict_post_hook", "register_load_state_dict_pre_hook", "register_module",
    "register_parameter", "register_state_dict_post_hook", "register_state_dict_pre_hook",
    "requires_grad_", "set_extra_state", "set_submodule", "share_memory", "state_dict", "to",
    "to_empty", "train", "training", "type", "xpu", "zero_grad",
}  # fmt: skip
"""Names that a member of a module cannot have."""


def attribute(label: str) -> str:
    """A label as the name of a member: its own, where Python and PyTorch take it."""
    name = spelt(label, "_")
    name = name if name.isidentifier() else f"_{name}"
    if name[0] == "_" and name.strip("_") and name[1] not in digits:
        # `_modules` is PyTorch's, and Python renames what begins with two of these.
        name = f"_{name.strip('_')}_"
    return f"{name}_" if iskeyword(name) or name in TAKEN else name


def spelt(text: str, other: str) -> str:
    """Text of which every mark may stand within a name, as Python reads it; `other` for others."""
    marks = normalize("NFKC", text)
    return "".join(mark if f"a{mark}".isidentifier() else other for mark in marks)


def arguments(labels: Sequence[str]) -> list[str]:
    """The names of the tensors that enter: none is one that the code has a use for itself."""
    names: list[str] = []
    for label in labels:
        name = attribute(label)
        while name in names or (name in RESERVED and name != "x"):
            name += "_"
        names.append(name)
    return names


def is_argument(name: str) -> bool:
    """Whether a parameter of the spec can be one of the code under its own name."""
    is_name = name.isidentifier() and not iskeyword(name)
    return is_name and name not in RESERVED and normalize("NFKC", name) == name


def attributes(labels: Sequence[str]) -> list[str]:
    """The names of all members of a module, no two of them one."""
    names: list[str] = []
    for label in labels:
        name = attribute(label)
        while name in names:
            name += "_"
        names.append(name)
    return names


class Registers:
    """Short names for tensors, given again when their tensor is read no more."""

    def __init__(self, taken: Sequence[str]) -> None:
        self.taken = set(taken)
        self.kept = set(taken)

    def take(self) -> str:
        """A free name."""
        numbered = (f"y{n}" for n in count(2))
        found = next(name for name in chain("yzuvw", numbered) if name not in self.taken)
        self.taken.add(found)
        return found

    def free(self, name: str) -> None:
        """Let go of a name; those of the inputs stay."""
        if name not in self.kept:
            self.taken.discard(name)
