"""W618: a comment that silences nothing. `check.suppression` finds it, after all other rules."""

from cnncalc.checks.lint.rule import Rule

RULE = Rule(
    "W618",
    finds="""An `ignore` comment silences nothing.

A comment `# cnncalc: ignore[W612] reason` silences a rule on its own line or, standing alone, on
the next one; `ignore[W6]` silences all rules of that beginning. Here none of them finds anything
there, in any variant.""",
    because="""What it was about was fixed or has moved. Left in place, it would silence the next
fault on that line, which nobody has looked at.""",
    example="""\
  name: Unused ignore
  input: 784
  layers:
    - linear 300
    - relu
+   - linear 10
    - dropout 0.5     # cnncalc: ignore[W612] wanted at the end
-   - linear 10
""",
)
