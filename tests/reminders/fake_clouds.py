"""Alibaba Cloud's and Tencent Cloud's APIs over HTTP on this machine, as their SDKs speak to them, with faults to order.

Each checks who asks by the signature that the SDK made, keeps what it accepted, and lists it when asked.
"""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit
from zoneinfo import ZoneInfo

KEY_ID, KEY_SECRET = "LTAI-of-the-fake", "secret-of-the-fake"
WEBHOOK_SECRET = "a-secret-of-the-address"
CHINA = ZoneInfo("Asia/Shanghai")


@dataclass
class Cloud:
    """What the fake was sent and how it behaves; ``fault(asked)`` is a code, a name of a fault, or None."""

    url: str = ""
    fault: Callable[[dict[str, Any]], str | None] = lambda _asked: None
    can_list: bool = True
    names_attempts: bool = True
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    accepted: list[dict[str, Any]] = field(default_factory=list)

    def actions(self) -> list[str]:
        return [action for action, _asked in self.asked]


class _Server(ThreadingHTTPServer):
    cloud: Cloud
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that gave up is what the tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        action, asked = self.read(body)
        cloud = self.server.cloud
        cloud.asked.append((action, asked))
        if not self.is_signed(body):
            self.refuse_signature()
            return
        fault = cloud.fault(asked) if action in ("SendSms", "SingleCallByTts") else None
        if fault == "500-before":
            self.answer(500, {"Code": "InternalError", "Message": "Oops", "RequestId": "R"})
        elif fault in ("reset", "hang", "500"):
            self.act(action, asked)
            self.go_wrong(fault)
        elif fault:
            self.refuse(fault)
        elif action.startswith(("Query", "Pull")) and not cloud.can_list:
            self.answer(500, {"Code": "InternalError", "Message": "Oops", "RequestId": "R"})
        else:
            self.answer(200, self.act(action, asked))

    def go_wrong(self, fault: str) -> None:
        if fault == "reset":
            self.close_connection = True
            self.connection.close()
        elif fault == "hang":
            time.sleep(2)
        else:
            self.answer(500, {"Code": "InternalError", "Message": "Oops", "RequestId": "R"})

    def answer(self, status: int, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_arguments: Any) -> None:
        """Say nothing."""

    def read(self, body: bytes) -> tuple[str, dict[str, Any]]:
        raise NotImplementedError

    def is_signed(self, body: bytes) -> bool:
        raise NotImplementedError

    def refuse_signature(self) -> None:
        raise NotImplementedError

    def refuse(self, code: str) -> None:
        raise NotImplementedError

    def act(self, action: str, asked: dict[str, Any]) -> dict[str, Any]:
        raise NotImplementedError


