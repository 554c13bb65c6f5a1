"""W610: a variable that nothing reads."""

from cnncalc.checks.lint.rule import Mark, Marks, Rule
from cnncalc.spec.mentions import names_read
from cnncalc.spec.syntax import Spec


def _check(spec: Spec) -> Marks:
    if spec.variables:
        read = names_read(spec)
        for name, variable in spec.variables.items():
            if name not in read:
                message = f"nothing reads the variable `{name}`"
                setting = _set_by(spec, name)
                message += f", which the variant `{setting}` sets" if setting else ""
                yield Mark(variable.span, message, None, "remove it")


def _set_by(spec: Spec, name: str) -> str | None:
    """The first variant that sets a variable."""
    return next(
        (
            variant
            for variant, one in spec.variants.items()
            if any(variable.name == name for variable in one.variables)
        ),
        None,
    )


RULE = Rule(
    "W610",
    finds="""Nothing reads a variable.

No argument, repeat, condition or default uses it, no layer calls it, in the network or in any
block, and no other variable is made of it.""",
    because="""Setting it in a variant changes nothing: two variants that differ in it alone are
one network. With `--set` it is an error.""",
    example="""\
  name: Unused variable
  input: 3x32x32
  vars: {width: 16, depth: 2}
  layers:
+   - repeat depth: [conv3x3 width padding=1, relu]
-   - conv3x3 width padding=1
-   - relu
""",
    spec=_check,
)
