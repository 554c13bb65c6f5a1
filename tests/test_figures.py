"""What figures of the documentation compute by themselves, against the engine and the counts."""

import itertools
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cnncalc import parse, summarize
from cnncalc.engine.execute import execute

SOURCE = Path(__file__).parent.parent / "web" / "src" / "figures"

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="node is not here")


def asked(module: str, body: str, given: object) -> Any:
    """What a function of a figure makes of each of some values."""
    script = f"""
      import * as figure from {json.dumps((SOURCE / module).as_uri())};
      let text = "";
      for await (const piece of process.stdin) text += piece;
      const answers = JSON.parse(text).map((given) => {{ {body} }});
      console.log(JSON.stringify(answers));
    """
    done = subprocess.run(
        ["node", "--input-type=module", "--eval", script],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def slidings() -> list[dict[str, Any]]:
    random = np.random.default_rng(3)
    return [
        {
            "input": random.integers(-9, 10, (rows, 7)).tolist(),
            "kernel": random.integers(-4, 5, (kernel, kernel)).tolist(),
            "stride": stride,
            "padding": padding,
        }
        for rows, kernel, stride, padding in itertools.product(
            (5, 6), (1, 2, 3, 5), (1, 2, 3), (0, 1, 2)
        )
    ]


def test_a_window_gives_what_the_engine_gives() -> None:
    given = slidings()
    answers = asked("sliding.js", "return figure.output(given);", given)
    for sliding, answer in zip(given, answers, strict=True):
        image = np.array([sliding["input"]], "float64")
        kernel = np.array([[sliding["kernel"]]], "float64")
        line = (
            f"conv 1 kernel_size={len(sliding['kernel'])} stride={sliding['stride']} "
            f"padding={sliding['padding']} bias=false"
        )
        shape = "x".join(map(str, image.shape))
        graph = parse(f"name: t\ninput: {shape}\nlayers: [slide: {line}]\n")
        run = execute(graph, {"slide": {"weight": kernel}}, {"input": image[None]})
        [wanted] = run.tensors.values()
        assert np.array_equal(np.array(answer), wanted[0, 0]), sliding


def test_the_terms_of_an_output_add_up_to_it() -> None:
    [(parts, value)] = asked(
        "sliding.js",
        "return [figure.terms(given, 0, 0), figure.value_at(given, 0, 0)];",
        [{"input": [[1, 2], [3, 4]], "kernel": [[5, 6], [7, 8]], "stride": 1, "padding": 1}],
    )
    assert value == 8  # the kernel's last weight over the first value; all else is padding
    assert [one["is_padded"] for one in parts] == [True, True, True, False]
    assert [one["weight"] for one in parts] == [5, 6, 7, 8]


def test_what_no_window_reads_is_told() -> None:
    answers = asked(
        "sliding.js",
        "return figure.left_over(given, 11, 4, 0);",
        [227, 224, 226, 11, 10],
    )
    assert answers == [0, 1, 3, 0, 0]


def stacks() -> list[list[dict[str, int]]]:
    levels = [
        {"kernel": kernel, "stride": stride, "dilation": dilation}
        for kernel, stride, dilation in itertools.product((1, 2, 3), (1, 2), (1, 3))
    ]
    return [list(chosen) for chosen in itertools.product(levels, repeat=2)]


def test_the_field_of_a_stack_is_that_of_the_network() -> None:
    given = stacks()
    body = "return [figure.field(given), figure.seen(given, 1)[0], figure.lengths(64, given)];"
    for levels, answer in zip(given, asked("stack.js", body, given), strict=True):
        size, places, lengths = answer
        lines = "\n".join(
            "  - conv 1 kernel_size={kernel} stride={stride} dilation={dilation}".format(**one)
            for one in levels
        )
        summary = summarize(parse(f"name: t\ninput: 1x64\nlayers:\n{lines}\n"))
        [field] = summary.totals.receptive_field.values()
        assert field is not None
        assert size == field.size[0], levels
        assert places[-1] - places[0] + 1 == size
        assert lengths[1:] == [row["output_shape"][-1] for row in summary.rows]
