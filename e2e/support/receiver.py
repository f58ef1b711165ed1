"""A shop's address for webhooks: takes what comes, checks who sent it, keeps it."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook

# Longest wait for a message that must come. It takes well under a second; a busy machine gets some more.
TIMEOUT = 30


@dataclass(frozen=True)
class Message:
    """One request as it arrived; names of headers in small letters."""

    path: str
    headers: dict[str, str]
    body: bytes

    def verified(self, secret: str) -> dict[str, Any]:
        """What is told. Raises when the signature of Standard Webhooks is wrong, or the proposed one."""
        told = Webhook(secret).verify(self.body, self.headers)
        proposed = "sha256=" + hmac.new(secret.encode(), self.body, hashlib.sha256).hexdigest()
        assert hmac.compare_digest(self.headers["x-webhook-signature"], proposed), self.headers
        assert self.headers["x-webhook-id"] == self.headers["webhook-id"] == told["eventId"], self.headers
        assert self.headers["x-webhook-event"] == told["event"], self.headers
        return told


class Receiver:
    """Listens on loopback, which the server must be allowed to call: `[outgoing] allow_networks`."""

    def __init__(self) -> None:
        receiver = self
        self.messages: list[Message] = []
        self.arrived = threading.Condition()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                self.send_response(204)
                self.end_headers()
                with receiver.arrived:
                    receiver.messages.append(Message(self.path, headers, body))
                    receiver.arrived.notify_all()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/shipped"

    def told(self, event: str, **values: object) -> list[Message]:
        """What came of an event, with these values in its body."""

        def fits(message: Message) -> bool:
            body = json.loads(message.body)
            return body["event"] == event and all(body[name] == value for name, value in values.items())

        with self.arrived:
            return [message for message in self.messages if fits(message)]

    def wait_for(self, event: str, **values: object) -> Message:
        """The first such message, which may still be on its way."""
        with self.arrived:
            found = self.arrived.wait_for(lambda: self.told(event, **values), TIMEOUT)
        assert found, f"no {event} with {values} came within {TIMEOUT} s, but {self.messages}"
        return found[0]

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
