# SPDX-License-Identifier: Apache-2.0
"""What other programs see in a store: each vendor's own client, which shares nothing with fsspec and Airflow."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any

from tests.stores.servers import Server

__all__ = ["Bucket", "make_bucket"]

_CHUNK = 8 * 1024 * 1024


class Bucket(ABC):
    """
    One bucket or container, which exists from here on.

    :param server: Its server.
    :param name: Its name.
    """

    def __init__(self, server: Server, name: str) -> None:
        self.name = name

    @abstractmethod
    def keys(self) -> list[str]:
        """Return the names of all objects, sorted."""

    @abstractmethod
    def put(self, key: str, data: bytes) -> None:
        """Write an object."""

    @abstractmethod
    def chunks(self, key: str) -> Iterator[bytes]:
        """Read an object."""

    def get(self, key: str) -> bytes:
        """Return an object's bytes."""
        return b"".join(self.chunks(key))

    def contents(self) -> dict[str, bytes]:
        """Return the bytes of all objects."""
        keys = self.keys()
        return dict(zip(keys, map(self.get, keys), strict=True))

    def sha256(self, key: str) -> str:
        """Return the SHA-256 of an object's bytes."""
        digest = hashlib.sha256()
        for chunk in self.chunks(key):
            digest.update(chunk)
        return digest.hexdigest()


class _S3(Bucket):
    def __init__(self, server: Server, name: str) -> None:
        import boto3
        from botocore.config import Config

        super().__init__(server, name)
        extra = server.connection["extra"]
        self._client = boto3.client(
            "s3",
            endpoint_url=server.endpoint,
            region_name="us-east-1",
            aws_access_key_id=server.connection["login"],
            aws_secret_access_key=server.connection["password"],
            config=Config(**extra.get("config_kwargs", {})),
        )
        self._client.create_bucket(Bucket=name)

    def keys(self) -> list[str]:
        # Without an encoding: boto3 asks for one that not all servers know.
        found = self._client.list_objects(Bucket=self.name)
        return sorted(each["Key"] for each in found.get("Contents", []))

    def put(self, key: str, data: bytes) -> None:
        self._client.put_object(Bucket=self.name, Key=key, Body=data)

    def chunks(self, key: str) -> Iterator[bytes]:
        yield from self._client.get_object(Bucket=self.name, Key=key)["Body"].iter_chunks(_CHUNK)


class _Azure(Bucket):
    def __init__(self, server: Server, name: str) -> None:
        from azure.storage.blob import ContainerClient

        super().__init__(server, name)
        account = server.connection["extra"]["connection_string"]
        self._client = ContainerClient.from_connection_string(account, name)
        self._client.create_container()

    def keys(self) -> list[str]:
        return sorted(self._client.list_blob_names())

    def put(self, key: str, data: bytes) -> None:
        self._client.upload_blob(key, data, overwrite=True)

    def chunks(self, key: str) -> Iterator[bytes]:
        yield from self._client.download_blob(key).chunks()


class _Google(Bucket):
    def __init__(self, server: Server, name: str) -> None:
        from google.auth.credentials import AnonymousCredentials
        from google.cloud import storage

        super().__init__(server, name)
        credentials: Any = AnonymousCredentials()  # type: ignore[no-untyped-call]
        client = storage.Client("lake", credentials, client_options={"api_endpoint": server.endpoint})
        self._bucket = client.create_bucket(name)

    def keys(self) -> list[str]:
        return sorted(each.name for each in self._bucket.list_blobs())

    def put(self, key: str, data: bytes) -> None:
        self._bucket.blob(key).upload_from_string(data)

    def chunks(self, key: str) -> Iterator[bytes]:
        with self._bucket.blob(key).open("rb", chunk_size=_CHUNK) as stream:
            while chunk := stream.read(_CHUNK):
                yield chunk


def make_bucket(server: Server, name: str) -> Bucket:
    """Make a bucket or container of a server, by its vendor's client."""
    kind = {"s3": _S3, "abfs": _Azure, "gs": _Google}[server.scheme]
    return kind(server, name)
