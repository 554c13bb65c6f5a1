"""What changed between two networks: alignment, counts, renderings, git, exit codes."""

import json
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from fuzz.clock import stopwatch
from hypothesis import given, settings
from hypothesis import strategies as st

import cnncalc
from cnncalc.analysis.alignment import align, common_order
from cnncalc.analysis.changes import COSTS, STATUSES, Diff
from cnncalc.analysis.diff import diff
from cnncalc.cli.diff import diff as command
from cnncalc.render.diff.json import render_diff_json
from cnncalc.render.diff.lines import FITTING, layer_lines
from cnncalc.render.diff.markdown import render_diff_markdown
from cnncalc.render.diff.parts import Look, signed
from cnncalc.render.diff.table import render_diff_table

SMALL = """\
name: small
input: 3x32x32
layers:
  - conv3x3 16 padding=1
  - relu
  - conv3x3 32 padding=1
  - relu
  - maxpool2x2
  - conv3x3 64 padding=1
  - relu
  - globalavgpool
  - flatten
  - fc: linear 10
"""


def of(old: str, new: str) -> Diff:
    """The difference of two specs."""
    return diff(cnncalc.parse(old), cnncalc.parse(new))


def edited(*edits: tuple[str, str]) -> Diff:
    """The difference that some edits of the small network make."""
    text = SMALL
    for before, after in edits:
        assert before in text
        text = text.replace(before, after)
    return of(SMALL, text)


def told(found: Diff) -> list[tuple[str, str]]:
    return [(entry.status, entry.layer.name) for entry in found.entries]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, list(arguments), env={"COLUMNS": "80", "NO_COLOR": "1"})


# Networks as published.


def test_the_stride_of_resnet_50_moved_in_the_paper() -> None:
    found = diff(cnncalc.load("resnet:50"), cnncalc.load("resnet:50-paper"))
    assert found.totals["parameters"].change == 0
    assert found.totals["macs"].change == -231_211_008
    assert found.counts == {**dict.fromkeys(STATUSES, 0), "changed": 6, "reshaped": 6}
    assert found.unchanged == 175 - 12
    strides = [
        (entry.layer.name, change.old, change.new)
        for entry in found.entries
        for change in entry.attributes
    ]
    assert strides == [
        (f"conv{stage}.bottleneck1.{layer}.conv1", (old, old), (new, new))
        for stage in (3, 4, 5)
        for layer, old, new in (("conv_bn1", 1, 2), ("conv_bn2", 2, 1))
    ]
    assert [entry.change("macs") for entry in found.largest("macs")] == [-77_070_336] * 3


def test_vgg_19_has_three_more_layers_than_16() -> None:
    found = diff(cnncalc.load("vgg:16"), cnncalc.load("vgg:19"))
    assert told(found) == [
        ("added", f"conv{stage}.{kind}4") for stage in (3, 4, 5) for kind in ("conv", "relu")
    ]
    assert found.totals["parameters"].change == 143_667_240 - 138_357_544
    assert found.totals["depth"].change == 3


def test_resnet_101_is_resnet_50_with_more_units() -> None:
    found = diff(cnncalc.load("resnet:50"), cnncalc.load("resnet:101"))
    assert found.counts["added"] == len(found.entries) == 17 * 10
    back = diff(cnncalc.load("resnet:101"), cnncalc.load("resnet:50"))
    assert back.counts["removed"] == len(back.entries) == 17 * 10


@pytest.mark.parametrize("name", ["alexnet", "googlenet", "densenet:121", "resnet:152"])
def test_a_network_does_not_differ_from_itself(name: str) -> None:
    found = diff(cnncalc.load(name), cnncalc.load(name))
    assert not found.is_changed
    assert found.unchanged == found.new.totals.layers


# Edits.


def test_what_does_not_count() -> None:
    found = edited(
        ("name: small", "name: other   # a comment\nsource: me"), ("padding=1", "padding=half")
    )
    assert not found.is_changed


