"""`python -m cnncalc`."""

from cnncalc.cli.main import run

if __name__ == "__main__":
    run()
