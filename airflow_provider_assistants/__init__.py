# SPDX-License-Identifier: Apache-2.0
"""Apache Airflow provider for AI-assistant (voice-agent) platforms."""

from __future__ import annotations

__all__ = ["__version__"]

__version__ = "0.1.0"
