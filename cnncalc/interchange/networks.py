"""A network out of a model's file, whatever the form of the model; specs are read in `spec`."""

import os
from typing import TYPE_CHECKING

from cnncalc.files import MODELS
from cnncalc.interchange.formats import (
    KERAS,
    ONNX,
    SAVED_MODEL,
    Form,
    form_of,
    form_of_bytes,
    is_text,
    refuse_form,
)

if TYPE_CHECKING:
    from cnncalc.graph import Graph
    from cnncalc.interchange.onnx.read.entry import Inputs
    from cnncalc.interchange.onnx_model.bounds import Allowance

_FORMS = dict(zip(MODELS, (ONNX, KERAS), strict=True))
"""What the names of models promise."""


def model_form(name: str) -> Form | None:
    """The form of the model that a name means; None where it means a spec, or nothing.

    Raises:
        SpecError: it is a file of another kind.
    """
    told = _FORMS.get(_suffix(name))
    if told is not None:
        return told  # and if it is none, what reads it says so
    saved = os.path.join(name, "saved_model.pb")
    if os.path.isfile(saved):
        refuse_form(saved, SAVED_MODEL)
    if name == "-" or not os.path.isfile(name):
        return None
    if not name.lower().endswith(MODELS):
        from cnncalc.spec.library import is_bundled  # noqa: PLC0415 - it loads the spec language

        if is_bundled(name):
            return None
    return _read_here(name, form_of(name))


def form_by_name(name: str) -> Form:
    """The form that the name of a model promises: without a suffix it is ONNX."""
    return _FORMS.get(_suffix(name), ONNX)


def _suffix(name: str) -> str:
    return os.path.splitext(name)[1].lower()


def model_form_of_bytes(data: bytes, name: str) -> Form | None:
    """The form of the model that bytes hold; None where they are a spec's.

    Raises:
        SpecError: they are of another kind.
    """
    return _read_here(name, form_of_bytes(data))


def is_binary(data: bytes) -> bool:
    """Whether bytes are no text, and so of a model rather than of a spec."""
    return not is_text(data[:4096])


def read_model(
    path: str, form: Form, inputs: "Inputs", allowance: "Allowance | None" = None
) -> "Graph":
    """The network of a model's file.

    Raises:
        SpecError: it is not sound, or leaves something open.
    """
    if form is ONNX:
        from cnncalc.interchange.onnx.read.entry import read_onnx  # noqa: PLC0415 - one form of several

        return read_onnx(path, inputs, allowance)
    if form is KERAS:
        from cnncalc.interchange.keras.entry import read_keras  # noqa: PLC0415 - as above

        return read_keras(path, inputs, allowance)
    raise AssertionError(form)


def read_model_bytes(data: bytes, title: str, form: Form, inputs: "Inputs") -> "Graph":
    """The same of a model in memory."""
    if form is ONNX:
        from cnncalc.interchange.onnx.read.entry import read_bytes  # noqa: PLC0415 - as above

        return read_bytes(data, title, inputs)
    if form is KERAS:
        from cnncalc.interchange.keras.entry import read_keras_bytes  # noqa: PLC0415 - as above

        return read_keras_bytes(data, title, inputs)
    raise AssertionError(form)


def _read_here(name: str, form: Form | None) -> Form | None:
    if form is not None and form.remedy is not None:
        refuse_form(name, form)
    return form
