"""Chromium as buyers have it: desktop or phone, with and without JavaScript, always with a fresh profile."""

from __future__ import annotations

import base64
import os
import re
import shutil
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from .api import SHOP_HOST
from .server import TARGET

DESKTOP = (1280, 900)
PHONE = (390, 844)
SCREENSHOTS = TARGET / "e2e-screenshots"

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # The driver measures where an element is before it clicks; smooth scrolling would move it meanwhile.
    "--force-prefers-reduced-motion",
    "--disable-features=HttpsUpgrades,OptimizationHints,MediaRouter",
]


def _find(variable: str, *names: str) -> str:
    if given := os.environ.get(variable):
        return given
    for name in names:
        if found := shutil.which(name):
            return found
    raise FileNotFoundError(f"none of {', '.join(names)} is installed; set {variable}")


def open_browser(profile: Path, shop_port: int, *, phone: bool = False, javascript: bool = True) -> webdriver.Chrome:
    """A new browser. The profile is a directory that does not exist yet."""
    options = webdriver.ChromeOptions()
    options.binary_location = _find("CHROMIUM", "chromium", "chromium-browser", "google-chrome")
    width, height = PHONE if phone else DESKTOP
    # Nothing leaves this machine: the shop lives on loopback and other names do not exist.
    names = f"MAP {SHOP_HOST} 127.0.0.1:{shop_port}, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
    flags = [f"--user-data-dir={profile}", f"--window-size={width},{height}", f"--host-resolver-rules={names}"]
    for flag in FLAGS + flags:
        options.add_argument(flag)
    if phone:
        metrics = {"width": width, "height": height, "pixelRatio": 2.0, "touch": True}
        options.add_experimental_option("mobileEmulation", {"deviceMetrics": metrics})
    if not javascript:
        block = 2
        options.add_experimental_option("prefs", {"profile.default_content_setting_values.javascript": block})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(_find("CHROMEDRIVER", "chromedriver")))
    driver.set_page_load_timeout(60)
    return driver


def prefer(driver: webdriver.Chrome, **features: str) -> None:
    """Sets what the buyer's system prefers, e.g. `prefers_color_scheme="dark"`."""
    named = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": named})


def screenshot(driver: webdriver.Chrome, name: str) -> Path:
    """The whole page, also what is below the fold, as target/e2e-screenshots/NAME.png."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    picture = driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "png", "captureBeyondViewport": True})
    path = SCREENSHOTS / (re.sub(r"[^\w.-]+", "-", name).strip("-") + ".png")
    path.write_bytes(base64.b64decode(picture["data"]))
    return path


def assert_no_horizontal_scrolling(driver: webdriver.Chrome) -> None:
    wide, visible = driver.execute_script(
        "const e = document.documentElement; return [Math.max(e.scrollWidth, document.body.scrollWidth), e.clientWidth]"
    )
    assert wide <= visible, f"{driver.current_url}: content is {wide} px wide on a screen of {visible} px"


def assert_nothing_was_blocked(driver: webdriver.Chrome) -> None:
    """The page's own security policy must not get in the way of the page."""
    messages = [entry["message"] for entry in driver.get_log("browser")]
    blocked = [text for text in messages if "Content Security Policy" in text or "Uncaught" in text]
    assert not blocked, f"{driver.current_url}: {blocked}"
