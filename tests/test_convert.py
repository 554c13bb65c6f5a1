"""`cnncalc convert`: forms by suffix, clear refusals, files written whole or not at all."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import cnncalc
from cnncalc.cli.main import main

TINY = "name: tiny\ninput: 3x8x8\nlayers: [conv3x3 4, bn, relu, flatten, linear 2]\n"


def run(*arguments: object, text: str | None = None) -> Result:
    return CliRunner().invoke(main, ["convert", *map(str, arguments)], input=text)


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.yaml"
    path.write_text(TINY, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("suffix", "start"),
    [(".py", '"""tiny'), (".yaml", "name: tiny"), (".yml", "name: tiny"),
     (".mmd", "---\ntitle:"), (".dot", "digraph {"), (".gv", "digraph {")],
)  # fmt: skip
def test_the_suffix_says_the_form(spec: Path, suffix: str, start: str) -> None:
    target = spec.with_name(f"out{suffix}")
    assert run(spec, target).exit_code == 0
    assert target.read_text(encoding="utf-8").startswith(start)


@pytest.mark.parametrize("form", ["torch", "yaml", "mermaid", "dot"])
def test_text_goes_to_standard_output(spec: Path, form: str) -> None:
    from_file, from_pipe = run(spec, "-", "--to", form), run("-", "-", "--to", form, text=TINY)
    assert from_file.exit_code == from_pipe.exit_code == 0
    assert from_file.output == from_pipe.output


def test_variables_and_inputs_are_put_in() -> None:
    done = run("vgg", "-", "--to", "yaml", "--set", "convs=(1,1,1,1,1)", "--input", "3x64x64")
    graph = cnncalc.parse(done.output)
    assert graph.inputs == {"input": (3, 64, 64)}
    assert sum(layer.op.name == "conv" for layer in graph.layers) == 5


def test_what_is_stated_of_the_network_goes_with_it() -> None:
    whole = run("mobilenet:0.25", "-", "--to", "yaml").output
    assert whole.endswith("\nexpect: {parameters: 470_072, macs: 41_030_272, output: 1000}\n")
    for changed in (["--set", "alpha=0.125"], ["--input", "3x64x64"]):
        assert "expect" not in run("mobilenet:0.25", "-", "--to", "yaml", *changed).output


def test_a_model_is_written(spec: Path) -> None:
    onnx = pytest.importorskip("onnx", reason="onnx is not installed")
    target = spec.with_suffix(".onnx")
    assert run(spec, target, "--seed", 3).exit_code == 0
    onnx.checker.check_model(str(target), full_check=True)
    first = target.read_bytes()
    assert run(spec, target, "--seed", 4).exit_code == 0
    assert target.read_bytes() != first
    assert run(spec, target, "--no-weights").exit_code == 0
    assert len(target.read_bytes()) < len(first)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["out.txt"], "the suffixes are .onnx"),
        (["out.onx"], "did you mean `.onnx`?"),
        (["-"], "name the format"),
        (["-", "--to", "onnx"], "name a file"),
        (["out.onnx", "--seed", "1", "--no-weights"], "exclude each other"),
        (["out.mmd", "--seed", "1"], "--seed is for ONNX"),
        (["out.py", "--no-weights"], "--no-weights is for ONNX"),
        (["out.yaml", "--auxiliary"], "--auxiliary has no effect: a spec keeps its"),
        (["no/such/folder/out.dot"], "cannot write"),
    ],
)
def test_what_cannot_be_done_is_said(
    spec: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    monkeypatch.chdir(spec.parent)
    done = run(spec, *arguments)
    assert done.exit_code == 2
    assert said in done.output
    assert [path.name for path in spec.parent.iterdir()] == ["tiny.yaml"]


@pytest.mark.parametrize("way", ["itself", "variant", "link"])
def test_the_input_is_never_overwritten(spec: Path, way: str) -> None:
    target = spec
    if way == "link":
        target = spec.with_name("link.yaml")
        target.symlink_to(spec)
    done = run(f"{spec}:small" if way == "variant" else spec, target)
    assert done.exit_code == 2
    assert "is the input itself" in done.output
    assert spec.read_text(encoding="utf-8") == TINY


def test_faults_of_the_spec_are_shown(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(TINY.replace("conv3x3", "conv9x9"), encoding="utf-8")
    done = run(path, tmp_path / "out.py")
    assert done.exit_code == 2
    assert "E401" in done.output
    assert not (tmp_path / "out.py").exists()


def test_without_onnx_one_line_says_what_to_install(spec: Path) -> None:
    code = (
        "import sys; sys.modules['onnx'] = None\n"
        "from cnncalc.cli.main import main\n"
        f"main(['convert', {str(spec)!r}, {str(spec.with_suffix('.onnx'))!r}])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.endswith("ONNX needs the package `onnx`: pip install 'cnncalc[onnx]'\n")
    assert "Traceback" not in done.stderr


def test_weights_beyond_a_file_are_refused(tmp_path: Path) -> None:
    pytest.importorskip("onnx", reason="onnx is not installed")
    target = tmp_path / "huge.onnx"
    done = run("lecture/filters:dense-1000", target)
    assert done.exit_code == 2
    assert "--no-weights leaves them out" in done.output
    assert run("lecture/filters:dense-1000", target, "--no-weights").exit_code == 0


def test_no_other_form_loads_onnx_or_numpy(spec: Path) -> None:
    code = (
        "import sys\nfrom click.testing import CliRunner\nfrom cnncalc.cli.main import main\n"
        f"for form in ('yaml', 'torch', 'mermaid', 'dot'):\n"
        f"    assert not CliRunner().invoke(main, ['convert', {str(spec)!r}, '-', '--to', form])"
        ".exit_code\n"
        "print([name for name in ('onnx', 'numpy', 'rich') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_model_is_not_written_with_weights_that_are_not_its_own(tmp_path: Path) -> None:
    pytest.importorskip("onnx", reason="onnx is in the extra `onnx`")
    first, second = tmp_path / "first.onnx", tmp_path / "second.onnx"
    assert run("lenet5", first).exit_code == 0
    done = run(first, second)
    assert (done.exit_code, second.exists()) == (2, False)
    assert "are not read: give --no-weights, or --seed N for random ones" in done.stderr
    assert run(first, second, "--no-weights").exit_code == 0
    assert cnncalc.read_onnx(str(second)).layers


def test_a_model_by_another_name_is_read(tmp_path: Path) -> None:
    pytest.importorskip("onnx", reason="onnx is in the extra `onnx`")
    path = tmp_path / "net.onnx"
    assert run("lenet5", path).exit_code == 0
    assert (
        f"a model has no variants: name it `{path}`"
        in run(f"{path}:16", "-", "--to", "dot").stderr
    )
    other = path.rename(tmp_path / "net.pb")
    assert run(other, "-", "--to", "dot").stdout.startswith("digraph {")
