"""Where a network's name leads: a file, standard input, or a spec that comes with cnncalc."""

import os
import re
import sys
from collections.abc import Iterable

from cnncalc.diagnostics import Diagnostic, SpecError, closest, did_you_mean
from cnncalc.files import NotRegularError, read_regular, way_out
from cnncalc.records import Record
from cnncalc.spec.bounds import WIDE, Bounds

SUFFIXES = (".yaml", ".yml")
STUDIES = "lecture"
"""The folder of the bundled studies."""

_LONGEST_REFERENCE = 80
"""Characters of a name that may be one of another library's."""

_LIBRARIES = ("timm", "torchvision")
"""Before whose networks references have their names."""

_ENCODING_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}


class Source(Record):
    """The text of a spec, the name it goes by in messages, and the variant asked for."""

    text: str
    file: str
    variant: str | None


def bundled_folder() -> str:
    """The folder of the bundled specs, in an installed package or in a checkout."""
    package = os.path.dirname(os.path.dirname(__file__))
    installed = os.path.join(package, "specs")
    return installed if os.path.isdir(installed) else os.path.join(package, os.pardir, "specs")


def bundled_names(folder: str = "") -> list[str]:
    """The names of the bundled specs, sorted: of the networks, or of the studies in a folder."""
    files = os.listdir(os.path.join(bundled_folder(), folder))
    names = (file.removesuffix(".yaml") for file in files if file.endswith(".yaml"))
    return sorted(f"{folder}/{name}" if folder else name for name in names)


def read_input(most: int) -> bytes:
    """The first bytes of standard input.

    Raises:
        SpecError: it is closed.
    """
    if sys.stdin is None:
        raise _error("E001", "standard input is closed")
    return sys.stdin.buffer.read(most)


def find(name: str, bounds: Bounds = WIDE, given: bytes | None = None) -> Source:
    """The spec that a name on the command line means.

    A path to a file, `-` for standard input, or a bundled name; each with `:variant` behind it
    or, for a bundled name, the variant written on (`vgg16`, `efficientnet_b0`). A file wins over a
    bundled spec.

    Args:
        name: the name.
        bounds: how large it may be.
        given: what standard input holds, where it is read already.

    Raises:
        SpecError: there is none, or it cannot be read.
    """
    stem, colon, variant = name.rpartition(":")
    split = (stem, variant or None) if colon and stem else (name, None)
    for path, chosen in ((name, None), split):
        if path == "-":
            data = read_input(bounds.file_bytes + 1) if given is None else given
            return Source(decode(data, "-", bounds), "-", chosen)
        if _looks_like_path(path) and os.path.lexists(path):
            return Source(_read_kept(path, bounds), path, chosen)
    bundled = _find_bundled(*split)
    if bundled is not None:
        return bundled
    _refuse_folder(name)
    if os.path.isfile(split[0]):
        return Source(_read_kept(split[0], bounds), *split)
    raise _refuse(name, *split)


def is_bundled(name: str) -> bool:
    """Whether a name is that of a bundled network, and not a path."""
    return not _looks_like_path(name) and _find_bundled(name, None) is not None


def _refuse_folder(name: str) -> None:
    """Refuse a folder of specs; of that of the studies, say what is in it."""
    if os.path.isdir(name):
        raise _error("E001", f"`{name}` is a folder, not a file")
    if is_folder_of_studies(name):
        named = f"name one: {', '.join(bundled_names(STUDIES))}"
        raise _error("E001", f"`{name}` is a folder of bundled studies, not a network", named)


def is_folder_of_studies(name: str) -> bool:
    """Whether a name is that of the folder of bundled studies, and of no file."""
    return name.rstrip("/") == STUDIES and not os.path.lexists(name)


def weights_beside(source: Source) -> str | None:
    """The path of the `.npz` file that stands beside a spec under its name, if there is one."""
    stem = os.path.splitext(source.file)[0]
    folder = "" if os.path.lexists(source.file) else bundled_folder()
    path = os.path.join(folder, f"{stem}.npz")
    return path if source.file != "-" and os.path.isfile(path) else None


