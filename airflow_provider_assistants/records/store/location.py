# SPDX-License-Identifier: Apache-2.0
"""A path on a file system: the file system, opened when it is first needed, and its errors as typed ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar, Literal

from airflow_provider_assistants.exceptions import AssistantsError, DestinationError
from airflow_provider_assistants.records.store.errors import OPENING, failure_of
from airflow_provider_assistants.records.store.uri import LOCAL, display_uri

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

__all__ = ["Location"]


class Location:
    """
    A path on a file system.

    :param open_filesystem: Returns the fsspec file system; called when it is first needed, since that may need a connection or
        a package that is missing.
    :param path: The path on that file system.
    :param uri: The same as the user wrote it, for messages.
    :param protocol: The scheme of the URI; ``file`` for a path without one.
    :param conn_id: The connection to the store, for messages.
    """

    #: What the file is opened for.
    _access: ClassVar[Literal["read", "write"]]

    def __init__(
        self,
        open_filesystem: Callable[[], AbstractFileSystem],
        path: str,
        *,
        uri: str,
        protocol: str = "file",
        conn_id: str | None = None,
    ) -> None:
        self.uri = display_uri(uri)
        self._open_filesystem = open_filesystem
        self._path = path
        self._protocol = protocol or "file"
        self._is_local = self._protocol in LOCAL
        self._conn_id = conn_id
        self._fs: AbstractFileSystem | None = None

    def _filesystem(self) -> AbstractFileSystem:
        if self._fs is None:
            with self.typed_errors(OPENING):
                self._fs = self._open_filesystem()
        return self._fs

    @contextmanager
    def typed_errors(self, doing: str, *, advice: str | None = None) -> Iterator[None]:
        """
        Raise what goes wrong with a file system as an error that says what to do.

        :param doing: What is being done, such as "reading it".
        :param advice: What to do; for what the error itself says if None.
        """
        try:
            yield
        except AssistantsError:
            raise
        except Exception as error:  # noqa: BLE001 - file systems raise what their vendors' libraries raise
            raise self._typed(error, doing, advice) from None

    def _typed(self, error: Exception, doing: str, advice: str | None) -> DestinationError:
        """Return the typed error of an error of the file system."""
        return failure_of(
            error,
            doing=doing,
            uri=self.uri,
            protocol=self._protocol,
            conn_id=self._conn_id,
            paths=self._own_paths(),
            access=self._access,
            advice=advice,
        )

    def _own_paths(self) -> tuple[str, ...]:
        """Return the paths that errors show as they are, the longest first: they are the author's own."""
        return (self._path,)
