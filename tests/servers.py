"""The application as people meet it: gunicorn in a process of its own, on a free port of this machine."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parent.parent
SECONDS_TO_START = 30


@contextmanager
def serve(database_url: str, *arguments: str, application: str = "wsgi:app", **environment: str) -> Iterator[str]:
    """The base URL of a server on that database; settings by name, gunicorn's options as arguments."""
    port = _free_port()
    base = f"http://127.0.0.1:{port}"
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        application,
        "--bind",
        f"127.0.0.1:{port}",
        "--no-control-socket",
        "--threads",
        "4",
        *arguments,
    ]
    surroundings = os.environ | {"DATABASE_URL": database_url, "PUBLIC_URL": base} | environment
    server = subprocess.Popen(command, cwd=ROOT, env=surroundings)
    try:
        _wait_until_ready(base, server)
        yield base
    finally:
        server.terminate()
        server.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(base: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while server.poll() is None and time.monotonic() < deadline:
        try:
            httpx.get(f"{base}/healthz").raise_for_status()
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the server did not start")
