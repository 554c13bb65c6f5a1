"""Feature maps as one picture, typed inputs, and outputs against a picture."""

import io
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from cnncalc.cli.main import main
from cnncalc.engine.arrays import ArrayError
from cnncalc.engine.maps import png, sections_of
from cnncalc.engine.scales import Kind, scale_of

NET = """
name: three
input: 1x4x4
layers:
  - none: conv1x1 1 bias=false
  - signs: conv1x1 4 bias=false
weights: {none: 1, signs: [[[[1]]], [[[-1]]], [[[2]]], [[[0]]]]}
"""


def invoke(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(one) for one in arguments])


@pytest.fixture
def net(tmp_path: Path) -> Path:
    path = tmp_path / "net.yaml"
    path.write_text(NET, encoding="utf-8")
    return path


def pixels(data: bytes) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    with Image.open(io.BytesIO(data)) as picture:
        return np.asarray(picture.convert("RGB"))


# Scales


@pytest.mark.parametrize(
    ("kind", "ends"), [("signed", (-3.0, 3.0)), ("minmax", (-1.0, 3.0)), ("none", (0.0, 1.0))]
)
def test_a_scale_takes_every_value_or_is_from_0_to_1(
    kind: Kind, ends: tuple[float, float]
) -> None:
    maps = [np.array([[-1.0, 0.5]]), np.array([[3.0, 0.0]])]
    scale = scale_of(kind, maps)
    assert (scale.low, scale.high) == ends


def test_signs_are_colours_and_zero_is_between_them() -> None:
    values = np.array([[-2.0, -1.0, 0.0, 1.0, 2.0]])
    red, green, blue = scale_of("signed", [values]).colours(values)[0].astype(int).T
    assert blue[0] > red[0]
    assert red[-1] > blue[-1]
    assert red[2] == green[2] == blue[2] > 240
    assert list(green[:3]) == sorted(green[:3])


def test_greys_go_from_the_least_to_the_largest() -> None:
    values = np.array([[-1.0, 1.0, 3.0]])
    assert scale_of("minmax", [values]).colours(values)[0, :, 0].tolist() == [0, 128, 255]
    assert scale_of("none", [values]).colours(values)[0, :, 0].tolist() == [0, 255, 255]


def test_a_map_of_one_value_has_a_scale() -> None:
    values = np.zeros((2, 2))
    for kind in ("signed", "minmax"):
        assert scale_of(kind, [values]).colours(values).shape == (2, 2, 3)


# Grids


@pytest.mark.parametrize("count", [1, 2, 6, 16, 96, 100])
def test_a_grid_is_nearly_square(count: int) -> None:
    maps = np.random.default_rng(0).standard_normal((count, 20, 20))
    sections = sections_of({"conv": maps}, as_colours=False)
    height, width, _ = pixels(png(sections, scale_of("minmax", [maps]))).shape
    if count > 1:
        assert 0.5 < width / height < 2


def test_more_maps_than_are_drawn_are_refused() -> None:
    maps = np.zeros((20_000, 1, 1))
    with pytest.raises(ArrayError, match="20,000 maps, more than 16,384: name fewer LAYERs"):
        png(sections_of({"a": maps}, as_colours=False), scale_of("signed", [maps]))


def test_maps_stand_in_the_order_of_their_channels() -> None:
    maps = np.stack([np.full((8, 8), float(n)) for n in range(4)])
    shown = pixels(png(sections_of({"a": maps}, as_colours=False), scale_of("minmax", [maps])))
    # Four maps of 96x96 in two rows: under a title of 20 and numbers of 13, from 6 on.
    centres = [
        (6 + 20 + 13 + 48 + down, 6 + 48 + right) for down in (0, 115) for right in (0, 102)
    ]
    assert [int(shown[place][0]) for place in centres] == [0, 85, 170, 255]


def test_a_picture_is_written_with_its_bar(net: Path, tmp_path: Path) -> None:
    out = tmp_path / "maps.png"
    given = ("run", net, "signs", "--input", "[-1, 0, 0.5, 2]", "-o", out)
    done = invoke(*given)
    assert (done.exit_code, done.output) == (0, "")
    signed = pixels(out.read_bytes())
    assert len(np.unique(signed.reshape(-1, 3), axis=0)) > 100  # the bar has every colour
    assert invoke(*given, "--scale", "minmax").exit_code == 0
    grey = pixels(out.read_bytes())
    assert grey.shape == signed.shape
    assert (grey[..., 0] == grey[..., 2]).all()


