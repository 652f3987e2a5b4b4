# SPDX-License-Identifier: Apache-2.0
"""
How many cases the property tests try, and which.

CI has to give the same verdict on the same code, so the cases are the same at each run; ``make fuzz`` looks for new ones,
and for many times as many. What it finds becomes an ``@example``.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

__all__ = ["cases"]

#: How many times as many cases as usual; none in CI.
FUZZ = int(os.environ.get("FUZZ") or 0)

settings.register_profile(
    "all",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    derandomize=not FUZZ,
    max_examples=100 * (FUZZ or 1),
)
settings.load_profile("all")


def cases(number: int) -> settings:
    """Have a property tried that many times."""
    return settings(max_examples=number * (FUZZ or 1))
