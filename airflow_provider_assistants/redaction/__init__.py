# SPDX-License-Identifier: Apache-2.0
"""Redaction: what is secret, or personal, never leaves a row, a text or a URL."""
