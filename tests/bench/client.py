"""Eight people at once. One thread and bare sockets, so that the servers, not the client, set the pace."""

import re
import selectors
import socket
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from statistics import quantiles
from urllib.parse import urlencode, urlsplit

CLIENTS = 8
SECONDS_TO_ANSWER = 30
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
LOCATION = re.compile(rb"\r\nlocation: *([^\r]*)", re.IGNORECASE)
CLOSES = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)


def get(path: str, cookie: str = "") -> bytes:
    """A request for a page, as it goes over the wire."""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{_cookie(cookie)}\r\n".encode()


def post(path: str, cookie: str = "", **fields: str) -> bytes:
    """A form, sent."""
    body = urlencode(fields)
    kind = "Content-Type: application/x-www-form-urlencoded\r\n"
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{_cookie(cookie)}{kind}Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


def _cookie(cookie: str) -> str:
    return f"Cookie: {cookie}\r\n" if cookie else ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, after how long, and when (both in seconds, the latter since the round began)."""

    status: int
    location: str
    body: bytes
    took: float
    at: float


@dataclass
class Round:
    """Every answer to one lot of requests; ``busy`` is the part of the time in which the client itself computed."""

    answers: list[Answer] = field(default_factory=list)
    seconds: float = 0.0
    busy: float = 0.0

    @property
    def rate(self) -> float:
        """Answers per second."""
        return len(self.answers) / self.seconds

    @property
    def p95(self) -> float:
        """Milliseconds within which 95 of 100 were answered."""
        return quantiles((answer.took for answer in self.answers), n=20)[-1] * 1000

    def must_be(self, status: int) -> "Round":
        """Itself; RuntimeError where any answer has another status, since its time would say nothing."""
        for answer in self.answers:
            if answer.status != status:
                raise RuntimeError(f"{answer.status} instead of {status}: {answer.location} {answer.body[:2000]!r}")
        return self


class _Caller:
    """One client, who sends the next request as soon as the last is answered."""

    def __init__(self, address: tuple[str, int], requests: Iterator[bytes], began: float) -> None:
        self.address, self.requests, self.began = address, requests, began
        self.socket: socket.socket | None = None
        self.sent_at = 0.0
        self.received = b""

    def send_next(self) -> bool:
        """Send; False where nothing is left to send."""
        request = next(self.requests, None)
        if request is None:
            self.hang_up()
            return False
        if self.socket is None:
            self.socket = socket.create_connection(self.address, SECONDS_TO_ANSWER)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b""
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)
        return True

    def hang_up(self) -> None:
        """Close the connection."""
        if self.socket is not None:
            self.socket.close()
        self.socket = None

    def receive(self) -> Answer | None:
        """Read what is there; the answer once it is whole."""
        part = self.socket.recv(1 << 18) if self.socket else b""
        if not part:
            raise RuntimeError(f"the server closed the connection, having said {self.received[:200]!r}")
        self.received += part
        head, end, body = self.received.partition(b"\r\n\r\n")
        length = LENGTH.search(head)
        if not end or length is None or len(body) < int(length[1]):
            return None
        if CLOSES.search(head):
            self.hang_up()
        now = time.perf_counter()
        location = LOCATION.search(head)
        return Answer(
            int(head[9:12]), location[1].decode() if location else "", body, now - self.sent_at, now - self.began
        )


def call(base: str, requests: Iterable[bytes], clients: int = CLIENTS) -> Round:
    """Send ``requests``, ``clients`` at a time, to the server at ``base``."""
    parts = urlsplit(base)
    left = iter(requests)
    round_ = Round()
    began, computed = time.perf_counter(), time.process_time()
    with selectors.DefaultSelector() as selector:
        for _ in range(clients):
            _go_on(selector, _Caller((parts.hostname or "", parts.port or 80), left, began))
        while selector.get_map():
            ready = selector.select(SECONDS_TO_ANSWER)
            if not ready:
                raise RuntimeError(f"{base} does not answer")
            for key, _events in ready:
                _hear(selector, key, round_.answers)
    round_.seconds = time.perf_counter() - began
    round_.busy = (time.process_time() - computed) / round_.seconds
    return round_


def _go_on(selector: selectors.BaseSelector, caller: _Caller) -> None:
    if caller.send_next() and caller.socket is not None:
        selector.register(caller.socket, selectors.EVENT_READ, caller)


def _hear(selector: selectors.BaseSelector, key: selectors.SelectorKey, answers: list[Answer]) -> None:
    answer = key.data.receive()
    if answer is not None:
        selector.unregister(key.fileobj)
        answers.append(answer)
        _go_on(selector, key.data)
