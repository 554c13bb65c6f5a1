"""What users see of a fault: every rendering is a file beside its spec, `--update` rewrites it."""

import os
import re
import warnings
from collections.abc import Callable
from contextlib import chdir
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cnncalc import Graph, SpecError, load
from cnncalc import summarize as count
from cnncalc.cli.main import main
from cnncalc.diagnostics import CODES
from cnncalc.facts import Amount
from cnncalc.ops import OPS
from cnncalc.spec import parse_spec
from cnncalc.spec.bounds import WIDE

FOLDER = Path(__file__).parent / "diagnostics"
ERR = sorted((FOLDER / "err").glob("*.yaml"))
OK = sorted((FOLDER / "ok").glob("*.yaml"))
TINY = "name: Tiny\ninput: 3x8x8\nvars: {width: 4}\nlayers:\n  - conv3x3 width\n  - relu\n"


def run(*arguments: str, stdin: bytes | None = None) -> Result:
    """Run a command in this process; whatever is not handled fails the test."""
    return CliRunner().invoke(main, arguments, input=stdin, catch_exceptions=False)


def faults(*arguments: str, stdin: bytes | None = None) -> str:
    """The rendering of a run that can give no result."""
    result = run(*arguments, stdin=stdin)
    assert result.exit_code == 2
    assert not result.stdout
    return result.stderr


@pytest.fixture
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to run in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def case_name(path: Path) -> str:
    return path.stem


# Specs with one fault each


def rendering(path: Path) -> str:
    """What the program says of a spec, run beside it so that paths are short."""
    with chdir(path.parent):
        return faults("summarize", path.name)


@pytest.mark.parametrize("path", ERR, ids=case_name)
def test_rendering(path: Path, update: bool) -> None:  # noqa: FBT001 - a fixture
    expected, shown = path.with_suffix(".out"), rendering(path)
    if update:
        expected.write_text(shown, encoding="utf-8")
    assert shown == expected.read_text(encoding="utf-8")
    check_one_diagnostic(path, shown)
    check_manners(shown)


def check_one_diagnostic(path: Path, shown: str) -> None:
    """One fault is one diagnostic."""
    codes = re.findall(r"^\w+\[(\w+)\]: ", shown, re.MULTILINE)
    assert codes == [path.stem.partition("-")[0]]


def check_manners(shown: str) -> None:
    """Facts in lower case without a full stop; carets under the line; nothing of Python."""
    lines = shown.splitlines()
    assert lines == [line.rstrip() for line in lines]
    said = [
        text for line in lines for text in re.findall(r"^(?:error\[\w+\]| *= \w+): (.*)", line)
    ]
    for text in said:
        assert not text.endswith(".") or text.endswith(", ..."), text
        assert not text[0].isupper() or text.startswith("Python's "), text
        assert not re.search("``|invalid|Error|required positional|None", text), text
    carets = [line for line in lines if re.match(r" *\| +\^+$", line)]
    assert len(carets) == len(re.findall("-->", shown))


def test_every_case_has_its_rendering() -> None:
    stems = {path.stem for path in (FOLDER / "err").glob("*.out")}
    assert stems == {path.stem for path in ERR}


# Specs without a fault


@pytest.mark.parametrize("path", OK, ids=case_name)
def test_silence(path: Path) -> None:
    for name in variants(path):
        result = run("summarize", name)
        assert result.stderr == ""
        assert result.exit_code == 0


@pytest.mark.parametrize("path", OK, ids=case_name)
def test_facts_hold(path: Path) -> None:
    for name in variants(path):
        check_facts(load(name))


def variants(path: Path) -> list[str]:
    """The names of a spec and of all its variants."""
    spec, found = parse_spec(path.read_text(encoding="utf-8"), path.name)
    assert spec is not None
    assert not found
    return [str(path), *(f"{path}:{name}" for name in spec.variants)]


def check_facts(graph: Graph) -> None:
    """Hold what `expect` states of the whole network against its totals."""
    totals = count(graph).totals
    shapes = {layer.name: layer.output_shape for layer in graph.layers} | dict(graph.inputs)
    [output, *_] = (shapes[name] for name in graph.outputs.values())
    for fact in graph.expect:
        if fact.layer is not None:
            continue
        if fact.metric == "output":
            assert fact.value == output
        else:
            assert isinstance(fact.value, Amount)
            assert fact.value.matches(getattr(totals, fact.metric)), fact


