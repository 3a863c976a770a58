"""A provider in a process of its own: Twilio's Messages API by asyncio, fast enough for a thousand texts a second.

It accepts a text a moment after it came, whatever became of the client, answers a moment later, plays faults, and sends
signed receipts. What it accepted is the truth that a crash test compares with: ``GET /accepted``.

    python -m tests.crash.provider '{"before": 0.025, "after": 0.025, "faults": 0.01}'

prints its port once it listens, and ends with its standard input.
"""

import asyncio
import base64
import json
import random
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from twilio.request_validator import RequestValidator

ACCOUNT, TOKEN = "AC" + "0" * 32, "secret-of-the-fake"
ALLOWED = b"Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode())
FAULTS = ("hang", "reset", "500", "500-before", "429")
RECEIPTS = ("late", "doubled", "early", "failed")
REASONS = {200: "OK", 201: "Created", 401: "Unauthorized", 404: "Not Found", 429: "Too Many Requests", 500: "Error"}
REFUSALS = {429: 20429, 500: 20500, 401: 20003}


@dataclass
class Behaviour:
    """Seconds before a text is accepted and until it is answered; ``faults`` is the share of each fault, ``receipts``
    that of texts with receipts, which go to ``web``; ``hang`` is how long a hanging answer takes."""

    before: float = 0.025
    after: float = 0.025
    faults: float = 0.0
    hang: float = 4.0
    receipts: float = 0.0
    web: str = ""
    can_list: bool = True


@dataclass
class Provider:
    """What was accepted, and what is on its way back."""

    behaviour: Behaviour
    chance: random.Random = field(default_factory=lambda: random.Random(5))  # noqa: S311  # plays a provider
    by_phone: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    times: Counter[str] = field(default_factory=Counter)
    played: Counter[str] = field(default_factory=Counter)
    names: set[str] = field(default_factory=set)
    receipts: asyncio.Queue[tuple[str, dict[str, str]]] = field(default_factory=asyncio.Queue)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def fault(self) -> str | None:
        """One of the faults, each as often as the share says."""
        number = int(self.chance.random() / self.behaviour.faults) if self.behaviour.faults else len(FAULTS)
        return FAULTS[number] if number < len(FAULTS) else None

    async def take(self, line: "Line", form: dict[str, str]) -> None:
        """A text: accepted in any case but two."""
        fault = self.fault()
        self.played[fault or "none"] += 1
        if fault == "429":
            line.answer(429, refusal(429))
            return
        await asyncio.sleep(self.behaviour.before)
        if fault == "500-before":
            line.answer(500, refusal(500))
            return
        message = self._accept(form)
        late = self._report(form, message)
        await asyncio.sleep(self.behaviour.after)
        if fault == "reset":
            line.reset()
        elif fault == "500":
            line.answer(500, refusal(500))
        else:
            if fault == "hang":
                await asyncio.sleep(self.behaviour.hang)
            line.answer(201, message)
        for each in late:
            self._later(self._tell(*each))

    def _accept(self, form: dict[str, str]) -> dict[str, Any]:
        now = format_datetime(datetime.now(UTC))
        message = {
            "account_sid": ACCOUNT,
            "api_version": "2010-04-01",
            "body": form["Body"],
            "date_created": now,
            "date_sent": None,
            "date_updated": now,
            "direction": "outbound-api",
            "error_code": None,
            "error_message": None,
            "from": form.get("From"),
            "messaging_service_sid": None,
            "num_media": "0",
            "num_segments": "1",
            "price": None,
            "price_unit": "USD",
            "sid": f"SM{self.times.total():032x}",
            "status": "queued",
            "subresource_uris": {},
            "to": form["To"],
            "uri": "",
        }
        self.times[form["Body"]] += 1
        self.names.add(urlsplit(form.get("StatusCallback", "")).path.rpartition("/")[0])
        self.by_phone[form["To"]].append(message)
        return message

    def _report(self, form: dict[str, str], message: dict[str, Any]) -> list[tuple[float, str, dict[str, str]]]:
        """Receipts that come before the answer are sent at once; those for later are returned with their delay."""
        if not self.behaviour.web or self.chance.random() >= self.behaviour.receipts:
            return []
        path = urlsplit(form["StatusCallback"]).path
        share = self.behaviour.faults / self.behaviour.receipts
        number = int(self.chance.random() / share) if share else len(RECEIPTS)
        kind = RECEIPTS[number] if number < len(RECEIPTS) else "usual"
        self.played[f"{kind} receipt"] += 1
        end = "undelivered" if kind == "failed" else "delivered"
        code = {"ErrorCode": "30003"} if kind == "failed" else {}
        sent = {"MessageSid": message["sid"], "MessageStatus": "sent"}
        told = [(0.1, path, sent), (0.1, path, sent | {"MessageStatus": end} | code)]
        if kind == "early":
            self._later(self._tell(0, *told[1][1:]))
            return []
        if kind == "doubled":
            return [*told, *told]
        return [(5.0, *each[1:]) for each in told] if kind == "late" else told

    def _later(self, what: Any) -> None:
        task = asyncio.get_running_loop().create_task(what)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _tell(self, delay: float, path: str, form: dict[str, str]) -> None:
        await asyncio.sleep(delay)
        await self.receipts.put((path, form))

    async def post_receipts(self) -> None:
        """One of several that post receipts; one that fails is lost, as the provider's documentation says."""
        validator = RequestValidator(TOKEN)
        web = urlsplit(self.behaviour.web)
        while True:
            path, form = await self.receipts.get()
            signature = validator.compute_signature(self.behaviour.web + path, form)
            body = urlencode(form)
            head = (
                f"POST {path} HTTP/1.1\r\nHost: {web.netloc}\r\nConnection: close\r\n"
                f"X-Twilio-Signature: {signature}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                f"Content-Length: {len(body)}\r\n\r\n"
            )
            try:
                reader, writer = await asyncio.open_connection(web.hostname, web.port)
                writer.write((head + body).encode())
                answer = await asyncio.wait_for(reader.read(), 30)
                self.played[f"receipt answered {answer[9:12].decode()}"] += 1
                writer.close()
            except (OSError, TimeoutError):
                self.played["receipt lost"] += 1

    def listed(self, asked: dict[str, str]) -> dict[str, Any]:
        """The texts to one number, the newest first."""
        return {
            "messages": self.by_phone[asked["To"]][::-1],
            "page": 0,
            "page_size": 100,
            "next_page_uri": None,
            "uri": "",
        }

    def truth(self) -> dict[str, Any]:
        """What a test asks for in the end."""
        twice = [body for body, times in self.times.items() if times > 1]
        return {"accepted": self.times.total(), "twice": twice, "names": sorted(self.names), "played": self.played}


