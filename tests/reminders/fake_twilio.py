"""Twilio's Messages and Calls APIs over HTTP on this machine, as its documentation describes it, with faults to order.

It accepts a text and answers a moment later, and accepts it even if the client has died meanwhile. ``accepted`` is the
truth that tests compare with.
"""

import base64
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

ACCOUNT, TOKEN = "AC" + "0" * 32, "secret-of-the-fake"
ERRORS = {
    20003: (401, "Authenticate"),
    20429: (429, "Too Many Requests"),
    21211: (400, "Invalid 'To' Phone Number"),
    21606: (400, "The 'From' phone number provided is not a valid message-capable Twilio phone number"),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21614: (400, "'To' number is not a valid mobile number"),
}


@dataclass
class Fake:
    """What the fake was sent and how it behaves; ``fault(form)`` names one for a request, or None."""

    url: str = ""
    before: float = 0.0
    after: float = 0.0
    fault: Callable[[dict[str, str]], str | int | None] = lambda _form: None
    can_list: bool = True
    price: str | None = None
    accepted: list[dict[str, Any]] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)
    requests: list[dict[str, str]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def accept(self, form: dict[str, str]) -> dict[str, Any]:
        with self.lock:
            message = {
                "account_sid": ACCOUNT,
                "api_version": "2010-04-01",
                "body": form["Body"],
                "date_created": format_datetime(datetime.now(UTC)),
                "date_sent": None,
                "date_updated": format_datetime(datetime.now(UTC)),
                "direction": "outbound-api",
                "error_code": None,
                "error_message": None,
                "from": form.get("From"),
                "messaging_service_sid": form.get("MessagingServiceSid"),
                "num_media": "0",
                "num_segments": "1",
                "price": self.price,
                "price_unit": "USD",
                "sid": f"SM{len(self.accepted):032x}",
                "status": "queued",
                "subresource_uris": {},
                "to": form["To"],
                "uri": "",
            }
            self.accepted.append(message)
        return message

    def call(self, form: dict[str, str]) -> dict[str, Any]:
        with self.lock:
            call = {
                "account_sid": ACCOUNT,
                "api_version": "2010-04-01",
                "date_created": format_datetime(datetime.now(UTC)),
                "date_updated": None,
                "direction": "outbound-api",
                "duration": None,
                "end_time": None,
                "from": form["From"],
                "price": None,
                "price_unit": "USD",
                "queue_time": "0",
                "sid": f"CA{len(self.calls):032x}",
                "start_time": None,
                "status": "queued",
                "subresource_uris": {},
                "to": form["To"],
                "uri": "",
            }
            self.calls.append(call)
        return call

    def times(self) -> Counter[tuple[str, str]]:
        """How often each text was accepted."""
        with self.lock:
            return Counter((each["to"], each["body"]) for each in self.accepted)


@contextmanager
def fake_twilio(**behaviour: Any) -> Iterator[Fake]:
    """A fake on a free port of this machine."""
    fake = Fake(**behaviour)
    server = _Server(("127.0.0.1", 0), _Handler)
    server.fake = fake
    fake.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    fake: Fake
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that was killed is what the tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if not self._is_allowed() or len(body) < int(self.headers["Content-Length"]):
            return
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        fake = self.server.fake
        fake.requests.append(form)
        fault = fake.fault(form)
        if isinstance(fault, int):
            self._refuse(fault)
            return
        time.sleep(fake.before)
        if fault == "500-before":
            self._answer(500, {"code": 20500, "message": "Internal Server Error", "status": 500})
            return
        message = fake.call(form) if self._is_of_calls() else fake.accept(form)
        time.sleep(fake.after)
        if fault == "reset":
            self.close_connection = True
            self.connection.close()
        elif fault == "hang":
            time.sleep(3)
        elif fault == "500":
            self._answer(500, {"code": 20500, "message": "Internal Server Error", "status": 500})
        else:
            self._answer(201, message)

    def do_GET(self) -> None:
        if not self._is_allowed():
            return
        fake = self.server.fake
        if not fake.can_list:
            self._answer(500, {"code": 20500, "message": "Internal Server Error", "status": 500})
            return
        asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        with fake.lock:
            kept = fake.calls if self._is_of_calls() else fake.accepted
            found = [each for each in reversed(kept) if each["to"] == asked["To"]]
        size, number = int(asked["PageSize"]), int(asked.get("Page", 0))
        following = {"To": asked["To"], "PageSize": size, "Page": number + 1}
        more = f"{urlsplit(self.path).path}?{urlencode(following)}" if found[size * (number + 1) :] else None
        shown = found[size * number : size * (number + 1)]
        self._answer(
            200,
            {
                ("calls" if self._is_of_calls() else "messages"): shown,
                "page": number,
                "page_size": size,
                "next_page_uri": more,
                "uri": self.path,
            },
        )

    def _is_of_calls(self) -> bool:
        return urlsplit(self.path).path.endswith("/Calls.json")

    def _is_allowed(self) -> bool:
        expected = "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        root = f"/2010-04-01/Accounts/{ACCOUNT}"
        paths = (f"{root}/Messages.json", f"{root}/Calls.json")
        if self.headers["Authorization"] != expected or urlsplit(self.path).path not in paths:
            self._refuse(20003)
            return False
        return True

    def _refuse(self, code: int) -> None:
        status, words = ERRORS[code]
        more_info = f"https://www.twilio.com/docs/errors/{code}"
        self._answer(status, {"code": code, "message": words, "more_info": more_info, "status": status})

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_arguments: Any) -> None:
        """Say nothing."""


def environment(fake: Fake, **more: str) -> dict[str, str]:
    """The settings with which the application speaks to the fake."""
    return {
        "SMS_SENDER": "twilio",
        "TWILIO_API_URL": fake.url,
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_FROM": "+15005550006",
        "PUBLIC_URL": "https://learn.example.org",
    } | more
