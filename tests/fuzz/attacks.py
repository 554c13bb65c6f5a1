"""Every kind of attack on the reader of specs, each as a function of its size.

Each was slow, took too much memory or broke something once, or is kept because it might. The size
that stands with it takes longest of all within the tight bounds: `python -m fuzz.measure` finds
it. What is small stands in `corpus/` as a file.
"""

import random
from collections.abc import Callable, Iterable, Mapping
from string import ascii_lowercase
from typing import NamedTuple

MEGABYTE = 1_048_576
"""The largest file that is read at all."""

HEAD = "input: 3x32x32\nlayers:\n"


class Attack(NamedTuple):
    """A spec that means harm: its text by size, and the size that does most."""

    size: int
    make: Callable[[int], str | bytes]

    def data(self, size: int | None = None) -> bytes:
        """The file."""
        text = self.make(self.size if size is None else size)
        return text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")


def lines(template: str, size: int, start: int = 0) -> str:
    """As many lines, numbered by `{n}`; `{m}` is the number that follows."""
    return "".join(
        template.replace("{n}", str(n)).replace("{m}", str(n + 1)) + "\n"
        for n in range(start, start + size)
    )


def joined(template: str, size: int, start: int = 0, between: str = ", ") -> str:
    """The same in one line."""
    return between.join(template.replace("{n}", str(n)) for n in range(start, start + size))


def chain(size: int, body: str, last: str) -> str:
    """Blocks that each use the next, `b{m}`."""
    blocks = lines(f"  b{{n}}: {body}", size)
    return f"input: 3x32x32\nblocks:\n{blocks}  b{size}: {last}\nlayers: [b0]\n"


def layers(*rows: str, shape: str = "4x1000000x1000000") -> str:
    """A spec of these layers."""
    return f"input: {shape}\nlayers:\n" + "".join(f"  - {row}\n" for row in rows)


def variables(template: str, size: int) -> str:
    return "vars:\n" + lines(f"  {template}", size)


def labels(size: int, name: str = "label") -> str:
    return lines(f"- {name}{{n}}: relu", size)


def variants(body: str, size: int) -> str:
    return body + "variants:\n" + lines("  v{n}:", size)


def indented(size: int, text: str) -> str:
    return "".join(" " * n + f"{text}\n" for n in range(size))


def anagrams(size: int) -> list[str]:
    """Names that are long to compare with each other."""
    draw = random.Random(1)  # noqa: S311 - the same names every time
    letters = [*("ab" * 16)]
    words: set[str] = set()
    while len(words) < size:
        draw.shuffle(letters)
        words.add("".join(letters))
    return sorted(words)


