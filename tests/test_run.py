"""`cnncalc run`, and the arrays and pictures that it reads and writes."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from click.testing import CliRunner, Result
from PIL import Image

import cnncalc
from cnncalc.cli.main import main
from cnncalc.engine import Array, estimate
from cnncalc.engine.execute import execute, held_bytes
from cnncalc.engine.weights import initial_inputs, initial_weights

TINY = """
name: tiny
input: 2x6x5
layers:
  - a: conv3x3 3 padding=1
  - b: relu
  - [flatten, c: linear 4]
"""


def invoke(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(one) for one in arguments])


def refusal(*arguments: object) -> str:
    """The message with which a run is refused."""
    done = invoke("run", *arguments)
    assert done.exit_code == 2, done.output
    assert done.stdout == ""
    return done.stderr.partition("Error: ")[2].strip()


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.yaml"
    path.write_text(TINY, encoding="utf-8")
    return path


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    return save_weights(tmp_path / "weights.npz")


def load(path: Path) -> dict[str, Array]:
    with np.load(path) as held:
        return dict(held)


def tensors() -> dict[str, npt.NDArray[Any]]:
    drawn = initial_weights(cnncalc.parse(TINY), 4)
    return {f"{layer}.{name}": v for layer, held in drawn.items() for name, v in held.items()}


def save_weights(path: Path, **changed: Any) -> Path:
    np.savez(path, **{k: v for k, v in (tensors() | changed).items() if v is not None})
    return path


@pytest.fixture
def array(tmp_path: Path) -> Path:
    path = tmp_path / "x.npy"
    np.save(path, np.random.default_rng(0).standard_normal((2, 6, 5)))
    return path


def picture(path: Path, width: int = 256, height: int = 192) -> Path:
    pixels = np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)
    Image.fromarray(pixels).save(path)
    return path


def test_a_run_writes_its_output(tiny: Path, weights: Path, array: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.npz"
    assert invoke("run", tiny, "--input", array, "--weights", weights, "-o", out).output == ""
    got = load(out)
    assert list(got) == ["c"]
    x = np.load(array)[None].astype(np.float32)
    graph = cnncalc.parse(TINY)
    run = execute(graph, initial_weights(graph, 4), {"input": x})
    np.testing.assert_array_equal(got["c"], run.tensors["c"])


def test_layers_are_given_out_before_they_are_overwritten(
    tiny: Path, weights: Path, array: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.npz"
    command = ("run", tiny, "--input", array, "--weights", weights, "-o", out)
    assert invoke(*command, "a", "b").exit_code == 0
    got = load(out)
    assert got["a"].shape == got["b"].shape == (1, 3, 6, 5)
    assert got["a"].min() < 0
    np.testing.assert_array_equal(np.maximum(got["a"], 0), got["b"])


def test_a_batch_and_one_layer_as_npy(tiny: Path, weights: Path, tmp_path: Path) -> None:
    batch = np.random.default_rng(0).standard_normal((5, 2, 6, 5))
    np.save(tmp_path / "batch.npy", batch)
    out = tmp_path / "out.npy"
    command = ("run", tiny, "--input", tmp_path / "batch.npy", "--weights", weights)
    assert invoke(*command, "--dtype", "float64", "-o", out).exit_code == 0
    assert (np.load(out).shape, np.load(out).dtype) == ((5, 4), np.float64)


def test_without_an_output_the_values_are_told(tiny: Path, array: Path) -> None:
    done = invoke("run", tiny, "--input", array, "--seed", 3)
    assert done.exit_code == 0
    assert done.stdout.startswith("c  4  min ")


def test_weights_beside_the_spec_are_read(tiny: Path, array: Path, tmp_path: Path) -> None:
    save_weights(tmp_path / "tiny.npz")
    beside = invoke("run", tiny, "--input", array)
    assert beside.exit_code == 0
    assert beside.stdout == invoke("run", tiny, "--input", array, "--seed", 4).stdout


# Pictures


KERNELS = {
    "blur": [[1 / 9] * 3] * 3,
    "emboss": [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]],
    "outline": [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]],
    "sharpen": [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
}
"""As the description of the spec has them."""


def test_image_kernels_are_those_that_are_described() -> None:
    held = initial_weights(cnncalc.load("lecture/kernels"))
    assert sorted(held) == sorted(KERNELS)
    for name, kernel in KERNELS.items():
        expected = np.broadcast_to(np.array(kernel, np.float32), (3, 1, 3, 3))
        np.testing.assert_array_equal(held[name]["weight"], expected)


def test_a_picture_is_blurred_embossed_outlined_and_sharpened(tmp_path: Path) -> None:
    source = picture(tmp_path / "picture.png")
    out = tmp_path / "out.png"
    done = invoke("run", "lecture/kernels", "--input", source, "-o", out)
    assert done.stdout == ""
    assert "cut off, of `emboss`, `outline`, `sharpen`\n" in done.stderr
    with Image.open(source) as before, Image.open(out) as after:
        pixels, shown = (np.asarray(one, np.float64) / 255 for one in (before, after))
    places = [(y, x) for y in (19, 19 + 211) for x in (6, 6 + 262)]  # two rows of two pictures
    assert shown.shape == (2 * 211 + 6, 2 * 262 + 6, 3)
    for (top, left), kernel in zip(places, KERNELS.values(), strict=True):
        part = shown[top : top + 192, left : left + 256]
        for y, x in ((1, 1), (50, 200), (190, 254)):
            window = pixels[y - 1 : y + 2, x - 1 : x + 2]
            value = (window * np.array(kernel)[..., None]).sum(axis=(0, 1)).clip(0, 1)
            np.testing.assert_allclose(part[y, x], value, atol=0.003)


def test_a_picture_of_another_size_is_resized_only_when_asked(tmp_path: Path) -> None:
    source = picture(tmp_path / "small.jpg", 100, 50)
    said = refusal("lecture/kernels", "--input", source)
    assert said == f"`{source}` is 3x50x100, the network takes 3x192x256; `--resize` fits it"
    assert invoke("run", "lecture/kernels", "--input", source, "--resize").exit_code == 0
    fitting = ("--input", "3x50x100", "--input", source)
    assert "blur     3x50x100" in invoke("run", "lecture/kernels", *fitting).stdout


def test_a_grey_picture_and_maps_of_many_channels(tmp_path: Path) -> None:
    source = picture(tmp_path / "digit.png", 32, 32)
    out = tmp_path / "maps.png"
    command = ("run", "lenet5", "--input", source, "c1", "--seed", 0, "-o", out)
    assert invoke(*command).exit_code == 0
    with Image.open(out) as shown:
        width, height = shown.size
    # Three maps of 28x28 in a row, each value a square of 3x3; two rows, a title and a bar.
    assert width == 6 + 3 * (3 * 28 + 6)
    assert height == 6 + 20 + 2 * (3 * 28 + 6 + 13) + 2 * 6 + 14 + 13


def test_pictures_need_pillow(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)
    said = refusal("lecture/kernels", "--input", tmp_path / "picture.png")
    assert said == "pictures need Pillow: pip install 'cnncalc[images]'"


# What is refused


def test_missing_and_misshapen_weights_are_named(tiny: Path, array: Path, tmp_path: Path) -> None:
    changed = {"a.bias": None, "c.weight": np.zeros((4, 9))}
    path = save_weights(tmp_path / "w.npz", **changed)
    said = refusal(tiny, "--input", array, "--weights", path).splitlines()
    assert said == [
        f"`a` (conv3x3 3 padding=1) takes `a.bias` of 3, `{path}` has none",
        f"`c` (linear 4) takes `c.weight` of 4x90, `{path}` has 4x9",
        f"`{path}` holds `a.weight`, `c.weight`, `c.bias`",
    ]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (np.array([1, np.nan, 2]), "`a.bias` in `{path}` holds NaN or infinity"),
        (np.array(["x", "y", "z"]), "`{path}` has values of type <U1"),
        (np.array([1j, 0, 0]), "`{path}` has values of type complex128"),
    ],
)
def test_weights_that_are_no_numbers_are_named(
    tiny: Path, array: Path, tmp_path: Path, value: Array, said: str
) -> None:
    path = save_weights(tmp_path / "w.npz", **{"a.bias": value})
    assert said.format(path=path) in refusal(tiny, "--input", array, "--weights", path)


def test_files_that_hold_no_arrays_are_refused(tiny: Path, array: Path, tmp_path: Path) -> None:
    assert "no such file" in refusal(tiny, "--input", "nowhere.npy", "--seed", 0)
    assert "is no file of NumPy arrays" in refusal(tiny, "--input", tiny, "--seed", 0)
    assert "holds one array" in refusal(tiny, "--input", array, "--weights", array)
    path = tmp_path / "objects.npy"
    np.save(path, np.array([{}], object), allow_pickle=True)
    assert "is no file of NumPy arrays" in refusal(tiny, "--input", path, "--seed", 0)
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG")
    assert "not an image that Pillow can read" in refusal("lecture/kernels", "--input", broken)


@pytest.mark.parametrize("shape", [(6, 5), (3, 6, 5), (0, 2, 6, 5), (1, 1, 2, 6, 5), ()])
def test_an_array_of_another_shape_is_refused(
    tiny: Path, tmp_path: Path, shape: tuple[int, ...]
) -> None:
    path = tmp_path / "x.npy"
    np.save(path, np.zeros(shape))
    assert "the network takes 2x6x5" in refusal(tiny, "--input", path, "--seed", 0)


def test_requests_that_make_no_sense_are_refused(tiny: Path, array: Path, weights: Path) -> None:
    given = (tiny, "--input", array)
    assert refusal(*given) == (
        "`a` needs weights: give --weights FILE.npz, or --seed N to draw them"
    )
    assert "exclude each other" in refusal(*given, "--weights", weights, "--seed", 0)
    message = "missing --input FILE of 2x6x5, or its values: a shape has none"
    assert refusal(tiny, "--seed", 0) == message
    assert refusal(tiny, "--seed", 0, "--input", "2x6x5") == message
    assert "there is no layer `d`" in refusal(*given, "d", "--seed", 0)
    assert "written as .npz, .npy or .png" in refusal(*given, "--seed", 0, "-o", "out.txt")
    assert "`c` is 4, which is not an image" in refusal(*given, "--seed", 0, "-o", "out.png")
    assert "has no input `y`" in refusal(tiny, "--input", f"y={array}", "--seed", 0)
    layers = ("a", "b", "-o", "out.npy")
    assert "holds one array" in refusal(*given, "--seed", 0, *layers)


def test_the_first_layer_that_overflows_is_named(tiny: Path, array: Path, tmp_path: Path) -> None:
    path = save_weights(tmp_path / "w.npz", **{"a.weight": np.full((3, 2, 3, 3), 3e38)})
    said = refusal(tiny, "--input", array, "--weights", path)
    assert said == (
        f"`a` (conv3x3 3 padding=1) ({tiny}:5:8) is the first layer "
        "whose output has NaN or infinity: look at its weights, or try --dtype float64"
    )
    given = ("run", tiny, "--input", array, "--weights", path)
    assert invoke(*given, "--dtype", "float64").exit_code == 0


def test_an_output_that_cannot_be_written_leaves_nothing(tiny: Path, array: Path) -> None:
    said = refusal(tiny, "--input", array, "--seed", 0, "-o", "/nowhere/out.npz")
    assert said == "cannot write `/nowhere/out.npz`: no such file or directory"


def test_a_run_beyond_the_memory_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(estimate, "available_bytes", lambda: 80 << 20)
    source = picture(tmp_path / "picture.png")
    shape = ("--input", "3x3000x4000")
    said = refusal("lecture/kernels", *shape, "--input", source, "--resize")
    assert "are available; `--input picture=3x" in said


def test_a_batch_takes_more_memory(
    monkeypatch: pytest.MonkeyPatch, tiny: Path, tmp_path: Path
) -> None:
    graph = cnncalc.parse(TINY)
    one = estimate.needed_bytes(graph)
    assert estimate.needed_bytes(graph, batch=1000) - one > 999 * 4 * (60 + 90)
    np.save(tmp_path / "batch.npy", np.zeros((1000, 2, 6, 5)))
    monkeypatch.setattr(estimate, "available_bytes", lambda: one)
    assert "are available" in refusal(tiny, "--input", tmp_path / "batch.npy", "--seed", 0)


def test_what_is_available_is_known() -> None:
    available = estimate.available_bytes()
    assert available is None or available > 1 << 20


def test_an_interrupt_leaves_no_file(tmp_path: Path) -> None:
    out = tmp_path / "out.npz"
    source = picture(tmp_path / "picture.png", 224, 224)
    command = ["run", "vgg:16", "--input", str(source), "--seed", "0", "-o", str(out)]
    # A shell has what it runs in the background ignore interrupts, and that is inherited.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(
        [sys.executable, "-m", "cnncalc", *command], stderr=subprocess.PIPE, cwd=tmp_path
    )
    signal.signal(signal.SIGINT, before)
    time.sleep(1.5)  # in the middle of drawing its weights
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert b"Traceback" not in said
    assert os.listdir(tmp_path) == ["picture.png"]


# What a run holds


@pytest.mark.parametrize("network", ["lenet5", "mobilenet:0.25", "resnet:18"])
def test_memory_beside_the_tensors_is_bounded(network: str) -> None:
    """What NumPy really has from the system, against what is said and what a run may use."""
    import tracemalloc  # noqa: PLC0415

    graph = cnncalc.load(network)
    drawn, inputs = initial_weights(graph), initial_inputs(graph)
    execute(graph, drawn, inputs)
    tracemalloc.start()
    try:
        run = execute(graph, drawn, inputs)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    own = held_bytes(inputs.values())
    assert run.held - own <= most <= estimate.needed_bytes(graph)
    assert most <= 2.5 * run.held + (8 << 20)


def test_no_tensor_outlives_its_last_reader() -> None:
    graph = cnncalc.parse("{name: n, input: 1x8x8, layers: [repeat 9: [conv3x3 1 padding=1]]}")
    held: list[int] = []
    execute(
        graph,
        initial_weights(graph),
        initial_inputs(graph),
        watch=lambda step: held.append(step.held),
    )
    assert held == [2 * 8 * 8 * 4] * 9