def test_a_renamed_label_moves_the_layer_and_renames_the_output() -> None:
    found = edited(("fc:", "head:"))
    assert told(found) == [("moved", "head")]
    [change] = found.outputs
    assert change.old is not None
    assert change.new is not None
    assert (change.old.name, change.new.name) == ("fc", "head")
    assert "fc 10 -> head 10" in render_diff_table(found, Look(is_ascii=True))


def test_layers_that_moved_into_a_scope() -> None:
    head, _, body = SMALL.partition("  - conv3x3 16 padding=1\n  - relu\n")
    found = of(SMALL, f"{head}  - stem: [conv3x3 16 padding=1, relu]\n{body}")
    moved = {
        entry.old.layer.name: entry.layer.name
        for entry in found.entries
        if entry.old and entry.status == "moved"
    }
    assert moved == {
        "conv1": "stem.conv1",
        "relu1": "stem.relu1",
        "conv2": "conv1",
        "relu2": "relu1",
        "conv3": "conv2",
        "relu3": "relu2",
    }
    assert len(found.entries) == len(moved)
    assert found.totals["macs"].change == 0


def test_a_layer_that_moved_to_another_scope() -> None:
    old = "{name: a, input: 4x8x8, layers: [s: [p: maxpool2x2, bn, relu], t: [bn, relu]]}"
    new = "{name: a, input: 4x8x8, layers: [s: [bn, relu], t: [bn, p: maxpool2x2, relu]]}"
    assert told(of(old, new)) == [
        ("rewired", "s.bn1"),
        ("reshaped", "s.relu1"),
        ("reshaped", "t.bn1"),
        ("moved", "t.p"),
        ("rewired", "t.relu1"),
    ]


def test_a_renamed_block_is_one_line() -> None:
    text = cnncalc_text("resnet.yaml")
    found = diff(cnncalc.parse(text, 50), cnncalc.parse(text.replace("conv3:", "stage3:"), 50))
    assert found.counts["moved"] == len(found.entries) == 42
    [line], is_folded = layer_lines(found, Look())
    assert (line.name, line.text, is_folded) == ("stage3 (42 layers)", "was conv3", True)


def test_a_stride_runs_downstream() -> None:
    found = edited(("32 padding=1", "32 padding=1 stride=2"))
    assert told(found) == [
        ("changed", "conv2"),
        ("reshaped", "relu2"),
        ("reshaped", "maxpool1"),
        ("reshaped", "conv3"),
        ("reshaped", "relu3"),
        ("reshaped", "globalavgpool1"),
    ]
    [change] = found.entries[0].attributes
    assert change == ("stride", (1, 1), (2, 2))
    assert [entry.change("macs") for entry in found.entries[:4]] == [-3_538_944, 0, 0, -3_538_944]


def test_a_layer_put_in_shifts_the_numbers_only() -> None:
    first = "  - conv3x3 16 padding=1\n"
    found = edited((first, f"{first}  - relu\n{first}"))
    assert told(found) == [
        ("added", "conv2"),
        ("added", "relu2"),
        ("moved", "conv3"),
        ("moved", "relu3"),
        ("moved", "conv4"),
        ("moved", "relu4"),
    ]


def test_a_unit_in_a_row_of_equal_ones() -> None:
    unit = "  - conv3x3 16 padding=1\n  - relu\n  - dropout\n"
    head = "name: a\ninput: 16x8x8\nlayers:\n"
    found = of(head + 9 * unit, head + 4 * unit + "  - relu\n" + 5 * unit)
    assert found.counts["added"] == 1
    assert found.counts["moved"] == len(found.entries) - 1


def test_other_widths_stay_with_their_names() -> None:
    head = "name: a\ninput: 3x8x8\nlayers:\n"
    old, new = (
        head + "".join(f"  - conv3x3 {width}\n  - relu\n" for width in widths)
        for widths in ((32, 64, 128), (64, 128, 256))
    )
    assert [status for status, name in told(of(old, new)) if "conv" in name] == ["changed"] * 3


