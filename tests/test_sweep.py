"""Sweeps: their rows against evaluation one by one, and that nobody's order matters."""

import csv
import io
import json
import pickle
import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from commands import run
from designs import TEXT
from hypothesis import given, settings
from hypothesis import strategies as st

import cnncalc
from cnncalc.design.axes import Axis
from cnncalc.design.conditions import SIGNS, parse_conditions
from cnncalc.design.sweep.columns import Columns
from cnncalc.design.sweep.engine import batch_size
from cnncalc.design.sweep.evaluate import Block
from cnncalc.design.sweep.plan import networks_of
from cnncalc.design.sweep.result import Sweep
from cnncalc.design.sweep.select import compared, front
from cnncalc.design.sweep.space import Space, choose, drawn


@pytest.fixture
def tiny(tmp_path: Path) -> str:
    path = tmp_path / "tiny.yaml"
    path.write_text(TEXT, "utf-8")
    return str(path)


def totals(name: str, **values: Any) -> tuple[int, int, int, int]:
    """What `summarize` says of one design."""
    size = values.pop("size", None)
    graph = cnncalc.load(name, input=None if size is None else f"3x{size}x{size}", **values)
    summary = cnncalc.summarize(graph)
    field = summary.totals.receptive_field["input"]
    assert field is not None
    peak = summary.to_dict()["totals"]["peak_activation_bytes"]
    return summary.totals.parameters, summary.totals.macs, peak, min(field.size)


def numbers(row: Any) -> tuple[Any, ...]:
    return row["parameters"], row["macs"], row["peak_activation_bytes"], row["receptive_field"]


# The rows


def test_rows_are_what_each_design_comes_to_by_itself(tiny: str) -> None:
    variables: dict[str, Sequence[object]] = {
        "width": range(4, 13, 4),
        "unit": ["plain", "wide"],
        "depth": [1, 3],
        "size": (16, 21),
    }
    found = cnncalc.sweep(tiny, variables)
    combinations = [dict(zip(variables, one, strict=True)) for one in product(*variables.values())]
    assert [{name: row[name] for name in variables} for row in found.rows] == combinations
    for row, values in zip(found.rows, combinations, strict=True):
        assert row["fault"] is None
        assert numbers(row) == totals(tiny, **values)


@pytest.mark.parametrize(
    "name", ["googlenet", "densenet:121", "mobilenetv2", "vgg:11", "unet", "lecture/filters:conv"]
)
def test_sizes_alone_move_as_a_network_that_is_read_anew(name: str) -> None:
    sizes = [(224, 224), (33, 65), (1, 7), (160, 96), (32, 32), (7, 300)]
    variables = {"height": [one for one, _ in sizes], "width": [other for _, other in sizes]}
    metrics = ["parameters", "macs", "receptive_field", "activation_bytes", "depth"]
    found = cnncalc.sweep(name, variables, metrics=metrics, zip=True)
    for row, (height, width) in zip(found.rows, sizes, strict=True):
        shape = next(iter(cnncalc.load(name).inputs.values()))
        if row["fault"] is not None:
            with pytest.raises(cnncalc.SpecError) as caught:
                cnncalc.load(name, input=(shape[0], height, width))
            assert row["fault"].startswith(caught.value.diagnostics[0].message[:40])
            continue
        graph = cnncalc.load(name, input=(shape[0], height, width))
        totals = cnncalc.summarize(graph).to_dict()["totals"]
        expected = {one: totals[one] for one in metrics if one != "receptive_field"}
        assert {one: row[one] for one in expected} == expected, (name, height, width)


def test_networks_and_variants_are_an_axis() -> None:
    found = cnncalc.sweep("vgg:*", {"size": [64, 96]}, metrics=["macs", "depth"])
    assert [row["network"] for row in found.rows][::2] == [
        "vgg:11", "vgg:13", "vgg:16", "vgg:19", "vgg:11_bn", "vgg:13_bn", "vgg:16_bn", "vgg:19_bn",
    ]  # fmt: skip
    assert [row["depth"] for row in found.rows][:8:2] == [11, 13, 16, 19]
    assert found.rows[3]["macs"] == totals("vgg:13", size=96)[1]


