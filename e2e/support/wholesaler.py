"""The demo's wholesaler: what its shop knows, the Customer API in JSON, and what its staff do."""

from __future__ import annotations

import hashlib
import json
import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import requests

from support.server import Server, program

WHOLESALER = 1
LOGIN = "shop1"
PASSWORD = "password"
KEY = "demo-dropshipping-key"
ADMIN_KEY = "demo-admin-key"

PHP = Path(__file__).resolve().parents[1] / "php"

RECIPIENT = {
    "clientDeliveryAddressFirstName": "Zażółć",
    "clientDeliveryAddressLastName": "Gęślą <Jaźń> & Syn",
    "clientDeliveryAddressStreet": "Prosta 51",
    "clientDeliveryAddressZipCode": "00-838",
    "clientDeliveryAddressCity": "Warszawa",
    "clientDeliveryAddressCountry": "PL",
    "clientDeliveryAddressPhone1": "+48600100200",
}


def sha1(text: str) -> str:
    return hashlib.sha1(text.encode()).hexdigest()


def system_key(password: str = PASSWORD) -> str:
    """The key of today, by the wholesaler's clock."""
    today = datetime.now(ZoneInfo("Europe/Warsaw")).strftime("%Y%m%d")
    return sha1(today + sha1(password))


class Wholesaler:
    """The wholesaler of a running demo."""

    def __init__(self, server: Server, path: str = "customer-api") -> None:
        self.server = server
        self.url = f"{server.url}/{path}/"

    def gate(self, name: str, form: str = "json") -> str:
        return f"{self.url}?gate={name}/1/{form}&lang=eng"

    def post(self, name: str, authenticate: dict[str, str], params: dict[str, Any] | None = None) -> dict[str, Any]:
        body = {"authenticate": authenticate, "params": params or {}}
        response = requests.post(self.gate(name), json=body, timeout=30)
        assert response.headers["Content-Type"] == "application/json", response.text
        return response.json()

    def login(self, login: str = LOGIN) -> dict[str, str]:
        """The keys that every other gate wants."""
        answer = self.post("Authenticate/authenticate", {"systemLogin": login, "systemKey": system_key()})
        assert answer["errors"]["faultCode"] == 0, answer
        return {"sessionKey": answer["results"]["sessionKey"], "dropshippingKey": KEY}

    def done(self, keys: dict[str, str], name: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
        answer = self.post(name, keys, params)
        assert answer["errors"] == {"faultCode": 0, "faultString": ""}, answer
        return answer["results"]

    def order(self, keys: dict[str, str], serial: int) -> dict[str, Any]:
        (order,) = self.done(keys, "Orders/get", {"ordersSerialNumbers": [serial]})["orders"]
        return order

    def php(self, command: str, *arguments: object, login: str = LOGIN, key: str = KEY, told: Any = None) -> Any:
        """Runs the shop in PHP; `told` goes to its standard input."""
        words = [command, self.url, login, PASSWORD, key, *arguments]
        return self.script("dropshipping.php", *words, told=json.dumps(told))

    def script(self, name: str, *arguments: object, told: str = "") -> Any:
        """Runs a script in PHP and reads what it prints."""
        # 16 megabytes of answer and request at once are more than PHP takes by itself.
        words = ["php", "-d", "memory_limit=512M", PHP / name, *map(str, arguments)]
        ended = subprocess.run(words, input=told, capture_output=True, text=True, timeout=120, check=False)
        assert ended.returncode == 0, ended.stderr + ended.stdout
        return json.loads(ended.stdout)

    def curl(self, *arguments: str, body: str | None = None) -> Any:
        """Runs curl, as somebody at a shell would, and reads the JSON that it prints."""
        told = [] if body is None else ["--data-binary", "@-"]
        words = ["curl", "--silent", "--show-error", *arguments, *told]
        ended = subprocess.run(words, input=body, capture_output=True, text=True, timeout=120, check=False)
        assert ended.returncode == 0, ended.stderr
        return json.loads(ended.stdout)

    def curl_gate(self, gate: str, keys: dict[str, str], params: dict[str, Any] | None = None) -> dict[str, Any]:
        """A call of the Customer API by curl; whatever it answers."""
        return self.curl(self.gate(gate), body=json.dumps({"authenticate": keys, "params": params or {}}))

    def curl_admin(self, method: str, resource: str, params: dict[str, Any]) -> dict[str, Any]:
        """A call of the Admin API by curl; whatever it answers."""
        headers = ["--header", f"X-API-KEY: {ADMIN_KEY}", "--header", "Content-Type: application/json"]
        url = f"{self.server.url}/api/admin/v8/{resource}"
        return self.curl("--request", method, url, *headers, body=json.dumps({"params": params}))

    def staff(self, *words: object) -> str:
        """Runs a command of the wholesaler's staff on the demo's data."""
        command = [program(), "--data-dir", self.server.data_dir, *map(str, words)]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert ended.returncode == 0, f"{words}: {ended.stderr}{ended.stdout}"
        return ended.stdout
