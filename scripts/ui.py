# SPDX-License-Identifier: Apache-2.0
"""
An Airflow to click through: the example Dags, and connections to all five vendors of a sandbox.

Everybody who reaches it is an administrator, so nothing of it listens on any address but 127.0.0.1. That is why its parts
run as single commands: ``airflow standalone`` starts log servers that listen on every address and have no option for it.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import time
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from local_airflow import ROOT, Parts, airflow, airflow_environment, keys, migrate, run

from airflow_provider_assistants.sandbox import Sandbox
from airflow_provider_assistants.vendors import all_vendors

HOME = Path(os.environ.get("UI_HOME", ROOT / ".ui")).absolute()
PORT = int(os.environ.get("PORT", "8080"))
SANDBOX_PORT = 8765
HOST = "127.0.0.1"


def main() -> None:
    """Run Airflow until it is interrupted, or until a part of it ends."""
    if not is_free(PORT):
        sys.exit(f"Port {PORT} of {HOST} is taken. Choose another one: make ui PORT={PORT + 1}")
    for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(stop, signal.default_int_handler)
    HOME.mkdir(parents=True, exist_ok=True)
    environment = (
        airflow_environment(HOME)
        | keys(HOME)
        | {
            "AIRFLOW__API__HOST": HOST,
            "AIRFLOW__API__PORT": str(PORT),
            "AIRFLOW__API__BASE_URL": f"http://localhost:{PORT}",
            "AIRFLOW__API__WORKERS": "1",
            "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://{HOST}:{PORT}/execution/",
        }
    )
    log = HOME / "airflow.log"
    print(f"Setting up an Airflow in {shown(HOME)} ...", flush=True)
    try:
        migrate(environment, log=log)
        with Sandbox(port=SANDBOX_PORT if is_free(SANDBOX_PORT) else 0, latency=0.05, assistants=340) as sandbox:
            store_connections(environment, sandbox, log)
            print("Keeping last night's snapshots, and letting a day pass in the sandbox ...", flush=True)
            pass_night(environment, sandbox, log)
            with Parts(environment, HOME) as parts:
                print("Starting Airflow ...", flush=True)
                for name, options in {
                    "api-server": ("--host", HOST, "--port", str(PORT)),
                    "scheduler": ("--skip-serve-logs",),
                    "dag-processor": (),
                    "triggerer": ("--skip-serve-logs",),
                }.items():
                    parts.start(name, *options)
                wait_until_up(parts)
                print(welcome(sandbox), flush=True)
                while True:
                    parts.check()
                    time.sleep(1)
    except KeyboardInterrupt:
        print("\nStopped.")


def store_connections(environment: dict[str, str], sandbox: Sandbox, log: Path) -> None:
    """Store a connection to the sandbox for each vendor."""
    connections = HOME / "connections.json"
    connections.write_text(
        json.dumps({vendor.default_conn_id: sandbox.connection(vendor.name) for vendor in all_vendors().values()})
    )
    airflow(environment, "connections", "import", "--overwrite", str(connections), log=log)


def pass_night(environment: dict[str, str], sandbox: Sandbox, log: Path) -> None:
    """Keep the snapshots of the night before, where assistants_changes looks for them, and change every account."""
    yesterday = f"{datetime.now(UTC) - timedelta(days=1):%Y-%m-%d}"
    program = str(Path(sys.executable).parent / "airflow-assistants")
    for vendor in all_vendors().values():
        conn_id = vendor.default_conn_id
        snapshot = f"{environment['ASSISTANTS_LAKE']}/snapshots/{yesterday}/{conn_id}.jsonl.gz"
        run([program, "list", conn_id, "--to", snapshot], environment, log=log)
        sandbox.pass_night(vendor.name)


def welcome(sandbox: Sandbox) -> str:
    """Return what there is to see, and how to make something happen."""
    first = next(row["id"] for row in sandbox.rows("burki") if row["is_active"])
    body = f'{{"vendor": "burki", "id": {first}, "status": "inactive"}}'
    return f"""
Airflow is at http://localhost:{PORT}, no password needed; only this machine reaches it. Its logs are in {shown(HOME)}.

- Dags > assistants_nightly: switch it on and trigger it. Its files, manifests and links are in the tasks.
- Dags > assistants_changes: switch it on and trigger it: some assistants came, went and were edited since last night. Its
  reports are in {shown(HOME / "lake" / "changes")}.
- Admin > Connections: the Test icon in a connection's row tests it; its message says what was seen.
- Dags > assistants_switched_off: switch it on; within a minute or two of this command, it runs for the change:
    curl -d '{body}' {sandbox.url}/_sandbox/status

The sandbox that stands in for the vendors is at {sandbox.url}. Stop all with Ctrl-C."""


def wait_until_up(parts: Parts) -> None:
    """Wait until Airflow responds and all of its parts are healthy."""
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        parts.check()
        try:
            with urllib.request.urlopen(f"http://{HOST}:{PORT}/api/v2/monitor/health", timeout=5) as response:
                if all(part.get("status") in ("healthy", None) for part in json.load(response).values()):
                    return
        except OSError:
            pass
        time.sleep(0.5)
    sys.exit(f"Airflow did not come up within five minutes; its logs are in {shown(HOME)}")


def is_free(port: int) -> bool:
    """Whether nothing listens on a port of this machine."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def shown(path: Path) -> str:
    """Return a path as a person in this folder would write it."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


if __name__ == "__main__":
    main()
