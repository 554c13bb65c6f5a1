"""The rules of every op against counting: windows, taps and cells are walked one by one, or NumPy
does the operation on a small array; no size is computed by a formula."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ops.case import Law, Try
from ops.table import CASES
from ops.windows import cases, count_windows

from cnncalc.ops import OPS
from cnncalc.ops.values import Value

LAWS = [(name, law) for name, case in sorted(CASES.items()) for law in case.laws]


def test_the_table_has_a_row_for_every_op_and_no_other() -> None:
    assert set(CASES) == set(OPS)
    assert all(case.laws for case in CASES.values())


@pytest.mark.parametrize(
    ("name", "law"), LAWS, ids=[f"{name}-{law.tries.__name__}" for name, law in LAWS]
)
def test_shape_and_costs_are_what_is_counted(name: str, law: Law) -> None:
    @settings(deadline=None, max_examples=law.examples)
    @given(law.tries(name))
    def hold(one: Try) -> None:
        one.hold()

    hold()


@pytest.mark.parametrize("name", ["maxpool", "avgpool"])
@settings(deadline=None)
@given(st.integers(1, 3), st.integers(1, 5))
def test_pool_steps_by_its_kernel_unless_told(name: str, axes: int, kernel: int) -> None:
    pool = OPS[name]
    assert pool(axes, kernel_size=kernel) == pool(axes, kernel_size=kernel, stride=kernel)


@pytest.mark.parametrize("name", ["conv", "dwconv", "maxpool"])
@settings(deadline=None, max_examples=80)
@given(st.data())
def test_same_pads_as_little_as_it_can_and_an_odd_cell_goes_to_the_end(
    name: str, data: st.DataObject
) -> None:
    case = data.draw(cases(padding=["same"]))
    more: dict[str, Value] = {"out_channels": 1} if name == "conv" else {}
    windows = case.op(name, **more).windows([case.shape(channels=1)])
    for axis, window in zip(case.axes, windows, strict=True):
        before, after = window.before, window.after
        wanted = count_windows(axis)
        assert after - before in {0, 1}
        assert count_windows(axis._replace(padding=(before, after))) == wanted
        if after:
            less = axis._replace(padding=(before, after - 1))
            assert count_windows(less) < wanted
