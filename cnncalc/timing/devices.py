"""The devices that come with cnncalc, and where the name of one leads."""

import os

from cnncalc.diagnostics import Diagnostic, SpecError, did_you_mean
from cnncalc.spec.library import SUFFIXES, decode, plain, read_bytes, read_kept
from cnncalc.timing.device import Device
from cnncalc.timing.device_file import BOUNDS, read_device


def device_names() -> list[str]:
    """The names of the devices that come with cnncalc, sorted."""
    files = os.listdir(_folder())
    return sorted(file.removesuffix(".yaml") for file in files if file.endswith(".yaml"))


def find_device(name: str) -> Device:
    """The device that a name means: one that comes with cnncalc, or a file by its path.

    Raises:
        SpecError: there is none, or its file has faults.

    Example:
        >>> find_device("RTX 4090").title
        'NVIDIA GeForce RTX 4090'
    """
    if name.endswith(SUFFIXES) or "/" in name or os.sep in name:
        data = read_kept(name, BOUNDS.file_bytes)
        return read_device(decode(data, name, BOUNDS), name, name)
    names = device_names()
    wanted = plain(name.replace(" ", ""))
    meant = next((one for one in names if plain(one) == wanted), None)
    if meant is None:
        listed = f"`cnncalc estimate --devices` shows them: {', '.join(names)}"
        near = did_you_mean(name, names)
        hint = f"{near} {listed}" if near else listed
        raise SpecError([Diagnostic("E904", f"there is no device `{name}`", None, (), hint)], {})
    path = os.path.join(_folder(), f"{meant}.yaml")
    text = decode(read_bytes(path, BOUNDS.file_bytes), path, BOUNDS)
    return read_device(text, path, meant)


def _folder() -> str:
    return os.path.join(os.path.dirname(__file__), "devices")
