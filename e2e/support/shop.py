"""The shop's own site: the page buyers come back to, pictures, and links into the checkout."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" width="88" height="88"><rect width="88" height="88" fill="#2a6"/></svg>'


class Shop:
    """Serves on loopback; browsers are told that this is where the shop's host lives."""

    def __init__(self) -> None:
        shop = self
        # Raw bytes of a Location header, sent for /leave as they are.
        self.leave_for = b""
        self.visits: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                shop.visits.append(self.path)
                if self.path == "/leave":
                    self.wfile.write(b"HTTP/1.0 302 Found\r\nLocation: " + shop.leave_for + b"\r\n\r\n")
                elif self.path == "/picture.svg":
                    self.answer("image/svg+xml", PICTURE)
                else:
                    page = b"<!doctype html><html lang=en><title>Shop</title><h1>Thank you from the shop</h1>"
                    self.answer("text/html; charset=utf-8", page)

            def answer(self, content_type: str, body: bytes) -> None:
                self.send_response(200)
                self.send_header("Content-Type", content_type)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        return self.server.server_address[1]

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
