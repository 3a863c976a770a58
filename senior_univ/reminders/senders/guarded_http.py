"""An HTTP transport that looks at the claim's lease right before anything is written to the socket.

A check before the call would be too early: between it and the socket lie the making of the request, the look-up of the
name and the handshake, and a process that is stopped there would send, once it goes on, what another has sent meanwhile.
"""

from contextvars import ContextVar
from socket import socket
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from senior_univ.reminders.senders import Lease

lease_of_send: ContextVar[Lease | None] = ContextVar("lease_of_send", default=None)
"""The lease under which this thread sends; None while it asks, which may be done at any time."""


class LeaseOverError(Exception):
    """Nothing more was written: half of the lease is over."""


def write_within_lease(sock: socket, data: bytes) -> None:
    """Write ``data``, or raise LeaseOverError.

    A socket with a timeout is polled before it is written to, and the thread may wait there for its turn while the
    process is stopped: so it is made blocking before the look at the clock. A form of two kilobytes fits into its
    buffer.
    """
    lease, timeout = lease_of_send.get(), sock.gettimeout()
    sock.settimeout(None)
    try:
        if lease is not None and lease.is_half_over:
            raise LeaseOverError
        sock.sendall(data)
    finally:
        sock.settimeout(timeout)


class GuardedHTTPConnection(HTTPConnection):
    """A connection that writes only within the lease."""

    def send(self, data: Any) -> None:
        """Connect first, so that the guard stands directly before the write."""
        if self.sock is None:
            self.connect()
        write_within_lease(self.sock, data)


class GuardedHTTPSConnection(HTTPSConnection):
    """The same over TLS."""

    def send(self, data: Any) -> None:
        """Connect first, so that the guard stands directly before the write."""
        if self.sock is None:
            self.connect()
        write_within_lease(self.sock, data)


class GuardedHTTPPool(HTTPConnectionPool):
    """Connections that write only within the lease."""

    ConnectionCls = GuardedHTTPConnection


class GuardedHTTPSPool(HTTPSConnectionPool):
    """The same over TLS."""

    ConnectionCls = GuardedHTTPSConnection


class GuardedAdapter(HTTPAdapter):
    """For a requests session; tries nothing twice."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """The usual pools, of guarded connections."""
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": GuardedHTTPPool, "https": GuardedHTTPSPool}


def never_connected(error: BaseException) -> bool:
    """Whether no connection was made, so that nothing can have been sent."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    cause = error.args[0] if error.args else None
    reason = getattr(cause, "reason", cause)
    return isinstance(reason, NewConnectionError | NameResolutionError | ConnectTimeoutError)
