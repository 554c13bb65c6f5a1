"""Files of devices: written as YAML, and read as a stranger's."""

import json
import re
from math import isfinite
from typing import Any, NoReturn

from cnncalc.diagnostics import Diagnostic, Span, SpecError, did_you_mean
from cnncalc.printable import printable
from cnncalc.spec.bounds import WIDE, Allowance
from cnncalc.spec.yaml_tree import List, Map, Node, Text, read_yaml
from cnncalc.timing.device import FAMILIES, NETWORKS, Device, Missed
from cnncalc.timing.features import KNOWN

CODE = "E904"

BOUNDS = WIDE._replace(file_bytes=65_536, nesting=8, nodes=2_000, faults=20)
"""A device file has some 3 KB and 200 nodes."""

LONGEST_TEXT = 200
LARGEST_COUNT = 10**18
LARGEST_COEFFICIENT = 1e12
"""Nanoseconds: a thousand seconds for one value or layer."""

MOST_MISSED = 1e6

_NUMBER = re.compile(r"\d{1,20}(?:_\d{3})*(?:\.\d{1,20})?(?:e[+-]?\d{1,3})?", re.IGNORECASE)
_KIND = re.compile(r"[A-Za-z0-9_.]{1,60}@\d{1,2}")
_DATE = re.compile(r"\d{4}(?:-\d\d){0,2}")

COMPARED: dict[str, tuple[str, ...]] = {
    "macs_alone": ("macs",),
    "macs_and_activations": ("macs", "activations"),
}
"""Simpler fits that a device is compared with, by the names of their features."""

_TEXTS = ("device", "source", "date", "precision", "software")
_COUNTS = ("timings", "networks", "groups")
_KEYS = (
    *_TEXTS, *_COUNTS, "left_out", "batch", "macs", "errors", "compared", "like", "nanoseconds",
    "kinds",
)  # fmt: skip


def device_text(device: Device) -> str:
    """A device as its file says it."""
    least, most = device.batches
    lines = [
        f"device: {json.dumps(device.title)}",
        f"source: {json.dumps(device.source)}",
        f"date: {json.dumps(device.date)}",
        f"precision: {json.dumps(device.precision)}",
        f"software: {json.dumps(device.software)}",
        f"timings: {device.timings}",
        f"networks: {device.networks}",
        f"groups: {device.groups}",
        f"left_out: {device.left_out}",
        f"batch: {{usual: {device.usual_batch}, least: {least}, most: {most}}}",
        f"macs: {{least: {device.macs[0]}, most: {device.macs[1]}}}",
        f"errors: {_missed_text(device.errors)}",
    ]
    if device.compared:
        lines.append("compared:")
        lines += [f"  {name}: {_missed_text(one)}" for name, one in device.compared.items()]
    if device.like:
        lines.append(f"like: {json.dumps(device.like)}")
    lines.append("nanoseconds:")
    lines += [f"  {name}: {each:.4g}" for name, each in device.nanoseconds.items()]
    lines.append("kinds:")
    lines += [f"  - {one}" for one in sorted(device.kinds)]
    return "".join(f"{line}\n" for line in lines)


def _missed_text(one: Missed) -> str:
    return f"{{half: {one.half:.3f}, nine_of_ten: {one.nine_of_ten:.3f}}}"


def read_device(text: str, file: str, name: str) -> Device:
    """The device that a file describes.

    Raises:
        SpecError: it has faults.
    """
    faults: list[Diagnostic] = []
    root = read_yaml(text, file, faults, Allowance(BOUNDS))
    if root is None and faults and faults[-1].code == "E105":
        _refuse("the device file is empty", Span(file, 1, 1, 1, 1), text, _MADE)
    if faults:
        raise SpecError(faults, {file: text})
    return _Reader(text, file).device(root, name)


_MADE = "`cnncalc calibrate timings.csv -o mine.yaml` writes one"


def _refuse(message: str, span: Span, text: str, hint: str | None = None) -> NoReturn:
    raise SpecError([Diagnostic(CODE, message, span, (), hint)], {span.file: text})


