"""Accessibility: axe-core finds nothing, in light and in dark colours."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from selenium import webdriver

from .browser import prefer

# Every rule that is on by default: WCAG A and AA of all versions, and best practices.
RUN = """
const done = arguments[arguments.length - 1];
axe.run(document, { resultTypes: ['violations'] }).then(
    (results) => done(results.violations),
    (error) => done([{ id: 'axe failed', help: String(error), nodes: [] }]),
);
"""


@cache
def _axe() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def _violations(driver: webdriver.Chrome) -> list[str]:
    driver.set_script_timeout(60)
    driver.execute_script(_axe())
    found = []
    for violation in driver.execute_async_script(RUN):
        for node in violation["nodes"] or [{}]:
            target = " ".join(map(str, node.get("target", [])))
            found.append(f"{violation['id']} ({violation['help']}): {target}\n    {node.get('failureSummary', '')}")
    return found


def assert_axe_clean(driver: webdriver.Chrome) -> None:
    """Fails with every finding on the page that is shown now."""
    try:
        for scheme in ("light", "dark"):
            # Without transitions, so that no colour is caught half-way.
            prefer(driver, prefers_color_scheme=scheme, prefers_reduced_motion="reduce")
            found = _violations(driver)
            assert not found, f"axe on {driver.current_url}, {scheme}:\n" + "\n".join(found)
    finally:
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
