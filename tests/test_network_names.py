"""Several networks named at once: those of one spec are built of one reading of it."""

from pathlib import Path

import pytest

import cnncalc.spec
from cnncalc.cli.network import load_network
from cnncalc.cli.networks import load_networks

TEXT = """\
name: Wide
input: 3x8x8
vars: {width: null}
layers: [conv3x3 width]
variants:
"""


@pytest.fixture
def names(tmp_path: Path) -> list[str]:
    path = tmp_path / "wide.yaml"
    lines = [f"  v{width}: {{vars: {{width: {width}}}}}\n" for width in range(1, 31)]
    path.write_text(TEXT + "".join(lines))
    return [f"{path}:v{width}" for width in range(1, 31)]


def test_one_spec_is_read_once(names: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    parse = cnncalc.spec.parse_spec

    def noted(text: str, file: str, *rest: object) -> object:
        read.append(file)
        return parse(text, file, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(cnncalc.spec, "parse_spec", noted)
    graphs = load_networks([*names, "lenet5", "lenet5"], (), ())
    assert len(read) == 2
    widths = [graph.layers[0].output_shape[0] for graph in graphs[:30]]
    assert widths == [*range(1, 31)]


def test_each_is_what_it_is_alone(names: list[str]) -> None:
    shapes, several = ("3x9x9",), [names[0], "lenet5", *names[1:3], "resnet:18"]
    given = [name for name in several if name != "lenet5"]
    assert load_networks(several, (), ()) == [load_network(name, (), ()) for name in several]
    alone = [load_network(name, (), shapes) for name in given[:3]]
    assert load_networks(given[:3], (), shapes) == alone


def test_a_fault_of_one_is_told(names: list[str]) -> None:
    with pytest.raises(cnncalc.SpecError, match="E"):
        load_networks([*names, f"{names[0]}00"], (), ())
