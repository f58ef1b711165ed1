"""A developer gets a sandbox on the page, and what the page shows opens the APIs."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator

import pytest
import requests
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException, WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait
from support.axe import assert_axe_clean
from support.browser import assert_no_horizontal_scrolling, screenshot
from support.server import TIMEOUT, TARGET, Server

CONFIG = """
[checkout]
test_mode = true
[sandbox]
page = true
"""


@pytest.fixture(scope="module")
def sandboxes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that offers the page; the one of the other tests does not."""
    data = tmp_path_factory.mktemp("sandboxes")
    data.chmod(0o700)
    (data / "crossdock.toml").write_text(CONFIG)
    running = Server(data, TARGET / "e2e-logs/sandboxes.log")
    yield running
    running.stop()


class Page:
    def __init__(self, driver: webdriver.Chrome, url: str) -> None:
        self.driver = driver
        self.url = url
        driver.get(f"{url}/sandbox")

    def text(self, identifier: str) -> str:
        return self.driver.find_element(By.ID, identifier).text

    def fill(self, name: str, email: str) -> None:
        for field, value in {"name": name, "email": email}.items():
            element = self.driver.find_element(By.NAME, field)
            element.clear()
            element.send_keys(value)

    def send(self) -> None:
        """Presses the button and waits for another page."""
        before = self.driver.find_element(By.TAG_NAME, "html")
        self.driver.find_element(By.CSS_SELECTOR, "main button[type=submit]").click()
        WebDriverWait(self.driver, TIMEOUT).until(lambda _: gone(before))
        WebDriverWait(self.driver, TIMEOUT).until(lambda driver: driver.find_elements(By.TAG_NAME, "h1"))


def gone(element: webdriver.remote.webelement.WebElement) -> bool:
    try:
        element.is_enabled()
    except (StaleElementReferenceException, WebDriverException):
        return True
    return False


def call(gates: str, gate: str, authenticate: dict[str, str], params: dict | None = None) -> dict:
    body = {"authenticate": authenticate, "params": params or {}}
    answer = requests.post(f"{gates}?gate={gate}/1/json&lang=eng", json=body, timeout=30).json()
    assert answer["errors"]["faultCode"] == 0, answer
    return answer["results"]


@pytest.mark.parametrize("kind", ["desktop", "phone", "no-script"])
def test_a_developer_gets_keys_that_open_the_apis(
    kind: str, sandboxes: Server, browsers: Callable[..., webdriver.Chrome]
) -> None:
    driver = browsers(phone=kind == "phone", javascript=kind != "no-script")

    def look(name: str) -> None:
        if kind != "no-script":
            screenshot(driver, f"{kind}-sandbox-{name}")
            assert_no_horizontal_scrolling(driver)
            assert_axe_clean(driver)

    page = Page(driver, sandboxes.url)
    look("1-form")
    page.fill("Ada <Lovelace>", "ada")
    driver.find_element(By.ID, "terms").click()
    page.send()
    assert driver.find_elements(By.CSS_SELECTOR, "main [role=alert] a[href='#email']")
    look("1-form-with-mistakes")
    page.fill("Ada <Lovelace>", f"{kind}@dev.example")
    page.send()
    look("2-ready")
    assert driver.current_url == f"{sandboxes.url}/sandbox/ready", "no key stands in an address"

    gates = page.text("gates")
    assert re.fullmatch(re.escape(sandboxes.url) + r"/w/9\d{8}/customer-api/", gates)
    login = {"systemLogin": page.text("login"), "systemKey": page.text("system-key")}
    session = call(gates, "Authenticate/authenticate", login)["sessionKey"]
    keys = {"sessionKey": session, "dropshippingKey": page.text("dropshipping-key")}
    found = call(gates, "Products/getAvailability", keys, {"products": [{"code": "1-M", "quantity": 2}]})
    assert found["products"][0]["code"] == "1-M"
    admin = requests.get(
        f"{page.text('admin')}system/serverTime", headers={"X-API-KEY": page.text("admin-key")}, timeout=30
    )
    assert admin.status_code == 200, admin.text
    feed = requests.get(page.text("feed"), params={"token": page.text("feed-token")}, timeout=30)
    assert feed.status_code == 200 and "<product " in feed.text

    script = driver.find_element(By.ID, "script").get_attribute("textContent")
    ended = subprocess.run(["sh", "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert '"1-M"' in ended.stdout, ended.stderr + ended.stdout

    driver.refresh()
    assert driver.current_url == f"{sandboxes.url}/sandbox?shown=1"
    look("3-shown-once")


def test_the_page_is_not_there_unless_it_is_switched_on(server: Server) -> None:
    assert requests.get(f"{server.url}/sandbox", timeout=30).status_code == 404
    assert requests.post(f"{server.url}/sandbox", data={"name": "x"}, timeout=30).status_code == 404
