"""The program: `cnncalc`, or `python -m cnncalc`."""

import os
from typing import NoReturn


def run() -> NoReturn:
    """Run the program; an interrupt ends it without more ado while it is still loading."""
    try:
        import signal  # noqa: PLC0415 - nothing may come before this block

        # A shell has what it runs in the background ignore interrupts: that stays.
        is_ours = signal.getsignal(signal.SIGINT) is signal.default_int_handler
        if is_ours:
            # An exception would be lost where Python calls us on its own account.
            signal.signal(signal.SIGINT, lambda *_: os._exit(130))
        import gc  # noqa: PLC0415

        # A run makes its values and ends: looking for cycles among them costs a tenth of its time.
        gc.disable()
        from cnncalc.cli.main import run as run_commands  # noqa: PLC0415

        if is_ours:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        run_commands()
    except KeyboardInterrupt:
        os._exit(130)


if __name__ == "__main__":
    run()