class _Reader:
    """Reads the nodes of one file; the first fault ends it, as a device is whole or none."""

    def __init__(self, text: str, file: str) -> None:
        self.source = text
        self.file = file

    def fail(self, message: str, node: Node, hint: str | None = None) -> NoReturn:
        _refuse(message, node.span, self.source, hint)

    def device(self, root: Node | None, name: str) -> Device:
        """The whole file."""
        if not isinstance(root, Map):
            place = Span(self.file, 1, 1, 1, 1) if root is None else root.span
            _refuse("a device file is a mapping", place, self.source, _MADE)
        self.check_keys(root, _KEYS)
        texts = {key: self.text(self.need(root, key), key) for key in _TEXTS}
        if not _DATE.fullmatch(texts["date"]):
            self.fail("`date` is no date", self.need(root, "date"), "write it as 2026-08-31")
        counts = {key: self.count(self.need(root, key), key) for key in _COUNTS}
        batch = self.map(self.need(root, "batch"), "batch", ("usual", "least", "most"))
        kinds = self.need(root, "kinds")
        if not isinstance(kinds, List):
            self.fail("`kinds` must be a list", kinds)
        compared, like = root.get("compared"), root.get("like")
        return Device(
            name=name,
            title=texts["device"],
            source=texts["source"],
            date=texts["date"],
            precision=texts["precision"],
            software=texts["software"],
            timings=counts["timings"],
            networks=counts["networks"],
            groups=counts["groups"],
            left_out=self.left_out(self.need(root, "left_out")),
            usual_batch=self.count(self.need(batch, "usual"), "usual"),
            batches=self.span_of(batch),
            macs=self.span_of(self.map(self.need(root, "macs"), "macs", ("least", "most"))),
            errors=self.missed(self.need(root, "errors"), "errors"),
            nanoseconds=self.coefficients(self.need(root, "nanoseconds")),
            kinds=frozenset(self.kind(one) for one in kinds.items),
            compared={} if compared is None else self.compared(compared),
            like="" if like is None else self.text(like, "like"),
        )

    # Mappings

    def check_keys(self, node: Map, known: tuple[str, ...] | list[str]) -> None:
        for key, _ in node.entries:
            if key.text not in known:
                hint = did_you_mean(key.text, known) or f"its keys are {', '.join(known)}"
                self.fail(f"a device file has no key `{printable(key.text)}` here", key, hint)

    def need(self, node: Map, key: str) -> Any:
        found = node.get(key)
        if found is None:
            self.fail(f"missing key `{key}`", node, _MADE)
        return found

    def map(self, node: Node, key: str, known: tuple[str, ...]) -> Map:
        if not isinstance(node, Map):
            self.fail(f"`{key}` must be a mapping", node, f"its keys are {', '.join(known)}")
        self.check_keys(node, known)
        return node

    def span_of(self, node: Map) -> tuple[int, int]:
        least, most = (self.count(self.need(node, key), key) for key in ("least", "most"))
        if least > most:
            self.fail("`least` is larger than `most`", self.need(node, "least"))
        return least, most

    def missed(self, node: Node, key: str) -> Missed:
        one = self.map(node, key, Missed._fields)
        half, nine = (
            self.number(self.need(one, part), part, MOST_MISSED) for part in Missed._fields
        )
        return Missed(half, nine)

    def compared(self, node: Node) -> dict[str, Missed]:
        one = self.map(node, "compared", tuple(COMPARED))
        return {key.text: self.missed(value, key.text) for key, value in one.entries}

    def coefficients(self, node: Node) -> dict[str, float]:
        one = self.map(node, "nanoseconds", tuple(KNOWN))
        found = {
            key.text: self.number(value, key.text, LARGEST_COEFFICIENT)
            for key, value in one.entries
        }
        if not any(found.values()):
            self.fail("no coefficient is above 0", node, _MADE)
        return found

    # Values

    def text(self, node: Node, key: str) -> str:
        if not isinstance(node, Text) or node.is_null or not node.text.strip():
            self.fail(f"`{key}` must be a text", node)
        if len(node.text) > LONGEST_TEXT:
            self.fail(f"`{key}` has more than {LONGEST_TEXT} characters", node, "shorten it")
        return node.text

    def number(self, node: Node, key: str, most: float) -> float:
        """A number from 0 to the largest that is allowed."""
        text = node.text if isinstance(node, Text) else ""
        value = float(text.replace("_", "")) if _NUMBER.fullmatch(text) else -1.0
        if not (isfinite(value) and 0 <= value <= most):
            self.fail(f"`{key}` must be a number from 0 to {most:g}", node)
        return value

    def count(self, node: Node, key: str) -> int:
        text = node.text.replace("_", "") if isinstance(node, Text) else ""
        digits = text if text.isascii() and text.isdecimal() and len(text) <= 19 else "0"
        if not 1 <= int(digits) <= LARGEST_COUNT:
            self.fail(f"`{key}` must be a whole number above 0", node)
        return int(digits)

    def left_out(self, node: Node) -> str:
        text = node.text if isinstance(node, Text) else ""
        if text not in {FAMILIES, NETWORKS}:
            self.fail(f"`left_out` must be `{FAMILIES}` or `{NETWORKS}`", node)
        return text

    def kind(self, node: Node) -> str:
        if not isinstance(node, Text) or not _KIND.fullmatch(node.text):
            self.fail("this is no kind of layer", node, "write it as `conv@2`")
        return node.text