def test_ok_specs_use_every_op_with_every_attribute() -> None:
    graphs = [load(path) for path in OK]
    layers = [layer for graph in graphs for layer in (*graph.layers, *graph.auxiliary)]
    assert {layer.op.name for layer in layers} == OPS.keys()
    for kind in OPS.values():
        uses = [layer.op for layer in layers if type(layer.op) is kind]
        seen = {key: {repr(getattr(op, key)) for op in uses} for key in kind.attributes}
        constant = [key for key, values in seen.items() if len(values) < 2]
        assert not constant, f"{kind.name} is used with one value alone of {constant}"


# Files, names and options


def test_missing_file(inside: Path) -> None:
    assert "E001" in CODES
    (inside / "resnet18.yaml").write_text(TINY)
    shown = faults("summarize", "resnet81.yaml")
    assert shown == (
        "error[E001]: there is no file `resnet81.yaml`\n = help: did you mean `resnet18.yaml`?\n"
    )


def test_missing_file_in_a_folder(inside: Path) -> None:
    (inside / "nets").mkdir()
    (inside / "nets" / "tiny.yaml").write_text(TINY)
    shown = faults("summarize", "nets/tinny.yaml")
    assert "there is no file `nets/tinny.yaml`" in shown
    assert f"did you mean `{Path('nets/tiny.yaml')}`?" in shown


def test_missing_folder() -> None:
    assert "there is no file `no/such/folder.yaml`" in faults("summarize", "no/such/folder.yaml")


def test_folder_is_no_file(inside: Path) -> None:
    (inside / "nets.yaml").mkdir()
    assert faults("summarize", "nets.yaml") == (
        "error[E001]: `nets.yaml` is a folder, not a file\n"
    )
    assert "is a folder" in faults("summarize", "./")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes to name")
def test_pipe_is_not_waited_for(inside: Path) -> None:
    os.mkfifo(inside / "pipe.yaml")
    assert "`pipe.yaml` is not a regular file" in faults("summarize", "pipe.yaml")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads all")
def test_forbidden_file(inside: Path) -> None:
    (inside / "secret.yaml").write_text(TINY)
    (inside / "secret.yaml").chmod(0)
    assert "cannot read `secret.yaml`: permission denied" in faults("summarize", "secret.yaml")


def test_not_utf8(inside: Path) -> None:
    (inside / "latin.yaml").write_bytes(b"name: Tiny\nsource: Andr\xe9\ninput: 3x8x8\n")
    shown = faults("summarize", "latin.yaml")
    assert "error[E103]" in shown
    assert "line 2" in shown
    assert "save it as UTF-8" in shown


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_byte_order_marks(inside: Path, encoding: str) -> None:
    mark = "\ufeff" if encoding in {"utf-16-le", "utf-16-be"} else ""
    (inside / "marked.yaml").write_bytes((mark + TINY).encode(encoding))
    result = run("summarize", "marked.yaml")
    assert (result.exit_code, result.stderr) == (0, "")
    (inside / "marked.yaml").write_bytes((mark + TINY.replace("relu", "rleu")).encode(encoding))
    assert "--> marked.yaml:6:5" in faults("summarize", "marked.yaml")


def test_truncated_utf16(inside: Path) -> None:
    (inside / "half.yaml").write_bytes(TINY.encode("utf-16")[:-1])
    assert "error[E103]" in faults("summarize", "half.yaml")


@pytest.mark.parametrize("line_break", ["\r\n", "\r", "\n", "\u2028", "\x85"])
def test_line_breaks(inside: Path, line_break: str) -> None:
    text = TINY.replace("relu", "conv3x3 16 stride=0").replace("\n", line_break)
    (inside / "breaks.yaml").write_bytes(text.encode())
    assert faults("summarize", "breaks.yaml") == (
        "error[E212]: `stride` is 0; it takes 1 or more\n"
        " --> breaks.yaml:6:23\n"
        "  |\n"
        "6 |   - conv3x3 16 stride=0\n"
        "  |                       ^\n"
    )


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f", "\x9b", "\ufffe"])
def test_control_characters(inside: Path, character: str) -> None:
    text = TINY.replace("Tiny", f"Ti{character}ny")
    (inside / "control.yaml").write_bytes(text.encode())
    shown = faults("summarize", "control.yaml")
    assert f"the character U+{ord(character):04X} is not allowed in YAML" in shown
    assert "--> control.yaml:1:9" in shown
    assert character not in shown