def test_a_layer_in_the_place_of_another() -> None:
    found = edited(("relu", "gelu"), ("maxpool", "avgpool"))
    assert told(found) == [
        ("replaced", "gelu1"),
        ("replaced", "gelu2"),
        ("replaced", "avgpool1"),
        ("replaced", "gelu3"),
    ]
    assert "maxpool2x2 → avgpool2x2" in render_diff_table(found, Look())


def test_other_connections() -> None:
    body = "layers: [a: conv1x1 4, b: conv1x1 4, c: {add: [%s, x]}]"
    old, new = (f"{{name: a, input: 4x8x8, {body % name}}}" for name in ("a", "b"))
    found = of(old, new)
    assert told(found) == [("rewired", "c.add1")]
    assert "reads b, b, was a, b" in render_diff_table(found, Look())


def test_other_inputs_and_outputs() -> None:
    found = edited(("3x32x32", "1x32x32"), ("linear 10", "linear 100"))
    table = render_diff_table(found, Look())
    assert "input: 3x32x32 → 1x32x32\noutput fc: 10 → 100\n" in table
    assert found.entries[0].status == "reshaped"
    assert "input 3x32x32 → 1x32x32" in table


def test_heads_for_training() -> None:
    text = cnncalc_text("googlenet.yaml")
    [width] = {line for line in text.splitlines() if "linear 1024" in line}
    old, new = cnncalc.parse(text), cnncalc.parse(text.replace(width, width.replace("1024", "64")))
    found = diff(old, new)
    assert (found.is_changed, found.entries) == (True, ())
    assert "`--auxiliary` compares them" in render_diff_table(found, Look())
    counted = diff(old, new, auxiliary=True)
    assert not counted.is_auxiliary_changed
    assert {entry.status for entry in counted.entries} == {"changed", "reshaped"}


def cnncalc_text(name: str) -> str:
    return (Path(__file__).parent.parent / "specs" / name).read_text(encoding="utf-8")


# Laws.

LINES = st.lists(
    st.sampled_from(
        [
            *("conv1x1 4", "conv1x1 8", "conv3x3 4 padding=1", "relu", "bn"),
            *("a: conv1x1 4", "b: relu", "g: [conv1x1 8, relu]", "h: [bn, relu, bn]"),
            "add: [x, conv1x1 x.channels]",
        ]
    ),
    min_size=1,
    max_size=9,
    unique_by=lambda line: line if line[1] == ":" else object(),
)


def network(lines: list[str]) -> cnncalc.Graph:
    return cnncalc.parse(f"{{name: a, input: 4x6x6, layers: [{', '.join(map(braced, lines))}]}}")


def braced(line: str) -> str:
    return f"{{{line}}}" if ": " in line else line


@settings(max_examples=150, deadline=None)
@given(LINES, LINES)
def test_entries_explain_the_totals_and_nothing_is_missed(old: list[str], new: list[str]) -> None:
    before, after = network(old), network(new)
    found = diff(before, after)
    for metric in ("parameters", "macs", "buffers"):
        changes = sum(entry.change(metric) for entry in found.entries)
        assert changes == found.totals[metric].change
    is_same = [layer._replace(origin=()) for layer in before.layers] == [
        layer._replace(origin=()) for layer in after.layers
    ]
    assert found.is_changed is not is_same
    olds = [entry.old.layer.name for entry in found.entries if entry.old]
    news = [entry.new.layer.name for entry in found.entries if entry.new]
    assert len(olds) == len(set(olds))
    assert len(news) == len(set(news))
    assert found.unchanged + len(olds) == len(before.layers)
    assert found.unchanged + len(news) == len(after.layers)


@given(st.lists(st.integers(0, 3), max_size=12), st.lists(st.integers(0, 3), max_size=12))
def test_common_order_is_a_longest_one(old: list[int], new: list[int]) -> None:
    pairs = common_order(old, new)
    assert all(old[place] == new[other] for place, other in pairs)
    assert pairs == sorted(pairs)
    assert all(len({pair[side] for pair in pairs}) == len(pairs) for side in (0, 1))
    longest = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i, one in enumerate(old):
        for j, two in enumerate(new):
            best = max(longest[i][j + 1], longest[i + 1][j])
            longest[i + 1][j + 1] = longest[i][j] + 1 if one == two else best
    assert len(pairs) == longest[-1][-1]


