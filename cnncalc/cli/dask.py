"""A Dask cluster as an executor."""

import logging
from collections.abc import Iterator
from concurrent.futures import CancelledError, Executor
from contextlib import contextmanager
from importlib import import_module

import click

PATIENCE = 10
"""Seconds that a scheduler has to answer."""


@contextmanager
def cluster(address: str) -> Iterator[Executor]:
    """The workers of a cluster, by the address of its scheduler: `tcp://10.0.0.1:8786`.

    The cluster is left running.

    Raises:
        UsageError: `distributed` is not installed, nobody answers, or its workers are lost.
    """
    try:
        distributed = import_module("distributed")
    except ModuleNotFoundError:
        remedy = "pip install 'cnncalc[dask]'"
        raise click.UsageError(f"--dask needs the package `distributed`: {remedy}") from None
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what fails is told in one line
    try:
        client = distributed.Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as fault:
        reason = str(fault).partition("\n")[0] or "no answer"
        raise click.UsageError(f"no Dask scheduler at `{address}`: {reason}") from None
    try:
        yield client.get_executor()
    except (CancelledError, OSError) as fault:
        raise click.UsageError(f"the Dask cluster at `{address}` has gone: {fault}") from None
    except Exception as fault:
        if type(fault).__module__.startswith("distributed"):
            raise click.UsageError(f"the Dask cluster has failed: {fault}") from None
        raise
    finally:
        client.close()