def test_escapes_do_not_reach_the_terminal(inside: Path) -> None:
    text = TINY.replace("- relu", '- "re\\e[31m\\alu\\u202e 1"')
    (inside / "escape.yaml").write_text(text)
    shown = faults("summarize", "escape.yaml")
    assert "error[E204]" in shown
    assert shown.replace("\n", "").isprintable()


def test_larger_than_the_limit(inside: Path) -> None:
    assert "E501" in CODES
    (inside / "large.yaml").write_text(TINY + "#" * WIDE.file_bytes)
    shown = faults("summarize", "large.yaml")
    assert shown.startswith("error[E501]: `large.yaml` is larger than 1,048,576 bytes\n")
    (inside / "large.yaml").write_text(TINY + "#" * (WIDE.file_bytes - len(TINY)))
    assert run("summarize", "large.yaml").exit_code == 0


def test_standard_input() -> None:
    assert run("summarize", "-", stdin=TINY.encode()).exit_code == 0
    shown = faults("summarize", "-", stdin=TINY.replace("relu", "rleu").encode())
    assert "--> -:6:5" in shown
    assert "error[E105]" in faults("summarize", "-", stdin=b"")
    assert "error[E501]" in faults("summarize", "-", stdin=b"#" * (WIDE.file_bytes + 1))
    assert "error[E103]" in faults("summarize", "-", stdin=b"name: \xff\xff")


def test_unknown_network() -> None:
    assert "E002" in CODES
    assert faults("summarize", "alexnett") == (
        "error[E002]: there is no network `alexnett`\n = help: did you mean `alexnet`?\n"
    )
    assert faults("summarize", "zzz").endswith("help: `cnncalc list` shows the bundled ones\n")
    assert "did you mean `resnet`?" in faults("summarize", "resnett:50")
    assert "E002" in faults("show", "vgg-99")


def test_empty_name() -> None:
    assert "error[E002]" in faults("summarize", "")


def test_unknown_variant(inside: Path) -> None:
    assert "E213" in CODES
    shown = faults("summarize", "resnet:51")
    assert "error[E213]: `resnet.yaml` has no variant `51`" in shown
    assert "did you mean" in shown or "its variants are" in shown
    (inside / "tiny.yaml").write_text(TINY)
    assert faults("summarize", "tiny.yaml:16") == (
        "error[E213]: `tiny.yaml` has no variant `16`\n = help: it has none\n"
    )
    assert "did you mean `torchvision`?" in faults("summarize", "alexnet:torchvison")


def test_unknown_variable() -> None:
    shown = faults("summarize", "densenet:121", "--set", "grwoth=12")
    assert shown == (
        "error[E211]: `densenet.yaml` has no variable `grwoth`\n = help: did you mean `growth`?\n"
    )
    assert "it has none" in faults("summarize", "lenet5", "--set", "width=12")


@pytest.mark.parametrize(
    ("setting", "reason"),
    [
        ("growth", "`growth` is not name=value"),
        ("=12", "`=12` is not name=value"),
        ("", "`` is not name=value"),
        ("2growth=12", "`2growth=12` is not name=value"),
        ("growth=", "`growth`"),
        ("growth=1+", "`1+` is not an expression"),
        ("growth=010", "`010` is not an expression"),
        ("growth=9**9**9", "beyond 64"),
        ("growth=1/0", "divides by zero"),
        ("growth=x.channels", "no tensor"),
        ("growth=[1,", "is not an expression"),
        ("growth=" + "(" * 400, "is not an expression"),
        ("growth=" + "1+" * 1000 + "1", "at most"),
    ],
)
def test_malformed_setting(setting: str, reason: str) -> None:
    shown = faults("summarize", "densenet:121", "--set", setting)
    assert "Invalid value for --set" in shown
    assert reason in shown


def test_setting_that_does_not_suit() -> None:
    shown = faults("summarize", "densenet:121", "--set", "growth=half")
    assert "--> densenet.yaml:" in shown
    assert shown.count("error[") == 1


@pytest.mark.parametrize("shape", ["3x", "0x3", "a=b", "x=", "3x8x8x8x8", "", "3x-1"])
def test_malformed_input(shape: str) -> None:
    shown = faults("summarize", "alexnet", "--input", shape)
    assert "Invalid value for --input" in shown
    assert "is not a shape: write C x H x W as `3x224x224`" in shown


@pytest.mark.parametrize("shape", ["3 x 8 x 8", "(3, 8, 8)", "3,8,8", "3X8X8"])
def test_input_in_other_signs(shape: str) -> None:
    shown = faults("summarize", "alexnet", "--input", shape)
    assert f"`{shape}` is not a shape: write `3x8x8`" in shown