def _looks_like_path(name: str) -> bool:
    return name.endswith(SUFFIXES) or "/" in name or os.sep in name


def _find_bundled(name: str, variant: str | None) -> Source | None:
    stem = name
    for suffix in SUFFIXES:
        stem = stem.removesuffix(suffix)
    names = bundled_names()
    if stem in names or (stem.startswith(f"{STUDIES}/") and stem in bundled_names(STUDIES)):
        return Source(_bundled(stem), f"{stem}.yaml", variant)
    meant = _meant(name, names) if stem == name else []
    if len(meant) > 1 and variant is None:
        listed = ", ".join(f"`{base}:{rest}`" if rest else f"`{base}`" for base, rest in meant)
        raise _error("E002", f"`{name}` may mean several networks", f"name one of {listed}")
    for base, rest in meant:
        if rest is None or variant is None:
            return Source(_bundled(base), f"{base}.yaml", rest or variant)
    return None


def plain(name: str) -> str:
    """A name as it is compared: `MobileNet_V2` and `mobilenetv2` are one.

    Example:
        >>> plain("MobileNet_V2:1.4"), plain("mobilenetv2-1.4")
        ('mobilenetv214', 'mobilenetv214')
    """
    return re.sub(r"[-_:.]", "", name).lower()


def _meant(name: str, names: Iterable[str]) -> list[tuple[str, str | None]]:
    """The bundled files, with their variants, that a name spells in another way.

    Only files whose name it begins with are read.
    """
    found: list[tuple[str, str | None]] = []
    for base in names:
        if plain(base) == plain(name):
            found.append((base, None))
        elif plain(name).startswith(plain(base)):
            found += [
                (base, one) for one in _variants_of(base) if plain(base + one) == plain(name)
            ]
    spelled = [(base, rest) for base, rest in found if name.endswith(rest or base)]
    return spelled if len(spelled) == 1 else found


def _bundled(stem: str) -> str:
    path = os.path.join(bundled_folder(), f"{stem}.yaml")
    return decode(read_bytes(path, WIDE.file_bytes), path)


def _refuse(name: str, path: str, variant: str | None) -> SpecError:
    names = bundled_names()
    if _looks_like_path(path):
        folder = os.path.dirname(path)
        beside = os.listdir(folder or ".") if os.path.isdir(folder or ".") else []
        known = [os.path.join(folder, file) for file in beside if file.endswith(SUFFIXES)]
        bundled = [*bundled_names(STUDIES), *(f"{stem}.yaml" for stem in names)]
        hint = _similar_path(path, [*known, *bundled])
        return _error("E001", f"there is no file `{path}`", hint)
    meant = counterpart(name) if len(name) <= _LONGEST_REFERENCE else None
    if meant is not None:
        hint = f"its counts are those of `{meant}`"
        return _error("E002", f"there is no network `{name}`", hint)
    if path in _LIBRARIES and variant and (counterpart(variant) or _find_bundled(variant, None)):
        hint = f"did you mean `{counterpart(variant) or variant}`?"
        return _error("E002", f"there is no network `{name}`", hint)
    shown = f"`{path}`" if variant else f"`{name}`"
    return _error("E002", f"there is no network {shown}", _named_so(path, names))


def _named_so(name: str, names: list[str]) -> str:
    """A remedy for a name that no bundled network has: a file of that name, or one nearly so."""
    beside = [name + suffix for suffix in SUFFIXES if os.path.isfile(name + suffix)]
    if beside:
        return f"did you mean the file `{beside[0]}`?"
    near = did_you_mean(name, names) or _without_variant(name, names)
    return near or "`cnncalc list` shows the bundled ones"


def _without_variant(name: str, names: list[str]) -> str | None:
    """What helps where a name is that of a network and of no variant that it has: `resnet51`."""
    bases = [base for base in names if plain(name).startswith(plain(base))]
    base = max(bases, key=len, default=None)
    if base is None or not plain(name)[len(plain(base)) :][:1].isdecimal():
        return None
    found = _variants_of(base)
    return f"`{base}` has the variants {', '.join(found)}" if found else None


def _variants_of(stem: str) -> list[str]:
    """The names of the variants of a bundled network."""
    variants = _bundled(stem).partition("\nvariants:")[2]
    return _VARIANT.findall(variants)


