"""A buyer's way through the hosted checkout, page by page, by clicking and typing."""

from __future__ import annotations

import re
from decimal import Decimal
from urllib.parse import parse_qsl, urlsplit

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException, WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import Select, WebDriverWait

APPROVED = "4242424242424242"
DECLINED = "4000000000000002"
CHALLENGE = "4000002500003155"
REVIEW = "4000000000009235"
TIMEOUT = "4000000000000119"

CARD = {"card_expiry": "12/39", "card_cvc": "123", "card_name": "Zoë Tremblay"}
ADDRESS = {
    "name": "Zoë Tremblay",
    "company": "Atelier Ñandú",
    "email": "zoe@example.org",
    "phone": "+1 514 555 0123",
    "address1": "1000 Rue Sainte-Catherine",
    "address2": "App. 4",
    "city": "Montréal",
    "state": "QC",
    "zip": "H3B 1A7",
    "note": "Please ring twice.",
}

# The one button that leads on. Pages of the checkout have exactly one; quiet buttons stand beside it.
PRIMARY = "main button[type=submit].primary, main button[type=submit].button:not(.button-quiet)"
WAIT = 30


def order_id_of(url: str) -> str:
    """The order id in the address that the buyer was sent to; it must be the only parameter."""
    [(name, value)] = parse_qsl(urlsplit(url).query)
    assert name == "orderId" and re.fullmatch(r"999-[0-9]+", value), url
    return value


def amount(text: str) -> Decimal:
    """The number in a displayed amount such as `$1,234.50` or `CA$ 12.00`."""
    [number] = re.findall(r"[0-9][0-9,]*\.[0-9]{2}", text)
    return Decimal(number.replace(",", ""))


class CheckoutFlow:
    """One tab in one browser on its way through one cart."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self.driver = driver

    # --- what is on the page ---

    def all(self, selector: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector: str) -> WebElement:
        found = self.all(selector)
        assert len(found) == 1, f"{self.driver.current_url}: {len(found)} elements for {selector}"
        return found[0]

    def field(self, name: str) -> WebElement:
        return self.one(f"main [name='{name}']")

    def heading(self) -> str:
        return self.one("main h1").text

    @property
    def page(self) -> str:
        """Last part of the path: `items`, `address`, `pay`, …"""
        return urlsplit(self.driver.current_url).path.rsplit("/", 1)[-1]

    def total(self) -> Decimal:
        return amount(self.one("main .sum-total .amount").text)

    # --- moving on ---

    def wait(self, condition, what: str):
        waiting = WebDriverWait(self.driver, WAIT, poll_frequency=0.05)
        return waiting.until(lambda _: condition(), f"{what}; now at {self.driver.current_url}")

    def after(self, action) -> None:
        """Does something that loads another page and waits until that is there."""
        old = self.one("html")
        action()

        def is_gone() -> bool:
            try:
                old.is_enabled()
            except (StaleElementReferenceException, WebDriverException):
                return True
            return False

        self.wait(is_gone, "the page stays as it was")
        self.wait(lambda: self.all("body"), "the next page does not come")

    def press(self, selector: str = PRIMARY) -> None:
        button = self.one(selector)
        self.after(button.click)

    def fill(self, values: dict[str, str]) -> None:
        for name, value in values.items():
            field = self.field(name)
            field.clear()
            field.send_keys(value)

    def expect(self, page: str) -> None:
        assert self.page == page, f"wanted {page}, got {self.driver.current_url}: {self.heading()}"

    # --- the steps ---

    def arrive(self, url: str) -> None:
        self.driver.get(url)

    def items(self) -> None:
        self.press()
        self.expect("address")

    def address(self, **changes: str) -> None:
        self.fill(ADDRESS | changes)
        Select(self.field("country")).select_by_value("CA")
        self.press()
        self.expect("shipping")

    def shipping(self) -> None:
        self.all("main [name=shipping]")[0].click()
        self.press()
        self.expect("review")

    def review(self) -> Decimal:
        total = self.total()
        self.press()
        self.expect("pay")
        return total

    def to_payment(self, url: str) -> Decimal:
        """From the entry to the payment page; gives the total that the buyer agreed to."""
        self.arrive(url)
        self.items()
        self.address()
        self.shipping()
        return self.review()

    def enter_card(self, number: str) -> None:
        self.one("main [name=method][value=test]").click()
        self.fill({"card_number": number} | CARD)

    def pay(self, number: str = APPROVED) -> None:
        self.enter_card(number)
        self.press()

    def await_order(self) -> str:
        """Waits for the redirect after payment and gives the order id in it."""
        self.wait(lambda: "orderId=" in self.driver.current_url, "the buyer is not sent on")
        return order_id_of(self.driver.current_url)
