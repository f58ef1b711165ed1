"""A wholesaler and its shops: the whole sequence of the Customer API with real outside clients (customer protocol §9)."""

from __future__ import annotations

import base64
import itertools
import json
import os
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
import requests
import zeep
import zeep.transports
from standardwebhooks import WebhookVerificationError

from support.receiver import Receiver
from support.server import Server
from support.wholesaler import ADMIN_KEY, KEY, LOGIN, RECIPIENT, WHOLESALER, Wholesaler, sha1, system_key

_externals = (f"R-{os.getpid()}-{number}" for number in itertools.count(1))


@pytest.fixture(scope="session")
def wholesaler(server: Server) -> Wholesaler:
    return Wholesaler(server)


@pytest.fixture(scope="session")
def code(wholesaler: Wholesaler) -> str:
    """A size of the demo's catalogue with plenty in stock."""
    keys = wholesaler.login()
    candidates = [f"{product}-{size}" for product in range(1, 31) for size in ("M", "40", "S-M", "uniw")]
    for start in range(0, len(candidates), 100):
        lines = [{"code": candidate, "quantity": 5} for candidate in candidates[start : start + 100]]
        found = wholesaler.done(keys, "Products/getAvailability", {"products": lines})
        for line in found["products"]:
            if line["available"] and line["quantityAvailable"] >= 5:
                return line["code"]
    raise AssertionError("the demo sells nothing that this test can find")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    listening = Receiver()
    yield listening
    listening.stop()


@pytest.fixture
def secret(wholesaler: Wholesaler, receiver: Receiver) -> Iterator[str]:
    """Step 1: the wholesaler tells the shop's address of what is sent; the shop gets the secret that signs."""
    shop = ["--wholesaler", WHOLESALER, "--url", receiver.url, "--account", LOGIN]
    added = json.loads(wholesaler.staff("webhook", "add", *shop, "--json"))
    yield added["secret"]
    wholesaler.staff("webhook", "remove", added["id"], "--wholesaler", WHOLESALER)


def assert_sent(order: dict[str, Any], number: str, link: str) -> None:
    """Step 9, for a shop that asks."""
    assert (order["orderStatus"], order["dropshippingOrderStatus"]) == ("finished", "finished")
    (parcel,) = order["packages"]
    assert (parcel["deliveryShippingNumber"], parcel["trackingUrl"]) == (number, link)
    assert order["orderDispatchDate"]


def assert_told(receiver: Receiver, secret: str, serial: int, external: str, number: str) -> dict[str, Any]:
    """Step 11: the notice is there, is the wholesaler's, and holds consignment number and courier. Gives the parcel."""
    message = receiver.wait_for("dropshipping_order_sent", orderSerialNumber=serial)
    told = message.verified(secret)
    assert (told["orderId"], told["orderExternalId"], told["orderStatus"]) == (f"{LOGIN}-{serial}", external, "finished")
    (parcel,) = told["packages"]
    assert (parcel["deliveryShippingNumber"], parcel["deliveryPackageNumber"]) == (number, f"P{number}")
    # Nobody else could have written it, nor changed it on the way.
    other = "whsec_" + base64.b64encode(bytes(32)).decode()
    for forged, key in ((message, other), (replace(message, body=message.body.replace(b"finished", b"canceled")), secret)):
        with pytest.raises(WebhookVerificationError):
            forged.verified(key)
    return parcel


def tracking_link(couriers: list[dict[str, Any]], courier: int, number: str) -> str:
    """Step 12: the shop's own link, from the courier's template and the number."""
    (template,) = (known["trackingUrl"] for known in couriers if known["courierId"] == courier)
    return template.replace("%s", number) if "%s" in template else template + number


