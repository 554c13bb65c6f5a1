"""How many examples a test of made-up things is given."""

import os

from hypothesis import HealthCheck, settings

TIMES = int(os.environ.get("CNNCALC_EXAMPLES", "1"))
"""A factor on the examples of each test: 20 digs deeper.

Each run draws others, and the gate runs all of the tests three times: a run alone needs few.
"""


UNHEALTHY = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)
"""What says only that examples are slow to come by."""


def thorough(examples: int) -> settings:
    """Settings of a test that is worth more examples than this, when there is time."""
    return settings(
        max_examples=examples * TIMES,
        deadline=None,
        suppress_health_check=[
            HealthCheck.too_slow,
            HealthCheck.data_too_large,
            HealthCheck.filter_too_much,
        ],
    )
