"""Where other programs are."""

import os


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
