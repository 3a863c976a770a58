"""What a first visit carries over the wire, and what a server keeps in memory."""

import gzip
import re
from urllib.parse import urljoin, urlsplit

from tests.bench.client import call, get
from tests.bench.figures import Figure
from tests.bench.processes import of_server, pss
from tests.bench.tickets import Ticket

LINKED = (
    re.compile(r'<(?:link|script|img|source)\b[^>]*?\b(?:href|src)="([^"]+)"', re.DOTALL),
    re.compile(r'(?:url\(\s*["\']?|@import\s+["\'])([^"\')]+)'),
    re.compile(r'\b(?:import|from)\s*\(?\s*["\'](\.[^"\']+)["\']'),
)
"""What a page, a style sheet and a script load."""


def linked(path: str, body: bytes) -> set[str]:
    """The addresses of this site that what is at ``path`` loads."""
    kinds = {".css": LINKED[1:2], ".js": LINKED[2:]}
    patterns = kinds.get(path[path.rfind(".") :], LINKED[:1])
    text = body.decode("utf-8", "replace")
    found = {urljoin(path, address) for pattern in patterns for address in pattern.findall(text)}
    return {address for address in found if not urlsplit(address).netloc and not address.startswith("data:")}


def first_page(base: str, learner: Ticket) -> Figure:
    """Every byte of a learner's home with nothing in the browser's store: page, style, script, icons."""
    sizes: dict[str, int] = {}
    waiting = {"/"}
    while waiting:
        path = waiting.pop()
        answer = call(base, [get(path, learner.cookie)], 1).must_be(200).answers[0]
        sizes[path] = len(gzip.compress(answer.body))
        if path == "/" or path.split("?")[0].endswith((".css", ".js")):
            waiting |= linked(path.split("?")[0], answer.body) - sizes.keys()
    return Figure("first_page_kb", sum(sizes.values()) / 1000, "kB", aim="≤ 60")


def memory(base: str, requests: list[bytes]) -> Figure:
    """What the master and its workers keep after so many requests."""
    for answer in call(base, requests).answers:
        if answer.status >= 400:
            raise RuntimeError(f"{answer.status}: {answer.body[:500]!r}")
    return Figure("memory_mb", pss(of_server(base)), "MB", aim="≤ 220")
