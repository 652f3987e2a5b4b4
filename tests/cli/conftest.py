# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from tests.cli.programs import Here


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Here:
    """Run a command within this process; returns its exit code and what it printed."""
    return Here(capfd)
