# SPDX-License-Identifier: Apache-2.0
"""Operators: whole listings into XCom or object storage."""
