"""What an operation must state: a class that leaves something out does not build."""

from collections.abc import Iterator, Sequence

import pytest

from cnncalc.analysis.profiles import PROFILES, uncounted
from cnncalc.graph import Layer
from cnncalc.ops import OPS, Op
from cnncalc.ops.base import SameShape, same_place
from cnncalc.ops.footprint import Reach
from cnncalc.ops.formula import Formula
from cnncalc.ops.values import Shape, count, flag, number, padding, sizes, word


@pytest.fixture(autouse=True)
def no_op_stays() -> Iterator[None]:
    known = dict(OPS)
    yield
    OPS.clear()
    OPS.update(known)


def test_a_reach_must_be_stated() -> None:
    with pytest.raises(TypeError, match=r"the op `twist` \(Twist\) does not state `reach`"):
        type("Twist", (SameShape,), {}, name="twist")
    assert "twist" not in OPS


def test_a_shape_must_be_stated() -> None:
    with pytest.raises(TypeError, match=r"`twist` .* does not state `output_shape`"):
        type("Twist", (Op,), {"reach": same_place}, name="twist")


def test_what_changes_a_size_must_state_its_formula() -> None:
    def output_shape(_self: Op, inputs: Sequence[Shape]) -> Shape:
        return inputs[0][:1]

    body = {"output_shape": output_shape, "reach": same_place}
    with pytest.raises(TypeError, match=r"`twist` .* does not state `sizes_explained`"):
        type("Twist", (Op,), body, name="twist")


@pytest.mark.parametrize("kind", [count, flag, number, padding, sizes, word])
def test_an_attribute_must_say_what_it_is(kind: object) -> None:
    with pytest.raises(TypeError, match="text"):
        kind(default=1)  # type: ignore[operator] # each of them is a function


def test_every_attribute_says_what_it_is() -> None:
    for name, kind in OPS.items():
        for key, attribute in kind.attributes.items():
            assert attribute.text.endswith("."), (name, key)
            assert attribute.text[0].isupper(), (name, key)


def test_whoever_stays_in_place_says_so() -> None:
    class Near(SameShape, name="near"):
        """Reads its neighbours."""

        def reach(self, inputs: Sequence[Shape]) -> Reach:
            return "everywhere"

    class Here(SameShape, name="here"):
        """Reads its own place."""

        reach = same_place

    assert Here.stays_in_place
    assert not Near.stays_in_place
    assert list(Here(1).sizes_explained([(3, 4)], (3, 4))) == []


def test_formulas_give_the_sizes_of_the_output() -> None:
    pool = OPS["adaptive_avgpool"](2, output_size=(6, 5))
    found = list(pool.sizes_explained([(8, 13, 13)], (8, 6, 5)))
    assert found == [
        Formula("out height", "output_size", "6", 6),
        Formula("out width", "output_size", "5", 5),
    ]


def test_an_op_without_a_row_is_uncounted_by_name_in_every_other_profile() -> None:
    class Twist(SameShape, name="twist"):
        """Turns the map round."""

        reach = same_place

    layer = Layer("twist1", (), Twist(2), ("input",), ((8, 4, 4),), (8, 4, 4))
    for name in PROFILES:
        assert uncounted(name, [layer]) == ([] if name == "cnncalc" else ["twist"]), name
