#!/usr/bin/env python3
"""Lets other people's clients loose on a demo clinic: each does what it does against the FHIR endpoint, and says what it
found wrong. `tests/run fhir` installs them and calls this.

    run.py BINARY NODE NODE_PACKAGES [CLIENT...]
"""

import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).parent
# In this order: what the first ones write, and get through, is among what is collected, validated and exported.
CLIENTS = [
    "renderer.mjs",
    "fhirclient_reads_and_writes.py",
    "fhirpy_reads_and_writes.py",
    "fhir_kit_client.mjs",
    "mllp.py",
    "every_interaction.py",
    "scopes.py",
    "hostile_requests.py",
    "hostile_bodies.py",
    "mutated.py",
    "writing_twice.py",
    "collect.py",
    "validate_by_schema_and_models.py",
    "validate_by_definitions.mjs",
    "smart_fetch.py",
]
# Longer than any client takes, in seconds.
PATIENCE = 180


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(name, command, folder, ready, **more):
    """Starts a part of the service and waits until it answers."""
    log = open(folder / f"{name}.log", "w")
    part = subprocess.Popen(command, stdout=log, stderr=log, env=os.environ | more)
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"{ready}/readyz", timeout=2):
                return part
        except OSError:
            if part.poll() is not None:
                break
            time.sleep(0.2)
    part.kill()
    sys.exit(f"{name} did not start:\n{(folder / f'{name}.log').read_text()}")


def end(part):
    """Asks a part to end; whether it did so by itself and well."""
    part.send_signal(signal.SIGTERM)
    try:
        return part.wait(30) == 0
    except subprocess.TimeoutExpired:
        part.kill()
        return False


def run(client, node, environment):
    """Runs one client; whether it found nothing wrong."""
    began = time.monotonic()
    program = [node] if client.endswith(".mjs") else [sys.executable, "-B"]
    try:
        code = subprocess.run(
            [*program, HERE / client], env=environment, timeout=PATIENCE, check=False
        ).returncode
    except subprocess.TimeoutExpired:
        print(f"FAULT not done after {PATIENCE} s")
        code = 1
    print(f"   {client}: {'well' if code == 0 else 'NOT WELL'}, {time.monotonic() - began:.1f} s", flush=True)
    return code == 0


def main():
    binary, node, packages, *chosen = sys.argv[1:]
    folder = pathlib.Path(tempfile.mkdtemp(prefix="foreword-clients-"))
    demo, port, second, mllp = folder / "demo", free_port(), free_port(), free_port()
    database = f"sqlite://{demo / 'foreword.db'}"
    command = [binary, "demo", "--dir", demo, "--port", str(port)]
    parts = [start("demo", command, folder, f"http://127.0.0.1:{port}")]
    failed = []
    try:
        # The demo does not listen for HL7 v2; a second process on its database does.
        listening = {
            "FOREWORD__FEEDS__MLLP_LISTEN": f"127.0.0.1:{mllp}",
            "FOREWORD__HTTP__LISTEN": f"127.0.0.1:{second}",
        }
        command = [binary, "--database", database, "serve", "--only", "web"]
        parts.append(start("listener", command, folder, f"http://127.0.0.1:{second}", **listening))
        scope = ["api-client", "add", "clients", "--scope", "system/*.cruds"]
        token = subprocess.run(
            [binary, "--database", database, *scope], capture_output=True, text=True, check=True
        )
        told = json.loads((demo / "demo.json").read_text())
        environment = os.environ | {
            "FOREWORD_FHIR": told["api"]["url"],
            "FOREWORD_TOKEN": token.stdout.strip(),
            "FOREWORD_DEMO": str(demo / "demo.json"),
            "FOREWORD_DATABASE": database,
            "FOREWORD_BIN": binary,
            "FOREWORD_MLLP": f"127.0.0.1:{mllp}",
            "FOREWORD_FOLDER": str(folder),
            "FOREWORD_NODE_PACKAGES": packages,
        }
        failed = [client for client in chosen or CLIENTS if not run(client, node, environment)]
    finally:
        ended = [end(part) for part in parts]
    for name in ("demo", "listener"):
        lines = [
            line
            for line in (folder / f"{name}.log").read_text().splitlines()
            if "ERROR" in line or "panicked" in line
        ]
        if lines:
            failed.append(f"the log of the {name}: {lines[:3]}")
    if not all(ended):
        failed.append("the end of the service")
    if failed:
        sys.exit(f"Not well: {', '.join(failed)}. What was seen is in {folder}")
    shutil.rmtree(folder)


main()
