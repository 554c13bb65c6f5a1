"""Files that are written whole or not at all."""

import os


def write_whole(path: str, data: bytes) -> None:
    """Write beside the target, then put it in the target's place in one step.

    Raises:
        OSError: it cannot be written.
    """
    target = os.path.realpath(path)
    if os.path.exists(target) and not os.path.isfile(target):
        # A device or a pipe, say /dev/stdout, cannot be replaced.
        with open(target, "wb") as stream:
            stream.write(data)
        return
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
