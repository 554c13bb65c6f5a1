"""One value of the network that is edited, worked by hand: a run in NumPy, bounded and kept.

The page without a server has no NumPy: there this module is not asked for.
"""

from threading import Lock
from typing import Any

from cnncalc.checks.networks import Plan
from cnncalc.edit.answer import read
from cnncalc.edit.requests import Wanted
from cnncalc.engine.execute import LayerError
from cnncalc.engine.weights import initial_inputs, initial_weights, unstated
from cnncalc.graph import Graph, Layer
from cnncalc.lessons.bounds import Limits, RefusedError, check_run
from cnncalc.lessons.places import PlaceError, place_in
from cnncalc.lessons.worked import Ran, leading_to, run_to, worked_in
from cnncalc.lessons.worked.ask import notes_of
from cnncalc.printable import printable
from cnncalc.render.blocks import block_as_dict, blocks_of, head_of, law_of

LIMITS = Limits(
    2 * 10**10, 2**31, "on this page", "`cnncalc explain NET LAYER --at` in a terminal makes more"
)
"""Operations and bytes of a run: some seconds, while nobody else is answered about values."""

DTYPE = "float32"


class ByHand:
    """What the page asks of values, answered one after another; the last run is kept."""

    def __init__(self, file: str, plan: Plan) -> None:
        self.file = file
        self.plan = plan
        self._lock = Lock()
        self._about: object = None
        self._ran: tuple[Ran, Layer, tuple[str, ...]] | None = None

    def answer(self, wanted: Wanted) -> dict[str, Any]:
        """The value in blocks, or the `problem` that there is none."""
        with self._lock:
            try:
                return self._answer(wanted)
            except (LayerError, PlaceError, RefusedError) as fault:
                return {"problem": str(fault)}
            except MemoryError:
                return {"problem": "the memory ran out: a smaller input takes less"}

    def _answer(self, wanted: Wanted) -> dict[str, Any]:
        about = (wanted.asked._replace(known=None), wanted.layer)
        if self._ran is None or self._about != about:
            self._ran = None  # its memory is free before another takes some
            self._ran, self._about = self._run(wanted), about
        ran, layer, notes = self._ran
        found = worked_in(ran, layer, place_in(layer, wanted.place, wanted.channel))
        return {
            "layer": layer.name,
            "head": head_of(found),
            "law": law_of(found),
            "blocks": [block_as_dict(block) for block in blocks_of(found)],
            "notes": notes,
        }

    def _run(self, wanted: Wanted) -> tuple[Ran, Layer, tuple[str, ...]]:
        _, graph, faults, _ = read(wanted.asked, self.file, self.plan)
        if graph is None or faults:
            raise RefusedError("the text has faults: there is no network to run")
        layer = next((one for one in graph.layers if one.name == wanted.layer), None)
        if layer is None:
            raise RefusedError(f"there is no layer `{printable(wanted.layer)}` any more")
        place_in(layer, wanted.place, wanted.channel)
        part = leading_to(graph, [layer])
        check_run(part, DTYPE, f"a value of `{printable(layer.name)}`", LIMITS)
        values = initial_weights(part, 0, DTYPE), initial_inputs(part, 0, DTYPE)
        return run_to(part, [layer], values), layer, _notes(part)


def _notes(graph: Graph) -> tuple[str, ...]:
    drawn = ["weights"] * (unstated(graph) is not None)
    return notes_of([*drawn, "inputs"], 0)