class _Aliyun(_Handler):
    """RPC style: everything in the query, the action in a header, ACS3-HMAC-SHA256."""

    def read(self, body: bytes) -> tuple[str, dict[str, Any]]:
        return self.headers["x-acs-action"], dict(parse_qsl(urlsplit(self.path).query))

    def is_signed(self, body: bytes) -> bool:
        given = dict(part.split("=", 1) for part in self.headers["Authorization"].split(" ", 1)[1].split(","))
        names = given["SignedHeaders"].split(";")
        query = "&".join(
            f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}"
            for name, value in sorted(parse_qsl(urlsplit(self.path).query))
        )
        headers = "".join(f"{name}:{self.headers[name].strip()}\n" for name in names)
        payload = hashlib.sha256(body).hexdigest()
        wanted = f"POST\n/\n{query}\n{headers}\n{';'.join(names)}\n{payload}"
        to_sign = "ACS3-HMAC-SHA256\n" + hashlib.sha256(wanted.encode()).hexdigest()
        signature = hmac.new(KEY_SECRET.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
        return given["Credential"] == KEY_ID and hmac.compare_digest(given["Signature"], signature)

    def refuse_signature(self) -> None:
        self.answer(
            400, {"Code": "SignatureDoesNotMatch", "Message": "Specified signature does not match.", "RequestId": "R"}
        )

    def refuse(self, code: str) -> None:
        status = 400 if code.startswith("Throttling") or "." not in code else 200
        self.answer(status, {"Code": code, "Message": "no", "RequestId": "R"})

    def act(self, action: str, asked: dict[str, Any]) -> dict[str, Any]:
        return {"RequestId": "R", "Code": "OK", "Message": "OK"} | getattr(self, action)(asked)

    def SendSms(self, asked: dict[str, Any]) -> dict[str, Any]:  # noqa: N802  # as the API calls it
        biz_id = f"9006195^{len(self.server.cloud.accepted)}"
        at = datetime.now(CHINA)
        kept = {"biz_id": biz_id, "day": f"{at:%Y%m%d}", "status": 1, "err": "", "at": f"{at:%Y-%m-%d %H:%M:%S}"}
        self.server.cloud.accepted.append(asked | kept)
        return {"BizId": biz_id}

    def QuerySendDetails(self, asked: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        found = [
            each
            for each in self.server.cloud.accepted
            if each["PhoneNumbers"] == asked["PhoneNumber"] and each["day"] == asked["SendDate"]
        ]
        size, page = int(asked["PageSize"]), int(asked["CurrentPage"])
        shown = [
            {
                "PhoneNum": each["PhoneNumbers"],
                "SendStatus": each["status"],
                "ErrCode": each["err"],
                "TemplateCode": each["TemplateCode"],
                "Content": "【…】…",
                "SendDate": each["at"],
                "OutId": each["OutId"],
            }
            for each in found[size * (page - 1) : size * page]
        ]
        return {"TotalCount": str(len(found)), "SmsSendDetailDTOs": {"SmsSendDetailDTO": shown}}

    def SingleCallByTts(self, asked: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        call_id = f"116012854210^{len(self.server.cloud.accepted)}"
        self.server.cloud.accepted.append(asked | {"call_id": call_id, "state": "200000"})
        return {"CallId": call_id}

    def QueryCallDetailByCallId(self, asked: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        for each in self.server.cloud.accepted:
            if each["call_id"] == asked["CallId"]:
                detail = {"callee": each["CalledNumber"], "state": each["state"], "duration": 12}
                return {"Data": json.dumps(detail)}
        return {"Code": "OK", "Data": ""}


class _Tencent(_Handler):
    """JSON in the body, the action in a header, TC3-HMAC-SHA256."""

    def read(self, body: bytes) -> tuple[str, dict[str, Any]]:
        return self.headers["X-TC-Action"], json.loads(body)

    def is_signed(self, body: bytes) -> bool:
        day = datetime.fromtimestamp(int(self.headers["X-TC-Timestamp"]), UTC).strftime("%Y-%m-%d")
        scope = f"{day}/sms/tc3_request"
        headers = f"content-type:{self.headers['Content-Type']}\nhost:{self.headers['Host']}\n"
        wanted = f"POST\n/\n\n{headers}\ncontent-type;host\n{hashlib.sha256(body).hexdigest()}"
        hashed = hashlib.sha256(wanted.encode()).hexdigest()
        to_sign = f"TC3-HMAC-SHA256\n{self.headers['X-TC-Timestamp']}\n{scope}\n{hashed}"
        key = ("TC3" + KEY_SECRET).encode()
        for part in (day, "sms", "tc3_request"):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        signature = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
        expected = (
            f"TC3-HMAC-SHA256 Credential={KEY_ID}/{scope}, SignedHeaders=content-type;host, Signature={signature}"
        )
        return hmac.compare_digest(self.headers["Authorization"], expected)

    def refuse_signature(self) -> None:
        self.refuse("AuthFailure.SignatureFailure")

    def refuse(self, code: str) -> None:
        if code.startswith(("AuthFailure", "RequestLimitExceeded", "InternalError")):
            self.answer(200, {"Response": {"Error": {"Code": code, "Message": "no"}, "RequestId": "R"}})
            return
        status = {"SerialNo": "", "PhoneNumber": "", "Fee": 0, "SessionContext": "", "Code": code, "Message": "no"}
        self.answer(200, {"Response": {"SendStatusSet": [status], "RequestId": "R"}})

    def act(self, action: str, asked: dict[str, Any]) -> dict[str, Any]:
        return {"Response": {"RequestId": "R"} | getattr(self, action)(asked)}

    def SendSms(self, asked: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        serial = f"2640:{len(self.server.cloud.accepted):021d}"
        self.server.cloud.accepted.append(asked | {"serial": serial, "at": int(time.time()), "status": "SUCCESS"})
        status = {
            "SerialNo": serial,
            "PhoneNumber": asked["PhoneNumberSet"][0],
            "Fee": 2,
            "SessionContext": asked["SessionContext"],
            "Code": "Ok",
            "Message": "send success",
            "IsoCode": "CN",
        }
        return {"SendStatusSet": [status]}

    def PullSmsSendStatusByPhoneNumber(self, asked: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        cloud = self.server.cloud
        found = [
            {
                "UserReceiveTime": each["at"],
                "CountryCode": "86",
                "SubscriberNumber": asked["PhoneNumber"][3:],
                "PhoneNumber": asked["PhoneNumber"],
                "SerialNo": each["serial"],
                "ReportStatus": each["status"],
                "Description": "DELIVRD",
                "SessionContext": each["SessionContext"] if cloud.names_attempts else "",
            }
            for each in cloud.accepted
            if each["PhoneNumberSet"] == [asked["PhoneNumber"]] and asked["BeginTime"] <= each["at"] <= asked["EndTime"]
        ]
        return {"PullSmsSendStatusSet": found[: asked["Limit"]]}


@contextmanager
def _running(handler: type[_Handler], **behaviour: Any) -> Iterator[Cloud]:
    cloud = Cloud(**behaviour)
    server = _Server(("127.0.0.1", 0), handler)
    server.cloud = cloud
    cloud.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield cloud
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def fake_aliyun(**behaviour: Any) -> Any:
    """A fake Alibaba Cloud on a free port of this machine."""
    return _running(_Aliyun, **behaviour)


def fake_tencent(**behaviour: Any) -> Any:
    """A fake Tencent Cloud on a free port of this machine."""
    return _running(_Tencent, **behaviour)


def aliyun_environment(cloud: Cloud, templates: object, kind: str = "aliyun", **more: str) -> dict[str, str]:
    """The settings of a sender named main."""
    return {
        "SMS_SENDERS": f"main:{kind}" if kind == "aliyun" else f"first:console, main:{kind}",
        "SMS_TEMPLATES": str(templates),
        "MAIN_ACCESS_KEY_ID": KEY_ID,
        "MAIN_ACCESS_KEY_SECRET": KEY_SECRET,
        "MAIN_SIGN_NAME": "邢台老年大学",
        "MAIN_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "MAIN_API_URL": cloud.url,
        "SENDER_TIMEOUT": "1",
    } | more


def tencent_environment(cloud: Cloud, templates: object, **more: str) -> dict[str, str]:
    """The settings of a sender named main."""
    return {
        "SMS_SENDERS": "main:tencent",
        "SMS_TEMPLATES": str(templates),
        "MAIN_SECRET_ID": KEY_ID,
        "MAIN_SECRET_KEY": KEY_SECRET,
        "MAIN_SDK_APP_ID": "1400006666",
        "MAIN_SIGN_NAME": "邢台老年大学",
        "MAIN_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "MAIN_API_URL": cloud.url,
        "MAIN_LONGEST_PARAMETER": "20",
        "SENDER_TIMEOUT": "1",
    } | more