def test_what_is_cut_off_is_said_with_how_many(net: Path, tmp_path: Path) -> None:
    given = ("run", net, "signs", "--input", "[-1, 0, 0.5, 2]", "-o", tmp_path / "maps.png")
    done = invoke(*given, "--scale", "none")
    # In each of 4 rows: -1 and 2; 1 fits but -2 does not; -2 and 4; nothing.
    assert done.stderr.startswith(
        "note: 24 of 64 values lie outside 0 to 1 and are cut off, of `signs`"
    )
    assert "from -2 to 4" in done.stderr
    assert done.stdout == ""


def test_a_scale_needs_a_picture(net: Path) -> None:
    done = invoke("run", net, "--input", "[1, 2, 3, 4]", "--scale", "signed")
    assert done.exit_code == 2
    assert "--scale is for a picture" in done.stderr


# Typed values


def test_few_values_are_printed(net: Path) -> None:
    done = invoke("run", net, "none", "--input", "[[1, 2, 3, 4], [5, 6, 7, 8], [0, 0, 0, 0],"
                  "[1/2, 1/4, 0, -1]]")  # fmt: skip
    assert done.stdout.splitlines() == [
        "none  1x4x4  min -1  mean 2.234  max 8",
        "    1     2  3   4",
        "    5     6  7   8",
        "    0     0  0   0",
        "  0.5  0.25  0  -1",
    ]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("[1, 2]", "is 2, the network takes 1x4x4"),
        ("[[1, 2, 3, 4], [1, 2]]", "has lists of different lengths"),
        ("[1, 2, 3, x]", "values are finite numbers"),
        ("[1, 2, true, 4]", "values are finite numbers"),
        ("[1, 2, 3, 4", "is not an expression"),
        ("[1, 2, 3, 1/0]", "divides by zero"),
        ("[1, 2, 3, __import__('os')]", "--input"),
    ],
)
def test_values_that_do_not_fit_are_refused(net: Path, given: str, said: str) -> None:
    done = invoke("run", net, "--input", given)
    assert done.exit_code == 2
    assert said in " ".join(done.stderr.split())
    assert done.stdout == ""


# Comparisons


def save(path: Path, values: list[list[int]]) -> Path:
    Image.fromarray(np.array(values, np.uint8)).save(path)
    return path


def test_an_output_is_compared_with_a_picture(net: Path, tmp_path: Path) -> None:
    picture = save(tmp_path / "a.png", [[0, 51, 102, 255]] * 4)
    given = ("run", net, "none", "--compare", picture, "--input")
    same = invoke(*given, "[0, 0.2, 0.4, 1]")
    assert (same.exit_code, same.stderr) == (0, "")
    assert "largest difference" in same.stdout
    other = invoke(*given, "[0, 0.2, 0.4, 0.5]")
    assert other.exit_code == 1
    assert "largest difference 0.5, mean 0.125; 4 of 16 values differ" in other.stdout
    cut = invoke(*given, "[-3, 0.2, 0.4, 7]")
    assert cut.exit_code == 0
    assert cut.stderr.startswith("note: 8 of 16 values lie outside 0 to 1")


def test_an_output_is_compared_with_an_array(net: Path, tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.tile([0.0, 1.0, 2.0, 3.0], (1, 4, 1)))
    given = ("run", net, "none", "--compare", tmp_path / "a.npy", "--input")
    assert invoke(*given, "[0, 1, 2, 3]").exit_code == 0
    assert invoke(*given, "[0, 1, 2, 3.001]").exit_code == 1


def test_comparisons_that_make_no_sense_are_refused(net: Path, tmp_path: Path) -> None:
    picture = save(tmp_path / "a.png", [[0] * 5] * 4)
    given = ("run", net, "--input", "[1, 2, 3, 4]", "--compare", picture)
    for more, said in (
        (("none", "signs"), "--compare takes one output"),
        (("-o", tmp_path / "b.png"), "--compare and --output exclude each other"),
        (("none",), "is 1x4x5, the network takes 1x4x4"),
    ):
        done = invoke(*given, *more)
        assert done.exit_code == 2
        assert said in done.stderr