def test_thousands_of_layers_are_quick() -> None:
    head, unit = (
        "name: a\ninput: 16x8x8\nlayers:\n",
        "  - conv3x3 16 padding=1\n  - bn\n  - relu\n",
    )
    old = cnncalc.parse(head + 1667 * unit)
    new = cnncalc.parse(head + "  - relu\n" + 600 * unit + "  - bn\n" + 1067 * unit + "  - relu\n")
    with stopwatch() as took:
        names = align(old.tree(), new.tree())
    assert took.seconds < 2
    assert len(names) == len(old.layers)
    assert len(new.layers) - len(names) == 3


# Renderings.


def test_signs() -> None:
    assert signed(1234, 22036) == "+1,234 (+5.6 %)"
    assert signed(-231_211_008, 4_089_184_256) == "-231,211,008 (-5.7 %)"


def wide() -> Diff:
    text = cnncalc_text("resnet.yaml")
    for width in (64, 128, 256, 512):
        text = text.replace(f"unit {width}", f"unit {width * 3 // 2}")
    return diff(cnncalc.load("resnet:50"), cnncalc.parse(text, 50))


def test_many_equal_changes_are_drawn_together() -> None:
    found = wide()
    assert len(found.entries) > 150
    table = render_diff_table(found, Look(width=80))
    assert len(table.splitlines()) < 60
    assert "`--all` shows every layer that differs." in table
    assert "~ 16 x conv          out_channels 256 → 384" in table
    every = render_diff_table(found, Look(width=80, has_all=True))
    assert all(entry.layer.name in every for entry in found.entries)
    assert "--all" not in every


def test_the_lines_add_up_to_the_totals() -> None:
    found = wide()
    for look in (Look(), Look(has_all=True)):
        lines, _ = layer_lines(found, look)
        assert len(lines) <= FITTING or look.has_all
        assert sum(line.macs for line in lines) == found.totals["macs"].change
        assert sum(line.parameters for line in lines) == found.totals["parameters"].change


@pytest.mark.parametrize("width", [80, 140])
@pytest.mark.parametrize("has_all", [False, True])
def test_a_table_fits_its_terminal(width: int, has_all: bool) -> None:  # noqa: FBT001
    pairs = [("resnet:50", "resnet:50-paper"), ("vgg:16", "vgg:19"), ("resnet:50", "densenet:121")]
    for old, new in pairs:
        found = diff(cnncalc.load(old), cnncalc.load(new))
        table = render_diff_table(found, Look(width=width, has_all=has_all))
        assert max(map(len, table.splitlines())) <= width


def test_networks_that_have_little_in_common() -> None:
    found = diff(cnncalc.load("resnet:50"), cnncalc.load("densenet:121"))
    table = render_diff_table(found, Look(width=80))
    assert len(table.splitlines()) < 60
    lines, _ = layer_lines(found, Look())
    assert sum(line.parameters for line in lines) == 7_978_856 - 25_557_032


def test_ascii_and_colour_only_when_asked_for() -> None:
    found = edited(("32 padding=1", "32 padding=1 stride=2"))
    assert render_diff_table(found, Look(is_ascii=True)).isascii()
    assert "\x1b" not in render_diff_table(found, Look())
    marked = render_diff_table(found, Look(style=lambda text, role: f"<{role}>{text}</>"))
    assert "<changed>~ conv2</>" in marked


def test_a_name_cannot_steer_the_terminal() -> None:
    graph = cnncalc.parse(SMALL)
    found = diff(graph, graph._replace(name="a\x1b[2Jb"))
    assert "\x1b" not in render_diff_table(found, Look())
    assert "\x1b" not in render_diff_markdown(found, Look())


