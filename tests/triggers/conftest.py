# SPDX-License-Identifier: Apache-2.0
"""What an Airflow does not have is not tested on it."""

from __future__ import annotations

import importlib.util

collect_ignore = [] if importlib.util.find_spec("airflow.triggers.shared_stream") else ["test_sharing.py"]