def test_one_and_true_are_two_designs(tmp_path: Path) -> None:
    path = tmp_path / "flags.yaml"
    path.write_text(
        "{name: n, input: 3x8x8, vars: {flag: 0, rest: 0}, "
        "layers: [conv1x1 1 bias=flag, conv1x1 2]}",
        "utf-8",
    )
    for values in ([1, True], [True, 1]):
        found = cnncalc.sweep(str(path), {"flag": values}, metrics=["parameters"])
        assert [row["fault"] is None for row in found.rows] == [one is True for one in values]


def test_a_fault_is_a_row(tiny: str) -> None:
    found = cnncalc.sweep(tiny, {"unit": ["wide"], "size": [4, 16], "width": [0, 2]})
    faults = [row["fault"] for row in found.rows]
    assert [fault is None for fault in faults] == [False, False, False, True]
    assert faults[1] == "the 5x5 kernel does not fit in a 4x4 input"
    assert found.rows[1]["macs"] is None
    with pytest.raises(cnncalc.SpecError):
        cnncalc.load(tiny, unit="wide", width=0)
    kept = cnncalc.sweep(tiny, {"unit": ["wide"], "size": [4, 16]}, where="macs >= 0")
    assert [row["size"] for row in kept.rows] == [16]


def test_metrics_of_labels_and_other_bases(tiny: str) -> None:
    names = ["fc.parameters", "training_bytes", "none.macs"]
    found = cnncalc.sweep(tiny, {"width": [3]}, metrics=names, batch=4, optimizer="sgd")
    graph = cnncalc.load(tiny, width=3)
    training = cnncalc.summarize(graph, 4, training="sgd").training
    assert training is not None
    [row] = found.rows
    assert (row["fc.parameters"], row["none.macs"]) == (40, None)
    assert row["training_bytes"] == training.total


def test_bits_count_as_they_do_for_one_network(tiny: str) -> None:
    names = ["weight_bytes", "bops"]
    found = cnncalc.sweep(tiny, {"width": [3, 8]}, metrics=names, bits="w8a8, fc: w4a8")
    for row in found.rows:
        one = cnncalc.summarize(cnncalc.load(tiny, width=row["width"]), bits="w8a8, fc: w4a8")
        assert row["weight_bytes"] == one.to_dict()["totals"]["weight_bytes"]
    half = cnncalc.sweep(tiny, {"width": [3]}, metrics=["weight_bytes"], dtype="float16")
    [row] = cnncalc.sweep(tiny, {"width": [3]}, metrics=["weight_bytes"]).rows
    assert row["weight_bytes"] == 2 * half.rows[0]["weight_bytes"]
    with pytest.raises(ValueError, match="fcc"):
        cnncalc.sweep(tiny, {"width": [3]}, bits="w8a8, fcc: w4")
    with pytest.raises(ValueError, match="give one"):
        cnncalc.sweep(tiny, {"width": [3]}, bits="w8a8", dtype="float16")


LARGE = "{name: n, input: 9x9x9, vars: {w: 1}, layers: [conv1x1 w, conv1x1 w]}"