_VARIANT = re.compile(r"""^  ["']?([\w.-]+)["']?:""", re.MULTILINE)
"""A variant in a bundled spec, behind its `variants:`."""


def counterpart(reference: str) -> str | None:
    """The bundled network whose counts are stated to be those of a reference: `timm:resnet26`.

    Example:
        >>> counterpart("timm:resnet26"), counterpart("vit_base_patch32_224")
        ('resnet:26', 'vit:base32')
    """
    word = re.compile(rf"(?<![\w.-]){re.escape(reference)}(?![\w.-])")
    for stem in bundled_names():
        text = _bundled(stem)
        for found in word.finditer(text):
            before = text[: found.start()]
            if "reference: " in before.rpartition("\n")[2]:
                variants = _VARIANT.findall(text[: found.end()].partition("\nvariants:")[2])
                return f"{stem}:{variants[-1]}" if variants else stem
    return None


def _similar_path(path: str, known: list[str]) -> str | None:
    """A remedy naming the path whose file has nearly that name; how it ends is no likeness."""
    stems = {os.path.splitext(os.path.basename(one))[0]: one for one in reversed(known)}
    near = closest(os.path.splitext(os.path.basename(path))[0], stems)
    return f"did you mean `{stems[near]}`?" if near else None


def _error(code: str, message: str, hint: str | None = None) -> SpecError:
    return SpecError([Diagnostic(code, message, None, (), hint)], {})


def _read_kept(path: str, bounds: Bounds) -> str:
    return decode(read_kept(path, bounds.file_bytes), path, bounds)


def read_bytes(path: str, most: int) -> bytes:
    """What stands in a regular file of bounded size.

    Raises:
        SpecError: it is none, cannot be read, or is larger.
    """
    try:
        data = read_regular(path, most + 1)
    except IsADirectoryError:
        raise _error("E001", f"`{path}` is a folder, not a file") from None
    except NotRegularError:
        hint = "pipe it in and name it `-`"
        raise _error("E001", f"`{path}` is not a regular file", hint) from None
    except OSError as fault:
        reason = (fault.strerror or str(fault)).lower()
        raise _error("E001", f"cannot read `{path}`: {reason}") from None
    if len(data) > most:
        raise _too_large(path, most)
    return data


def read_kept(path: str, most: int) -> bytes:
    """What stands in a file that messages may quote: no link leads out of its tree to it.

    Raises:
        SpecError: as `read_bytes`, or a link leads out.
    """
    tree = None if "\0" in path else way_out(path)
    # What is no file at all is said of it first.
    if tree is not None and os.path.isfile(path):
        message = f"`{path}` is a link that leads out of `{tree}`"
        raise _error("E001", message, "name the file that it leads to")
    return read_bytes(path, most)


def _too_large(path: str, most: int) -> SpecError:
    return _error("E501", f"`{path}` is larger than {most:,} bytes")


def decode(data: bytes, file: str, bounds: Bounds = WIDE) -> str:
    """The text of a spec's bytes: UTF-8, or UTF-16 with its mark, of bounded size.

    Raises:
        SpecError: it is neither, or too large.
    """
    if len(data) > bounds.file_bytes:
        raise _too_large(file, bounds.file_bytes)
    encoding = next(
        (codec for mark, codec in _ENCODING_MARKS.items() if data.startswith(mark)), "utf-8"
    )
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as fault:
        # A codec that drops the byte-order mark counts from behind it.
        place = len(data) - len(fault.object) + fault.start
        line = data.count(b"\n", 0, place) + 1
        name = encoding.upper().removesuffix("-SIG")
        message = f"`{file}` is not {name}: byte {place + 1}, line {line}"
        raise _error("E103", message, "save it as UTF-8") from None


def encode_as(data: bytes, text: str) -> bytes:
    """Another text as the bytes of a file are written: in its encoding, behind its mark."""
    for mark, codec in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if data.startswith(mark):
            return mark + text.encode(codec)
    mark = b"\xef\xbb\xbf"
    return (mark if data.startswith(mark) else b"") + text.encode()
