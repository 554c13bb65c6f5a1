"""Names in code: of members, of parameters, of tensors."""

from collections.abc import Sequence
from itertools import chain, count
from keyword import iskeyword

RESERVED = {
    "self", "nn", "torch", "math", "x", "F", "sequential", "OrderedDict", "in_channels", "range",
    "getattr", "super", "i", "true", "false",
}  # fmt: skip
"""Names that a parameter of the code cannot have."""

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
    name = "".join(mark if mark.isalnum() or mark == "_" else "_" for mark in label)
    name = name if name.isidentifier() else f"_{name}"
    return f"{name}_" if iskeyword(name) or name in TAKEN else name


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
