"""The processes of a crash test: the provider, and scheduler processes that are killed, stopped and started again."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

import httpx

from tests.crash.provider import ACCOUNT, TOKEN, Behaviour
from tests.servers import ROOT


class RunningProvider:
    """The provider's process, at ``url``."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout
        self.process = process
        self.url = f"http://127.0.0.1:{int(process.stdout.readline())}"
        self.client = httpx.Client(base_url=self.url, timeout=60)

    def count(self) -> int:
        """How many texts it has accepted so far, the same one twice counted twice."""
        return int(self.client.get("/count").json()["accepted"])

    def truth(self) -> dict[str, Any]:
        """Everything it accepted."""
        return dict(self.client.get("/accepted").json())

    def environment(self, **more: str) -> dict[str, str]:
        """The settings by which a worker speaks to it."""
        return {
            "SMS_SENDER": "twilio",
            "TWILIO_API_URL": self.url,
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_FROM": "+15005550006",
        } | more


@contextmanager
def provider(behaviour: Behaviour) -> Iterator[RunningProvider]:
    """A provider that behaves like this, until the block ends."""
    command = [sys.executable, "-m", "tests.crash.provider", json.dumps(asdict(behaviour))]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    running = RunningProvider(process)
    try:
        yield running
    finally:
        running.client.close()
        process.communicate()


class Workers:
    """Scheduler processes that share a database and a provider."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.surroundings = os.environ | environment
        self.running: list[subprocess.Popen[bytes]] = []
        self.stopped: dict[int, subprocess.Popen[bytes]] = {}

    def start(self) -> subprocess.Popen[bytes]:
        """One more."""
        command = [sys.executable, "-m", "tests.crash.worker"]
        worker = subprocess.Popen(command, cwd=ROOT, env=self.surroundings, stderr=subprocess.DEVNULL)
        self.running.append(worker)
        return worker

    def kill(self, worker: subprocess.Popen[bytes]) -> None:
        """End it at once, whatever it is doing."""
        worker.kill()
        worker.wait()
        self.running.remove(worker)

    def halt(self, worker: subprocess.Popen[bytes]) -> None:
        """Let it stand still."""
        worker.send_signal(signal.SIGSTOP)
        self.running.remove(worker)
        self.stopped[worker.pid] = worker

    def go_on(self, worker: subprocess.Popen[bytes]) -> None:
        """Let it go on as though nothing had been."""
        worker.send_signal(signal.SIGCONT)
        self.running.append(self.stopped.pop(worker.pid))

    def end(self) -> None:
        """End all in good order."""
        for worker in list(self.stopped.values()):
            self.go_on(worker)
        for worker in self.running:
            worker.terminate()
        for worker in self.running:
            try:
                worker.wait(60)
            except subprocess.TimeoutExpired:
                worker.kill()
                worker.wait()


@contextmanager
def workers(environment: dict[str, str], count: int) -> Iterator[Workers]:
    """So many workers with these settings, until the block ends."""
    started = Workers(environment)
    try:
        for _number in range(count):
            started.start()
        yield started
    finally:
        started.end()
