# SPDX-License-Identifier: Apache-2.0
"""The command line: ``airflow assistants`` on Airflow 3.2 and later, and ``airflow-assistants`` everywhere."""
