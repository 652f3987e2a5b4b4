# SPDX-License-Identifier: Apache-2.0
"""
Object stores that the tests start: server programs of others, on loopback, with Airflow connections that lead to them.

===========  ==================================================================  ==========================================
Server       Program                                                             What it checks
===========  ==================================================================  ==========================================
moto         PyPI, ``moto[server]``                                              key, signature (version 4), permissions
s3rver       npm, ``s3rver``                                                     key
azurite      npm, ``azurite``; Microsoft's own emulator                          signature (shared key)
gcs          PyPI, ``gcp-storage-emulator``                                      nothing; what Google's token endpoint
                                                                                 refuses is sent by a server of the tests
===========  ==================================================================  ==========================================
"""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from tests.records.store.refusing_store import refusing_store

__all__ = ["SECRETS", "SERVERS", "Server", "is_installed", "running"]

#: Programs of npm, where ``make test-stores`` installs them.
NODE_MODULES = Path(os.environ.get("STORES_NODE_MODULES") or Path(sys.prefix) / "node_modules")

#: What no error message may hold: the right secrets and the wrong ones.
SECRETS = (
    "hidden-aws-secret",
    "hidden-wrong-secret",
    (AZURE_KEY := base64.b64encode(b"hidden-azure-key").decode()),
    (WRONG_AZURE_KEY := base64.b64encode(b"hidden-wrong-azure-key").decode()),
)
AZURE_ACCOUNT = "lakeaccount"


@dataclass(frozen=True, kw_only=True)
class Server:
    """
    A running object store.

    :param name: A key of :data:`SERVERS`.
    :param scheme: The scheme of its URIs.
    :param endpoint: Its URL.
    :param connection: The fields of an Airflow connection that may do everything.
    :param refused: Connections that it refuses, by what is wrong with them.
    :param environment: What a worker needs in its environment besides, to reach it.
    """

    name: str
    scheme: str
    endpoint: str
    connection: dict[str, Any]
    refused: dict[str, dict[str, Any]] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)


def is_installed(name: str) -> bool:
    """Whether a server, and what Airflow needs to reach it, is installed."""
    from importlib.util import find_spec

    program, *modules = {
        "moto": (None, "moto", "s3fs"),
        "s3rver": ("s3rver", "s3fs"),
        "azurite": ("azurite", "adlfs", "airflow.providers.microsoft.azure"),
        "gcs": (None, "gcp_storage_emulator", "gcsfs", "airflow.providers.google"),
    }[name]
    if program and not (shutil.which("node") and (NODE_MODULES / program).is_dir()):
        return False
    return all(map(_is_there, modules, [find_spec] * len(modules)))


def _is_there(module: Any, find_spec: Any) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # of the package above it
        return False


@contextmanager
def _moto() -> Iterator[Server]:
    program = """
import logging, sys
from moto.server import ThreadedMotoServer
logging.getLogger("werkzeug").setLevel(logging.ERROR)
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print("port", server.get_host_and_port()[1], flush=True)
sys.stdin.read()
"""
    with _process([sys.executable, "-W", "ignore", "-c", program], r"port (\d+)") as port:
        endpoint = f"http://127.0.0.1:{port}"
        keys = _moto_keys(endpoint)
        right, reader = (_aws(endpoint, *each) for each in keys)
        yield Server(
            name="moto",
            scheme="s3",
            endpoint=endpoint,
            connection=right,
            refused={
                "wrong secret": {**right, "password": "hidden-wrong-secret"},
                "unknown key": {**right, "login": "AKIAIOSFODNN7EXAMPLE"},
                "no permission": reader,
            },
        )


def _moto_keys(endpoint: str) -> list[tuple[str, str]]:
    """Make a user that may do everything and one that may only read; from here on, signatures and permissions are checked."""
    import boto3

    iam = boto3.client(
        "iam", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
    )
    keys = []
    for name, actions in {"writer": "s3:*", "reader": ["s3:Get*", "s3:List*", "s3:Head*"]}.items():
        iam.create_user(UserName=name)
        policy = {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}],
        }
        iam.put_user_policy(UserName=name, PolicyName=name, PolicyDocument=json.dumps(policy))
        made = iam.create_access_key(UserName=name)["AccessKey"]
        keys.append((made["AccessKeyId"], made["SecretAccessKey"]))
    request = urllib.request.Request(f"{endpoint}/moto-api/reset-auth", b"0", {"Content-Type": "text/plain"})
    with urllib.request.urlopen(request):
        return keys


def _aws(endpoint: str, key: str, secret: str) -> dict[str, Any]:
    extra = {"endpoint_url": endpoint, "region_name": "us-east-1"}
    return {"conn_type": "aws", "login": key, "password": secret, "extra": extra}


