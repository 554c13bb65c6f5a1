"""ONNX models from strangers: well-formed ones with hostile parts, and damaged ones."""

import resource
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from click.testing import CliRunner
from onnx import TensorProto, defs, helper, numpy_helper

from cnncalc.cli.main import main
from cnncalc.diagnostics import CODES
from cnncalc.interchange import families  # noqa: F401 - it fills the table of readers
from cnncalc.interchange.terms import made
from fuzz.clock import stopwatch
from fuzz.harness import MOST_SECONDS, is_printable

CORPUS = Path(__file__).parents[1] / "corpus" / "onnx"

MOST_MEGABYTES = 200
"""What a command may add to the memory of this process; the program itself takes some 80."""

LONG = 2**62
NUMBERS = (
    0, 1, 2, 3, -1, -2, 4, 7, 8, 64, 255, 1000, 4096, 65_536, 10**6, 10**9, 2**31, 2**40, LONG,
    -LONG, 2**63 - 1, -(2**63),
)  # fmt: skip
TEXTS = (
    "", "x", "y", "a", "h1", "w", "\x1b[31m", "a\nb", "\u202e", "::error::", "/a/b/c", "a.b.c",
    '"', "A\", \"parameters\": 0", "../../etc/passwd", "²", "\x00", "é" * 200, "x" * 3000, "input",
)  # fmt: skip
TYPES = tuple(range(27))
SHAPES = ((1, 3, 8, 8), (1, 8), (1, 4, 6), (1, 2, 3, 4, 5), (3,), (), (2, 3, 8, 8), (0, 3))


@cache
def operators() -> tuple[Any, ...]:
    """The schemas of ONNX's own operators, the newest of each."""
    return tuple(one for one in defs.get_all_schemas() if one.domain == "")


@cache
def usual() -> tuple[str, ...]:
    """The operators that have a reader here, so that few models are only unknown words."""
    known = {one.name for one in operators()}
    return tuple(sorted(made.READERS.keys() & known))


def tensor(random: Random, name: str) -> Any:
    """A stored tensor, now and then one whose type or size is not what its data is."""
    strange = ("typed", "unfit", "external", "odd", "huge")
    kind = "plain" if random.random() < 0.9 else random.choice(strange)
    if kind == "plain":
        count = random.choice((0, 1, 1, 2, 3, 4, 4, 8))
        values = [random.choice(NUMBERS[: random.choice((5, 5, 12))]) for _ in range(count)]
        return numpy_helper.from_array(np.array(values, np.int64), name)
    if kind == "typed":
        numbers = random.choice(((np.nan,), (np.inf, 1), (1 + 2j, 0), (True,), (1.5, 2), (1, 2)))
        dtype = random.choice(
            (np.float32, np.float64, np.float16, np.complex64, np.complex128, np.bool_)
        )
        made = np.array(numbers)
        return numpy_helper.from_array(made if np.iscomplexobj(made) else made.astype(dtype), name)
    made = TensorProto(name=name, data_type=random.choice(TYPES))
    sizes = NUMBERS[:4] if random.random() < 0.8 else NUMBERS[:8]
    made.dims.extend(random.choice(sizes) for _ in range(random.randrange(5)))
    if kind == "external":
        made.data_location = TensorProto.EXTERNAL
        made.external_data.add(key="location", value="../../etc/passwd")
    elif kind == "huge":
        made.dims.append(random.choice(NUMBERS))
    else:
        made.raw_data = random.randbytes(random.choice((0, 1, 4, 8, 16, 32, 64)))
    if kind == "odd":
        made.string_data.append(b"\xff\x00text")
        made.int32_data.extend([random.choice((0, 1, -1, 2**31 - 1))])
    return made


def attribute(random: Random, name: str) -> Any:
    """An attribute of a kind that its operator may not expect."""

    def few() -> list[int]:
        return [random.choice(NUMBERS) for _ in range(random.randrange(5))]

    makers: Sequence[Callable[[], Any]] = (
        lambda: random.choice(NUMBERS[:9]),
        lambda: few() or [1],
        lambda: random.choice((0.5, float("nan"), float("inf"), -1.0, 1e38)),
        lambda: random.choice(TEXTS[:9]),
        lambda: tensor(random, "t"),
    )
    return helper.make_attribute(name, random.choice(makers)())


def fitting(random: Random, told: Any) -> Any:
    """An attribute of the kind that its schema says, which may be out of all bounds."""

    def number() -> int:
        return random.choice(NUMBERS[:9] if random.random() < 0.8 else NUMBERS)

    kind = int(told.type)
    makers: dict[int, Callable[[], Any]] = {
        1: lambda: random.choice((0.0, 0.5, 1.0, float("nan"), float("inf"))),
        2: number,
        3: lambda: random.choice((*TEXTS, "SAME_UPPER", "linear", "constant", "reflect")),
        4: lambda: tensor(random, "t"),
        6: lambda: [random.choice((0.5, 1.0, float("nan"))) for _ in range(random.randint(1, 4))],
        7: lambda: [number() for _ in range(random.randint(1, 5))],
        8: lambda: [random.choice(TEXTS)],
    }
    return helper.make_attribute(told.name, makers[kind]()) if kind in makers else None


