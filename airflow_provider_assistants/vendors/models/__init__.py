# SPDX-License-Identifier: Apache-2.0
"""Pydantic models of the vendors' rows, imported when a caller first asks for one."""
