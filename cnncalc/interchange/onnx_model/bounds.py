"""How much of a model is read: a model from anyone is hostile input.

One allowance holds for a whole model: its nodes with the bodies of its functions put in, those
of the graphs within nodes, the iterations of loops, and the numbers that are computed.
"""

from typing import Any

from cnncalc.interchange.onnx_model.file import refuse
from cnncalc.interchange.onnx_model.shortened import measured
from cnncalc.interchange.onnx_model.stored import Stored

WIDE = 1_000_000
"""Steps for one's own models; `checks.models` says how many those of anyone may take."""

TIGHT_BYTES = 8 * 2**20
"""Bytes of anyone's model without the values of its weights: names, shapes, short constants."""

NUMBERS_A_STEP = 1024
"""Numbers that are computed; they are kept, and so cost memory as well."""

INFERENCE_STEPS = 3
"""A node whose shape is asked of ONNX's own inference, beside what it reads."""

BODY_STEPS = 8
"""A graph within a node each time that it is read, beside its nodes."""

TENSORS_A_STEP = 4
"""Stored tensors and inputs, of which only the shapes are read."""

LOOKS_A_STEP = 8
"""Nodes of an inner graph that are looked at, not read: for what they capture."""

MOST_FIELDS = 400_000
"""Fields of anyone's model: an empty message has two bytes, and takes 150 in memory."""

MOST_OPSET = 1000
"""No opset is later: ONNX's own have reached 25 in eight years."""

TRUSTED = "if it is a model of your own, pass `--trusted`"


class Allowance:
    """The steps that a model may still take."""

    def __init__(self, steps: int = WIDE) -> None:
        self.most = self.steps = steps

    @property
    def hint(self) -> str | None:
        """How the bound is lifted, where it can be."""
        return TRUSTED if self.most < WIDE else None

    def weigh(self, view: Stored | bytes) -> None:
        """Refuse a long file of anyone's that holds too much beside the values of its weights.

        Raises:
            SpecError: it does.
        """
        if self.most >= WIDE:
            return
        fields, length = measured(view, MOST_FIELDS)
        if fields > MOST_FIELDS:
            refuse("E703", f"it has more than {MOST_FIELDS:,} fields", self.hint)
        if length > TIGHT_BYTES:
            told = f"it has {length:,} bytes beside its weights; {TIGHT_BYTES:,} are read"
            refuse("E703", told, self.hint)

    def spend(self, steps: int) -> None:
        """Take some steps.

        Raises:
            SpecError: there are none left.
        """
        self.steps -= steps
        if self.steps < 0:
            refuse("E703", f"reading the model takes more than {self.most:,} steps", self.hint)


def check_opsets(model: Any) -> None:
    """Refuse versions of operators that never were.

    Raises:
        SpecError: there is one.
    """
    functions = (one for function in model.functions for one in function.opset_import)
    for one in (*model.opset_import, *functions):
        if not 0 < one.version <= MOST_OPSET:
            shown = one.domain[:80] or "ai.onnx"
            refuse("E702", f"it is for version {one.version} of `{shown}`, which never was")
