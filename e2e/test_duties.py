"""Duty, import tax and fees on the review page, as buyers in different countries see them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from selenium import webdriver
from selenium.webdriver.support.ui import Select
from support.api import Api
from support.axe import assert_axe_clean
from support.browser import assert_no_horizontal_scrolling, screenshot
from support.checkout import ADDRESS, CheckoutFlow, amount

SHIRTS = [
    {
        "description": "Cotton T-shirt",
        "productId": "7",
        "unitPrice": 20,
        "quantity": 4,
        "weight": 6,
        "weightUnits": "OZ",
        "itemHSCode": "610910",
        "countryOfOrigin": "BD",
    },
    {
        "description": "Sunglasses",
        "productId": "8",
        "unitPrice": 65,
        "quantity": 1,
        "weight": 4,
        "weightUnits": "OZ",
        "itemHSCode": "900410",
        "countryOfOrigin": "CN",
    },
]

# State or province and postal code where a parcel needs them.
PLACES = {
    "DE": ("", "10115"),
    "FR": ("", "75001"),
    "NO": ("", "0155"),
    "CH": ("", "8001"),
    "GB": ("", "SW1A 1AA"),
    "US": ("NY", "10001"),
    "CA": ("QC", "H3B 1A7"),
    "AU": ("NSW", "2000"),
    "JP": ("", "100-0001"),
}


def to_review(api: Api, checkout: CheckoutFlow, country: str) -> None:
    state, zip_code = PLACES[country]
    checkout.arrive(api.entry(api.create_cart(items=SHIRTS), country))
    checkout.items()
    checkout.fill(ADDRESS | {"state": state, "zip": zip_code})
    Select(checkout.field("country")).select_by_value(country)
    checkout.press()
    checkout.shipping()


def sums(checkout: CheckoutFlow) -> dict[str, Decimal]:
    """The rows of the summary that hold an amount in the store's currency."""
    rows = {}
    for row in checkout.all("main .sums > div:not(:has(dt.muted))"):
        name, value = row.find_element("css selector", "dt").text, row.find_element("css selector", "dd").text
        if "$" in value:
            rows[name] = amount(value)
    return rows


@pytest.mark.parametrize("country", PLACES)
def test_the_price_at_the_door_is_shown_with_its_reasons(
    country: str, api: Api, browsers: Callable[..., webdriver.Chrome]
) -> None:
    driver = browsers(phone=False)
    checkout = CheckoutFlow(driver)
    to_review(api, checkout, country)
    rows = sums(checkout)
    total = checkout.total()
    parts = [value for name, value in rows.items() if not name.startswith("Total")]
    assert sum(parts) == total
    if country == "US":
        # The demo store sends from the United States: nothing crosses a border.
        assert rows["Import duty"] == rows["Import tax"] == 0
    elif country == "AU":
        # Up to 1,000 dollars only registered sellers take the tax, at the sale, and the demo store is none.
        assert rows["Import duty"] == rows["Import tax"] == 0
    else:
        assert rows["Import tax"] > 0
    checkout.one("main details.import-charges > summary").click()
    explained = [amount(cell.text) for cell in checkout.all("main details.import-charges li > .amount")]
    assert sum(explained) == sum(rows.get(name, 0) for name in ["Import duty", "Import tax", "Customs and courier fees"])
    screenshot(driver, f"duties-{country}")
    assert_no_horizontal_scrolling(driver)
    assert_axe_clean(driver)
    assert checkout.review() == total
    checkout.pay()
    order = api.order(checkout.await_order())
    assert order["grandTotal"] == total == order["itemsTotal"] + order["shippingTotal"] + order["dutyTaxesTotal"]
    assert order["quotedDutyTaxes"] == order["dutyTaxesTotal"]
    foreign = [order[f"{name}Foreign"] for name in ["itemsTotal", "shippingTotal", "dutyTaxesTotal"]]
    assert order["grandTotalForeign"] == sum(foreign)


def test_a_buyer_may_leave_duty_to_the_courier_and_come_back(
    api: Api, browsers: Callable[..., webdriver.Chrome]
) -> None:
    driver = browsers(phone=True)
    checkout = CheckoutFlow(driver)
    to_review(api, checkout, "GB")
    prepaid = checkout.total()
    due = sum(value for name, value in sums(checkout).items() if name.startswith(("Import", "Customs")))
    assert due > 0
    checkout.press("main button[name=duties][value=on_delivery]")
    assert checkout.total() == prepaid - due
    screenshot(driver, "duties-on-delivery-phone")
    assert_no_horizontal_scrolling(driver)
    assert_axe_clean(driver)
    checkout.press("main button[name=duties][value=prepaid]")
    assert checkout.total() == prepaid
    checkout.press("main button[name=duties][value=on_delivery]")
    total = checkout.review()
    checkout.pay()
    order = api.order(checkout.await_order())
    assert (order["grandTotal"], order["dutyTaxesTotal"], order["quotedDutyTaxes"]) == (total, 0, due)


def test_goods_that_must_not_be_sent_there_are_named_before_payment(
    api: Api, browsers: Callable[..., webdriver.Chrome]
) -> None:
    driver = browsers(phone=False)
    checkout = CheckoutFlow(driver)
    rockets = {"description": "Rockets", "unitPrice": 9, "quantity": 1, "weight": 8, "itemHSCode": "360410"}
    state, zip_code = PLACES["GB"]
    checkout.arrive(api.entry(api.create_cart(items=[*SHIRTS, rockets]), "GB"))
    checkout.items()
    checkout.fill(ADDRESS | {"state": state, "zip": zip_code})
    Select(checkout.field("country")).select_by_value("GB")
    checkout.press()
    checkout.shipping()
    warning = checkout.one("main [role=alert]").text
    assert "Rockets" in warning and "Cotton" not in warning
    assert not checkout.all("main button[type=submit].button")
    screenshot(driver, "duties-prohibited")
    assert_axe_clean(driver)