def test_unknown_input() -> None:
    shown = faults("summarize", "alexnet", "--input", "image=3x227x227")
    assert "`alexnet.yaml` has no input `image`" in shown


def test_which_input(inside: Path) -> None:
    text = "input: {a: 3x8x8, b: 3x8x8}\nlayers: [concat: [a, b]]\n"
    (inside / "two.yaml").write_text(text)
    assert run("summarize", "two.yaml", "--input", "a=4x8x8").exit_code == 0
    assert "name one of a, b" in faults("summarize", "two.yaml", "--input", "4x8x8")
    assert "has no input `c`" in faults("summarize", "two.yaml", "--input", "c=4x8x8")


def test_null_variable_lists_the_variants() -> None:
    shown = faults("summarize", "resnet")
    assert "error[E214]: the variable has no value: `depths`\n" in shown
    variants = "18, 26, 34, 50, 50-paper, 101, 152"
    assert f"= help: choose a variant, as in `resnet.yaml:18`: {variants}\n" in shown
    assert run("summarize", "resnet", "--set", "depths=[1, 1, 1, 1]").exit_code == 0


def test_variant_that_leaves_a_variable_null() -> None:
    shown = faults("summarize", f"{FOLDER / 'err' / 'E214-variant-leaves-null.yaml'}:small")
    assert "error[E214]: the variable has no value: `width`\n" in shown
    assert "choose a variant" not in shown


def test_null_set_from_outside() -> None:
    assert "error[E2" in faults("summarize", "resnet:18", "--set", "depths=null")


@pytest.mark.parametrize(
    "expression", ["(3if true else 4)", "len('\\d')", "1is 1", "0_7", "3or 4"]
)
def test_python_does_not_warn_of_expressions(inside: Path, expression: str) -> None:
    (inside / "odd.yaml").write_text(TINY.replace("relu", f"conv1x1 {expression}"))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        run("summarize", "odd.yaml")
    assert not caught


@pytest.mark.parametrize(
    "name", ["a" * 5000 + ".yaml", "no\0thing.yaml", "\udcff.yaml", "a/\0", ":", "~"]
)
def test_odd_names(inside: Path, name: str) -> None:
    assert not list(inside.iterdir())
    with pytest.raises(SpecError, match=r"E00[12] there is no (file|network)") as caught:
        load(name)
    assert len(caught.value.diagnostics) == 1


def test_faults_from_python(inside: Path) -> None:
    (inside / "tiny.yaml").write_text(TINY.replace("relu", "rleu"))
    with pytest.raises(SpecError, match=r"tiny\.yaml:6:5: E204 unknown op") as caught:
        load("tiny.yaml")
    [fault] = caught.value.diagnostics
    assert (fault.code, str(fault.span)) == ("E204", "tiny.yaml:6:5")
    assert fault.span is not None
    assert caught.value.sources[fault.span.file].splitlines()[5] == "  - rleu"


def test_all_faults_in_one_run(inside: Path) -> None:
    text = TINY.replace("relu", "rleu").replace("input: 3x8x8", "input: 3x\nwidth: 3")
    (inside / "many.yaml").write_text(text.replace("conv3x3 width", "conv3x3 widht"))
    shown = faults("summarize", "many.yaml")
    codes = [line[6:10] for line in shown.splitlines() if line.startswith("error[")]
    assert codes == ["E216", "E201", "E211", "E204"]


def test_setting_that_nothing_reads(inside: Path) -> None:
    (inside / "tiny.yaml").write_text(TINY.replace("{width: 4}", "{width: 4, rounds: 2}"))
    shown = faults("summarize", "tiny.yaml", "--set", "rounds=3")
    assert "error[E224]: nothing reads the variable `rounds`: to set it changes nothing" in shown


FILELESS: dict[str, Callable[..., None]] = {
    "E001": test_missing_file,
    "E002": test_unknown_network,
    "E103": test_not_utf8,
    "E213": test_unknown_variant,
    "E224": test_setting_that_nothing_reads,
    "E501": test_larger_than_the_limit,
}
"""The codes that no spec in UTF-8 can cause, each with the test that does."""


def test_every_code_has_a_case() -> None:
    codes = {path.stem.partition("-")[0] for path in ERR}
    elsewhere = {code for code in CODES if code.startswith(("W", "E7", "E8", "E9"))}
    assert codes | FILELESS.keys() == CODES.keys() - elsewhere  # which have their own tests
    assert not codes & FILELESS.keys()
