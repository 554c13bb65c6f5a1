"""Files that are written whole or not at all."""

import os


def write_whole(path: str, data: bytes) -> None:
    """Write beside the target, then put it in the target's place in one step.

    Raises:
        OSError: it cannot be written.
    """
    if os.path.exists(path) and not os.path.isfile(path):
        # A device or a pipe, say /dev/stdout, cannot be replaced; where it leads may have no name.
        with open(path, "wb") as stream:
            stream.write(data)
        return
    target = os.path.realpath(path)
    draft = f"{target}.{os.getpid()}.part"
    try:
        with open(draft, "xb") as stream:
            stream.write(data)
        if os.path.exists(target):
            os.chmod(draft, os.stat(target).st_mode)
        os.replace(draft, target)
    except BaseException:
        if os.path.exists(draft):
            os.unlink(draft)
        raise
