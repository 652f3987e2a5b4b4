# SPDX-License-Identifier: Apache-2.0
"""
Try a property with inputs that reach new code: atheris drives Hypothesis, for as long as one likes.

Needs ``uv pip install atheris`` and is run by hand::

    python -m tests.guided_fuzzing tests.redaction.test_prefilter test_a_row_loses_what_a_text_loses -max_total_time=600

Further arguments are libFuzzer's. What it finds is printed as Hypothesis prints it, and becomes an ``@example``.
"""

from __future__ import annotations

import importlib
import sys

import atheris


def main() -> None:
    """Fuzz the test that the first two arguments name: its module and its function."""
    program, module, name, *options = sys.argv
    with atheris.instrument_imports(include=["airflow_provider_assistants"], enable_loader_override=False):
        importlib.import_module("tests.fuzzing")
        test = getattr(importlib.import_module(module), name)
    atheris.Setup([program, *options], test.hypothesis.fuzz_one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
