"""Many budgets, globs, variants, sizes and names: the search is paid from one allowance."""

from pathlib import Path

import pytest
from fuzz.measure import Measured, measure
from onnx import helper, save

from cnncalc.checks.project.globs import read_pattern
from cnncalc.checks.project.read import read_project
from cnncalc.checks.project.values import facts_for, match_steps, narrowed
from cnncalc.diagnostics import Span

CHECK = ("-m", "cnncalc", "check")
TABLE = '[[budgets]]\nspecs = ["{}"]\nmacs = "1"\n'
RANGE = '[[budgets]]\nspecs = ["**"]\ninput = "3x{%d..%d}x8"\nmacs = "<= 999999999G"\n'
NOWHERE = Span("cnncalc.toml", 1, 1, 1, 2)


def checked(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, project: str) -> Measured:
    monkeypatch.chdir(folder)
    (folder / "cnncalc.toml").write_text(project)
    took = measure(folder / name, CHECK)
    assert took.code in {0, 1}, took.output[-1000:]
    assert "Traceback" not in took.output
    assert took.seconds < 2
    assert took.megabytes < 300
    return took


def variants(folder: Path, count: int) -> None:
    rows = "".join(f"  v{number}:\n" for number in range(count))
    text = f"vars: {{w: 4}}\ninput: 3x8x8\nlayers: [conv1x1 w]\nvariants:\n{rows}"
    (folder / "n.yaml").write_text(text)


def relus(file: Path, count: int) -> None:
    names = ["x", *(f"h{at}" for at in range(1, count)), "y"]
    nodes = [helper.make_node("Relu", [names[at]], [names[at + 1]]) for at in range(count)]
    ends = [helper.make_tensor_value_info(name, 1, [1, 3, 8, 8]) for name in "xy"]
    graph = helper.make_graph(nodes, "g", ends[:1], ends[1:])
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)]), file)


def test_every_budget_is_matched_with_every_variant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    variants(tmp_path, 8_000)
    tables = "".join(TABLE.format(f"*.yaml:v{number}") for number in range(500))
    took = checked(tmp_path, monkeypatch, "n.yaml", tables)
    assert took.output.count("takes more than 300,000 steps") == 1


def test_globs_that_are_slow_to_match(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    variants(tmp_path, 2_000)
    globs = ", ".join(['"*a*b*c*d.yaml"'] * 100)
    tables = f'[[budgets]]\nspecs = [{globs}]\nmacs = "1"\n' * 70
    assert "2,001 networks, 0 errors" in checked(tmp_path, monkeypatch, "n.yaml", tables).output


@pytest.mark.parametrize("count", [20, 14_000])
def test_a_model_over_many_inputs(
    count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    relus(tmp_path / "m.onnx", count)
    tables = "".join(RANGE % (first, first + 999) for first in range(8, 28))
    took = checked(tmp_path, monkeypatch, "m.onnx", tables)
    assert took.output.count("takes more than 300,000 steps") == 1


def test_a_large_model_is_held_to_a_budget(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    relus(tmp_path / "m.onnx", 14_000)
    table = '[[budgets]]\nspecs = ["m.onnx"]\nactivation_bytes = "1 B"\n'
    assert "E802" in checked(tmp_path, monkeypatch, "m.onnx", table).output


def test_a_project_is_narrowed_to_a_file() -> None:
    text = "".join(
        f'[[budgets]]\nspecs = [{globs}]\n{metric} = "1"\n'
        for globs, metric in (
            ('"nets/*.yaml:a*", "x.yaml"', "macs"),
            ('"gone.yaml"', "weights"),
            ('"**"', "biases"),
        )
    )
    project, faults = read_project(f'[budget]\nparameters = "2"\n{text}', "cnncalc.toml")
    assert not faults
    assert project is not None
    for path in ("nets/n.yaml", "x.yaml", "gone.yaml", "nets/deeper/n.yaml", "../n.yaml", "-"):
        for variant in (None, "a1", "b1"):
            small = narrowed(project, path)
            assert facts_for(small, path, variant) == facts_for(project, path, variant)
    assert len(narrowed(project, "nets/n.yaml").budgets) == 2
    assert match_steps(project, "nets/n.yaml") == 4


@pytest.mark.parametrize(
    ("glob", "path", "steps"),
    [
        ("n.yaml", "n.yaml", 1),
        ("**/" + "a/" * 30 + "x.yaml", "a/" * 60 + "n.yaml", 247),
        ("*a" * 100, "a" * 200, 14),
    ],
)
def test_what_it_takes_to_match_a_glob(glob: str, path: str, steps: int) -> None:
    assert read_pattern(glob, NOWHERE, has_variant=True).steps(path) == steps


def test_a_document_that_names_many_files(tmp_path: Path) -> None:
    mark = "<!-- cnncalc net{}.yaml macs -->1<!-- /cnncalc -->"
    file = tmp_path / "a.md"
    file.write_text("".join(mark.format(number) for number in range(5_000)))
    took = measure(file, (*CHECK, "--format", "concise", "--docs"))
    assert took.output.count("E805 there is no file") == 667
    assert took.output.count("have more than 20,000 layers in all") == 4_333
    assert took.seconds < 2
    assert took.megabytes < 300
