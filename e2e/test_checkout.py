"""The whole way from a cart to a paid order, as different buyers go it."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from support.api import ITEMS_TOTAL, SHOP_HOST, Api
from support.axe import assert_axe_clean
from support.browser import assert_no_horizontal_scrolling, screenshot
from support.forms import TextBrowser
from support.checkout import ADDRESS, APPROVED, CARD, PRIMARY, CheckoutFlow, order_id_of
from support.shop import Shop


def assert_order_is_what_was_agreed(order: dict, total) -> None:
    assert order["grandTotal"] == total
    assert order["grandTotal"] == order["itemsTotal"] + order["shippingTotal"] + order["dutyTaxesTotal"]
    assert order["itemsTotal"] == ITEMS_TOTAL
    assert order["testOrder"] is True
    assert order["orderStatus"] == "IGLOBAL_ORDER_IN_PROCESS"
    shown = {"name", "company", "email", "phone", "address1", "address2", "city", "state", "zip"}
    assert {key: order[key] for key in shown} == {key: ADDRESS[key] for key in shown}
    assert order["countryCode"] == "CA"
    assert {"note": ADDRESS["note"], "customerNote": True} in order["notes"]
    assert [item["quantity"] for item in order["items"]] == [1, 2, 1]


@pytest.mark.parametrize("kind", ["desktop", "phone"])
def test_a_buyer_passes_every_page_and_gets_one_order(
    kind: str, api: Api, browsers: Callable[..., webdriver.Chrome]
) -> None:
    """Looks at every page on the way: accessibility, width, a picture for people to look at."""
    driver = browsers(phone=kind == "phone")
    checkout = CheckoutFlow(driver)
    before = api.order_ids()

    def look(name: str) -> None:
        screenshot(driver, f"{kind}-{name}")
        assert_no_horizontal_scrolling(driver)
        assert len(checkout.all("h1")) == 1
        assert_axe_clean(driver)

    checkout.arrive(api.entry(api.create_cart()))
    assert "Sunglasses" in checkout.one("main").text
    assert "WELCOME10" in checkout.one("main").text
    look("1-items")
    checkout.items()
    look("2-address")
    checkout.press()
    assert checkout.page == "address" and checkout.all("main [role=alert] a[href='#name']")
    look("2-address-with-mistakes")
    checkout.address()
    look("3-shipping")
    checkout.shipping()
    look("4-review")
    total = checkout.review()
    assert checkout.total() == total
    look("5-pay")
    checkout.press()
    assert checkout.page == "pay" and checkout.all("main [role=alert] a[href='#card_number']")
    look("5-pay-with-mistakes")
    checkout.pay()
    order_id = checkout.await_order()
    assert urlsplit(driver.current_url).path.startswith("/confirmation/")
    assert order_id in checkout.one("main").text
    look("6-confirmation")

    assert api.order_ids() == [*before, order_id]
    assert_order_is_what_was_agreed(api.order(order_id), total)


def test_the_passage_needs_no_javascript(api: Api, browsers: Callable[..., webdriver.Chrome]) -> None:
    driver = browsers(javascript=False)
    driver.get("data:text/html,<title>off</title><script>document.title='on'</script>")
    assert driver.title == "off", "the browser runs scripts"

    checkout = CheckoutFlow(driver)
    total = checkout.to_payment(api.entry(api.create_cart()))
    checkout.pay()
    assert_order_is_what_was_agreed(api.order(checkout.await_order()), total)


def test_the_passage_needs_no_browser(api: Api, text_browser: TextBrowser) -> None:
    """Plain form posts with a cookie jar, as a script or a text browser sends them."""
    text_browser.to_payment(api.entry(api.create_cart()), ADDRESS)
    text_browser.send(method="test", card_number=APPROVED, **CARD)
    order = api.order(order_id_of(text_browser.url))
    assert_order_is_what_was_agreed(order, order["grandTotal"])


def test_the_keyboard_alone_is_enough(api: Api, desktop: webdriver.Chrome) -> None:
    checkout = CheckoutFlow(desktop)

    def keys(*pressed: str) -> None:
        desktop.switch_to.active_element.send_keys(*pressed)

    def tab_to(selector: str) -> None:
        wanted = checkout.one(selector)
        for _ in range(80):
            keys(Keys.TAB)
            if desktop.switch_to.active_element == wanted:
                return
        pytest.fail(f"{desktop.current_url}: Tab never reaches {selector}")

    def press_primary() -> None:
        tab_to(PRIMARY)
        checkout.after(lambda: keys(Keys.ENTER))

    def type_into(values: dict[str, str]) -> None:
        for name, value in values.items():
            tab_to(f"main [name='{name}']")
            keys(value)

    checkout.arrive(api.entry(api.create_cart()))
    keys(Keys.TAB)
    first = desktop.switch_to.active_element
    assert first.get_attribute("href").endswith("#main"), "the first stop leads past the head of the page"
    assert first.is_displayed()
    keys(Keys.ENTER)
    press_primary()

    checkout.expect("address")
    type_into({name: value for name, value in ADDRESS.items() if name != "note"})
    press_primary()

    checkout.expect("shipping")
    if not checkout.all("main [name=shipping]:checked"):
        tab_to("#shipping")
        keys(Keys.SPACE)
    press_primary()

    checkout.expect("review")
    total = checkout.total()
    press_primary()

    checkout.expect("pay")
    tab_to("main [name=method]:checked")
    type_into({"card_number": APPROVED} | CARD)
    press_primary()
    assert api.order(checkout.await_order())["grandTotal"] == total


def test_the_buyer_comes_back_to_the_shop(api: Api, shop: Shop, desktop: webdriver.Chrome) -> None:
    """To the address that the cart names, with the order's id and nothing else."""
    checkout = CheckoutFlow(desktop)
    target = f"http://{SHOP_HOST}/internationalThankYou"
    checkout.to_payment(api.entry(api.create_cart(externalConfirmationPageURL=target)))
    checkout.pay()
    order_id = checkout.await_order()
    assert desktop.current_url == f"{target}?orderId={order_id}"
    assert checkout.one("h1").text == "Thank you from the shop"
    assert f"/internationalThankYou?orderId={order_id}" in shop.visits


