"""A wholesaler and its shops: the whole sequence of the Customer API with real outside clients (reference §9)."""

from __future__ import annotations

import itertools
import os
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests
import zeep
import zeep.transports
from support.server import ROOT, Server
from support.wholesaler import KEY, LOGIN, RECIPIENT, Wholesaler, sha1, system_key

GUIDE = ROOT / "docs/api/customer.md"

_externals = (f"R-{os.getpid()}-{number}" for number in itertools.count(1))


@pytest.fixture(scope="session")
def wholesaler(server: Server) -> Wholesaler:
    return Wholesaler(server)


@pytest.fixture(scope="session")
def code(wholesaler: Wholesaler) -> str:
    """A size of the demo's catalogue with plenty in stock."""
    keys = wholesaler.login()
    candidates = [f"{product}-{size}" for product in range(1, 31) for size in ("uniw", "S", "M", "L", "1", "2", "3")]
    for start in range(0, len(candidates), 100):
        lines = [{"code": candidate, "quantity": 5} for candidate in candidates[start : start + 100]]
        found = wholesaler.done(keys, "Products/getAvailability", {"products": lines})
        for line in found["products"]:
            if line["available"] and line["quantityAvailable"] >= 5:
                return line["code"]
    raise AssertionError("the demo sells nothing that this test can find")


def send(wholesaler: Wholesaler, serial: int, number: str) -> None:
    """Step 10: staff pack the order, stick a label on the parcel and send it."""
    wholesaler.staff("supply-order", "status", serial, "packed")
    wholesaler.staff("supply-order", "parcel", serial, "--shipping-number", number)
    wholesaler.staff("supply-order", "status", serial, "finished")


def assert_sent(order: dict[str, Any], number: str) -> None:
    assert (order["orderStatus"], order["dropshippingOrderStatus"]) == ("finished", "finished")
    (parcel,) = order["packages"]
    assert parcel["deliveryShippingNumber"] == number
    assert number in parcel["trackingUrl"] and parcel["trackingUrl"].startswith("http")
    assert order["orderDispatchDate"]


def test_php_runs_the_whole_sequence_from_the_wsdls_alone(wholesaler: Wholesaler, code: str) -> None:
    external = next(_externals)
    placed = wholesaler.php("order", code, external)
    serial = placed["orderSerialNumber"]
    assert placed["orderId"] == f"{LOGIN}-{serial}"
    waiting = wholesaler.php("status", serial)
    assert (waiting["orderStatus"], waiting["packages"]) == ("new", [])
    assert waiting["orderExternalId"] == external
    assert waiting["deliveryAddress"]["clientDeliveryAddressLastName"] == "Gęślą <Jaźń> & Syn"

    send(wholesaler, serial, f"SN{serial}")
    # Steps 11 and 12, the notice of the dispatch, belong to the webhooks; until a shop has an address for them it asks.
    assert_sent(wholesaler.php("status", serial), f"SN{serial}")


def test_php_cancels_until_the_order_is_packed(wholesaler: Wholesaler, code: str) -> None:
    early, late = (wholesaler.php("order", code, next(_externals))["orderSerialNumber"] for _ in range(2))
    (outcome,) = wholesaler.php("cancel", early)["ordersResults"]
    assert (outcome["orderStatus"], outcome["faultCode"]) == ("canceled", 0)

    wholesaler.staff("supply-order", "status", late, "packed")
    keys = wholesaler.login()
    answer = wholesaler.post("Orders/cancel", keys, {"orders": [{"orderSerialNumber": late}]})
    (outcome,) = answer["results"]["ordersResults"]
    assert answer["errors"]["faultCode"] == 2
    assert (outcome["faultCode"], outcome["dropshippingOrderStatus"]) == (204, "notCanceled")


def test_php_is_told_what_went_wrong(wholesaler: Wholesaler, code: str) -> None:
    assert wholesaler.php("faults", code) == {
        "login": 1,
        "session": 3,
        "key": 4,
        "many": 9,
        "courier": 301,
        "oversell": 2,
        "foreign": 2,
        "gate": 8,
    }