def test_php_runs_the_whole_sequence_from_the_wsdls_alone(
    wholesaler: Wholesaler, code: str, receiver: Receiver, secret: str
) -> None:
    external = next(_externals)
    placed = wholesaler.php("order", code, external)
    serial, courier = placed["orderSerialNumber"], placed["courierId"]
    assert placed["orderId"] == f"{LOGIN}-{serial}"
    waiting = wholesaler.php("status", serial)
    assert (waiting["orderStatus"], waiting["packages"]) == ("new", [])
    assert waiting["orderExternalId"] == external
    assert waiting["deliveryAddress"]["clientDeliveryAddressLastName"] == "Gęślą <Jaźń> & Syn"

    number = f"SN{serial}"
    staff = [f"{wholesaler.server.url}/api/admin/v8", ADMIN_KEY, serial, courier, f"P{number}", number]
    assert wholesaler.script("staff.php", *staff) == ["new", "on_order", "packed", "finished"]
    parcel = assert_told(receiver, secret, serial, external, number)
    link = tracking_link(placed["couriers"], courier, number)
    assert (parcel["courierId"], parcel["trackingUrl"]) == (courier, link)
    assert_sent(wholesaler.php("status", serial), number, link)

    late = wholesaler.php("call", "Orders/cancel", wholesaler.php("login"), told={"orders": [{"orderSerialNumber": serial}]})
    (outcome,) = late["results"]["ordersResults"]
    assert (late["errors"]["faultCode"], outcome["faultCode"]) == (2, 204)
    assert (outcome["orderStatus"], outcome["dropshippingOrderStatus"]) == ("finished", "notCanceled")


