"""Runs a command as its only child, and prints what that took: `python apart.py SECONDS COMMAND`.

A program of its own: a fork of a test run may have threads, and its memory would count, too.
"""

import json
import resource
import subprocess
import sys


def main() -> None:
    """Run the command within a processor time."""
    seconds = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    done = subprocess.run(sys.argv[2:], check=False, capture_output=True, stdin=subprocess.DEVNULL)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    found = {
        "seconds": used.ru_utime + used.ru_stime,
        "megabytes": used.ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2),
        "code": done.returncode,
        "output": (done.stdout + done.stderr).decode("utf-8", "replace"),
    }
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
