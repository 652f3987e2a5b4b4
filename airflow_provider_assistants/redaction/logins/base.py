# SPDX-License-Identifier: Apache-2.0
"""A place of a secret in a text that a pattern finds, with what finds quickly where that can be."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["LoginShape"]


class LoginShape(NamedTuple):
    """
    A place of a secret.

    :param pattern: What has it, with the secret in the group ``secret``.
    :param suspicious: What finds every text that the pattern matches, and more.
    :param literals: What such texts hold, for tests.
    :param is_vague: Whether only what looks like a key or a password is one there.
    :param is_command: Whether its texts hold one of :data:`.command_shapes.COMMANDS`.
    """

    pattern: str
    suspicious: str
    literals: tuple[str, ...] = ()
    is_vague: bool = False
    is_command: bool = False
