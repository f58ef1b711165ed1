"""The examples of the documents work as they are printed, from the first block to the last."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.guide import Walk, blocks
from support.server import ROOT, TARGET, Server, free_port


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Walk]:
    """A stranger beside a fresh `crossdock demo`, in the directory where that was started."""
    server = Server(tmp_path / "crossdock-demo", TARGET / "e2e-logs/documents-demo.log")
    yield Walk(tmp_path, server.url.removeprefix("http://"), {"127.0.0.1:8099": f"127.0.0.1:{free_port()}"})
    server.stop()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Walk]:
    """A stranger beside `crossdock serve` with nothing in it."""
    server = Server(tmp_path / "crossdock-data", TARGET / "e2e-logs/documents-serve.log", "serve")
    yield Walk(tmp_path, server.url.removeprefix("http://"))
    server.stop()


def answers(printed: str) -> list[dict]:
    """The JSON objects in what was printed, one behind the other; curl ends no line."""
    found, at, decoder = [], 0, json.JSONDecoder()
    while (at := printed.find("{", at)) >= 0:
        value, at = decoder.raw_decode(printed, at)
        found.append(value)
    return found


def test_no_example_escapes_being_run() -> None:
    for document in ("api/customer.md", "api/admin.md", "operating/catalogue.md", "api/landed-cost.md"):
        for block in blocks(document):
            where = f"{document}:{block.line}"
            if block.language not in ("sh", "console"):
                assert not re.search(r"^(curl|crossdock|php) ", block.text, re.MULTILINE), f"{where}: `sh` is what is run"
            if block.language == "php":
                assert block.file, f"{where}: nobody saves it"


def test_the_customer_apis_guide_works_as_it_is_printed(demo: Walk) -> None:
    printed = demo.run("api/customer.md")
    told = answers(printed)
    gates = [answer for answer in told if "faultCode" in answer.get("errors", {})]
    assert len(gates) >= 14, printed
    faults = [answer["errors"]["faultCode"] for answer in gates]
    assert faults.count(2) == 1 and set(faults) == {0, 2}, printed
    # The order, once more, and as it is at the end.
    results = [answer["results"] for answer in gates if isinstance(answer["results"], dict)]
    placed = [result["ordersResults"][0] for result in results if "orderProductsCost" in result]
    assert [order["orderId"] for order in placed[:2]] == ["shop1-4", "shop1-4"]
    sent = json.loads((demo.directory / "sent-4.json").read_text())
    assert (sent["orderId"], sent["orderExternalId"]) == ("shop1-4", "R-2026-991")
    assert sent["packages"][0]["deliveryShippingNumber"] == "SN1"
    outcomes = [
        (order["faultCode"], order["dropshippingOrderStatus"])
        for result in results
        for order in result.get("ordersResults", [])
        if "dropshippingOrderStatus" in order
    ]
    assert outcomes == [(204, "notCanceled"), (0, "canceled")]
    # The second sequence, in PHP.
    assert re.search(r"^Example Wholesale has 3 couriers\nshop1-6 new\nsent by (.*), SN2, http.*SN2\n204 notCanceled$",
                     printed, re.MULTILINE), printed


def test_the_admin_apis_guide_works_as_it_is_printed(demo: Walk) -> None:
    printed = demo.run("api/admin.md")
    told = answers(printed)
    # 207 tells its faults at the top, and each item its own.
    assert not [answer for answer in told if answer.get("errors", {}).get("faultString")], printed
    assert '"faultCode":0' in printed and not re.search(r'"faultCode":[1-9]', printed), printed
    results = [answer["results"] for answer in told if isinstance(answer.get("results"), dict)]
    orders = [order for result in results for order in result.get("ordersResults", [])]
    # Placed, which tells no status, changed, packed, sent.
    assert [order.get("orderStatus") for order in orders] == [None, "new", "packed", "finished"]
    assert len({order["orderSerialNumber"] for order in orders}) == 1
    # What the last example added lies there.
    stock = demo.bash(
        'curl -sg "http://127.0.0.1:8080/api/admin/v8/products/stocks?identType=id&products=15" '
        "-H 'X-API-KEY: demo-admin-key'".replace("127.0.0.1:8080", demo.address)
    )
    sizes = json.loads(stock)["results"][0]["quantities"]["stocks"][0]["sizes"]
    # 15 * 7 + 13 pieces modulo 41 lie in the demo's second size.
    assert {size["size_id"]: size["quantity"] for size in sizes}["M"] == 36 + 10


def test_the_landed_costs_guide_works_as_it_is_printed(demo: Walk) -> None:
    printed = demo.run("api/landed-cost.md")
    made, kept, public = (answer for answer in answers(printed) if "dutyTaxesTotal" in answer)
    assert made["quoteId"] == kept["quoteId"] and kept["grandTotal"] == made["grandTotal"], printed
    assert "grandTotal" in public, printed
    # What the command prints is what the API explains.
    assert kept["explanation"].strip() in printed, printed


def test_the_catalogues_guide_works_as_it_is_printed(empty: Walk) -> None:
    printed = empty.run("operating/catalogue.md")
    assert len(re.findall(r"4 unchanged|3 unchanged", printed)) >= 2, printed
    assert '<offer' in printed and 'code="15-S"' in printed, printed
    assert re.search(r"^order 1 placed; ", printed, re.MULTILINE), printed


SHIMS = {
    # The commands of a fresh machine, in a directory that stands for it.
    "sudo": 'if [ "$1" = -u ]; then shift 2; fi; exec "$@"',
    "useradd": ":",
    "systemctl": ":",
    "cargo": "mkdir -p target/release && cp -L .tools/crossdock target/release/crossdock",
    "install": 'args=(); for a; do case $a in crossdock|-o|-g) ;; *) args+=("$a") ;; esac; done; exec /usr/bin/install "${args[@]}"',
}


def test_a_server_is_installed_as_the_operating_guide_says(tmp_path: Path) -> None:
    """From the first command to the first cart that can be paid, typed as printed; the machine's directories are below one."""
    walk = Walk(tmp_path, f"127.0.0.1:{free_port()}")
    for name, text in SHIMS.items():
        shim = tmp_path / ".tools" / name
        shim.write_text(f"#!/bin/bash\n{text}\n")
        shim.chmod(0o755)
    data, program_dir = tmp_path / "data", tmp_path / "bin"
    program_dir.mkdir()

    def here(text: str) -> str:
        return text.replace("/var/lib/crossdock", str(data)).replace("/usr/local/bin", str(program_dir))

    until = (ROOT / "docs/operating/README.md").read_text().split("## HTTPS")[0].count("\n")
    document = [block for block in blocks("operating/README.md") if block.line < until]
    unit = next(block.text for block in document if block.language == "ini")
    shipping = next(block.text for block in document if "# shipping.toml" in block.text)
    commands = [block for block in document if block.language == "sh"]
    printed = walk.bash(here(commands[0].text))
    assert (data.stat().st_mode & 0o777) == 0o700 and (program_dir / "crossdock").exists(), printed
    (data / "shipping.toml").write_text(shipping)
    # Doctor has a database to look at only when the service has started; then the store is added beside it.
    start = re.search(r"^ExecStart=(.*)$", unit, re.MULTILINE)[1]
    server = subprocess.Popen(
        [*shlex.split(here(start)), "--listen", walk.address], stderr=(tmp_path / "serve.log").open("w"), env={"PATH": "/usr/bin:/bin"}
    )
    try:
        walk.bash(f"until curl -sf http://{walk.address}/readyz; do read -rt 0.05 <> <(:) || :; done")
        told = walk.bash("\n".join(here(block.text) for block in commands[1:]))
        secret = re.search(r"^[0-9a-f-]{36}$", told, re.MULTILINE)[0]
        cart = {"storeId": 123, "secret": secret, "items": [{"description": "Mug", "unitPrice": 9, "quantity": 1}]}
        made = walk.bash(
            f"curl -s http://{walk.address}/v1/createTempCart -H 'Content-Type: application/json' "
            f"-H 'Accept: application/json' -d {shlex.quote(json.dumps(cart))}"
        )
        page = walk.bash(f"curl -sfL 'http://{walk.address}/?tempCartUUID={json.loads(made)['tempCartUUID']}&country=CA'")
        assert "Mug" in page
    finally:
        server.terminate()
        server.wait(30)
    if shutil.which("systemd-analyze"):
        (tmp_path / "crossdock.service").write_text(here(unit).replace("User=crossdock", "User=daemon"))
        checked = subprocess.run(
            ["systemd-analyze", "verify", tmp_path / "crossdock.service"], capture_output=True, text=True, check=False
        )
        assert "crossdock.service:" not in checked.stderr, checked.stderr
