# SPDX-License-Identifier: Apache-2.0
"""What a sensor and a trigger share: looking at assistants, deciding, remembering. No Airflow."""