def node(random: Random, names: Sequence[str], output: str, depth: int = 2) -> Any:
    """A node that reads some of the names."""
    if depth and random.random() < 0.05:
        inner = helper.make_graph(
            [node(random, names, f"{output}_i", depth - 1)],
            "inner",
            [],
            [helper.make_tensor_value_info(f"{output}_i", 1, None)],
        )
        return helper.make_node(
            "If", [random.choice(names)], [output], then_branch=inner, else_branch=inner
        )
    kind = random.choice(usual()) if random.random() < 0.8 else random.choice(operators()).name
    schema = defs.get_schema(kind)
    most = min(schema.max_input, 5)
    count = random.randint(min(schema.min_input, most), most)
    reads = [random.choice((*names, names[-1], *names)) for _ in range(count)]
    outputs = [output, *(f"{output}_{n}" for n in range(1, min(schema.min_output, 3)))]
    made = helper.make_node(kind, reads, outputs, name=random.choice((*TEXTS, "", "", "")))
    for told in schema.attributes.values():
        if told.required or random.random() < 0.4:
            made.attribute.extend(filter(None, [fitting(random, told)]))
    if random.random() < 0.03:
        names_of = [*schema.attributes, "axis", "axes"]
        made.attribute.append(attribute(random, random.choice(names_of)))
    return made


def model(random: Random) -> Any:
    """A model of a few nodes whose names mostly fit together."""
    tensors = [tensor(random, f"w{n}") for n in range(random.randint(1, 5))]
    names = ["x", *(one.name for one in tensors)]
    nodes = []
    for at in range(random.choice((1, 1, 1, 2, 3, 6))):
        nodes.append(node(random, [*names, names[-1], "x"], f"h{at}"))
        names.append(f"h{at}")
    # Something sound, so that what stands beside it is counted and written.
    nodes.append(helper.make_node("Relu", ["x"], ["z"]))
    shape = random.choice(SHAPES)
    element = 1 if random.random() < 0.9 else random.choice(TYPES)
    inputs = [helper.make_tensor_value_info("x", element, list(shape))]
    outputs = [helper.make_tensor_value_info(name, 1, None) for name in (names[-1], "z")]
    graph = helper.make_graph(nodes, "g", inputs, outputs, tensors)
    opset = random.choice((7, 9, 11, 13, 17, 17, 18, 21))
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])


def accident(random: Random, built: Any) -> None:  # noqa: C901 - one case an accident
    """Change something of a model that stays well-formed."""
    graph = built.graph
    which = random.randrange(11)
    if which == 0:
        built.opset_import[0].version = random.choice(NUMBERS)
    elif which == 1:
        graph.node.append(random.choice(graph.node))
    elif which == 2:
        random.choice(graph.node).op_type = random.choice(TEXTS)
    elif which == 3:
        graph.output[0].name = random.choice(("x", "w0", *TEXTS))
    elif which == 4:
        graph.initializer.append(tensor(random, random.choice(TEXTS)))
    elif which == 5:
        first = random.choice(graph.node)
        if first.input:
            first.input[random.randrange(len(first.input))] = random.choice(TEXTS)
    elif which == 6:
        graph.input[0].type.sequence_type.elem_type.tensor_type.elem_type = 1
    elif which == 7:
        graph.input[0].type.tensor_type.shape.dim.add(dim_value=random.choice(NUMBERS))
    elif which == 8:
        nodes = random.sample(list(graph.node), len(graph.node))
        del graph.node[:]
        graph.node.extend(nodes)
    elif which == 9:  # a circle, be it of one node
        first, last = random.choice(graph.node), random.choice(graph.node)
        first.input.append(random.choice([*last.output, "x"]))
    else:
        graph.sparse_initializer.add().values.CopyFrom(tensor(random, "s"))


def make(random: Random) -> bytes:
    """A hostile model."""
    built = model(random)
    for _ in range(random.choice((0, 0, 0, 0, 0, 0, 1, 2))):
        accident(random, built)
    data = bytearray(built.SerializeToString())
    for _ in range(random.choice((0,) * 30 + (1, 4))):
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)
    if random.random() < 0.02:
        del data[random.randrange(len(data)) :]
    return bytes(data)


COMMANDS: Sequence[Sequence[str]] = (
    ("check", "IN"),
    *(("summarize", "IN", "--format", form) for form in ("table", "json", "csv", "markdown")),
    ("explain", "IN"),
    ("diff", "IN", "IN"),
    ("report", "IN", "-o", "-"),
    ("convert", "IN", "OUT.onnx", "--no-weights"),
    *(("convert", "IN", "-", "--to", form) for form in ("yaml", "torch", "mermaid", "dot")),
)


def peak() -> float:
    """The most memory that this process has taken, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def attempt(data: bytes, name: str = "hostile.onnx") -> Iterable[str]:
    """Run every command on a model, and say how each ended.

    Raises:
        AssertionError: something does not hold that must; any other exception is one, too.
    """
    with TemporaryDirectory() as folder:
        file, out = Path(folder) / name, Path(folder) / "out"
        file.write_bytes(data)
        for command in COMMANDS:
            words = [one.replace("OUT", str(out)) if one != "IN" else str(file) for one in command]
            before = peak()
            with stopwatch() as took:
                done = CliRunner().invoke(main, words)
            told = f"{' '.join(command)}: {done.output[:300]!r}"
            if done.exception is not None and not isinstance(done.exception, SystemExit):
                raise done.exception
            assert done.exit_code in {0, 1, 2}, told
            assert took.seconds < MOST_SECONDS, f"{took.seconds:.1f} s: {told}"
            grown = peak() - before
            assert grown < MOST_MEGABYTES, f"{grown:.0f} MB: {told}"
            assert all(map(is_printable, done.output.split("\n"))), told
            code = next((one for one in CODES if f"[{one}]" in done.output), "")
            yield f"{command[0]} {done.exit_code} {code}".rstrip()
