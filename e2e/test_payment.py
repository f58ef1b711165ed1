"""What card payments can do, and that nothing a buyer does makes a second order."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from support.api import Api
from support.axe import assert_axe_clean
from support.browser import screenshot
from support.forms import TextBrowser
from support.checkout import (
    ADDRESS,
    APPROVED,
    CARD,
    CHALLENGE,
    DECLINED,
    PRIMARY,
    REVIEW,
    TIMEOUT,
    CheckoutFlow,
    order_id_of,
)


@pytest.fixture
def before(api: Api) -> list[str]:
    """The orders that were there before the test."""
    return api.order_ids()


@pytest.fixture
def checkout(api: Api, desktop: webdriver.Chrome) -> CheckoutFlow:
    """Stands on the payment page of a new cart."""
    checkout = CheckoutFlow(desktop)
    checkout.to_payment(api.entry(api.create_cart()))
    return checkout


def test_a_declined_card_leaves_the_way_open(api: Api, before: list[str], checkout: CheckoutFlow) -> None:
    checkout.pay(DECLINED)
    checkout.expect("pay")
    assert "declined" in checkout.one("main [role=alert]").text
    assert checkout.field("card_number").get_attribute("value") == "", "a card number never comes back"
    screenshot(checkout.driver, "desktop-5-pay-declined")
    assert_axe_clean(checkout.driver)
    assert api.order_ids() == before

    checkout.pay(APPROVED)
    order_id = checkout.await_order()
    assert api.order_ids() == [*before, order_id]


def test_a_challenge_that_is_passed_makes_the_order(api: Api, before: list[str], checkout: CheckoutFlow) -> None:
    checkout.pay(CHALLENGE)
    checkout.expect("challenge")
    screenshot(checkout.driver, "desktop-5-challenge")
    assert_axe_clean(checkout.driver)
    assert api.order_ids() == before
    checkout.press("main button[name=result][value=pass]")
    order_id = checkout.await_order()
    assert api.order_ids() == [*before, order_id]


def test_a_challenge_that_fails_leaves_the_way_open(api: Api, before: list[str], checkout: CheckoutFlow) -> None:
    checkout.pay(CHALLENGE)
    checkout.press("main button[name=result][value=fail]")
    checkout.expect("pay")
    assert checkout.one("main [role=alert]").text
    assert api.order_ids() == before
    checkout.pay(APPROVED)
    order_id = checkout.await_order()
    assert api.order_ids() == [*before, order_id]


def test_a_payment_in_review_sends_the_buyer_on_at_once(api: Api, before: list[str], checkout: CheckoutFlow) -> None:
    checkout.pay(REVIEW)
    order_id = checkout.await_order()
    screenshot(checkout.driver, "desktop-6-confirmation-in-review")
    assert_axe_clean(checkout.driver)
    assert api.order(order_id)["orderStatus"] == "IGLOBAL_FRAUD_REVIEW"
    assert api.order_ids() == [*before, order_id]


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_late_answer_is_waited_for(
    javascript: bool, api: Api, before: list[str], browsers: Callable[..., webdriver.Chrome]
) -> None:
    checkout = CheckoutFlow(browsers(javascript=javascript))
    checkout.to_payment(api.entry(api.create_cart()))
    checkout.pay(TIMEOUT)
    if checkout.page == "pending" and javascript:
        screenshot(checkout.driver, "desktop-5-pending")
        assert_axe_clean(checkout.driver)
    order_id = checkout.await_order()
    assert api.order_ids() == [*before, order_id]


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_double_click_pays_once(
    javascript: bool, api: Api, before: list[str], browsers: Callable[..., webdriver.Chrome]
) -> None:
    checkout = CheckoutFlow(browsers(javascript=javascript))
    checkout.to_payment(api.entry(api.create_cart()))
    checkout.enter_card(APPROVED)
    button = checkout.one(PRIMARY)
    checkout.after(lambda: ActionChains(checkout.driver).double_click(button).perform())
    order_id = checkout.await_order()
    assert api.order_ids() == [*before, order_id]


def test_the_same_form_sent_eight_times_at_once_pays_once(
    api: Api, before: list[str], text_browser: TextBrowser
) -> None:
    text_browser.to_payment(api.entry(api.create_cart()), ADDRESS)
    form = text_browser.form()
    sent = form.values | {"method": "test", "card_number": APPROVED} | CARD
    cookies = text_browser.session.cookies.get_dict()

    def send(_: int) -> requests.Response:
        return requests.post(form.action, data=sent, cookies=cookies, allow_redirects=False, timeout=30)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(8)))
    assert {answer.status_code for answer in answers} == {303}

    # Whoever came second may be told to look at the payment first; that leads to the same order.
    orders = set()
    for answer in answers:
        text_browser.get(requests.compat.urljoin(form.action, answer.headers["Location"]))
        orders.add(order_id_of(text_browser.url))
    assert api.order_ids() == [*before, *orders] and len(orders) == 1


def test_a_buyer_who_hangs_up_while_paying_is_not_kept_waiting(api: Api) -> None:
    """A lost connection, or a second click without JavaScript: the first request ends before its answer. The payment
    that it began must come to its end all the same, and the next look must find it."""
    for moment in range(10):
        buyer = TextBrowser(api.url)
        buyer.to_payment(api.entry(api.create_cart()), ADDRESS)
        form = buyer.form()
        card = {"method": "test", "card_number": APPROVED} | CARD
        buyer.hang_up(form, after=moment / 2000, **card)

        began = time.monotonic()
        buyer.send(form, **card)
        while "orderId=" not in buyer.url:
            assert time.monotonic() < began + 10, f"hung up after {moment / 2} ms, still at {buyer.url}"
            time.sleep(0.1)
            buyer.get(buyer.url)


def test_going_back_and_paying_again_shows_the_same_order(api: Api, before: list[str], checkout: CheckoutFlow) -> None:
    checkout.pay()
    order_id = checkout.await_order()
    checkout.driver.back()
    checkout.wait(lambda: checkout.all("main"), "no page after going back")
    if checkout.page == "pay":
        checkout.pay()
    assert checkout.await_order() == order_id
    assert api.order_ids() == [*before, order_id]


def test_reloading_after_the_payment_changes_nothing(api: Api, before: list[str], checkout: CheckoutFlow) -> None:
    checkout.pay()
    order_id = checkout.await_order()
    for _ in range(2):
        checkout.driver.refresh()
        assert order_id_of(checkout.driver.current_url) == order_id
        assert order_id in checkout.one("main").text
    assert api.order_ids() == [*before, order_id]


def test_two_tabs_pay_once(api: Api, before: list[str], checkout: CheckoutFlow) -> None:
    driver = checkout.driver
    first, pay_page = driver.current_window_handle, driver.current_url
    driver.switch_to.new_window("tab")
    checkout.arrive(pay_page)
    checkout.enter_card(APPROVED)
    second = driver.current_window_handle

    driver.switch_to.window(first)
    checkout.pay()
    order_id = checkout.await_order()
    driver.switch_to.window(second)
    checkout.press()
    assert checkout.await_order() == order_id
    assert api.order_ids() == [*before, order_id]


def test_the_total_that_was_shown_is_the_total_that_is_charged(
    api: Api, before: list[str], text_browser: TextBrowser
) -> None:
    """What a browser adds to the form is not listened to."""
    text_browser.to_payment(api.entry(api.create_cart()), ADDRESS)
    cheap = {"amount": "0.01", "total": "0.01", "grandTotal": "0.01", "currency": "JPY", "unitPrice": "0.01"}
    text_browser.send(method="test", card_number=APPROVED, **CARD, **cheap)
    order = api.order(order_id_of(text_browser.url))
    assert order["grandTotal"] == order["itemsTotal"] + order["shippingTotal"] + order["dutyTaxesTotal"] > 200