def test_the_guide_can_be_run_as_it_is_printed(wholesaler: Wholesaler, code: str) -> None:
    blocks = re.findall(r"^```sh\n(.*?)^```", GUIDE.read_text(), re.DOTALL | re.MULTILINE)
    script = "\n".join(blocks).replace("http://127.0.0.1:8080", wholesaler.server.url)
    script = re.sub(r"^CODE=.*$", f"CODE={code}", script, flags=re.MULTILINE)
    script = re.sub(r"^EXTERNAL=.*$", f"EXTERNAL={next(_externals)}", script, flags=re.MULTILINE)
    command = ["bash", "-euo", "pipefail", "-c", script]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 0, ended.stderr + ended.stdout
    answers = [line for line in ended.stdout.splitlines() if '"errors"' in line]
    assert len(answers) >= 10, ended.stdout
    for answer in answers:
        assert '"errors":{"faultCode":0,"faultString":""}' in answer, answer
    assert '"orderStatus":"canceled"' in ended.stdout


def test_the_guides_php_can_be_run_as_it_is_printed(wholesaler: Wholesaler, code: str, tmp_path: Path) -> None:
    (block,) = re.findall(r"^```php\n(.*?)^```", GUIDE.read_text(), re.DOTALL | re.MULTILINE)
    block = block.replace("http://127.0.0.1:8080", wholesaler.server.url)
    block = re.sub(r"\$code = '.*?'", f"$code = '{code}'", block)
    block = re.sub(r"\$external = '.*?'", f"$external = '{next(_externals)}'", block)
    script = tmp_path / "guide.php"
    script.write_text(block)
    ended = subprocess.run(["php", script], capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 0, ended.stderr + ended.stdout
    assert re.search(rf"^{LOGIN}-\d+ new$", ended.stdout, re.MULTILINE), ended.stdout


# What zeep would fetch from the internet: SOAP 1.1 says what an array is.
SOAP_ENCODING = "http://schemas.xmlsoap.org/soap/encoding/"
SOAP_ARRAYS = f"""
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:tns="{SOAP_ENCODING}" targetNamespace="{SOAP_ENCODING}">
  <xs:attribute name="arrayType" type="xs:string"/>
  <xs:attributeGroup name="arrayAttributes"><xs:attribute ref="tns:arrayType"/></xs:attributeGroup>
  <xs:group name="Array">
    <xs:sequence><xs:any namespace="##any" minOccurs="0" maxOccurs="unbounded" processContents="lax"/></xs:sequence>
  </xs:group>
  <xs:complexType name="Array">
    <xs:group ref="tns:Array" minOccurs="0"/>
    <xs:attributeGroup ref="tns:arrayAttributes"/>
  </xs:complexType>
</xs:schema>
"""


class Transport(zeep.transports.Transport):
    def load(self, url: str) -> bytes:
        return SOAP_ARRAYS.encode() if url == SOAP_ENCODING else super().load(url)


def by_zeep(wholesaler: Wholesaler, gate: str, keys: dict[str, str], params: dict[str, Any] | None = None) -> Any:
    client = zeep.Client(wholesaler.gate(gate, "soap/wsdl"), transport=Transport())
    method = gate.partition("/")[2]
    return client.service[method](**{method: {"authenticate": keys, "params": params or {}}})


def test_zeep_orders_as_well(wholesaler: Wholesaler, code: str) -> None:
    login = {"systemLogin": LOGIN, "systemKey": system_key()}
    session = by_zeep(wholesaler, "Authenticate/authenticate", login).results.sessionKey
    keys = {"sessionKey": session, "dropshippingKey": KEY}
    lines = [{"code": code, "quantity": 1}, {"code": code, "quantity": 1}]
    available = by_zeep(wholesaler, "Products/getAvailability", keys, {"products": lines}).results
    assert available.available is True
    couriers = by_zeep(wholesaler, "Couriers/getForOrder", keys, {"products": lines, "deliveryAddress": RECIPIENT})
    offers = zeep.helpers.serialize_object(couriers, dict)["results"]["couriers"]
    offers = offers if isinstance(offers, list) else offers["_value_1"]
    courier = next(offer["courierId"] for offer in map(unwrapped, offers) if not offer["hasPickupPoints"])
    order = {"products": lines, "deliveryAddress": RECIPIENT, "courierId": courier, "orderExternalId": next(_externals)}
    placed = by_zeep(wholesaler, "Orders/add", keys, order)
    assert placed.errors.faultCode == 0, placed
    assert placed.results.currencyId == "PLN"


def unwrapped(item: Any) -> dict[str, Any]:
    """zeep knows items of an encoded array by their element or bare, depending on its version."""
    return item["item"] if isinstance(item, dict) and set(item) == {"item"} else item


def test_json_is_read_by_post_and_get_whatever_its_type(wholesaler: Wholesaler) -> None:
    body = f'{{"authenticate": {{"systemLogin": "{LOGIN}", "systemKey": "{system_key()}"}}}}'
    url = wholesaler.gate("Authenticate%2fauthenticate")
    for method in ("POST", "GET"):
        for kind in ("application/json;charset=utf-8", "application/x-www-form-urlencoded", "text/plain", None):
            headers = {} if kind is None else {"Content-Type": kind}
            answer = requests.request(method, url, data=body.encode(), headers=headers, timeout=30)
            assert answer.status_code == 200, answer.text
            assert re.fullmatch("[0-9a-f]{40}", answer.json()["sessionKey"]), (method, kind)


def test_faults_are_the_documented_ones(wholesaler: Wholesaler, code: str) -> None:
    keys = wholesaler.login()

    def fault(gate: str, keys: dict[str, str], params: dict[str, Any] | None = None) -> int:
        return wholesaler.post(gate, keys, params)["errors"]["faultCode"]

    assert fault("Authenticate/authenticate", {"systemLogin": LOGIN, "systemKey": sha1("x")}) == 1
    assert fault("Basket/get", {"sessionKey": "0" * 40, "dropshippingKey": KEY}) == 3
    assert fault("Basket/get", keys | {"dropshippingKey": "x"}) == 4
    assert fault("Basket/getall", keys) == 8
    assert fault("Products/getAvailability", keys, {"products": [{"code": code}] * 101}) == 9
    large = requests.post(wholesaler.gate("Basket/get"), data=b" " * 10_485_761, timeout=60)
    assert (large.status_code, large.json()["errors"]["faultCode"]) == (413, 5)


def test_the_last_piece_is_sold_once(wholesaler: Wholesaler, code: str) -> None:
    keys = wholesaler.login()
    asked = {"products": [{"code": code, "quantity": 1}]}
    (line,) = wholesaler.done(keys, "Products/getAvailability", asked)["products"]
    pieces = int(line["quantityAvailable"])
    address = {"deliveryAddress": RECIPIENT, "orderPaymentType": "prepaid"}
    everything = {"products": [{"code": code, "quantity": pieces}]}
    offers = wholesaler.done(keys, "Couriers/getForOrder", everything | address)["couriers"]
    courier = next(offer["courierId"] for offer in offers if not offer["hasPickupPoints"])
    order = everything | address | {"courierId": courier}

    with ThreadPoolExecutor(8) as buyers:
        answers = list(buyers.map(lambda _: wholesaler.post("Orders/add", keys, order), range(8)))
    codes = sorted(answer["errors"]["faultCode"] for answer in answers)
    assert codes == [0] + [2] * 7
    (winner,) = (answer for answer in answers if answer["errors"]["faultCode"] == 0)
    (line,) = wholesaler.done(keys, "Products/getAvailability", asked)["products"]
    assert (line["quantityAvailable"], line["faultCode"]) == (0, 102)

    # The goods come back for the tests after this one.
    serial = winner["results"]["ordersResults"][0]["orderSerialNumber"]
    wholesaler.done(keys, "Orders/cancel", {"orders": [{"orderSerialNumber": serial}]})
    (line,) = wholesaler.done(keys, "Products/getAvailability", asked)["products"]
    assert line["quantityAvailable"] == pieces
