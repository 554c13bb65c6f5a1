"""Other programs: where they are, and what they may take when they read what is a stranger's."""

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Literal

from cnncalc.records import Record


class BeyondBoundsError(Exception):
    """A program took too long, or gave too much; the text says which."""


class Ended(Record):
    """How a program ended.

    Attributes:
        code: its exit code.
        output: all that it wrote.
        complaint: what it said beside that, of a long text the beginning.
    """

    code: int
    output: bytes
    complaint: str


def find_program(name: str) -> str:
    """The path of a program: in a folder of `PATH`, but never the one that we happen to be in.

    Raises:
        FileNotFoundError: there is none.
    """
    for folder in filter(os.path.isabs, os.get_exec_path()):
        path = os.path.join(folder, f"{name}.exe" if os.name == "nt" else name)
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    raise FileNotFoundError(2, "no such file or directory")


def run_bounded(
    command: Sequence[str],
    environment: Mapping[str, str],
    *,
    seconds: float,
    memory: int,
    output: int,
) -> Ended:
    """Run a program that is given nothing to read.

    Args:
        command: the program and its arguments; no shell reads them.
        environment: its environment.
        seconds: how long it may take: a pipe in a file's place would be waited for without end.
        memory: the bytes that it may ask for.
        output: the bytes that it may write.

    Raises:
        BeyondBoundsError: it took longer, or wrote more.
        OSError: it cannot be run.
    """
    import subprocess  # noqa: PLC0415 - few commands run a program
    from threading import Event, Thread, Timer  # noqa: PLC0415 - as above

    said: list[bytes] = []
    is_late = Event()
    pipe = subprocess.PIPE
    with subprocess.Popen(  # noqa: S603 - an argument list, and no shell
        [*command], stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, env={**environment}
    ) as process:
        output_of, said_by = process.stdout, process.stderr

        def end() -> None:
            is_late.set()
            process.kill()

        def listen() -> None:
            while said_by is not None and (part := os.read(said_by.fileno(), 1 << 16)):
                if not said:
                    said.append(part)

        timer = Timer(seconds, end)
        timer.daemon = True
        listener = Thread(target=listen, daemon=True)
        try:
            timer.start()
            bound(process.pid, seconds, memory, of="DATA")
            listener.start()
            found = b"" if output_of is None else output_of.read(output + 1)
            if len(found) > output:
                raise BeyondBoundsError(f"gave more than {output:,} bytes")
            process.wait()
            listener.join()
        finally:
            timer.cancel()
            process.kill()
    if is_late.is_set():
        raise BeyondBoundsError(f"has not ended within {seconds:g} seconds")
    return Ended(process.returncode, found, b"".join(said).decode(errors="replace"))


def bound(process: int, seconds: float, memory: int, *, of: Literal["AS", "DATA"] = "AS") -> None:
    """Bound what a program may take, where the system can: also should we end before it.

    Args:
        process: its number.
        seconds: of processor time.
        memory: its bytes.
        of: whether files count that it maps, or only what it asks for.
    """
    try:
        import resource  # noqa: PLC0415 - Linux alone has `prlimit`

        prlimit, kind = resource.prlimit, getattr(resource, f"RLIMIT_{of}")
    except (ImportError, AttributeError):
        return
    with suppress(OSError, ValueError):  # it has ended, or has less already
        prlimit(process, resource.RLIMIT_CPU, (int(seconds), int(seconds)))
        prlimit(process, kind, (memory, memory))
