"""What goes wrong between shop and wholesaler, seen by outside clients: each fault of the acceptance list, by curl and by PHP.

The server is one of its own: a second wholesaler and switched-off accounts would disturb the other tests."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from support.server import TARGET, Server
from support.wholesaler import KEY, LOGIN, PASSWORD, RECIPIENT, WHOLESALER, Wholesaler

# A T-shirt of the demo: some lie in stock, never a million.
LINE = {"code": "1-L", "codeType": "internal", "quantity": 1}
BASKET = {"products": [LINE], "deliveryAddress": RECIPIENT, "courierId": 51, "orderPaymentType": "prepaid"}

Call = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def wholesaler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wholesaler]:
    server = Server(tmp_path_factory.mktemp("faults"), TARGET / "e2e-logs/faults.log")
    there = Wholesaler(server)
    there.staff("account", "add", "shop2", "--wholesaler", WHOLESALER, "--password", PASSWORD)
    yield there
    server.stop()


@pytest.fixture(params=["curl", "php"])
def client(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def call(wholesaler: Wholesaler, client: str) -> Call:
    """One call with these keys, by the client of the test: `call(gate, session, params, key)`."""

    def by_curl(gate: str, session: str, params: dict[str, Any] | None = None, key: str = KEY) -> dict[str, Any]:
        return wholesaler.curl_gate(gate, {"sessionKey": session, "dropshippingKey": key}, params)

    def by_php(gate: str, session: str, params: dict[str, Any] | None = None, key: str = KEY) -> dict[str, Any]:
        return wholesaler.php("call", gate, session, key=key, told=params or {})

    return by_curl if client == "curl" else by_php


def session(wholesaler: Wholesaler, login: str = LOGIN) -> str:
    return wholesaler.login(login)["sessionKey"]


def placed(call: Call, key: str) -> int:
    answer = call("Orders/add", key, BASKET)
    assert answer["errors"]["faultCode"] == 0, answer
    return answer["results"]["ordersResults"][0]["orderSerialNumber"]


def test_a_session_ends_fifteen_minutes_after_its_issue(wholesaler: Wholesaler, call: Call) -> None:
    nearly, over = session(wholesaler), session(wholesaler)
    wholesaler.server.age_sessions(14 * 60)
    assert call("Basket/get", nearly)["errors"]["faultCode"] == 0
    wholesaler.server.age_sessions(60)
    answer = call("Basket/get", over)
    assert (answer["errors"]["faultCode"], answer.get("results")) == (3, None)
    # Nor does one that never was count, and both are told alike.
    assert call("Basket/get", "0" * 40)["errors"] == answer["errors"]
    assert call("Basket/get", session(wholesaler))["errors"]["faultCode"] == 0


def test_a_wrong_key_opens_nothing(wholesaler: Wholesaler, call: Call) -> None:
    key = session(wholesaler)
    for wrong in ("x", "", KEY + "x", "demo-admin-key"):
        answer = call("Basket/get", key, key=wrong)
        assert (answer["errors"]["faultCode"], answer.get("results")) == (4, None), wrong
    assert call("Basket/get", key)["errors"]["faultCode"] == 0


def test_an_order_of_another_shop_is_not_there(wholesaler: Wholesaler, call: Call) -> None:
    own, other = session(wholesaler), session(wholesaler, "shop2")
    serial = placed(call, own)
    answer = call("Orders/cancel", other, {"orders": [{"orderSerialNumber": serial}]})
    (outcome,) = answer["results"]["ordersResults"]
    assert (answer["errors"]["faultCode"], outcome["faultCode"]) == (2, 201)
    assert not call("Orders/get", other, {"ordersSerialNumbers": [serial]})["results"].get("orders")
    assert not call("Orders/get", other, {"ordersIds": [f"{LOGIN}-{serial}"]})["results"].get("orders")
    (mine,) = call("Orders/get", own, {"ordersSerialNumbers": [serial]})["results"]["orders"]
    assert mine["orderStatus"] == "new"


def test_more_than_there_is_is_not_sold(wholesaler: Wholesaler, call: Call) -> None:
    key = session(wholesaler)
    asked = {"products": [LINE]}

    def left() -> float:
        return call("Products/getAvailability", key, asked)["results"]["products"][0]["quantityAvailable"]

    before = left()
    assert before > 0
    answer = call("Orders/add", key, BASKET | {"products": [LINE | {"quantity": before + 1}]})
    assert answer["errors"]["faultCode"] == 2, answer
    (refused,) = answer["results"]["ordersResults"][0]["productsResults"]
    assert refused["faultCode"] == 102, answer
    # One line that is there and one that is not: all or nothing.
    answer = call("Orders/add", key, BASKET | {"products": [LINE, {"code": "no-such-code", "quantity": 1}]})
    assert [line["faultCode"] for line in answer["results"]["ordersResults"][0]["productsResults"]] == [0, 101]
    assert left() == before


def test_ten_megabytes_are_the_most(wholesaler: Wholesaler, call: Call) -> None:
    key = session(wholesaler)

    def asked(size: int) -> dict[str, Any]:
        file = {"name": "label.txt", "file": "eA==" * (size // 4)}
        return call("Products/getAvailability", key, {"products": [LINE | {"attachments": [file]}]})

    answer = asked(10_485_760)
    assert (answer["errors"]["faultCode"], answer.get("results")) == (5, None)
    assert asked(10_000_000)["errors"]["faultCode"] != 5


def test_nothing_is_ordered_where_dropshipping_is_switched_off(wholesaler: Wholesaler, call: Call) -> None:
    own, other = session(wholesaler), session(wholesaler, "shop2")
    assert call("Orders/add", other, BASKET)["errors"]["faultCode"] == 0

    def faults(key: str) -> list[int]:
        calls = [("Orders/add", BASKET), ("Basket/add", {"products": [LINE]}), ("Products/getAvailability", {"products": [LINE]})]
        return [call(gate, key, params)["errors"]["faultCode"] for gate, params in calls]

    wholesaler.staff("account", "set", "shop2", "--wholesaler", WHOLESALER, "--dropshipping", "false")
    try:
        # The server remembers an account for as long as it remembers a session: a new one sees the switch.
        assert faults(session(wholesaler, "shop2")) == [6, 6, 6]
        assert faults(own) == [0, 0, 0]
    finally:
        wholesaler.staff("account", "set", "shop2", "--wholesaler", WHOLESALER, "--dropshipping", "true")
    wholesaler.staff("wholesaler", "set", WHOLESALER, "--dropshipping", "false")
    try:
        assert faults(session(wholesaler)) == [6, 6, 6]
    finally:
        wholesaler.staff("wholesaler", "set", WHOLESALER, "--dropshipping", "true")
    assert faults(session(wholesaler)) == [0, 0, 0]


def test_another_wholesalers_sessions_and_orders_do_not_count(wholesaler: Wholesaler) -> None:
    """With two wholesalers at one address a shop says which one it means."""
    key = wholesaler.login()
    serial = wholesaler.done(key, "Orders/add", BASKET)["ordersResults"][0]["orderSerialNumber"]
    wholesaler.staff("wholesaler", "add", 2, "--name", "Second", "--currency", "PLN", "--dropshipping", "true")
    try:
        # Its dropshipping key and its account are called like those of the first.
        made = json.loads(wholesaler.staff("wholesaler", "rotate-key", 2, "--key", KEY, "--json"))
        assert made["id"] == 2
        wholesaler.staff("account", "add", LOGIN, "--wholesaler", 2, "--password", PASSWORD)
        second = Wholesaler(wholesaler.server, path="w/2/customer-api")
        for client in (second.curl_gate, second.post):
            assert client("Orders/get", key, {"ordersSerialNumbers": [serial]})["errors"]["faultCode"] == 3
        there = second.login()
        assert second.done(there, "Orders/get", {"ordersSerialNumbers": [serial]})["orders"] == []
        (outcome,) = second.post("Orders/cancel", there, {"orders": [{"orderSerialNumber": serial}]})["results"]["ordersResults"]
        assert outcome["faultCode"] == 201
        first = Wholesaler(wholesaler.server, path="w/1/customer-api")
        assert first.order(first.login(), serial)["orderStatus"] == "new"
    finally:
        # Whoever comes after this test finds one wholesaler only by its number.
        wholesaler.url = f"{wholesaler.server.url}/w/1/customer-api/"
