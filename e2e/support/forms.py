"""A buyer without a browser: follows links and sends forms with a cookie jar, as a text browser does."""

from __future__ import annotations

import socket
import struct
import time
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import requests


@dataclass
class Form:
    """What a browser would send for a form."""

    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)
    # Values that a radio group or a list offers.
    choices: dict[str, list[str]] = field(default_factory=dict)


class _Reader(HTMLParser):
    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url
        self.forms: list[Form] = []
        self.heading = ""
        self._form: Form | None = None
        self._select = self._textarea = ""
        self._in_heading = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attributes}
        name = has.get("name", "")
        if tag == "form":
            self._form = Form(urljoin(self.url, has.get("action", "")), has.get("method", "get").lower())
            self.forms.append(self._form)
        elif tag == "h1":
            self._in_heading = True
        elif self._form is None:
            return
        elif tag == "input" and name and has.get("type") in ("radio", "checkbox"):
            value = has.get("value", "on")
            self._form.choices.setdefault(name, []).append(value)
            if "checked" in has:
                self._form.values[name] = value
        elif tag == "input" and name:
            self._form.values[name] = has.get("value", "")
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            choices = self._form.choices.setdefault(self._select, [])
            choices.append(has.get("value", ""))
            if "selected" in has or len(choices) == 1:
                self._form.values[self._select] = has.get("value", "")
        elif tag == "textarea":
            self._textarea = name
            self._form.values[name] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._textarea = ""
        elif tag == "h1":
            self._in_heading = False

    def handle_data(self, data: str) -> None:
        if self._textarea and self._form is not None:
            self._form.values[self._textarea] += data
        if self._in_heading:
            self.heading += data


class TextBrowser:
    """Shows one page at a time. Redirects are followed as long as they stay on our host."""

    def __init__(self, url: str) -> None:
        self.base = url
        self.session = requests.Session()
        self.url = url
        self.status = 0
        self.html = ""

    def _show(self, response: requests.Response) -> None:
        while response.is_redirect:
            self.url = urljoin(response.url, response.headers["Location"])
            if not self.url.startswith(f"{self.base}/"):
                self.status, self.html = response.status_code, ""
                return
            response = self.session.get(self.url, allow_redirects=False, timeout=30)
        self.url, self.status, self.html = response.url, response.status_code, response.text

    def _read(self) -> _Reader:
        reader = _Reader(self.url)
        reader.feed(self.html)
        return reader

    @property
    def heading(self) -> str:
        return self._read().heading.strip()

    def form(self) -> Form:
        """The form of the page."""
        posts = [form for form in self._read().forms if form.method == "post"]
        assert len(posts) == 1, f"{self.url} ({self.status}, {self.heading!r}) has {len(posts)} forms to post"
        return posts[0]

    def get(self, url: str) -> None:
        self._show(self.session.get(url, allow_redirects=False, timeout=30))

    def send(self, form: Form | None = None, **changes: str) -> None:
        """Sends the form with these changes."""
        form = form or self.form()
        self._show(self.session.post(form.action, data=form.values | changes, allow_redirects=False, timeout=30))

    def hang_up(self, form: Form, after: float, **changes: str) -> None:
        """Sends the form and closes the connection some seconds later without reading the answer."""
        request = self.session.prepare_request(requests.Request("POST", form.action, data=form.values | changes))
        target = urlsplit(form.action)
        headers = {**request.headers, "Host": target.netloc}
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        with socket.create_connection((target.hostname, target.port), timeout=30) as connection:
            body = request.body if isinstance(request.body, bytes) else str(request.body).encode()
            connection.sendall(f"POST {target.path} HTTP/1.1\r\n{head}\r\n".encode() + body)
            time.sleep(after)
            # A reset instead of a polite end, as when the network goes away.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def to_payment(self, url: str, address: dict[str, str], country: str = "CA") -> None:
        """From the entry to the payment page with the first shipping option."""
        self.get(url)
        self.send(country=country)
        self.send(**address, country=country)
        form = self.form()
        self.send(form, shipping=form.choices["shipping"][0])
        self.send()
        assert self.url.endswith("/pay"), f"{self.url} ({self.status}): {self.heading}"