@contextmanager
def _s3rver() -> Iterator[Server]:
    program = """
const S3rver = require('s3rver');
const Account = require('s3rver/lib/models/account');
new Account('lake', 'Lake').createKeyPair('AKIALAKE', 'hidden-aws-secret');
new S3rver({address: '127.0.0.1', port: 0, silent: true, directory: process.argv[1]})
  .run((error, {port}) => console.log('port ' + port));
process.stdin.resume(); process.stdin.on('end', () => process.exit());
"""
    with tempfile.TemporaryDirectory() as folder, _process(["node", "-e", program, folder], r"port (\d+)") as port:
        endpoint = f"http://127.0.0.1:{port}"
        right = _aws(endpoint, "AKIALAKE", "hidden-aws-secret")
        yield Server(
            name="s3rver",
            scheme="s3",
            endpoint=endpoint,
            connection=right,
            refused={"unknown key": {**right, "login": "AKIAIOSFODNN7EXAMPLE"}},
        )


@contextmanager
def _azurite() -> Iterator[Server]:
    program = str(NODE_MODULES / "azurite" / "dist" / "src" / "blob" / "main.js")
    with tempfile.TemporaryDirectory() as folder:
        options = ["--blobHost", "127.0.0.1", "--blobPort", "0", "--location", folder]
        command = ["node", program, *options, "--skipApiVersionCheck", "--disableTelemetry"]
        accounts = {"AZURITE_ACCOUNTS": f"{AZURE_ACCOUNT}:{AZURE_KEY}"}
        with _process(command, r"listens on http://127\.0\.0\.1:(\d+)", **accounts) as port:
            endpoint = f"http://127.0.0.1:{port}/{AZURE_ACCOUNT}"
            yield Server(
                name="azurite",
                scheme="abfs",
                endpoint=endpoint,
                connection=_azure(endpoint, AZURE_KEY),
                refused={"wrong secret": _azure(endpoint, WRONG_AZURE_KEY)},
            )


def _azure(endpoint: str, key: str) -> dict[str, Any]:
    account = f"AccountName={AZURE_ACCOUNT};AccountKey={key};BlobEndpoint={endpoint};"
    return {"conn_type": "azure_data_lake", "extra": {"connection_string": f"DefaultEndpointsProtocol=http;{account}"}}


@contextmanager
def _gcs() -> Iterator[Server]:
    program = """
import logging, sys
from gcp_storage_emulator import server
logging.disable(logging.CRITICAL)
started = server.create_server("127.0.0.1", 0, in_memory=True)
started.start()
print("port", started._api._httpd.server_address[1], flush=True)
sys.stdin.read()
"""
    refusal = {"error": "invalid_grant", "error_description": "Invalid JWT Signature."}
    with (
        _process([sys.executable, "-W", "ignore", "-c", program], r"port (\d+)") as port,
        refusing_store(400, "invalid_grant", is_json=True, document=refusal) as (token_endpoint, _),
    ):
        endpoint = f"http://127.0.0.1:{port}"
        yield Server(
            name="gcs",
            scheme="gs",
            endpoint=endpoint,
            connection=_google(endpoint, is_anonymous=True),
            # Otherwise gcsfs asks an API that the emulator lacks what kind of bucket this is, for a minute.
            environment={"GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT": "false"},
            refused={"wrong secret": _google(endpoint, keyfile_dict=json.dumps(_service_account(token_endpoint)))},
        )


def _google(endpoint: str, **extra: Any) -> dict[str, Any]:
    return {"conn_type": "google_cloud_platform", "extra": {"project": "lake", "gcs.endpoint": endpoint, **extra}}


def _service_account(token_endpoint: str) -> dict[str, str]:
    """Return the key file of an account that nobody knows."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return {
        "type": "service_account",
        "project_id": "lake",
        "private_key_id": "1",
        "private_key": key.decode(),
        "client_email": "lake@lake.iam.gserviceaccount.com",
        "token_uri": token_endpoint,
    }


#: What starts each server.
SERVERS = {"moto": _moto, "s3rver": _s3rver, "azurite": _azurite, "gcs": _gcs}


@contextmanager
def running(name: str) -> Iterator[Server]:
    """Start a server, and stop it at the end."""
    with SERVERS[name]() as server:
        yield server


@contextmanager
def _process(command: list[str], announces: str, **environment: str) -> Iterator[int]:
    """Start a server that chooses its own port; yield the port once it has printed it."""
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(
            command,
            env={**os.environ, "NODE_PATH": str(NODE_MODULES), **environment},
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            yield _port(process, output, announces)
        finally:
            process.kill()
            process.communicate()


def _port(process: subprocess.Popen[bytes], output: IO[str], announces: str) -> int:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        ended = process.poll() is not None
        output.seek(0)
        if found := re.search(announces, printed := output.read()):
            return int(found[1])
        if ended:
            raise RuntimeError(f"The server has ended: {printed}")
        time.sleep(0.05)
    raise RuntimeError(f"The server did not start: {printed}")
