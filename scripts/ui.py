# SPDX-License-Identifier: Apache-2.0
"""An Airflow to click through: the example Dags, and connections to all five vendors of a sandbox."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from local_airflow import ROOT, airflow, airflow_environment, migrate

from airflow_provider_assistants.sandbox import Sandbox
from airflow_provider_assistants.vendors import all_vendors

HOME = ROOT / ".ui"
PORT = int(os.environ.get("PORT", "8080"))


def main() -> None:
    """Run Airflow until it is interrupted."""
    environment = airflow_environment(HOME) | {
        "AIRFLOW__API__PORT": str(PORT),
        "AIRFLOW__API__BASE_URL": f"http://localhost:{PORT}",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://localhost:{PORT}/execution/",
    }
    # However this is stopped, Airflow stops with it.
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, signal.default_int_handler)
    log = HOME / "airflow.log"
    print("Setting up an Airflow in .ui ...", flush=True)
    migrate(environment, log=log)
    with Sandbox(latency=0.05, assistants=340) as sandbox:
        connections = HOME / "connections.json"
        connections.write_text(
            json.dumps({vendor.default_conn_id: sandbox.connection(vendor.name) for vendor in all_vendors().values()})
        )
        airflow(environment, "connections", "import", "--overwrite", str(connections), log=log)
        command = [str(Path(sys.executable).parent / "airflow"), "standalone"]
        with log.open("a") as output:
            process = subprocess.Popen(command, env=environment, stdout=output, stderr=output, start_new_session=True)
        try:
            print("Starting Airflow ...", flush=True)
            wait_until_up(process, log)
            print(f"\nAirflow is at http://localhost:{PORT}, no password needed. Its log is in .ui/airflow.log.")
            print("Look at Dags > assistants_nightly (switch it on and trigger it), and at Admin > Connections,")
            print("where each vendor's connection can be edited and tested.")
            print("Switch on assistants_switched_off too; within a minute or two of this, it runs for the change:")
            first = next(row["id"] for row in sandbox.rows("burki") if row["is_active"])
            body = f'{{"vendor": "burki", "id": {first}, "status": "inactive"}}'
            print(f"  curl -d '{body}' {sandbox.url}/_sandbox/status")
            print(f"The sandbox behind them is at {sandbox.url}/_sandbox/. Stop with Ctrl-C.", flush=True)
            process.wait()
        except KeyboardInterrupt:
            print("\nStopping ...")
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGINT)
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


def wait_until_up(process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until Airflow answers."""
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline:
        if process.poll() is not None:
            sys.exit(f"Airflow stopped by itself; see {log}")
        try:
            with urllib.request.urlopen(f"http://localhost:{PORT}/api/v2/monitor/health", timeout=2):
                return
        except OSError:
            time.sleep(0.5)
    sys.exit(f"Airflow did not come up within three minutes; see {log}")


if __name__ == "__main__":
    main()