def misspelt(size: int) -> str:
    words = anagrams(size)
    known = "".join(f"- {word}: relu\n" for word in words[: size // 2])
    return HEAD + known + "".join(f"- {word}\n" for word in words[size // 2 :])


def choices(marks: str, size: int) -> str:
    return "".join(random.Random(1).choices(marks, k=size))  # noqa: S311 - the same every time


def numbers(size: int) -> str:
    return "1," * (size - 1) + "1"


def two_lists(body: str) -> Callable[[int], str]:
    return lambda n: f"vars:\n  v: [{numbers(n)}]\n  w: [{numbers(n)}]\n{HEAD}{body}\n"


def aliased_lists(size: int) -> str:
    rows = "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" if n else f"a0: &a0 [{'x, ' * 9}]\n"
        for n in range(size)
    )
    return f"{rows}{HEAD}  - *a{size - 1}\n"


def sums(size: int, term: str) -> str:
    return "+".join([term] * size)


def all_labels(size: int) -> str:
    rows = (f"- l{n}: {{add: [{joined('l{n}', n)}, x]}}" for n in range(1, size))
    return f"{HEAD}- l0: conv1x1 3\n" + "\n".join(rows) + "\n"


def sides(size: int) -> str:
    primes = (9973, 9967, 9949, 9941, 9931)[:size]
    length = 1
    for prime in primes[:3]:
        length *= prime
    return (
        f"input: 4x{length}\nlayers:\n- concat: ["
        + ", ".join(f"[maxpool 1 stride={prime}, upsample {prime}]" for prime in primes[:3])
        + "]\n"
    )


def words_of_letters(size: int) -> str:
    pairs = [f"- {a}{b}\n" for a in ascii_lowercase for b in ascii_lowercase]
    return HEAD + "".join(pairs[n % len(pairs)] for n in range(size))


BOMBS = (
    "9**9**9", "2**2**2**2**2**2", "round(5,-10**9)", "round(5.5,-10**9)", "round(2.5,10**9)",
    "round(10**12,-10**12)", "[1]*10**9", "(1,)*10**9", "'a'*10**9", "'a'+'a'", "10**12**12",
    "(10**24)**64", "1e24**64", "0.5**-64", "2**-64", "9**64*9**64", "1e308*1e308", "1//1e-300",
    "divisible(10**24,1e-300)", "divisible(1e24,10**24)", "divisible(1,-1)", "divisible(1,0.1)",
    "sum([[1]])", "max([])", "min()", "len(1)", "floor(1e24)", "ceil(1e-300)", "(-8)**0.5",
    "0**0", "0**-1", "1%0", "1.5%1e-300", "1<2<3<4<5<6<7<8<9", "1==1==1==1==1", "x.channels**64",
    "x.channels**x.channels", "x**2", "x.x", "x.__class__", "x.channels.real", "().__class__",
    "[].append", "lambda:1", "[i for i in x]", "{1:2}", "{1}", "f'{1}'", "b'a'", "1j", "...",
    "not not not 1", "1 if 1 else 2", "true if true else x", "-" * 190 + "1",
    "(" * 90 + ")" * 90, "[" * 99 + "]" * 99, "[" * 15 + "]" * 15, "floor" + "()" * 95,
    "1" * 400, "1." + "0" * 400, "0." + "0" * 390 + "1", "1e400", "1e-400", "1_0_0", "0x10",
    "0o7", "0b1", "010", "1__0", "'" * 3, "''", "'\\x41'", "a:=1", "*x", "**x", "x[0]", "x[:]",
    "(1,2)[:]", "(1,2)[2]", "(1,2)[-3]", "(1,2)[0.5]", "(1,2)['a']", "max(1,*x)", "max(key=len)",
    "max(max)", "max(x)", "sum(sum)", "round(1,1,1)", "round('a')", "round(1.5,'a')",
    "round(1.5,true)", "round(15,-1)", "len('a')", "true+true", "true<false", "same==same",
    "same<same", "relu", "None", "True", "NaN", "nan", "inf", ".inf", "-.inf", "__import__('os')",
    "exec", "eval(1)", "\u0660", "\u00b2", "\uff11", "\u2160", "1\u00a0+1", "1\u2028", "'\\ud800'",
    "1;2", "1\\\n", "#", "1#", "@", "`1`", "\x1b[31m", "\u202e1", "1if 1else 2", "1.if 1 else 2",
)  # fmt: skip


def bomb_lines(bomb: str) -> Iterable[str]:
    """A bomb as an attribute, as a count and as a condition."""
    quoted = bomb.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    quoted = quoted.replace("\x1b", "\\e")
    yield f'- "conv3x3 {quoted}"'
    yield f'- "repeat {quoted}": x'
    yield f'- "if {quoted}": x'


def bombs_alone() -> dict[str, str]:
    """Each bomb in specs of its own."""
    return {
        f"{place} {line}": f"{HEAD}  - conv1x1 10\n  {line}\n  - relu\n"
        for place, bomb in enumerate(BOMBS)
        for line in bomb_lines(bomb)
    }


LONG_LABEL = "a" * 190

YAML: Mapping[str, Attack] = {
    # Many nodes
    "lines of relu": Attack(40_000, lambda n: HEAD + "- relu\n" * n),
    "lines of convolutions": Attack(20_000, lambda n: HEAD + lines("- conv1x1 {n}", n, 1)),
    "flow list": Attack(50_000, lambda n: f"input: 3x8x8\nlayers: [{'x,' * n}relu]\n"),
    "flow mapping": Attack(20_000, lambda n: f"layers: {{{joined('{n}', n, between=',')}}}\n"),
    "flow questions": Attack(20_000, lambda n: f"input: 3x8x8\nlayers: [{'? , ' * n}relu]\n"),
    "empty lists": Attack(50_000, lambda n: f"input: 3x8x8\nlayers: [{'[],' * n}relu]\n"),
    "empty entries": Attack(50_000, lambda n: HEAD + "-\n" * n),
    "empty mappings": Attack(50_000, lambda n: HEAD + "- {}\n" * n),
    "nested lists": Attack(30_000, lambda n: f"{HEAD}- [{'[x],' * n}relu]\n"),
    "unknown keys": Attack(20_000, lambda n: lines("a{n}:", n)),
    "repeated keys": Attack(20_000, lambda n: "a:\n" * n),
    "merge keys": Attack(5_000, lambda n: "a: &a {b: 1}\n" + lines("c{n}: {<<: *a}", n)),
    "merged mappings": Attack(
        200, lambda n: f"a: &a {{{joined('k{n}: 1', n)}}}\n" + lines("c{n}: {<<: *a}", n)
    ),
    "anchors": Attack(50_000, lambda n: HEAD + lines("- &a{n} x", n) + "- relu\n"),
    "aliases": Attack(50_000, lambda n: f"{HEAD}- &a x\n- [{'*a , ' * n}relu]\n"),
    "tags": Attack(50_000, lambda n: HEAD + "- !a x\n" * n),
    "standard tags": Attack(50_000, lambda n: HEAD + "- !!str x\n" * n),
    "directives": Attack(60_000, lambda n: lines("%TAG !a{n}! b", n) + "--- a\n"),
    "directives of a second document": Attack(
        60_000, lambda n: "a\n...\n" + lines("%TAG !a{n}! b", n) + "--- a\n"
    ),
    "few directives and tags": Attack(
        50_000, lambda n: lines("%TAG !a{n}! b", 16) + "---\nlayers:\n" + "- !a15!a x\n" * n
    ),
    "documents": Attack(100_000, lambda n: "---\n" * n),
    "a billion aliases": Attack(12, aliased_lists),
    "aliases of a long text": Attack(
        5_000, lambda n: f"{HEAD}- &a \"{'x' * 500_000}\"\n" + "- *a\n" * n
    ),
    "aliases of a long line": Attack(
        5_000, lambda n: f"{HEAD}- &a conv3x3 {'8 ' * 250_000}\n" + "- *a\n" * n
    ),
    "aliases of a line": Attack(
        200, lambda n: f"{HEAD}- &a conv3x3 {'1+1 ' * 990}\n" + "- *a\n" * n
    ),
    "aliases of a large list": Attack(
        100, lambda n: f"{HEAD}- &a [{'x, ' * 500}x]\n" + "- *a\n" * n + "- relu\n"
    ),
    "aliases within aliases": Attack(
        60, lambda n: f"a: &a {'[' * n}x{']' * n}\nb: &b {'[' * n}*a{']' * n}\nlayers: *b\n"
    ),
    # Deep nesting
    "deep brackets": Attack(MEGABYTE, lambda n: "[" * n),
    "deep braces": Attack(250_000, lambda n: "{a: " * n),
    "deep questions": Attack(500_000, lambda n: "? " * n),
    "deep dashes": Attack(500_000, lambda n: "- " * n),
    "deep indentation": Attack(1_400, lambda n: indented(n, "-")),
    "deep keys": Attack(1_400, lambda n: indented(n, "a:")),
    "nesting at the bound": Attack(900, lambda n: HEAD + f"- {'[' * 61}relu{']' * 61}\n" * n),
    "groups at the bound": Attack(
        400, lambda n: HEAD + lines(f"- {'{a{n}: ' * 61}relu{'}' * 61}", n)
    ),
    # Text that is no YAML
    "syntax error at the end": Attack(40_000, lambda n: HEAD + "- relu\n" * n + "]\n"),
    "syntax error at the end of a small text": Attack(
        8_000, lambda n: f"a: [{'a,' * n}}}"
    ),
    "syntax error of many tokens": Attack(5_400, lambda n: f"a: [{'[],' * n}}}"),
    "syntax error in a flow list": Attack(50_000, lambda n: f"a: [{'a,' * n}}}"),
    "syntax error at the start": Attack(100_000, lambda n: "a: ]\n" + "- relu\n" * n),
    "open quote": Attack(MEGABYTE - 4, lambda n: 'a: "' + "r" * n),
    "open quote of many lines": Attack(160_000, lambda n: 'a: "' + "relu\n\n" * n),
    "open quote of a small text": Attack(2_700, lambda n: 'a: "' + "relu\n\n" * n),
    "open list": Attack(50_000, lambda n: "a: [" + "b, " * n),
    "missing alias": Attack(40_000, lambda n: HEAD + "- relu\n" * n + "- *a\n"),
    "tab": Attack(40_000, lambda n: HEAD + "- relu\n" * n + "\t- a: [\n"),
    "control character": Attack(40_000, lambda n: HEAD + "- relu\n" * n + "\x07"),
    "invalid bytes": Attack(140_000, lambda n: (HEAD + "- relu\n" * n).encode() + b"\xff"),
    "utf-16": Attack(
        40_000, lambda n: b"\xff\xfe" + (HEAD + "- relu\n" * n).encode("utf-16-le")
    ),
    "utf-16 without its mark": Attack(
        40_000, lambda n: (HEAD + "- relu\n" * n).encode("utf-16-le")
    ),
    "zeros": Attack(MEGABYTE, lambda n: b"\0" * n),
    "noise": Attack(MEGABYTE, lambda n: random.Random(1).randbytes(n)),  # noqa: S311 - the same
    "printable noise": Attack(
        MEGABYTE, lambda n: choices("-:[]{}&*!|>'\"%@`?,= \n\nabcx019", n)
    ),
    "surrogates": Attack(170_000, lambda n: 'a: "' + "\\ud800" * n + '"'),
    "carriage returns": Attack(40_000, lambda n: (HEAD + "- relu\n" * n).replace("\n", "\r")),
    "unicode line breaks": Attack(
        40_000, lambda n: (HEAD + "- relu\n" * n).replace("\n", "\u2028")
    ),
    "byte order marks": Attack(300_000, lambda n: "\ufeff" * n),
    # Long texts
    "a long comment": Attack(MEGABYTE - 40, lambda n: HEAD + "- relu\n#" + "#" * n),
    "many comments": Attack(500_000, lambda n: HEAD + "#\n" * n + "- relu\n"),
    "blank lines": Attack(MEGABYTE - 40, lambda n: HEAD + "\n" * n + "- relu\n"),
    "a long line": Attack(500_000, lambda n: HEAD + "- conv3x3 " + "8 " * n),
    "long lines": Attack(500, lambda n: HEAD + f"- conv3x3 {'8 ' * 998}\n" * n),
    "a long line of expressions": Attack(250_000, lambda n: HEAD + "- conv3x3 " + "1+1 " * n),
    "long lines of expressions": Attack(
        30, lambda n: HEAD + lines(f"- conv3x3 {' '.join(f'{{n}}+{k}' for k in range(990))}", n)
    ),
    "long lines of calls": Attack(
        100,
        lambda n: f"blocks:\n  ? b {joined('a{n}', 900, between=' ')}\n  : relu\n{HEAD}"
        + f"- b {'8 ' * 900}\n" * n,
    ),
    "a long line of broken expressions": Attack(
        250_000, lambda n: HEAD + "- conv3x3 " + "1+ " * n
    ),
    "a long line of brackets": Attack(1_000_000, lambda n: HEAD + "- conv3x3 " + "(" * n),
    "a long head": Attack(1_000_000, lambda n: HEAD + "- " + "a" * n),
    "a long head of digits": Attack(1_000_000, lambda n: HEAD + "- conv3x" + "1" * n),
    "a long kernel on a head": Attack(
        400_000, lambda n: f"{HEAD}  - repeat 20_000: conv{'1x' * n}1 3\n"
    ),
    "a kernel of many axes": Attack(8, lambda n: f"{HEAD}  - repeat 900: conv{'1x' * n}1 3\n"),
    "a long name of a variable": Attack(
        340_000,
        lambda n: f"vars: {{? {'a' * n} : 1}}\n{HEAD}  - conv1 {'a' * n}\n  - conv1 {'a' * n}+1\n",
    ),
    "a long word as a value": Attack(
        900_000, lambda n: f"vars: {{v: {'a' * n}}}\n{HEAD}  - repeat 20_000: conv3x3 v\n"
    ),
    "a long word as a head": Attack(
        500, lambda n: f"vars: {{v: {'a' * n}}}\n{HEAD}  - repeat 20_000: v\n"
    ),
    "a long label in a repeat": Attack(
        190, lambda n: f"{HEAD}  - {'a' * n}:\n      - repeat 20_000: relu\n"
    ),
    "long labels within labels": Attack(
        28,
        lambda n: HEAD
        + f"- {{{': {'.join(f'{LONG_LABEL}{k}' for k in range(n))}: {{repeat 20_000: relu}}"
        + "}" * n + "\n",
    ),
    "a long name": Attack(1_000_000, lambda n: f"name: {'a' * n}\n{HEAD}- linear 3\n"),
    "a folded text": Attack(300_000, lambda n: f"description: >\n{' a' * n}\n{HEAD}- relu\n"),
    "a text of escapes": Attack(
        15, lambda n: 'name: "' + "\\u202e\\e[31m" * n + f'"\n{HEAD}- linear 3\n'
    ),
    "wide characters": Attack(300_000, lambda n: f"{HEAD}- {chr(0x4E2D) * n}\n"),
    "joined characters": Attack(500_000, lambda n: f"{HEAD}- a{chr(0x301) * n}\n"),
    "long lines at fault": Attack(500, lambda n: HEAD + lines(f"- rleu{{n}} {'8 ' * 900}", n)),
    "characters far apart": Attack(1_000, lambda n: HEAD + lines(f"- a{'(' * 900}{{n}}", n)),
}  # fmt: skip

ROWS = "scales: {n: [1, 1, 64]}\nbackbone:\n"
"""How a model file of Ultralytics begins."""

MODEL_FILES: Mapping[str, Attack] = {
    "rows of convolutions": Attack(5_500, lambda n: ROWS + "- [-1, 1, Conv, [64, 3]]\n" * n),
    "rows of widths": Attack(5_500, lambda n: ROWS + lines("- [-1, 1, Conv, [{n}, 3]]", n, 1)),
    "rows of units": Attack(600, lambda n: ROWS + "- [-1, 20, C2f, [64, true]]\n" * n),
    "rows of attention": Attack(200, lambda n: ROWS + "- [-1, 9, A2C2f, [64, true, 4]]\n" * n),
    "rows of unknown modules": Attack(5_500, lambda n: ROWS + lines("- [-1, 1, Convv{n}, []]", n)),
    "rows of unknown values": Attack(5_500, lambda n: ROWS + lines("- [-1, 1, Conv, [w{n}]]", n)),
    "rows that join many": Attack(
        350,
        lambda n: f"{ROWS}- [-1, 1, Conv, [8]]\n" + f"- [[{'0,' * 100}], 1, Concat, [1]]\n" * n,
    ),
    "rows that fuse many": Attack(
        180,
        lambda n: f"{ROWS}- [-1, 1, CBLinear, [[8, 8]]]\n- [-1, 1, Conv, [8]]\n"
        + f"- [[{'0,' * 99}1], 1, CBFuse, [[{'1,' * 99}]]]\n" * n,
    ),
    "aliases of a row": Attack(
        5_000, lambda n: f"{ROWS}- &a [-1, 1, Conv, [64, 3]]\n" + "- *a\n" * n
    ),
    "repeats of a row": Attack(
        1_000_000, lambda n: f"{ROWS}- [-1, {n}, Conv, [8]]\n- [-1, {n}, C2f, [8]]\n"
    ),
    "scales of many rows": Attack(
        5_000,
        lambda n: f"scales: {{{', '.join(f'k{k}: [1, {k}.5, 64]' for k in range(1, 100))}}}\n"
        "backbone:\n" + "- [-1, 1, Conv, [64, 3]]\n" * n,
    ),
    "a head of many maps": Attack(
        99,
        lambda n: ROWS + "- [-1, 1, Conv, [8]]\n" * n
        + f"- [[{','.join(map(str, range(n)))}], 1, Detect, [80]]\nend2end: true\n",
    ),
    "a width of many digits": Attack(16, lambda n: f"{ROWS}- [-1, 1, Conv, [{'9' * n}]]\n"),
}  # fmt: skip

EXPRESSIONS: Mapping[str, Attack] = {
    "expressions": Attack(20_000, lambda n: HEAD + lines("- conv1x1 {n}+1", n, 1)),
    "expressions of names": Attack(
        20_000, lambda n: "vars: {a: 1}\n" + HEAD + lines("- conv1x1 a*{n}+a", n, 1)
    ),
    "expressions of functions": Attack(
        15_000, lambda n: HEAD + lines("- conv1x1 max({n},floor(x.channels/2),3)", n, 1)
    ),
    "long expressions": Attack(4_000, lambda n: HEAD + lines(f"- conv1x1 {{n}}{'+1' * 60}", n, 1)),
    "longest expressions": Attack(
        2_500, lambda n: HEAD + lines(f"- conv1x1 {{n}}+{sums(40, '9' * 9)}", n)
    ),
    "expressions of many blanks": Attack(
        2_000, lambda n: HEAD + lines(f"- conv1x1 ({{n}}{' ' * 480})", n, 1)
    ),
    "deep expressions": Attack(
        2_600, lambda n: HEAD + lines(f"- conv1x1 {'(' * 190}{{n}}{')' * 190}", n, 1)
    ),
    "too deep expressions": Attack(2_000, lambda n: HEAD + lines(f"- conv1x1 {'(' * 499}", n)),
    "broken expressions": Attack(20_000, lambda n: HEAD + lines("- conv1x1 {n}+", n)),
    "sizes in expressions": Attack(
        2_000, lambda n: HEAD + lines(f"- conv1x1 {'1x' * 60}{{n}}+1", n, 1)
    ),
    "lists in expressions": Attack(
        2_000, lambda n: HEAD + lines(f"- conv1x1 len([{'1,' * 90}{{n}}])", n, 1)
    ),
    "quoted expressions": Attack(9_000, lambda n: HEAD + lines("- \"conv1x1 len('{n}')\"", n)),
    "conditions": Attack(9_000, lambda n: HEAD + lines('- "if {n} > 1": relu', n)),
    "counts": Attack(9_000, lambda n: HEAD + lines("- repeat {n}-{n}+1: relu", n)),
    "bombs": Attack(
        1, lambda n: HEAD + "".join(f"  {one}\n" for bomb in BOMBS for one in bomb_lines(bomb)) * n
    ),
    "comparing long lists": Attack(990, two_lists("  - repeat 20_000: {if v == w: x}")),
    "comparing too long lists": Attack(50_000, two_lists("  - repeat 20_000: {if v == w: x}")),
    "summing a long list": Attack(
        990, two_lists("  - repeat 20_000: {if sum(v)+sum(v)+sum(v)+sum(v) > 1: x}")
    ),
    "showing a long list": Attack(990, two_lists("  - repeat 999: conv3x3 v")),
    "showing different long lists": Attack(
        250, lambda n: HEAD + lines(f"- conv1x1 ({'1,' * 90}{{n}})", n)
    ),
    "a long list as a head": Attack(990, two_lists("  - repeat 20_000: v")),
    "a long list as an argument": Attack(
        990, lambda n: "blocks: {b v: x}\n" + two_lists("  - repeat 20_000: b v")(n)
    ),
    "a long list as a size": Attack(
        990, lambda n: "blocks: {b v: 'conv1x1 len(v)'}\n" + two_lists("  - repeat 20_000: b v")(n)
    ),
    "doubling lists": Attack(
        90,
        lambda n: (
            "blocks:\n"
            + lines("  b{n} v: 'b{m} [v,v]'", n)
            + f"  b{n} v: {{if v[0] == v[1]: x}}\n{HEAD}  - b0 1\n"
        ),
    ),
    "deepening lists": Attack(
        90,
        lambda n: (
            "blocks:\n"
            + lines(f"  b{{n}} v: 'b{{m}} {'[' * 90}v{']' * 90}'", n)
            + f"  b{n} v: {{if v == v: x}}\n{HEAD}  - b0 1\n"
        ),
    ),
    "a deep list": Attack(
        50_000, lambda n: f"vars:\n  v: {'[' * 60}{numbers(n)}{']' * 60}\n{HEAD}  - conv3x3 v\n"
    ),
    "lists of variables": Attack(
        100, lambda n: variables(f"v{{n}}: [{numbers(500)}]", n) + HEAD + "- conv3x3 v1\n"
    ),
    "long conditions in a repeat": Attack(
        65, lambda n: f"{HEAD}  - repeat 20_000: {{if {sums(n, '1')} > 1: x}}\n"
    ),
    "long conditions in nested repeats": Attack(
        30,
        lambda n: f"{HEAD}- repeat 999: {{repeat 999: {{if {sums(n, 'x.channels')} > 1: x}}}}\n",
    ),
    "powers in a repeat": Attack(
        30, lambda n: f"{HEAD}  - repeat 20_000: {{if {sums(n, '9**24')} > 1: x}}\n"
    ),
    "functions in a repeat": Attack(
        20, lambda n: f"{HEAD}- repeat 20_000: {{if {sums(n, 'divisible(9,8)')} > 1: x}}\n"
    ),
    "nested choices": Attack(
        20, lambda n: f"{HEAD}- repeat 20_000: conv1x1 {'(1 if 2>1 else ' * n}1{')' * n}\n"
    ),
}

NAMES: Mapping[str, Attack] = {
    "parameters": Attack(
        990, lambda n: f"blocks:\n  ? b {joined('a{n}=1', n, between=' ')}\n  : x\n{HEAD}  - b\n"
    ),
    "parameters in a repeat": Attack(
        990,
        lambda n: (
            f"blocks:\n  ? b a0=1 {joined('a{n}=a0', n, 1, ' ')}\n  : relu\n"
            f"{HEAD}  - repeat 20_000: b x.channels\n"
        ),
    ),
    "expressions as defaults": Attack(
        900,
        lambda n: (
            f"blocks:\n  ? b {joined('a{n}={n}+1', n, between=' ')}\n  : relu\n"
            f"{HEAD}  - repeat 20_000: b x.channels\n"
        ),
    ),
    "blocks of many parameters": Attack(
        50,
        lambda n: (
            "blocks:\n"
            + lines(f"  ? b{{n}} {joined('a{n}=1', 900, between=' ')}\n  : x", n)
            + f"{HEAD}- relu\n"
        ),
    ),
    "missing parameters": Attack(
        900,
        lambda n: (
            f"blocks:\n  ? b {joined('a{n}', n, between=' ')}\n  : relu\n{HEAD}" + "- b\n" * 999
        ),
    ),
    "unknown parameters": Attack(
        900,
        lambda n: (
            f"blocks:\n  ? b {joined('a{n}=1', n, between=' ')}\n  : relu\n{HEAD}"
            + "- b ab=1\n" * 999
        ),
    ),
    "blocks and labels": Attack(
        15_000, lambda n: "blocks:\n" + lines("  b{n}: relu", n) + HEAD + labels(n)
    ),
    "parameters named like labels": Attack(
        15_000, lambda n: "blocks:\n" + lines("  b{n} label0: relu", n) + HEAD + labels(n)
    ),
    "variables and calls": Attack(
        15_000,
        lambda n: variables("v{n}: 1", n) + "blocks: {b n: x}\n" + HEAD + lines("- b {n}", n),
    ),
    "variables and calls in a repeat": Attack(
        25_000,
        lambda n: (
            variables("v{n}: 1", n)
            + f"blocks: {{b n: conv1x1 n+1}}\n{HEAD}  - repeat 20_000: b x.channels\n"
        ),
    ),
    "unknown names": Attack(15_000, lambda n: HEAD + labels(n) + lines("- lebal{n}", n)),
    "names hard to compare": Attack(4_000, misspelt),
    "unknown variables": Attack(
        15_000, lambda n: variables("value{n}: 1", n) + HEAD + lines("- conv1x1 vlaue{n}+1", n)
    ),
    "unknown variables of variants": Attack(
        12_000,
        lambda n: (
            variables("value{n}: 1", n)
            + f"{HEAD}- relu\nvariants:\n a:\n  vars:\n"
            + lines("   vlaue{n}: 1", n)
        ),
    ),
    "unreachable labels": Attack(
        10_000,
        lambda n: HEAD + labels(n) + "- group: [hidden1: relu]\n" + "- [relu, hidden1]\n" * n,
    ),
    "unreachable labels in a repeat": Attack(
        25_000,
        lambda n: HEAD + labels(n) + "- group: [hidden: relu]\n- repeat 999: [hidden]\n",
    ),
    "rounds that are not named": Attack(
        999, lambda n: HEAD + "- repeat 20_000: {a: relu}\n" + "- [tanh, a]\n" * n
    ),
    "labels that take ordinals": Attack(
        15_000, lambda n: HEAD + lines("- tanh{n}: relu", n, 1) + "- tanh\n" * n
    ),
    "labels that take ordinals in a repeat": Attack(
        10_000, lambda n: HEAD + lines("- tanh{n}: relu", n, 1) + f"- repeat {n}: tanh\n"
    ),
    "labels in a repeat": Attack(25_000, lambda n: f"{HEAD}- repeat {n}: {{a: relu}}\n"),
    "clashing labels": Attack(25_000, lambda n: HEAD + "- a: relu\n" * n),
    "misplaced values": Attack(15_000, lambda n: HEAD + labels(n) + "- conv3x3: 8\n" * n),
    "broken arguments": Attack(15_000, lambda n: HEAD + labels(n) + "- rleu 1+\n" * n),
    "words of two letters": Attack(50_000, words_of_letters),
    "mappings of attributes": Attack(
        10_000, lambda n: HEAD + lines("- conv: {out_channels: {n}, kernel_size: 1}", n, 1)
    ),
    "unknown attributes": Attack(
        10_000, lambda n: HEAD + lines("- conv: {out_chanels{n}: 8, kernel_size: 1}", n)
    ),
}

GROWTH: Mapping[str, Attack] = {
    # Blocks
    "cycle of blocks": Attack(20_000, lambda n: chain(n, "b{m}", "b0")),
    "cycles of blocks": Attack(15_000, lambda n: chain(n, "[b{m}, b0]", "b0")),
    "blocks of themselves": Attack(25_000, lambda n: chain(n, "b{n}", "b0")),
    "chain of blocks": Attack(25_000, lambda n: chain(n, "b{m}", "relu")),
    "blocks that call all the next": Attack(
        280,
        lambda n: "input: 3x8x8\nblocks:\n"
        + "".join(f"  b{k}: [{joined('b{n}', n - k - 1, k + 1)}, relu]\n" for k in range(n))
        + "layers: [b0]\n",
    ),
    "doubling blocks of nothing": Attack(60, lambda n: chain(n, "[b{m}, b{m}]", "x")),
    "doubling blocks of a layer": Attack(60, lambda n: chain(n, "[b{m}, b{m}]", "relu")),
    "doubling blocks of different shapes": Attack(
        60, lambda n: chain(n, "[b{m}, b{m}]", "conv1x1 x.channels+1")
    ),
    "doubling branches of different shapes": Attack(
        60, lambda n: chain(n, "{concat: [b{m}, b{m}]}", "conv1x1 x.channels+1")
    ),
    "doubling branches with a fault": Attack(
        60, lambda n: chain(n, "{add: [b{m}, b{m}]}", "linear 3")
    ),
    "doubling labels": Attack(
        60, lambda n: chain(n, "[a: b{m}, b: b{m}]", "conv1x1 x.channels+1")
    ),
    "blocks that variables name": Attack(
        20_000,
        lambda n: "vars: {a: relu}\nblocks:\n  b u: [u, u]\n"
        f"{HEAD}- repeat {n}: [b relu, b a]\n",
    ),
    "blocks at the deepest": Attack(
        97, lambda n: chain(n, "b{m}", "{repeat 20_000: conv1x1 x.channels+1}")
    ),
    "blocks of layers at the deepest": Attack(
        97, lambda n: chain(n, "[conv1x1 x.channels+1, b{m}]", "{repeat 9_000: relu}")
    ),
    "faults at the deepest": Attack(
        97, lambda n: chain(n, "b{m}", "{repeat 9_000: conv99x99 8}")
    ),
    "long names of blocks at fault": Attack(
        90,
        lambda n: chain(n, "b{m}", "{repeat 1000: conv99x99 8}").replace("b", "b" * 180),
    ),
    # Repeats
    "repeat of nothing": Attack(50_000, lambda n: f"{HEAD}- relu\n- repeat {n}: x\n"),
    "repeats of nothing": Attack(50_000, lambda n: f"{HEAD}- repeat {n}: {{repeat {n}: x}}\n"),
    "repeats of no rounds": Attack(
        50_000, lambda n: f"{HEAD}- repeat {n}: {{repeat {n}: {{repeat 0: relu}}}}\n"
    ),
    "repeat of choices": Attack(
        20_000, lambda n: f"{HEAD}- repeat {n}: {{if x.channels == 3: relu, else: tanh}}\n"
    ),
    "repeat of a layer": Attack(40_000, lambda n: f"{HEAD}- repeat {n}: relu\n"),
    "repeat of different layers": Attack(
        20_000, lambda n: f"{HEAD}- repeat {n}: conv1x1 x.channels+1\n"
    ),
    "repeat of many arguments": Attack(
        8_000,
        lambda n: f"{HEAD}- repeat {n}: conv3x3 x.channels+1 stride=1+0 padding=1*1 "
        "dilation=2-1 groups=1*1 bias=1==1\n",
    ),
    "repeat of different blocks": Attack(
        4_000,
        lambda n: "blocks:\n  b n m=n k=m: {add: [[conv1x1 k, bn], [conv1x1 n]]}\n"
        f"{HEAD}- repeat {n}: b x.channels+1\n",
    ),
    "repeat of equal blocks": Attack(
        9_000,
        lambda n: f"blocks:\n  b n: {{add: [[conv1x1 n, bn], [conv1x1 n]]}}\n"
        f"{HEAD}- repeat {n}: b 8\n",
    ),
    "repeat of groups": Attack(
        7_000, lambda n: f"{HEAD}- repeat {n}: {{a: [b: [c: [conv1x1 x.channels+1]]]}}\n"
    ),
    "repeats within repeats": Attack(
        50, lambda n: f"{HEAD}- {'{repeat 2: ' * n}conv1x1 x.channels+1{'}' * n}\n"
    ),
    "repeats of one round": Attack(
        50, lambda n: f"{HEAD}- repeat 9_999: {'{repeat 1: ' * n}x{'}' * n}\n"
    ),
    "groups within groups": Attack(
        58,
        lambda n: f"{HEAD}- {{{joined('a{n}: {', n, between='')}repeat 20_000: "
        f"conv1x1 x.channels+1{'}' * (n + 1)}\n",
    ),
    "volumes": Attack(
        15_000,
        lambda n: layers(f"repeat {n}: conv3x3x3 x.channels+1 padding=1", shape="4x9x9x9"),
    ),
    # Merges
    "branches": Attack(55_000, lambda n: f"{HEAD}- conv1x1 8\n- concat: [{'x, ' * n}x]\n"),
    "branches in a repeat": Attack(
        10_000, lambda n: f"{HEAD}- repeat 20_000: {{add: [{'x, ' * n}x]}}\n"
    ),
    "branches in a block": Attack(
        10_000, lambda n: f"blocks:\n  b: {{add: [{'x, ' * n}x]}}\n{HEAD}- repeat 20_000: b\n"
    ),
    "groups in a block": Attack(
        9_000,
        lambda n: "blocks:\n  b:\n"
        + lines("    - a{n}: [x]", n)
        + f"    - relu\n{HEAD}- repeat 20_000: b\n",
    ),
    "branches that differ": Attack(
        2_000,
        lambda n: f"{HEAD}- repeat 20_000: {{add: [{joined('conv1x1 {n}', n, 1)}]}}\n",
    ),
    "branches with long histories": Attack(
        4_000,
        lambda n: f"{HEAD}- repeat 5_000: conv1x1 x.channels+1\n"
        f"- repeat 20_000: {{add: [{'x, ' * n}conv1x1 2]}}\n",
    ),
    "faults with long histories": Attack(
        999, lambda n: f"{HEAD}- repeat 20_000: relu\n- repeat {n}: conv99x99 8\n"
    ),
    "tensors that live long": Attack(
        12_000,
        lambda n: HEAD
        + "".join(f"- l{k}: conv1x1 {k + 4}\n" for k in range(n))
        + f"- concat: [{joined('l{n}', n)}]\n",
    ),
    "tensors that live long in a repeat": Attack(
        12_000,
        lambda n: f"{HEAD}- repeat {n}: {{l: conv1x1 x.channels+1}}\n"
        f"- concat: [{joined('l{n}', n, 1)}]\n",
    ),
    "dense connections": Attack(
        10_000, lambda n: f"{HEAD}- repeat {n}: {{concat: [x, conv1x1 1]}}\n"
    ),
    "every label read by every layer": Attack(280, all_labels),
}  # fmt: skip

FILES: Mapping[str, Attack] = {
    "inputs": Attack(
        400,
        lambda n: "input:\n"
        + lines("  i{n}: 1x8x8", n)
        + f"layers:\n- concat: [{joined('i{n}', n)}]\n- repeat 20_000: conv1x1 8\n",
    ),
    "many inputs": Attack(
        10_000,
        lambda n: "input:\n"
        + lines("  i{n}: 1x8x8", n)
        + f"layers:\n- concat: [{joined('i{n}', n)}]\n- repeat 20_000: conv1x1 8\n",
    ),
    "many inputs in many branches": Attack(
        300,
        lambda n: "input:\n"
        + lines("  i{n}: 1x8x8", n)
        + f"layers:\n- concat: [{joined('i{n}', n)}]\n"
        f"- repeat 20_000: {{concat: [{', '.join(['x, [conv1x1 3]'] * n)}]}}\n",
    ),
    "inputs without flow": Attack(
        20_000, lambda n: "layers:\n- repeat 1000: relu\ninput:\n" + lines("  i{n}: 1x8x8", n)
    ),
    "outputs": Attack(50_000, lambda n: f"{HEAD}- a: relu\noutputs: [{'a, ' * n}a]\n"),
    "outputs by name": Attack(
        12_000, lambda n: f"{HEAD}- a: relu\noutputs:\n" + lines("  o{n}: [a, relu]", n)
    ),
    "auxiliary heads": Attack(
        12_000, lambda n: f"{HEAD}- a: relu\nauxiliary:\n" + lines("  o{n}: [a, relu]", n)
    ),
    "empty variants": Attack(20_000, lambda n: variants(f"{HEAD}- relu\n", n)),
    "variants and variables": Attack(
        15_000, lambda n: variants(variables("v{n}: 1", n) + f"{HEAD}- relu\n", n)
    ),
    "variants and blocks": Attack(
        15_000, lambda n: variants("blocks:\n" + lines("  b{n}: x", n) + f"{HEAD}- relu\n", n)
    ),
    "variants and labels": Attack(10_000, lambda n: variants(HEAD + labels(n), n)),
    "variants and layers": Attack(
        5_000, lambda n: variants(f"{HEAD}- repeat 100: conv1x1 x.channels+1\n", n)
    ),
    "variants at fault": Attack(
        5_000, lambda n: variants(f"{HEAD}- repeat 10: conv99x99 8\n", n)
    ),
    "variants without values": Attack(
        5_000, lambda n: variants(f"vars: {{v: null}}\n{HEAD}- relu\n", n)
    ),
    "variants and facts": Attack(
        5_000,
        lambda n: variants(f"{HEAD}- a0: relu\nexpect:\n" + lines("  a{n}: {macs: 1}", n), n),
    ),
    "facts": Attack(
        9_000, lambda n: f"{HEAD}- relu\nexpect:\n" + lines("  a{n}: {macs: 1, depth: 2}", n)
    ),
    "facts of groups": Attack(
        50,
        lambda n: f"{HEAD}- {{{joined('a{n}: {', n, between='')}repeat 5_000: relu"
        + "}" * (n + 1) + "\nexpect:\n"
        + "".join(
            f"  {joined('a{n}', k, between='.')}: {{parameters: 1, weights: 1, biases: 1, macs: 1,"
            " flops: 1, depth: 1, buffers: 1, output: 1x1x1}}\n"
            for k in range(1, n + 1)
        ),
    ),
    "unknown metrics": Attack(
        20_000, lambda n: f"{HEAD}- relu\nexpect:\n" + lines("  marcs{n}: 1", n)
    ),
    "long quantities": Attack(
        9_000,
        lambda n: f"{HEAD}- relu\nexpect:\n"
        + lines(f"  a{{n}}: {{macs: {'9' * 39}.{'9' * 39}T}}", n),
    ),
    "published figures": Attack(
        9_000, lambda n: f"{HEAD}- relu\npublished:\n" + lines("  a{n}: {macs: 1, note: b}", n)
    ),
}  # fmt: skip

HUGE: Mapping[str, Attack] = {
    "huge kernels": Attack(
        12,
        lambda n: layers(
            "conv 4 kernel_size=10**9 padding=half",
            f"conv 4 kernel_size=10**{n}-10 padding=half",
            "maxpool 10**9",
            shape="4x1000000000000x1000000000000",
        ),
    ),
    "huge kernels in a repeat": Attack(
        6_000,
        lambda n: layers(
            f"repeat {n}: [conv1x1 x.channels+1, conv 4 kernel_size=10**7+x.channels padding=half]"
        ),
    ),
    "huge strides": Attack(
        9,
        lambda n: layers(
            f"upconv 4 kernel_size=10**3 stride=10**{n}",
            "upconv2x2 4 stride=10",
            shape="4x100x100",
        ),
    ),
    "huge transposed kernels": Attack(
        9, lambda n: layers(f"upconv 4 kernel_size=10**{n} stride=9973", shape="4x10x10")
    ),
    "huge transposed kernels in a repeat": Attack(
        5_000,
        lambda n: layers(
            f"repeat {n}: [conv1x1 x.channels+1, upconv 4 kernel_size=9973 stride=9973, "
            "conv 4 kernel_size=x.height-9]",
            shape="4x10x10",
        ),
    ),
    "huge factors": Attack(
        9, lambda n: layers(f"upsample 10**{n}", "upsample 999 mode=bilinear", shape="4x9x9")
    ),
    "huge sizes": Attack(
        1, lambda _: layers("upsample size=999_999_999_989", "crop 7", shape="4x9x7")
    ),
    "huge adaptive pools": Attack(
        979,
        lambda n: layers(f"adaptive_avgpool 999_{n:03}", "conv1x1 4", shape="4x999999999989x7"),
    ),
    "adaptive pools in a repeat": Attack(
        9_000,
        lambda n: layers(f"repeat {n}: [conv1x1 x.channels+1, adaptive_avgpool 9973, "
                         "adaptive_avgpool 9967]", shape="4x9999x9999"),
    ),
    "huge pads": Attack(7, lambda n: layers(f"pad 10**12-10**{n}", "crop 10**9", shape="4x9x9")),
    "huge shuffles": Attack(
        6, lambda n: layers(f"pixel_shuffle 10**{n}", shape="1000000000000x9x9")
    ),
    "many phases": Attack(
        15_000,
        lambda n: layers("upsample 4999", f"repeat {n}: conv3x3 4 padding=1", shape="4x9x9"),
    ),
    "some phases": Attack(
        15_000,
        lambda n: layers("upsample 4", f"repeat {n}: conv3x3 4 padding=1", shape="4x9x9"),
    ),
    "some phases of different layers": Attack(
        9_000,
        lambda n: layers(
            "upsample 4", f"repeat {n}: conv3x3 x.channels+1 padding=1", shape="4x9x9"
        ),
    ),
    "some phases of different axes": Attack(
        9_000,
        lambda n: layers(
            "upsample 4x3", f"repeat {n}: conv3x5 x.channels+1 padding=1x2", shape="4x9x9"
        ),
    ),
    "many phases and taps": Attack(
        99,
        lambda n: layers(
            "upsample 4999", f"repeat {n}: conv9999x9999 4 padding=half", shape="4x9x9"
        ),
    ),
    "many phases that meet": Attack(
        4_000,
        lambda n: layers(
            "upsample 4999",
            f"repeat {n}: {{add: [[conv3x3 4 padding=1], [conv5x5 4 padding=2]]}}",
            shape="4x9x9",
        ),
    ),
    "many phases in branches": Attack(
        9_000,
        lambda n: f"input: 4x9x9\nlayers:\n- upsample 4999\n- y: conv3x3 4 padding=1\n- tanh\n"
        f"- repeat 20_000: {{add: [y, {'x, ' * n}x]}}\n",
    ),
    "phases of many primes": Attack(
        20_000,
        lambda n: "input: 4x1000x1000\nlayers:\n"
        + "".join(f"- upsample {k}\n- maxpool2x2\n" for k in (3, 5, 7, 11, 13, 17, 19, 23))
        + f"- repeat {n}: conv3x3 4 padding=1\n",
    ),
    "branches of coprime phases": Attack(3, sides),
    "branches that meet in a repeat": Attack(
        6_000,
        lambda n: layers(
            f"repeat {n}: {{add: [[conv3x3 4 padding=1], [conv1x1 4]]}}", shape="4x9x9"
        ),
    ),
    "branches off their centre": Attack(
        6_000,
        lambda n: layers(
            f"repeat {n}: {{add: [[conv2x2 4, pad ((0,1),(0,1))], [conv1x1 4]]}}", shape="4x9x9"
        ),
    ),
    "volumes of many phases": Attack(
        9_000,
        lambda n: layers(
            "upsample 31x37x41", f"repeat {n}: conv3x3x3 4 padding=1", shape="4x9x9x9"
        ),
    ),
    "many variants of many phases": Attack(
        2_000,
        lambda n: variants(
            "input: 4x9x9\nlayers:\n- upsample 499\n- conv3x3 4\n- conv3x3 4\n", n
        ),
    ),
}  # fmt: skip

ATTACKS: Mapping[str, Attack] = {
    **YAML, **MODEL_FILES, **EXPRESSIONS, **NAMES, **GROWTH, **FILES, **HUGE,
}  # fmt: skip
