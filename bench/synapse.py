"""Matrix Synapse, the other self-hosted chat in Python: how many sends per second it acknowledges."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import subprocess
import sys
import tempfile
import time
import venv
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bench.peers import running
from bench.tools import BUILT, Missing
from tests.services import free_port

ROOMS = 10
SECONDS = 10
CONFIG = """
server_name: bench
pid_file: {folder}/pid
signing_key_path: {folder}/signing.key
log_config: {folder}/log.yaml
report_stats: false
registration_shared_secret: bench
macaroon_secret_key: bench
form_secret: bench
suppress_key_server_warning: true
trusted_key_servers: []
database: {{name: sqlite3, args: {{database: {folder}/homeserver.db}}}}
listeners: [{{port: {port}, bind_addresses: [127.0.0.1], type: http, resources: [{{names: [client]}}]}}]
rc_message: {{per_second: 100000, burst_count: 100000}}
rc_registration: {{per_second: 100000, burst_count: 100000}}
rc_joins: {{local: {{per_second: 100000, burst_count: 100000}}}}
rc_login: {{address: {{per_second: 100000, burst_count: 100000}}, account: {{per_second: 100000, burst_count: 100000}}}}
rc_room_creation: {{per_second: 100000, burst_count: 100000}}
"""
LOG = "version: 1\nroot: {level: ERROR}\ndisable_existing_loggers: true\n"


def sends_per_second() -> float:
    """Ten rooms, one writer each, each waiting for its acknowledgement; nobody listens, which is in its favour."""
    with tempfile.TemporaryDirectory(prefix="chat-synapse-") as name:
        folder, port = Path(name), free_port()
        (folder / "config").write_text(CONFIG.format(folder=folder, port=port))
        (folder / "log.yaml").write_text(LOG)
        command = [str(_installed()), "-m", "synapse.app.homeserver", "-c", str(folder / "config")]
        subprocess.run([*command, "--generate-keys"], check=True, capture_output=True, cwd=folder)
        with running(command, port), ThreadPoolExecutor(ROOMS) as pool:
            writers = list(pool.map(lambda number: _Writer(port, number), range(ROOMS)))
            until = time.monotonic() + SECONDS
            sent: int = sum(pool.map(lambda writer: writer.send_until(until), writers))
            return sent / SECONDS


def _installed() -> Path:
    """The Python of an environment with Synapse in it."""
    folder = BUILT / "synapse"
    python = folder / "bin" / "python"
    if not (folder / "installed").exists():
        venv.create(folder, with_pip=True, clear=True)
        command = [str(python), "-m", "pip", "install", "-q", "matrix-synapse"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Missing(f"Synapse from PyPI: {done.stderr.strip()[-300:]}")
        (folder / "installed").touch()
    return python


class _Writer:
    """Somebody with a room of their own."""

    def __init__(self, port: int, number: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers: dict[str, str] = {}
        nonce = self._ask("GET", "/_synapse/admin/v1/register")["nonce"]
        name = f"writer{number}"
        told = "\0".join((nonce, name, "secret", "notadmin")).encode()
        mac = hmac.new(b"bench", told, hashlib.sha1).hexdigest()
        person = {"nonce": nonce, "username": name, "password": "secret", "mac": mac}
        token = self._ask("POST", "/_synapse/admin/v1/register", person)["access_token"]
        self._headers = {"Authorization": f"Bearer {token}"}
        self._room = self._ask("POST", "/_matrix/client/v3/createRoom", {"preset": "public_chat"})["room_id"]

    def send_until(self, moment: float) -> int:
        sent = 0
        while time.monotonic() < moment:
            place = f"/_matrix/client/v3/rooms/{self._room}/send/m.room.message/{sent}"
            self._ask("PUT", place, {"msgtype": "m.text", "body": f"message {sent} {'x' * 60}"})
            sent += 1
        return sent

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        self._connection.request(method, path, json.dumps(body) if body else None, self._headers)
        answer = self._connection.getresponse()
        told = json.load(answer)
        if answer.status != 200:
            raise RuntimeError(f"Synapse: {path} answered {answer.status}: {told}")
        return told


if __name__ == "__main__":
    sys.stdout.write(f"{sends_per_second():.1f} sends per second\n")
