# SPDX-License-Identifier: Apache-2.0
"""What sensors and triggers share: take snapshots of assistants, decide, track changes and keep state. No Airflow."""