def test_markdown() -> None:
    found = edited(("32 padding=1", "32 padding=1 stride=2"))
    text = render_diff_markdown(found, Look(titles=("a_b", "new")))
    assert text.startswith("### a\\_b → new\n")
    assert "| MACs | 9,880,192 | 2,802,304 | -7,077,888 (-71.6 %) |" in text
    assert "| changed | conv2 | stride 1 → 2 | 32x32x32 → 32x16x16 | -3,538,944 |" in text
    assert "parameters" not in text
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert {line.count("|") for line in rows} == {5, 6}
    same = render_diff_markdown(edited(), Look())
    assert same == "### small → small\n\nNothing changed in the network.\n"


def test_json_is_what_to_dict_says() -> None:
    found = diff(cnncalc.load("resnet:50"), cnncalc.load("resnet:50-paper"))
    held = json.loads(render_diff_json(found))
    assert held == json.loads(json.dumps(found.to_dict()))
    assert held["totals"]["macs"]["change"] == -231_211_008
    assert held["counts"]["unchanged"] == 163
    first = held["layers"][0]
    assert first["attributes"] == {"stride": {"old": [1, 1], "new": [2, 2]}}
    assert set(first["change"]) == set(COSTS)
    assert json.loads(render_diff_json(edited()))["layers"] == []


# The command.


