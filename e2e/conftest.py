"""Fixtures: one demo server for the whole run, a fresh browser for every test."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from selenium import webdriver

from support.api import Api
from support.browser import assert_nothing_was_blocked, open_browser, screenshot
from support.forms import TextBrowser
from support.server import TARGET, Server
from support.shop import Shop


def pytest_configure() -> None:
    # Ended from outside, tests stop like on Ctrl-C: fixtures end browsers and servers.
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
    report = yield
    setattr(item, f"report_{report.when}", report)
    return report


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("data"), TARGET / "e2e-logs/server.log")
    yield running
    running.stop()


@pytest.fixture(scope="session")
def api(server: Server) -> Api:
    return Api(server.url)


@pytest.fixture(scope="session")
def shop() -> Iterator[Shop]:
    running = Shop()
    yield running
    running.stop()


Browsers = Callable[..., webdriver.Chrome]


@pytest.fixture
def browsers(request: pytest.FixtureRequest, shop: Shop, tmp_path: Path) -> Iterator[Browsers]:
    """Opens browsers, each with its own profile: `browsers(phone=True, javascript=False)`."""
    opened: list[webdriver.Chrome] = []

    def open_one(**settings: bool) -> webdriver.Chrome:
        opened.append(open_browser(tmp_path / f"profile-{len(opened)}", shop.port, **settings))
        return opened[-1]

    yield open_one
    report = getattr(request.node, "report_call", None)
    try:
        for number, driver in enumerate(opened):
            if report is not None and report.failed:
                screenshot(driver, f"failed-{request.node.name}-{number}")
            elif report is not None and report.passed:
                assert_nothing_was_blocked(driver)
    finally:
        for driver in opened:
            driver.quit()


@pytest.fixture
def desktop(browsers: Browsers) -> webdriver.Chrome:
    return browsers()


@pytest.fixture
def phone(browsers: Browsers) -> webdriver.Chrome:
    return browsers(phone=True)


@pytest.fixture
def text_browser(server: Server) -> TextBrowser:
    return TextBrowser(server.url)