def test_curl_runs_the_whole_sequence(wholesaler: Wholesaler, code: str, receiver: Receiver, secret: str) -> None:
    external = next(_externals)
    curl, admin = wholesaler.curl_gate, wholesaler.curl_admin

    def done(gate: str, keys: dict[str, str], params: dict[str, Any] | None = None) -> Any:
        answer = curl(gate, keys, params)
        assert answer["errors"] == {"faultCode": 0, "faultString": ""}, (gate, answer)
        return answer["results"]

    # 1 and 2. The shop learns who the wholesaler is, and what it sells.
    assert done("Supplier/getData", {"dropshippingKey": KEY})["name"]
    token = wholesaler.staff("feed", "add-token", LOGIN, "--quiet").strip()
    feed = requests.get(f"{wholesaler.server.url}/feeds/light.xml", auth=(LOGIN, token), timeout=30)
    assert f'code="{code}"' in feed.text
    # 3. Delivery methods.
    session = done("Authenticate/authenticate", {"systemLogin": LOGIN, "systemKey": system_key()})["sessionKey"]
    keys = {"sessionKey": session, "dropshippingKey": KEY}
    couriers = done("Couriers/get", keys)["couriers"]
    # 4. The consumer checks out.
    line = {"code": code, "codeType": "internal", "quantity": 1}
    assert done("Products/getAvailability", keys, {"products": [line]})["available"] is True
    # 5. Paid: an empty basket, filled.
    done("Basket/delete", keys)
    (held,) = done("Basket/add", keys, {"products": [line]})["products"]
    assert (held["code"], held["quantity"]) == (code, 1)
    # 6. Who gets it.
    (added,) = done("Clients/addDeliveryAddress", keys, {"clients": [RECIPIENT]})
    recipient = str(added["clientDeliveryAddressResult"]["clientDeliveryAddressId"])
    # 7. By whom.
    wish = {"deliveryAddressId": recipient, "orderPaymentType": "prepaid"}
    offers = [offer for offer in done("Couriers/getForOrder", keys, wish)["couriers"] if not offer["hasPickupPoints"]]
    offer = min(offers, key=lambda offer: offer["deliveryCost"])
    assert done("Payments/getForms", keys, {"activeOnly": "yes"})["payment_forms"]
    # 8. The order. The session ended on the way, so the shop logs in and repeats the call; once more, as after a lost
    # answer, makes no second order.
    courier, order = offer["courierId"], {"clientDeliveryAddressId": recipient, "orderPaymentType": "prepaid"}
    order |= {"courierId": courier, "orderExternalId": external}
    keys = wholesaler.login()
    wholesaler.server.age_sessions(15 * 60)
    assert curl("Orders/add", keys, order)["errors"]["faultCode"] == 3
    keys = wholesaler.login()
    placed = done("Orders/add", keys, order)
    (result,) = placed["ordersResults"]
    serial = result["orderSerialNumber"]
    assert (result["orderStatus"], placed["orderDeliveryCost"]) == ("new", offer["deliveryCost"])
    (again,) = done("Orders/add", keys, order)["ordersResults"]
    assert again["orderSerialNumber"] == serial
    # 9. Wait.
    (waiting,) = done("Orders/get", keys, {"orderExternalIds": [external]})["orders"]
    assert (waiting["orderSerialNumber"], waiting["orderStatus"], waiting["packages"]) == (serial, "new", [])

    # 10. The wholesaler works.
    number = f"SN{serial}"

    def move(status: str) -> None:
        answer = admin("PUT", "orders/orders", {"orders": [{"orderSerialNumber": serial, "orderStatus": status}]})
        (moved,) = answer["results"]["ordersResults"]
        assert (moved["faultCode"], moved["orderStatus"]) == (0, status), answer
        assert wholesaler.order(keys, serial)["orderStatus"] == status

    move("on_order")
    move("packed")
    label = {"courierId": str(courier), "deliveryPackageNumber": f"P{number}", "deliveryShippingNumber": number}
    parcels = {"orderPackages": [{"eventId": str(serial), "eventType": "order", "packages": [label]}]}
    (stuck,) = admin("POST", "orders/packages", parcels)["results"][0]["packagesResults"]
    assert stuck["errors"]["faultCode"] == 0
    assert receiver.told("dropshipping_order_sent") == [], "it has not left yet"
    move("finished")
    # 11 and 12. The notice, and what the shop makes of it.
    parcel = assert_told(receiver, secret, serial, external, number)
    link = tracking_link(couriers, courier, number)
    assert (parcel["courierId"], parcel["courierName"]) == (courier, offer["name"])
    assert parcel["trackingUrl"] == link
    assert_sent(wholesaler.order(keys, serial), number, link)
    # 13. Too late.
    answer = curl("Orders/cancel", keys, {"orders": [{"orderSerialNumber": serial}]})
    (outcome,) = answer["results"]["ordersResults"]
    assert (answer["errors"]["faultCode"], outcome["faultCode"]) == (2, 204)
    assert (outcome["orderStatus"], outcome["dropshippingOrderStatus"]) == ("finished", "notCanceled")

    # The same once more is told once: what is asked for afterwards arrives, and nothing came in between.
    admin("PUT", "orders/orders", {"orders": [{"orderSerialNumber": serial, "orderStatus": "finished"}]})
    label |= {"deliveryPackageId": stuck["deliveryPackageId"]}
    admin("PUT", "orders/packages", parcels)
    webhooks = json.loads(wholesaler.staff("webhook", "list", "--wholesaler", WHOLESALER, "--json"))
    (webhook,) = (webhook for webhook in webhooks if webhook["url"] == receiver.url)
    wholesaler.staff("webhook", "test", webhook["id"], "--wholesaler", WHOLESALER)
    receiver.wait_for("test").verified(secret)
    assert len(receiver.told("dropshipping_order_sent", orderSerialNumber=serial)) == 1


def test_php_cancels_until_the_order_is_packed(wholesaler: Wholesaler, code: str) -> None:
    early, late = (wholesaler.php("order", code, next(_externals))["orderSerialNumber"] for _ in range(2))
    (outcome,) = wholesaler.php("cancel", early)["ordersResults"]
    assert (outcome["orderStatus"], outcome["faultCode"]) == ("canceled", 0)

    wholesaler.staff("supply-order", "set-status", late, "packed", "--wholesaler", WHOLESALER)
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
