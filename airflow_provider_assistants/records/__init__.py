# SPDX-License-Identifier: Apache-2.0
"""From rows to bytes: redaction, formats, the destination and the manifest. No Airflow, no network."""
