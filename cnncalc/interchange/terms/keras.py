"""The table of Keras: for every class the function that says it in layers of ours.

It takes a `Use`, one call of a layer, puts layers of ours for it, and gives what they give.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, TypeVar

from cnncalc.interchange.terms.keras_net import Net, Path, Tensor, turned, turned_back
from cnncalc.interchange.terms.keras_ops import KerasOp, Tensors
from cnncalc.interchange.terms.keras_settings import Settings, brief
from cnncalc.interchange.terms.onnx_ops import PerItem
from cnncalc.ops.base import Op, make_op
from cnncalc.ops.footprint import SAME_PLACE
from cnncalc.ops.formula import AXIS_NAMES
from cnncalc.ops.values import RejectedError, Shape, show_shape

Result = Tensor | Sequence[Tensor]
"""What a layer gives."""

Row = Callable[["Use"], Result]
AnyRow = TypeVar("AnyRow", bound=Row)

LAYERS: dict[str, Row] = {}
"""Every layer that is read, by its class."""

OPERATIONS: dict[str, Row] = {}
"""The same of the functions of `keras.ops`, each of which is a class in a file."""

Function = Callable[["Use", Tensor, str, str | None], Tensor]
ACTIVATIONS: dict[str, Function] = {}
"""Every function that `activation=` names: it takes what is activated, its name and a label."""


def keras(*names: str, table: dict[str, Row] = LAYERS) -> Callable[[AnyRow], AnyRow]:
    """Let a function be what reads some classes."""

    def note(function: AnyRow) -> AnyRow:
        table.update(dict.fromkeys(names, function))
        return function

    return note


class Use(Settings):
    """One call of a layer of Keras.

    Attributes:
        name: a free label for it.
        key: what tells it from all other layers of the file.
        tensors: all that flows in.
        args: the arguments of the call, the tensors among them.
        kwargs: the same by their names.
        told: the shape that the file says it gives, where it does.
        first: whether maps that it makes have their channels first in Keras.
        caller: reads a layer that it holds, of a label, on some tensors.
    """

    def __init__(  # noqa: PLR0913 - what a call is
        self,
        net: Net,
        *,
        name: str,
        title: str,
        scope: Path,
        kind: str,
        config: Mapping[str, Any],
        path: str,
        key: Hashable,
        tensors: Sequence[Tensor],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        told: Sequence[Any] | None = None,
        first: bool = False,
        caller: "Callable[[Use, str, str | None, Sequence[Tensor]], Sequence[Tensor]]",
    ) -> None:
        super().__init__(title, kind, config, path)
        self.net, self.name, self.scope, self.key = net, name, scope, key
        self.tensors, self.args, self.kwargs = tuple(tensors), args, kwargs or {}
        self.told, self.first, self.caller = told, first, caller
        self.is_group = False
        self.is_again = key in net.holders
        self._holders = net.holders.setdefault(key, [])
        self._place = 0

    # What flows in

    @property
    def x(self) -> Tensor:
        """The one tensor that flows in."""
        if len(self.tensors) != 1:
            self.refuse(f"it takes one tensor, it has {len(self.tensors)}")
        return self.tensors[0]

    def mapped(self, axes: int) -> Tensor:
        """The map that flows in, of so many spatial axes, in the layout of `data_format`."""
        x = self.x
        if len(x.shape) != axes + 1:
            has = show_shape(x.shape)
            self.refuse(f"it takes maps of {axes} spatial axes and channels, its input is {has}")
        return self.laid(x, first=self.is_first)

    @property
    def is_first(self) -> bool:
        """Whether `data_format` puts the channels first."""
        form = self.config.get("data_format") or ("channels_first" if self.first else None)
        return self.one_of("data_format", form or "channels_last", *FORMATS) == FORMATS[1]

    def laid(self, x: Tensor, *, first: bool) -> Tensor:
        """A tensor whose channels stand first in Keras, or last: its axes are moved for that."""
        if x.first == first or len(x.shape) < 2:
            return x._replace(first=first)
        rank = len(x.shape)
        # Channels last in Keras, `a b c`, are `c a b` here; read as channels first, `a b c`.
        order = (*range(1, rank), 0) if first else (rank - 1, *range(rank - 1))
        return self.moved(x, x.shape, order, first=first, label="turned")

    def moved(
        self,
        x: Tensor,
        shape: Shape,
        order: Sequence[int],
        *,
        first: bool,
        label: str | None = None,
    ) -> Tensor:
        """A tensor whose axes, as ours, come in another order, and nothing else."""
        told = (0, *(axis + 1 for axis in order))
        return self.foreign(shape, x, title="keras:Permute", first=first, label=label, order=told)

    def axis(self, number: Any, x: Tensor, *, batch: bool = True) -> int:
        """The axis of ours that Keras counts, the batch among its axes; a channel is 0."""
        rank = len(x.shape) + batch
        if isinstance(number, bool) or not isinstance(number, int) or not -rank <= number < rank:
            self.refuse(f"`axis` is {brief(number)}, its input has {rank} axes with the batch")
        place = number % rank - batch
        if place < 0:
            self.refuse("`axis` is that of the batch", code="E713")
        return place if x.first else (place + 1) % len(x.shape)

    # Settings

    def argument(self, key: str, place: int, default: Any = ...) -> Any:
        """A setting, or an argument of the call, by its name or its place."""
        if key in self.kwargs:
            return self.kwargs[key]
        if place < len(self.args) and not isinstance(self.args[place], Tensor):
            return self.args[place]
        return self.value(key, default)

    # Layers of ours

    def ours(
        self,
        kind: type[Op],
        *reads: Tensor,
        label: str | None = None,
        own: Tensors | None = None,
        **settings: Any,
    ) -> Tensor:
        """A layer with an op of the spec language, and what it gives.

        Its tensors are those of the op, or `own`.
        """
        op, shape = self.made(kind, tuple(one.own for one in reads), settings)
        return self.put(op, reads, shape, label=label, own=own)

    def made(
        self, kind: type[Op], shapes: Sequence[Shape], settings: Mapping[str, Any]
    ) -> tuple[Op, Shape]:
        """An op of the spec language and the shape that it gives."""
        over: Shape = ()
        if kind.is_elementwise and max(map(len, shapes)) > 4 and len(set(shapes)) == 1:
            over = shapes[0][:-4]
        try:
            op, shape = make_op(kind, settings, tuple(one[len(over) :] for one in shapes))
        except RejectedError as fault:
            self.refuse(fault.message, fault.hint)
        return (PerItem(over, op), (*over, *shape)) if over else (op, shape)

    def put(
        self,
        op: Op,
        reads: Sequence[Tensor],
        shape: Shape,
        *,
        label: str | None = None,
        own: Tensors | None = None,
    ) -> Tensor:
        """A layer that gives a shape, channels first, and what it gives."""
        first = reads[0].first if reads else self.first
        shapes = tuple(one.own for one in reads)
        told = op.parameters(shapes)
        if own is not None and sorted(own.values()) == sorted(told.values()):
            own = None
        shares = self._shares(op, shapes, own) if told or op.buffers(shapes) else None
        names = (label or self.kind.lower()) if self.is_group else None
        labelled = names or (f"{self.name}_{label}" if label else self.name)
        own = None if shares else own
        name = self.net.put(self.scope, labelled, op, reads, shape, own, shares)
        if (told or op.buffers(shapes)) and not self.is_again:
            self._holders.append(name)
        return Tensor(turned_back(shape, first=first), name, first)

    def _shares(self, op: Op, shapes: Sequence[Shape], own: Tensors | None) -> str | None:
        """The layer that holds the tensors of this one: that of the first call."""
        if not self.is_again:
            return None
        place, self._place = self._place, self._place + 1
        holder = self.net.named.get(self._holders[place]) if place < len(self._holders) else None
        other = None if holder is None else holder.op.parameters(holder.input_shapes)
        held = None if holder is None else holder.own_parameters
        if holder is None or (other, held) != (op.parameters(shapes), own):
            self.refuse("it is called on tensors that its weights do not suit")
        return holder.name

    def foreign(  # noqa: PLR0913 - what a layer may say
        self,
        shape: Shape,
        *reads: Tensor,
        title: str | None = None,
        label: str | None = None,
        first: bool | None = None,
        trained: Tensors | None = None,
        kept: Tensors | None = None,
        elementwise: bool = False,
        **told: Any,
    ) -> Tensor:
        """A layer that gives a shape of Keras, and that the spec language has no op for."""
        first = (reads[0].first if reads else self.first) if first is None else first
        own = turned(shape, first=first) or (1,)
        traits: dict[str, Any] = {"is_view": bool(told.get("order"))}
        traits["is_view"] |= told.pop("view", False)
        if elementwise and all(one.own == own for one in reads):
            told["place"] = SAME_PLACE
            traits["is_elementwise"] = True
        op = KerasOp(
            title or f"keras:{self.kind}", own, trained or {}, kept or {}, traits=traits, **told
        )
        return self.put(op, reads, own, label=label)._replace(shape=shape, first=first)

    def activated(self, x: Tensor, *, is_all: bool = False) -> Tensor:
        """What a layer gives, behind the function that it names, which may be all of it."""
        key = "activation"
        found = self.value(key, None)
        if isinstance(found, Mapping):
            if isinstance(found.get("config"), str):  # a function by its name
                found = found["config"]
            else:
                return self.call(key, None if is_all else "activation", [x])[0]
        if found is None:
            return x
        function = ACTIVATIONS.get(found) if isinstance(found, str) else None
        if function is None:
            message = f"its activation {brief(found)} is not known"
            self.refuse(message, "a function of your own has no rule here", "E713")
        return function(self, x, str(found), None if is_all else str(found))

    def call(self, key: str, label: str | None, tensors: Sequence[Tensor]) -> Sequence[Tensor]:
        """Read the layer that a setting holds on some tensors, under a label behind its name."""
        return self.caller(self, key, label, tensors)

    def holding(self, tensors: Sequence[Tensor]) -> "Use":
        """The same call with other tensors that flow in."""
        self.tensors = tuple(tensors)
        return self

    def grouped(self) -> "Use":
        """Let its layers stand in a group of its name."""
        name = self.net.free(self.scope, self.name)
        self.scope = (*self.scope, name.rpartition(".")[2])
        self.is_group = True
        return self

    def axis_word(self, axis: int, rank: int) -> str | None:
        """The name of an axis of ours, where the spec language has one."""
        return ("channels", *AXIS_NAMES[rank][1:])[axis] if rank in AXIS_NAMES else None


FORMATS = ("channels_last", "channels_first")
