"""Files that are meant as specs and are not taken for any, and those of others, which are not."""

from pathlib import Path

import pytest
from commands import check
from yaml_of_others import SAMPLES

import cnncalc
from cnncalc.checks.overlooked import overlooked
from cnncalc.diagnostics import Diagnostic
from cnncalc.spec.bounds import Allowance
from cnncalc.spec.library import bundled_folder

SPEC = "name: N\ninput: 3x8x8\nlayers:\n  - stem: conv3x3 8\n  - relu\n"


def found(text: str) -> Diagnostic | None:
    return overlooked(text, "a.yaml", Allowance())


@pytest.mark.parametrize(
    ("text", "marked", "hint"),
    [
        ("input: 3x8x8\nlayrs: [conv3x3 8, relu]\n", "layrs", "did you mean `layers`?"),
        ("Input: 3x8x8\nLayers: [conv3x3 8, relu]\n", "Layers", "did you mean `layers`?"),
        ("LAYERS:\n  - linear 10\ninput: 784\n", "LAYERS", "did you mean `layers`?"),
        ("input: 3x8x8\nlayer: [relu, bn]\n", "layer", "did you mean `layers`?"),
        ("inputs: 3x8x8\nlayers: [conv3x3 8, relu]\n", "inputs", "did you mean `input`?"),
        ("network:\n  - conv: {out_channels: 8, kernel_size: 3}\n  - relu\n", "network",
         "a spec calls it `layers`"),
        ("name: N\nlayers: [conv3x3 8, relu]\n", "layers",
         "write `input:` with a shape, as in `input: 3x224x224`"),
        ("layers: [stage: [[conv3x3 8, relu], maxpool2x2]]\n", "layers",
         "write `input:` with a shape, as in `input: 3x224x224`"),
        (f"model:\n{''.join(f'  {line}' for line in SPEC.splitlines(keepends=True))}", "model",
         "remove `model:`, and begin the keys below it at the start of the line"),
        # No YAML.
        ("input: 3x8x8  # an image\nlayrs:\n\t- conv3x3 8\n\t- relu\n", "layrs",
         "did you mean `layers`?"),
        ("name: N\nlayers:\n\t- stem: conv3x3 8 padding=1\n\t- relu\n", "layers",
         "write `input:` with a shape, as in `input: 3x224x224`"),
        ("Layers: [conv3x3 8, relu\ninput: 3x8x8\n", "Layers", "did you mean `layers`?"),
    ],
)  # fmt: skip
def test_the_key_that_is_meant_is_named(text: str, marked: str, hint: str) -> None:
    fault = found(text)
    assert fault is not None
    assert (fault.code, fault.severity, fault.hint) == ("W627", "warning", hint)
    assert fault.span is not None
    line = text.splitlines()[fault.span.line - 1]
    assert line[fault.span.column - 1 : fault.span.end_column - 1] == marked


@pytest.mark.parametrize("name", SAMPLES)
def test_what_others_write_is_passed_over(name: str, tmp_path: Path) -> None:
    assert found(SAMPLES[name]) is None


def test_what_others_write_is_passed_over_beside_a_spec(tmp_path: Path) -> None:
    (tmp_path / "net.yaml").write_text(SPEC, encoding="utf-8")
    for name, text in SAMPLES.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    done = check(".", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "1 spec, 1 network, 0 errors, 0 warnings\n")


def test_every_bundled_spec_is_found_under_another_key() -> None:
    for path in sorted(Path(bundled_folder()).glob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        fault = found(text.replace("\nlayers:", "\nlayrs:"))
        assert fault is not None, path
        assert fault.fix is not None, path


# In a run


def test_only_what_stands_beside_a_spec_is_named(tmp_path: Path) -> None:
    slip = SPEC.replace("name: N\n", "").replace("layers", "layrs")
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "slip.yaml").write_text(slip, encoding="utf-8")
    (tmp_path / "net.yaml").write_text(SPEC, encoding="utf-8")
    assert check(".", cwd=tmp_path).returncode == 0
    (tmp_path / "slip.yml").write_text(slip, encoding="utf-8")
    done = check(".", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stdout == (
        "warning[W627]: the layers are under `layrs`, which is no key of a spec: the file is not "
        "taken for one\n"
        " --> slip.yml:2:1\n"
        "  |\n"
        "2 | layrs:\n"
        "  | ^^^^^\n"
        "  = help: did you mean `layers`?\n"
        "\n"
        "2 specs, 1 network, 0 errors, 1 warning\n"
    )
    # As a hook is given names, too; but what is named by hand is checked.
    done = check("--specs-only", "net.yaml", "slip.yml", "--format", "concise", cwd=tmp_path)
    assert done.stdout.startswith("slip.yml:2:1: W627 ")
    done = check("slip.yml", "--format", "concise", cwd=tmp_path)
    assert done.stdout.startswith("slip.yml:2:1: E201 ")
    report = cnncalc.check(tmp_path, select=["W6"])
    assert [one.diagnostic.code for one in report.findings] == ["W627"]


@pytest.mark.parametrize(
    "arguments", [["--ignore", "W627"], ["--select", "W601"], ["--config", "own.toml"]]
)
def test_it_is_silenced_as_any_rule(arguments: list[str], tmp_path: Path) -> None:
    (tmp_path / "net.yaml").write_text(SPEC, encoding="utf-8")
    (tmp_path / "slip.yaml").write_text(SPEC.replace("input", "Input"), encoding="utf-8")
    (tmp_path / "own.toml").write_text('[check]\nexclude = ["slip.yaml"]\n', encoding="utf-8")
    assert check(".", cwd=tmp_path).returncode == 1
    assert check(".", *arguments, cwd=tmp_path).returncode == 0
    text = SPEC.replace("input: 3x8x8", "Input: 3x8x8  # cnncalc: ignore[W627] not ours")
    (tmp_path / "slip.yaml").write_text(text, encoding="utf-8")
    done = check(".", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "1 spec, 1 network, 0 errors, 0 warnings\n")


def test_it_is_mended_where_that_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "net.yaml").write_text(SPEC, encoding="utf-8")
    slip = tmp_path / "slip.yaml"
    slip.write_text(SPEC.replace("input", "Input").replace("layers", "Layers"), encoding="utf-8")
    check(".", "--fix", cwd=tmp_path)
    assert slip.read_text(encoding="utf-8") != SPEC
    done = check(".", "--fix", "--unsafe-fixes", cwd=tmp_path)
    assert slip.read_text(encoding="utf-8") == SPEC
    assert done.stdout == "2 specs, 2 networks, 0 errors, 0 warnings, 2 fixed\n"
