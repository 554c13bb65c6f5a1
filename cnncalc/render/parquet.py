"""A sweep as a Parquet file, by whichever package is there that writes one."""

import io
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from cnncalc.design.sweep.result import Sweep
from cnncalc.render.sweep import as_columns

WRITERS = ("pyarrow", "polars")
"""The packages that do, the first that is there."""

REMEDY = "pip install 'cnncalc[parquet]'"

MOST_DIGITS = 38
"""Digits of a whole number that does not fit into 64 bits."""


def writer() -> str | None:
    """The package that would write; None where there is none."""
    return next((name for name in WRITERS if find_spec(name) is not None), None)


def parquet_bytes(sweep: Sweep) -> bytes:
    """The file: whole numbers are whole numbers, what is moved is of one kind or a text.

    Raises:
        ModuleNotFoundError: no package is there that writes such files.
    """
    name = writer()
    if name is None:
        raise ModuleNotFoundError(f"Parquet needs pyarrow or polars: {REMEDY}")
    data = io.BytesIO()
    columns = as_columns(sweep)
    (_by_pyarrow if name == "pyarrow" else _by_polars)(columns, data)
    return data.getvalue()


def _by_pyarrow(columns: dict[str, list[Any]], data: io.BytesIO) -> None:
    arrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    whole, decimal, text = arrow.int64(), arrow.decimal128(MOST_DIGITS), arrow.string()

    def array(values: list[Any]) -> Any:
        kind = _kind(values)
        if kind is int:
            most = max((abs(one) for one in values if one is not None), default=0)
            return arrow.array(values, whole if most < 2**63 else decimal)
        return arrow.array(values, text if kind in {str, None} else None)

    parquet.write_table(arrow.table({name: array(one) for name, one in columns.items()}), data)


def _by_polars(columns: dict[str, list[Any]], data: io.BytesIO) -> None:
    polars = import_module("polars")

    def series(name: str, values: list[Any]) -> Any:
        kind = _kind(values)
        if kind is int:
            most = max((abs(one) for one in values if one is not None), default=0)
            whole = polars.Int64 if most < 2**63 else polars.Decimal(MOST_DIGITS, 0)
            return polars.Series(name, values, whole)
        return polars.Series(name, values, polars.String if kind in {str, None} else None)

    polars.DataFrame([series(*one) for one in columns.items()]).write_parquet(data)


def _kind(values: list[Any]) -> type | None:
    """The kind of a column's values; a column of nothing has none."""
    return next((type(value) for value in values if value is not None), None)
