"""An application served from this process, for a browser that looks at many pages of it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, abort
from werkzeug.serving import WSGIRequestHandler, make_server

from senior_univ.core.errors import DomainError
from senior_univ.core.web import open_to_all


class QuietHandler(WSGIRequestHandler):
    """Logs nothing."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Not here."""


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The base URL of ``app``."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=QuietHandler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


ERROR_PAGES = {"404": 404, "403": 403, "400": 400, "413": 413, "409": 409, "500": 500, "503": 503}
"""Name of an error page → the status that it is answered with."""


def add_error_pages(app: Flask) -> None:
    """Routes that end in each of the application's error pages."""

    @app.get("/wrong/<int:status>")
    @open_to_all
    def wrong(status: int) -> str:
        if status == 500:
            raise RuntimeError("meant")
        if status == 409:
            raise DomainError(
                "full", "这个班已经满了。", suggestions=["3月12日上午9:30还有空位。", "3月13日下午2:30还有空位。"]
            )
        return abort(status)
