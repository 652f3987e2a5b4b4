# SPDX-License-Identifier: Apache-2.0
"""The web pages that a vendor's site has beside its API."""

from __future__ import annotations

__all__ = ["LOGIN_PAGE", "NOT_FOUND_PAGE"]

LOGIN_PAGE = b"""<!DOCTYPE html><html><head><title>Log in</title></head><body>
<form method="post" action="/login"><input name="email"><input type="password" name="password"></form></body></html>"""

NOT_FOUND_PAGE = b"<!DOCTYPE html><html><head><title>Not Found</title></head><body><h1>404</h1></body></html>"