def test_numbers_beyond_64_bits_are_exact(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    path.write_text(
        "{name: n, input: 9x9x9, vars: {w: 1}, layers: [conv1x1 w, conv1x1 w]}", "utf-8"
    )
    values = [1, 10**9, 2 * 10**9]
    found = cnncalc.sweep(str(path), {"w": values}, metrics=["macs"], sort="max:macs")
    assert [row["macs"] for row in found.rows] == [81 * w * (9 + w) for w in reversed(values)]
    above = cnncalc.sweep(str(path), {"w": values}, where="macs > 100000000T")
    assert [row["w"] for row in above.rows] == [2 * 10**9]


def test_times_are_those_of_estimate(tiny: str) -> None:
    names = ["macs", "time:rtx4090"]
    variables = {"size": [64, 128, 192], "width": [8]}
    found = cnncalc.sweep(tiny, variables, metrics=names, batch=512, sort="max:time:rtx4090")
    for row in found.rows:
        graph = cnncalc.load(tiny, input=(3, row["size"], row["size"]))
        time_ms = cnncalc.estimate(graph, "rtx4090", 512).milliseconds
        assert row["time:rtx4090"] == pytest.approx(time_ms, rel=1e-3)
    assert [row["size"] for row in found.rows] == [192, 128, 64]
    limit = found.rows[1]["time:rtx4090"]
    kept = cnncalc.sweep(tiny, variables, where=f"time:rtx4090 <= {limit}", batch=512)
    assert [row["size"] for row in kept.rows] == [64, 128]
    broken = cnncalc.sweep(tiny, {"width": [0]}, metrics=names)
    assert broken.rows[0]["time:rtx4090"] is None
    with pytest.raises(cnncalc.SpecError, match="rtx409"):
        cnncalc.sweep(tiny, {"width": [1]}, metrics=["time:rtx409"])


# Which designs there are


def space(*sizes: int, is_zipped: bool = False) -> Space:
    [network] = networks_of(["lenet5"])
    axes = [Axis(f"v{place}", range(size)) for place, size in enumerate(sizes)]
    return Space((network, network._replace(name="other")), tuple(axes), is_zipped)


def test_the_last_axis_moves_first_and_zip_moves_all() -> None:
    grid = space(2, 3)
    assert [grid.point(index) for index in range(grid.total)] == [
        (net, (a, b)) for net in (0, 1) for a in range(2) for b in range(3)
    ]
    together = space(3, 1, 3, is_zipped=True)
    assert [together.point(index)[1] for index in range(3)] == [(0, 0, 0), (1, 0, 1), (2, 0, 2)]
    with pytest.raises(ValueError, match="as many values: `v0` has 2, `v1` has 3"):
        space(2, 3, is_zipped=True).check_zip()


@settings(deadline=None)
@given(st.integers(0, 10**40), st.integers(0, 300), st.integers(0, 2**63))
def test_a_sample_has_no_design_twice(count: int, sample: int, seed: int) -> None:
    sample = min(sample, count)
    found = drawn(count, sample, seed)
    assert len(set(found)) == len(found) == sample
    assert found == tuple(sorted(found)) == drawn(count, sample, seed)
    assert all(0 <= one < count for one in found)


def test_every_design_is_drawn_as_often() -> None:
    counts = np.zeros(10)
    for seed in range(3000):
        counts[list(drawn(10, 3, seed))] += 1
    assert abs(counts - 900).max() < 5 * (3000 * 0.3 * 0.7) ** 0.5


def test_too_many_designs_are_refused_and_a_sample_of_them_is_not() -> None:
    large = space(10**6, 10**6)
    with pytest.raises(ValueError, match=r"2,000,000,000,000 designs.*--sample"):
        choose(large)
    assert len(choose(large, 50)) == 50
    assert choose(space(3), 10) == range(6)


# Which are kept


@settings(deadline=None)
@given(
    st.integers(1, 4).flatmap(
        lambda width: st.lists(st.tuples(*[st.integers(-3, 3)] * width), max_size=60)
    )
)
def test_the_front_is_that_of_brute_force(rows: list[tuple[int, ...]]) -> None:
    def is_better(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
        return one != other and all(a <= b for a, b in zip(one, other, strict=True))

    expected = [not any(is_better(other, row) for other in rows) for row in rows]
    width = len(rows[0]) if rows else 2
    assert front(np.array(rows, np.int64).reshape(-1, width)).tolist() == expected


@settings(deadline=None)
@given(
    st.lists(st.integers(-(10**25), 10**25)),
    st.sampled_from([*SIGNS]),
    st.sampled_from(["5", "0.5K", "1.25", "20T", "99999999999T", "3"]),
)
def test_a_condition_on_a_column_is_that_on_each_number(
    values: list[int], sign: str, amount: str
) -> None:
    [condition] = parse_conditions(f"macs {sign} {amount}")
    expected = [
        SIGNS[sign](Fraction(value), condition.limit)  # type: ignore[arg-type]
        for value in values
    ]
    assert compared(np.array(values, object), condition).tolist() == expected
    small = [value % 10_000 for value in values]
    expected = [condition.holds(value) for value in small]
    assert compared(np.array(small, np.int64), condition).tolist() == expected


def test_steps_of_a_wish_follow_each_other(tiny: str) -> None:
    variables = {"width": range(1, 9), "depth": range(1, 4)}
    every = cnncalc.sweep(tiny, variables)
    found = cnncalc.sweep(
        tiny,
        variables,
        where=["macs <= 1M and width > 2", "depth != 2"],
        pareto=["parameters", "receptive_field"],
        sort="max:width",
        top=2,
    )
    kept = [row for row in every.rows if row["macs"] <= 10**6]
    kept = [row for row in kept if row["width"] > 2 and row["depth"] != 2]
    best = [
        row
        for row in kept
        if not any(
            other["parameters"] <= row["parameters"]
            and other["receptive_field"] >= row["receptive_field"]
            and numbers(other) != numbers(row)
            for other in kept
        )
    ]
    best.sort(key=lambda row: -row["width"])
    assert [dict(row) for row in found.rows] == [dict(row) for row in best[:2]]
    assert found.matching == len(best) > 1


def test_aims_say_what_is_better(tiny: str) -> None:
    variables = {"width": [1, 2], "depth": [1, 2]}
    for sort, column, expected in (
        ("receptive_field", "receptive_field", [6, 6, 4, 4]),
        ("min:receptive_field", "receptive_field", [4, 4, 6, 6]),
        ("macs", "depth", [1, 2, 1, 2]),
        ("max:depth,width", "width", [1, 2, 1, 2]),
    ):
        found = cnncalc.sweep(tiny, variables, sort=sort)
        assert [row[column] for row in found.rows] == expected, sort


# Who works


class Shuffled(ThreadPoolExecutor):
    """Threads that take as long as chance will have it."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **named: Any) -> "Future[Any]":
        wait = random.random() / 200  # noqa: S311 - a test

        def late() -> Any:
            time.sleep(wait)
            return fn(*args, **named)

        return super().submit(late)


class Failing(Shuffled):
    """Some batches fail at first."""

    def __init__(self) -> None:
        super().__init__(3)
        self.given = 0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **named: Any) -> "Future[Any]":
        self.given += 1
        if self.given in {1, 3, 4}:
            return super().submit(self.fail)
        return super().submit(fn, *args, **named)

    def fail(self) -> None:
        raise ConnectionError("the worker has gone")


@pytest.mark.parametrize("kind", [Shuffled, Failing])
def test_results_do_not_depend_on_who_works(kind: type[Executor], tiny: str) -> None:
    variables = {"width": range(1, 21), "depth": [1, 2], "size": [3, 8, 9]}
    seen: list[tuple[int, int]] = []
    alone = cnncalc.sweep(tiny, variables)
    with kind() as executor:
        found = cnncalc.sweep(
            tiny, variables, executor=executor, on_done=lambda *one: seen.append(one)
        )
        assert executor.submit(int, "3").result() == 3  # it is left open
    assert found == alone
    assert seen[-1] == (120, 120)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_what_fails_each_time_is_raised(tiny: str) -> None:
    class Broken(Failing):
        def submit(self, fn: Callable[..., Any], /, *args: Any, **named: Any) -> "Future[Any]":
            self.given = 0
            return super().submit(fn, *args, **named)

    with Broken() as executor, pytest.raises(ConnectionError, match="has gone"):
        cnncalc.sweep(tiny, {"width": [1, 2]}, executor=executor)


def test_batches_are_thousands_for_a_million_designs() -> None:
    assert 2000 <= 10**6 / batch_size(10**6) <= 10_000
    assert batch_size(10) == 16


def test_columns_take_numbers_in_any_order() -> None:
    columns = Columns(4, ["macs"])
    columns.put(Block((2, 0), ((5,), "a fault")))
    assert [*columns.open_places()] == [1, 3]
    columns.put(Block((3,), ((2**70,),)))
    columns.put(Block((1,), ((None,),)))
    assert [*columns.open_places()] == []
    assert [*columns.sound_places()] == [1, 2, 3]
    assert columns.faults == {0: "a fault"}


# What it looks like


def test_a_sweep_is_a_value(tiny: str) -> None:
    found = cnncalc.sweep(tiny, {"width": [2, 3], "unit": ["plain"]}, where="macs >= 0")
    assert repr(found) == f"<Sweep of {tiny}: 2 of 2 designs>"
    again = pickle.loads(pickle.dumps(found))  # noqa: S301 - our own
    assert isinstance(again, Sweep)
    assert again == found
    assert str(again) == str(found)
    row = found.rows[0]
    assert type(row["unit"]) is str
    assert dict(pickle.loads(pickle.dumps(row))) == dict(row)  # noqa: S301 - our own
    with pytest.raises(AttributeError, match="cannot be changed"):
        row.place = 3
    assert json.loads(json.dumps(found.to_dict()))["rows"][1]["width"] == 3


def test_pandas_takes_rows(tiny: str) -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(cnncalc.sweep(tiny, {"width": [2, 0]}).rows)
    assert list(frame.columns)[:2] == ["width", "parameters"]
    assert frame["width"].tolist() == [2, 0]


def test_polars_takes_rows(tiny: str) -> None:
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame(cnncalc.sweep(tiny, {"width": [2, 0]}).rows)
    assert frame["width"].to_list() == [2, 0]
    assert frame["macs"].to_list()[1] is None


@pytest.mark.parametrize("package", ["pyarrow", "polars"])
def test_parquet_holds_the_same(package: str, tiny: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module = pytest.importorskip(package)
    from cnncalc.render import parquet  # noqa: PLC0415 - as the package

    monkeypatch.setattr(parquet, "WRITERS", (package,))
    found = cnncalc.sweep(
        tiny, {"width": [2, 0, 9], "unit": ["plain", "wide"]}, metrics=["macs", "no.macs"]
    )
    data = io.BytesIO(parquet.parquet_bytes(found))
    if package == "polars":
        rows = module.read_parquet(data).to_dicts()
    else:
        from importlib import import_module  # noqa: PLC0415

        rows = import_module("pyarrow.parquet").read_table(data).to_pylist()
    assert rows == [dict(row) for row in found.rows]


HOSTILE = "=1+cmd|' C calc'!A0\x1b[31m,\"x\"\n.yaml"


def test_hostile_names_steer_neither_spreadsheet_nor_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / HOSTILE).write_text(TEXT, "utf-8")
    (tmp_path / "b.yaml").write_text(TEXT, "utf-8")
    line = ["sweep", HOSTILE, "b.yaml", "--set", "width=2,0"]
    for form in ("table", "csv", "jsonl", "json"):
        text = run(*line, "--format", form)
        assert text.replace("\n", "").isprintable(), form
    rows = [*csv.DictReader(io.StringIO(run(*line, "--format", "csv")))]
    assert len(rows) == 4
    assert rows[0]["network"].startswith("'=1+cmd")
    first = json.loads(run(*line, "--format", "jsonl").splitlines()[0])
    assert first["network"] == HOSTILE
    html = cnncalc.sweep([HOSTILE, "b.yaml"], {"width": [2]})._repr_html_()
    assert "\x1b" not in html