def test_exit_codes_and_forms(tmp_path: Path) -> None:
    done = run("alexnet", "alexnet")
    assert (done.exit_code, done.stderr) == (0, "")
    assert "Nothing changed in the network: 23 layers." in done.stdout
    done = run("resnet:50", "resnet:50-paper", "--format", "json", "--batch", "2")
    assert (done.exit_code, done.stderr) == (1, "")
    assert json.loads(done.stdout)["totals"]["macs"]["change"] == -2 * 231_211_008
    file = tmp_path / "diff.md"
    done = run("vgg:16", "vgg:19", "--format", "markdown", "-o", str(file))
    assert (done.exit_code, done.output) == (1, "")
    assert file.read_text(encoding="utf-8").startswith("### vgg:16 → vgg:19\n")
    done = run("vgg:16", "vgg:19", "--dtype", "int8", "--all")
    assert done.exit_code == 1
    assert "(int8)" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["alexnet"], "name two networks"),
        (["alexnet", "vgg:16", "vgg:19"], "name two networks"),
        (["-", "-"], "only one of the two can be standard input"),
        (["--git", "HEAD", "alexnet", "vgg:16"], "with `--git` name one file"),
        (["--git", "HEAD", "alexnet"], "`alexnet` is not a file"),
        (["alexnet", "vgg:17"], "E213"),
        (["alexnet", "no.yaml"], "there is no file `no.yaml`"),
        (["alexnet", "alexnet", "--dtype", "int9"], "float32"),
    ],
)
def test_what_cannot_run(arguments: list[str], message: str) -> None:
    done = run(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert message in done.stderr


# Git.


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with the small network in a folder of it, which is where the test stands."""
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    folder = tmp_path / "repository" / "nets"
    folder.mkdir(parents=True)
    (folder / "small.yaml").write_text(SMALL, encoding="utf-8")
    git(folder, "init", "--quiet", "..")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "first")
    monkeypatch.chdir(folder)
    return folder


def git(folder: Path, *arguments: str) -> None:
    named = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *named, *arguments], cwd=folder, check=True, capture_output=True)


def test_a_revision_against_the_working_tree(repository: Path) -> None:
    file = repository / "small.yaml"
    assert run("--git", "HEAD", "small.yaml").exit_code == 0
    file.write_text(f"# a comment\n{SMALL}", encoding="utf-8")
    assert run("--git", "HEAD", "small.yaml").exit_code == 0
    file.write_text(SMALL.replace("linear 10", "linear 20"), encoding="utf-8")
    done = run("--git", "HEAD", str(file))
    assert done.exit_code == 1
    assert "out_features 10 → 20" in done.stdout
    git(repository, "commit", "--quiet", "--all", "--message", "second")
    assert run("--git", "HEAD", "small.yaml").exit_code == 0
    done = run("--git", "HEAD~1", "small.yaml")
    assert done.exit_code == 1
    assert done.stdout.startswith("HEAD~1:small.yaml → small.yaml\n")


def test_a_variant_at_a_revision(repository: Path) -> None:
    file = repository / "resnet.yaml"
    file.write_text(cnncalc_text("resnet.yaml"), encoding="utf-8")
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "--message", "second")
    file.write_text(cnncalc_text("resnet.yaml").replace("early else stride", "early else 1"))
    assert run("--git", "HEAD", "./resnet.yaml:50-paper").exit_code == 0
    assert run("--git", "HEAD", "resnet.yaml:50-paper").exit_code == 0


def test_a_model_at_a_revision(repository: Path) -> None:
    helper = pytest.importorskip("onnx.helper", reason="onnx is in the extra `onnx`")

    def write(*kinds: str) -> None:
        ends = [helper.make_tensor_value_info(name, 1, [1, 3, "h", "w"]) for name in ("x0", "y")]
        names = [f"x{place}" for place in range(len(kinds))]
        steps = zip(kinds, names, [*names[1:], "y"], strict=True)
        nodes = [helper.make_node(kind, [one], [two]) for kind, one, two in steps]
        made = helper.make_model(helper.make_graph(nodes, "g", ends[:1], ends[1:]))
        (repository / "net.onnx").write_bytes(made.SerializeToString())

    write("Relu")
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "--message", "second")
    assert run("--git", "HEAD", "net.onnx", "--input", "3x8x8").exit_code == 0
    write("Relu", "Sigmoid")
    done = run("--git", "HEAD", "net.onnx", "--input", "3x8x8")
    assert done.exit_code == 1
    assert done.stdout.startswith("HEAD:net.onnx → net.onnx\n")
    assert "sigmoid" in done.stdout
    done = run("--git", "HEAD", "net.onnx")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "the file leaves axes of `x0` open" in done.stderr


def test_one_input_for_both(repository: Path) -> None:
    (repository / "wide.yaml").write_text(SMALL.replace("linear 10", "linear 20"))
    done = run("small.yaml", "wide.yaml", "--input", "3x64x64", "--format", "json")
    assert done.exit_code == 1
    first, second, third = 27 * 16 * 64**2, 144 * 32 * 64**2, 288 * 64 * 32**2
    assert json.loads(done.stdout)["totals"]["macs"] == {
        "old": first + second + third + 640,
        "new": first + second + third + 1280,
        "change": 640,
        "percent": 0.0016,
    }


def test_faults_at_a_revision_name_it(repository: Path) -> None:
    file = repository / "small.yaml"
    file.write_text(SMALL.replace("conv3x3 16", "conv3x3"), encoding="utf-8")
    git(repository, "commit", "--quiet", "--all", "--message", "broken")
    file.write_text(SMALL, encoding="utf-8")
    done = run("--git", "HEAD", "small.yaml")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "--> HEAD:small.yaml:4:5" in done.stderr


@pytest.mark.parametrize(
    "revision", ["nowhere", "--output=small.yaml", "-h", "", "HEAD:nets", "HEAD:nets/small.yaml"]
)
def test_an_unknown_revision(repository: Path, revision: str) -> None:
    done = run("--git", revision, "small.yaml")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.endswith(f"Error: unknown git revision `{revision}`\n")
    assert (repository / "small.yaml").read_text(encoding="utf-8") == SMALL


def test_a_file_that_is_not_in_the_revision(repository: Path) -> None:
    (repository / "other.yaml").write_text(SMALL, encoding="utf-8")
    done = run("--git", "HEAD", "other.yaml")
    assert done.exit_code == 2
    assert "Error: there is no file `other.yaml` at the revision `HEAD`\n" in done.stderr


def test_outside_of_every_repository(repository: Path) -> None:
    outside = repository.parent.parent / "outside.yaml"
    outside.write_text(SMALL, encoding="utf-8")
    done = run("--git", "HEAD", str(outside))
    assert done.exit_code == 2
    assert f"Error: `{outside}` is in no repository that git can read: not a git" in done.stderr


def test_without_git(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(repository))
    done = run("--git", "HEAD", "small.yaml")
    assert done.exit_code == 2
    assert "Error: `--git` cannot run git: no such file or directory\n" in done.stderr
