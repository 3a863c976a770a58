"""A BigBlueButton server of our own: checks the checksum of every call as the real one does, and keeps what it was asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qsl, urlsplit

SECRET = "639259d4-9dd8-4b25-bf01-95f9567eaf4b"
CREATED_AT = "1531155809613"


def is_signed(address: str, secret: str = SECRET) -> bool:
    """Whether the last parameter is the SHA-256 of call name, the query before it, and the secret."""
    parts = urlsplit(address)
    query, _, checksum = parts.query.rpartition("&checksum=")
    return sha256(f"{parts.path.rsplit('/', 1)[-1]}{query}{secret}".encode()).hexdigest() == checksum


@dataclass
class FakeBigBlueButton:
    base: str = ""
    created: list[dict[str, str]] = field(default_factory=list)
    answer: str | None = None

    def respond(self, address: str) -> tuple[int, str]:
        if self.answer is not None:
            return 200, self.answer
        if urlsplit(address).path != "/bigbluebutton/api/create":
            return 404, "not found"
        if not is_signed(address):
            return 200, _response("FAILED", "<messageKey>checksumError</messageKey>")
        asked = dict(parse_qsl(urlsplit(address).query))
        self.created.append(asked)
        return 200, _response(
            "SUCCESS", f"<meetingID>{asked['meetingID']}</meetingID><createTime>{CREATED_AT}</createTime>"
        )


def _response(code: str, more: str) -> str:
    return f"<response><returncode>{code}</returncode>{more}</response>"


@contextmanager
def big_blue_button() -> Iterator[FakeBigBlueButton]:
    fake = FakeBigBlueButton()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = fake.respond(self.path)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_arguments: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    fake.base = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
