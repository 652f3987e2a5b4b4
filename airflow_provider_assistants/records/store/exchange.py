# SPDX-License-Identifier: Apache-2.0
"""Two directories that exchange their names in one step, where the operating system and the file system can do that."""

from __future__ import annotations

import ctypes
import errno
import os
from pathlib import Path
from typing import Final

__all__ = ["exchange"]

_AT_FDCWD: Final = -100
_RENAME_EXCHANGE: Final = 2
#: What a system or a file system says that cannot do it: NFS and others, or a mount point.
_UNABLE: Final = frozenset({errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EXDEV, errno.EBUSY})


def exchange(one: Path, other: Path) -> bool:
    """
    Exchange the names of two directories; whoever lists either meanwhile finds the one or the other, whole.

    :return: Whether it was done; False where it cannot be, and nothing has changed then.
    :raises OSError: If it is refused for another reason.
    """
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):  # another libc, or another system
        return False
    if rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), ctypes.c_uint(_RENAME_EXCHANGE)) == 0:
        return True
    code = ctypes.get_errno()
    if code in _UNABLE:
        return False
    raise OSError(code, os.strerror(code), str(one), None, str(other))
