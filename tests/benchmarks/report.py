# SPDX-License-Identifier: Apache-2.0
"""Tables, budgets and a plot of what was measured."""

from __future__ import annotations

from pathlib import Path
from typing import Any

__all__ = ["FIGURES", "report"]

DOCS = Path(__file__).parent.parent.parent / "docs"
#: What was measured, as it was measured last.
FIGURES = DOCS / "benchmarks.json"


def report(figures: dict[str, Any]) -> None:
    """Print and write all."""
    print(figures.keys())
