"""Arriving: every shape of address that shops send buyers to, and carts that cannot be paid."""

from __future__ import annotations

import socket
import uuid
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
import requests
from selenium import webdriver
from support.api import SHOP_HOST, Api
from support.axe import assert_axe_clean
from support.browser import assert_no_horizontal_scrolling, screenshot
from support.forms import TextBrowser
from support.checkout import ADDRESS, APPROVED, CARD, CheckoutFlow, order_id_of
from support.server import Server
from support.shop import Shop


@pytest.mark.parametrize(
    "query",
    [
        "tempCartUUID={cart}",
        "tempCartUUID={cart}&country=",
        "tempCartUUID={cart}&country=CA",
        "store=999&tempCartUUID={cart}&country=CA&clientId=1234.5678",
        "tempCartUUID={cart}&country=XX&utm_source=newsletter&x=%zz&&=",
        "country=ca&tempCartUUID={cart}#Destination",
        "tempCartUUID={cart}&zCountry=AP",
    ],
)
def test_every_shape_of_address_leads_to_the_items(query: str, api: Api, text_browser: TextBrowser) -> None:
    text_browser.get(f"{api.url}/?{query.format(cart=api.create_cart())}")
    assert text_browser.status == 200
    assert "Sunglasses" in text_browser.html
    assert "country" in text_browser.form().choices


def assert_prefilled(checkout: CheckoutFlow) -> None:
    """Shops with the unescaped address below."""
    checkout.items()
    typed = {name: checkout.field(name).get_attribute("value") for name in ("name", "address1", "city", "company")}
    assert typed == {
        "name": "José Müller Ñandú",
        "address1": "1 Rue de l'Église",
        "city": "東京",
        "company": "Fish & Chips",
    }


RAW = "customerName=José Müller Ñandú&customerAddress1=1 Rue de l'Église&customerCity=東京&customerCompany=Fish+%26+Chips"


def test_unescaped_prefill_in_a_link_fills_the_form(api: Api, desktop: webdriver.Chrome) -> None:
    checkout = CheckoutFlow(desktop)
    checkout.arrive(f"{api.entry(api.create_cart())}&{RAW}")
    assert_prefilled(checkout)


def test_unescaped_prefill_in_a_redirect_fills_the_form(api: Api, shop: Shop, desktop: webdriver.Chrome) -> None:
    """The shop's server sends the buyer over with raw blanks and letters in the header."""
    shop.leave_for = f"{api.entry(api.create_cart())}&{RAW}".encode()
    checkout = CheckoutFlow(desktop)
    checkout.arrive(f"http://{SHOP_HOST}/leave")
    assert_prefilled(checkout)


@pytest.mark.parametrize("name", ["José", "Jos%E9", "%", "%00%1b"], ids=["raw", "Latin-1", "half", "control"])
def test_odd_bytes_in_the_request_are_not_refused(name: str, api: Api) -> None:
    """Clients that escape nothing or escape badly; letters that cannot be read are lost, the page is not."""
    target = f"/?tempCartUUID={api.create_cart()}&customerName={name}".encode()
    host, port = api.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(b"GET " + target + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    status, _, page = answer.partition(b"\r\n")
    assert b" 200 " in status + b" ", answer[:300]
    assert b"Sunglasses" in page


def expired(api: Api, server: Server) -> str:
    cart = api.create_cart()
    server.change_cart(cart, "expires_at = 1")
    return cart


def empty(api: Api, server: Server) -> str:
    cart = api.create_cart()
    server.change_cart(cart, "document = json_set(document, '$.items', json('[]'))")
    return cart


def paid(api: Api, server: Server) -> str:
    """Paid by somebody else."""
    cart, buyer = api.create_cart(), TextBrowser(server.url)
    buyer.to_payment(api.entry(cart), ADDRESS)
    buyer.send(method="test", card_number=APPROVED, **CARD)
    order_id_of(buyer.url)
    return cart


CARTS: dict[str, tuple[Callable[[Api, Server], str], int]] = {
    "expired": (expired, 410),
    "empty": (empty, 200),
    "paid": (paid, 200),
    "unknown": (lambda *_: str(uuid.uuid4()), 404),
    "malformed": (lambda *_: "not-a-cart", 404),
    "missing": (lambda *_: "", 404),
}


@pytest.mark.parametrize("kind", CARTS)
def test_a_cart_that_cannot_be_paid_gets_a_friendly_page(
    kind: str, api: Api, server: Server, browsers: Callable[..., webdriver.Chrome], text_browser: TextBrowser
) -> None:
    make, status = CARTS[kind]
    cart = make(api, server)
    text_browser.get(api.entry(cart))
    assert text_browser.status == status

    for width in ("desktop", "phone"):
        driver = browsers(phone=width == "phone")
        checkout = CheckoutFlow(driver)
        checkout.arrive(api.entry(cart))
        assert checkout.heading()
        assert not checkout.all("form[method=post]"), "there is nothing to send"
        screenshot(driver, f"{width}-cart-{kind}")
        assert_no_horizontal_scrolling(driver)
        assert_axe_clean(driver)


def test_the_buyer_of_a_paid_cart_sees_the_order_again(api: Api, text_browser: TextBrowser) -> None:
    entry = api.entry(api.create_cart())
    text_browser.to_payment(entry, ADDRESS)
    text_browser.send(method="test", card_number=APPROVED, **CARD)
    order_id = order_id_of(text_browser.url)
    text_browser.get(entry)
    assert order_id_of(text_browser.url) == order_id
    assert text_browser.status == 200 and order_id in text_browser.html


def test_an_address_that_does_not_exist_gets_a_friendly_page(api: Api, desktop: webdriver.Chrome) -> None:
    checkout = CheckoutFlow(desktop)
    checkout.arrive(f"{api.url}/no/such/page")
    assert checkout.heading()
    assert_axe_clean(desktop)


def test_a_later_page_without_a_passage_leads_to_the_step_that_is_missing(api: Api, text_browser: TextBrowser) -> None:
    cart = api.create_cart()
    for page in ("pay", "review", "shipping", "challenge", "pending"):
        text_browser.get(f"{api.url}/checkout/{cart}/{page}")
        assert text_browser.status == 200
        assert urlsplit(text_browser.url).path in (f"/checkout/{cart}/items", f"/checkout/{cart}/address")


def test_a_form_from_elsewhere_is_refused(api: Api, text_browser: TextBrowser) -> None:
    cart = api.create_cart()
    text_browser.get(api.entry(cart))
    form = text_browser.form()
    for forged in ("", "0" * 64):
        text_browser.send(form, csrf=forged, country="CA")
        assert text_browser.status == 403 and text_browser.heading
    stranger = requests.post(form.action, data=form.values, allow_redirects=False, timeout=30)
    assert stranger.status_code == 400, "a browser without our cookie"


def test_merchant_texts_cannot_bring_scripts(api: Api, desktop: webdriver.Chrome) -> None:
    nasty = "<ul><li>Nice</li></ul><script>document.title='run'</script><img src=x onerror=\"document.title='run'\">"
    items = [{"description": nasty, "quantity": 1, "unitPrice": 10, "weight": 1}]
    checkout = CheckoutFlow(desktop)
    checkout.arrive(api.entry(api.create_cart(items=items, referenceId="\"><script>document.title='run'</script>")))
    assert "Nice" in checkout.one("main").text
    assert desktop.title != "run"
    assert not checkout.all("main script, main [onerror]")
