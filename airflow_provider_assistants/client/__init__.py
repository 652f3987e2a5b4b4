# SPDX-License-Identifier: Apache-2.0
"""The wire: the only code of this package that talks to a network. No Airflow."""