def test_a_page_of_a_stranger_is_no_target(api: Api, text_browser: TextBrowser) -> None:
    """Only hosts that the store registered; anybody can register a cart that names another."""
    cart = api.create_cart(externalConfirmationPageURL="https://phishing.example/thanks")
    text_browser.to_payment(api.entry(cart), ADDRESS)
    text_browser.send(method="test", card_number=APPROVED, **CARD)
    order_id = order_id_of(text_browser.url)
    assert text_browser.url == f"{api.url}/confirmation/{cart}?orderId={order_id}"


def test_goods_can_be_paid_by_bank_transfer(api: Api, desktop: webdriver.Chrome) -> None:
    checkout = CheckoutFlow(desktop)
    total = checkout.to_payment(api.entry(api.create_cart()))
    checkout.one("main [name=method][value=bank_transfer]").click()
    checkout.press()
    order_id = checkout.await_order()
    screenshot(desktop, "desktop-6-confirmation-bank-transfer")
    assert_axe_clean(desktop)
    order = api.order(order_id)
    assert order["grandTotal"] == total
    assert order["orderStatus"] == "IGLOBAL_ORDER_ON_HOLD"


def test_mistakes_keep_what_was_typed(api: Api, desktop: webdriver.Chrome) -> None:
    checkout = CheckoutFlow(desktop)
    checkout.arrive(api.entry(api.create_cart()))
    checkout.items()
    checkout.fill({"name": "Zoë <b>", "email": "no address", "zip": "H3B 1A7"})
    checkout.press()
    assert checkout.page == "address"
    assert checkout.field("name").get_attribute("value") == "Zoë <b>"
    assert checkout.field("email").get_attribute("aria-invalid") == "true"
    assert desktop.switch_to.active_element == checkout.one("main [role=alert]"), "the list of mistakes has the focus"
    desktop.find_element(By.CSS_SELECTOR, "main [role=alert] a[href='#email']").click()
    assert desktop.switch_to.active_element == checkout.field("email")