def refusal(status: int) -> dict[str, Any]:
    return {"code": REFUSALS[status], "message": REASONS[status], "status": status}


class Line(asyncio.Protocol):
    """One connection of a client, which sends a request, waits for its answer, and may send another."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self.received = b""
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]

    def connection_lost(self, _error: Exception | None) -> None:
        self.transport = None

    def data_received(self, data: bytes) -> None:
        self.received += data
        head, end, body = self.received.partition(b"\r\n\r\n")
        if not end:
            return
        lines = head.split(b"\r\n")
        headers = {name.lower(): value for name, _colon, value in (line.partition(b": ") for line in lines[1:])}
        size = int(headers.get(b"content-length", 0))
        if len(body) >= size:
            self.received = body[size:]
            method, path, _version = lines[0].decode().split(" ")
            self._handle(method, path, headers, body[:size])

    def _handle(self, method: str, path: str, headers: dict[bytes, bytes], body: bytes) -> None:
        provider = self.provider
        if path == "/accepted":
            self.answer(200, provider.truth())
        elif path == "/count":
            self.answer(200, {"accepted": provider.times.total()})
        elif headers.get(b"authorization") != ALLOWED:
            self.answer(401, refusal(401))
        elif method == "POST":
            provider._later(provider.take(self, dict(parse_qsl(body.decode()))))
        elif provider.behaviour.can_list:
            self.answer(200, provider.listed(dict(parse_qsl(urlsplit(path).query))))
        else:
            self.answer(500, refusal(500))

    def answer(self, status: int, content: dict[str, Any]) -> None:
        body = json.dumps(content).encode()
        head = f"HTTP/1.1 {status} {REASONS[status]}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        if self.transport is not None:
            self.transport.write(head.encode() + body)

    def reset(self) -> None:
        if self.transport is not None:
            self.transport.abort()


async def main(behaviour: Behaviour) -> None:
    """Serve until standard input ends."""
    provider = Provider(behaviour)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(partial(Line, provider), "127.0.0.1", 0, backlog=512)
    posting = [loop.create_task(provider.post_receipts()) for _number in range(8 if behaviour.web else 0)]
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await loop.run_in_executor(None, sys.stdin.read)
    for each in posting:
        each.cancel()
    server.close()


if __name__ == "__main__":
    asyncio.run(main(Behaviour(**json.loads(sys.argv[1]) if sys.argv[1:] else {})))
