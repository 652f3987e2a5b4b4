# SPDX-License-Identifier: Apache-2.0
"""
Writes a destination in a process that kills itself at a chosen moment; run by the crash tests.

Arguments: the store (``local`` or an S3 endpoint), the folder, the moment, MiB to write. Moments: ``start``, ``half``,
``written`` (before the block ends), ``rename``, ``renamed``, ``part:N``, ``commit``, ``committed``, ``never``. At the
end it prints the peak of what Python had allocated while it wrote.
"""

from __future__ import annotations

import os
import signal
import sys
import tracemalloc
from typing import Any

from fsspec.implementations.local import LocalFileSystem

from tests.records.store.stores import InterruptedS3, StoreFolder, s3_filesystem

MIB = 1024 * 1024
CONTENT = bytes(range(256)) * 4096


def main(store: str, folder: str, moment: str, size: str) -> None:
    def at(name: str) -> None:
        if name == moment:
            os.kill(os.getpid(), signal.SIGKILL)

    def on_audit(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "os.rename" and str(arguments[0]).endswith(".part"):
            at("rename")

    sys.addaudithook(on_audit)
    if store == "local":
        place = StoreFolder(LocalFileSystem(), "file", folder)
    else:
        InterruptedS3.interrupt = staticmethod(lambda step, number: at(f"{step}:{number}" if number else step))
        place = StoreFolder(s3_filesystem(store, InterruptedS3), "s3", folder)
    destination = place.destination()
    destination.prepare(overwrite=True)
    tracemalloc.start()
    with destination.write() as stream:
        at("start")
        for number in range(int(size)):
            stream.write(CONTENT)
            if number == int(size) // 2:
                at("half")
        at("written")
    at("renamed")
    print(tracemalloc.get_traced_memory()[1])


if __name__ == "__main__":
    main(*sys.argv[1:])
