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

LOGIN = "shop1"
PASSWORD = "password"
KEY = "demo-dropshipping-key"

PHP_SCRIPT = Path(__file__).resolve().parents[1] / "php/dropshipping.php"

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

    def __init__(self, server: Server) -> None:
        self.server = server
        self.url = f"{server.url}/customer-api/"

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

    def php(self, command: str, *arguments: object) -> Any:
        """Runs the shop in PHP."""
        words = ["php", PHP_SCRIPT, command, self.url, LOGIN, PASSWORD, KEY, *map(str, arguments)]
        ended = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
        assert ended.returncode == 0, ended.stderr + ended.stdout
        return json.loads(ended.stdout)

    def staff(self, *words: object) -> str:
        """Runs a command of the wholesaler's staff on the demo's data."""
        command = [program(), "--data-dir", self.server.data_dir, *map(str, words)]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert ended.returncode == 0, f"{words}: {ended.stderr}{ended.stdout}"
        return ended.stdout
