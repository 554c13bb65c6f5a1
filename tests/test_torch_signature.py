"""The names that a PyTorch module has for its inputs, read without PyTorch."""

import sys
from types import SimpleNamespace

import pytest

from cnncalc.interchange.torch.examples import input_names


def test_several_inputs_have_the_names_of_the_parameters() -> None:
    def forward(left: object, right: object, scale: float = 1.0) -> None: ...

    assert input_names(SimpleNamespace(forward=forward), 2) == ["left", "right"]
    assert input_names(SimpleNamespace(forward=forward), 1) == []


@pytest.mark.skipif(sys.version_info < (3, 14), reason="evaluated where the function is defined")
def test_annotations_that_name_what_is_not_there_are_not_evaluated() -> None:
    scope: dict[str, object] = {}
    source = "def forward(left: Missing, right: Missing.deeper) -> Missing: ..."
    exec(source, scope)  # noqa: S102
    module = SimpleNamespace(forward=scope["forward"])
    assert input_names(module, 2) == ["left", "right"]
