"""Our bound on nesting comes before one that the YAML parser has of its own."""

from typing import Any

import pytest
import yaml

import cnncalc
from cnncalc.diagnostics import SpecError

LOADERS = [name for name in ("BaseLoader", "CBaseLoader") if hasattr(yaml, name)]


def refused(text: str) -> Any:
    with pytest.raises(SpecError, match="E") as caught:
        cnncalc.parse(text)
    [fault] = caught.value.diagnostics
    return fault


def strict(loader: Any, most: int) -> Any:
    """A parser that reads a whole line ahead and refuses it for its brackets."""

    class Strict(loader):  # type: ignore[misc]
        def __init__(self, text: str) -> None:
            super().__init__(text)
            self.written = text

        def get_event(self) -> Any:
            if self.written.count("[") > most:
                at = [i for i, found in enumerate(self.written) if found == "["][most]
                line = self.written.count("\n", 0, at)
                column = at - self.written.rfind("\n", 0, at) - 1
                mark = yaml.Mark("", at, line, column, None, 0)
                raise yaml.scanner.ScannerError("words", None, "other words", mark)
            return super().get_event()

    return Strict


@pytest.mark.parametrize("length", [200, 1_000, 40_000])
def test_brackets_are_too_deep_by_our_bound(length: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in LOADERS:
        monkeypatch.setattr(yaml, name, strict(getattr(yaml, name), 100))
    fault = refused("name: a\ninput: 3\nlayers: " + "[" * length)
    assert fault.code == "E502"
    assert fault.message == "the nesting is deeper than 64 levels"
    assert fault.hint == "name parts of it under `blocks`"
    assert (fault.span.line, fault.span.column) in {(3, 72), (3, 73)}


def test_brackets_in_quotes_are_no_nesting() -> None:
    text = "name: a\nlayers: ['" + "[" * 900 + "', \"" + "[" * 90 + '", @]\n'
    assert refused(text + "# " + "." * 40_000).code == "E101"
    assert refused(text).code == "E101"


def test_brackets_that_are_closed_are_no_nesting() -> None:
    text = "name: a\nlayers: [" + "[a], " * 90 + "@]\n"
    assert refused(text + "# " + "." * 40_000).code == "E101"
