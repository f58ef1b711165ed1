"""E-mails, read from a real SMTP server."""

from __future__ import annotations

import email
import email.policy
import json
import os
import re
import subprocess
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from support.server import TIMEOUT, TARGET, Server, free_port, program
from support.wholesaler import LOGIN, RECIPIENT, WHOLESALER, Wholesaler


# Orders that every demo has, and what mails about them say.
SAMPLES = 3
OF_A_SAMPLE = re.compile(rf"\b{LOGIN}-[1-{SAMPLES}]\b")


class Mailbox:
    """Keeps what arrives; refuses mails to `nobody@…` for good and to `later@…` for now."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.arrived = threading.Condition()

    def wait_for(self, number: int) -> list[EmailMessage]:
        """All mails, once there are so many; they may still be on their way."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.mails) >= number, TIMEOUT), self.mails
            return list(self.mails)

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list) -> str:
        if address.startswith("nobody@"):
            return "550 no such user"
        if address.startswith("later@"):
            return "451 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        mail = email.message_from_bytes(content, policy=email.policy.default)
        assert isinstance(mail, EmailMessage)
        with self.arrived:
            if not OF_A_SAMPLE.search(mail["Subject"]):
                self.mails.append(mail)
            self.arrived.notify_all()
        return "250 OK"


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    box, port = Mailbox(), free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, port
    controller.stop()


class Shell:
    """The program with a store 7 and this mail server."""

    def __init__(self, directory: Path, port: int) -> None:
        self.directory = directory
        self.environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("CROSSDOCK_")},
            "CROSSDOCK_MAIL__SMTP_URL": f"smtp://127.0.0.1:{port}",
            "CROSSDOCK_MAIL__FROM": "Żółty Magazyn <orders@warehouse.example>",
        }
        assert self.run("store", "add", "7", "--name", "Shop", "--currency", "EUR").returncode == 0

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [program(), "--data-dir", self.directory, *words]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=60, check=False)

    def mail(self, to: str) -> tuple[int, dict]:
        ended = self.run("mail", "test", "--store", "7", "--to", to, "--json")
        return ended.returncode, json.loads(ended.stdout)[0]


def test_a_mail_arrives_as_text_and_html(mailbox: tuple[Mailbox, int], tmp_path: Path) -> None:
    box, port = mailbox
    code, told = Shell(tmp_path / "data", port).mail("jan@SHOP.example")
    assert (code, told["state"]) == (0, "sent"), told
    (mail,) = box.mails
    assert mail["Subject"] == "Test mail"
    assert mail["From"] == "Żółty Magazyn <orders@warehouse.example>"
    assert mail["To"] == "jan@shop.example"
    assert mail["Message-ID"] == f"<{told['id']}@warehouse.example>"
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None and "http://127.0.0.1:8080" in plain.get_content()
    assert html is not None and "<html lang=" in html.get_content()


def test_a_refused_mail_fails_at_once_and_a_put_off_one_waits(mailbox: tuple[Mailbox, int], tmp_path: Path) -> None:
    box, port = mailbox
    shell = Shell(tmp_path / "data", port)
    code, told = shell.mail("nobody@shop.example")
    assert (code, told["state"]) == (1, "failed") and "no such user" in told["last_error"], told
    code, told = shell.mail("later@shop.example")
    assert (code, told["state"]) == (1, "waiting") and "come back later" in told["last_error"], told
    for wrong in ("not an address", "Jan Kowalski <jan@shop.example>", "a@shop.example, b@shop.example"):
        ended = shell.run("mail", "test", "--store", "7", "--to", wrong)
        assert ended.returncode == 2 and "one e-mail address" in ended.stderr, ended
    assert box.mails == []


def test_a_shop_reads_of_its_orders_in_its_own_language(mailbox: tuple[Mailbox, int], tmp_path: Path) -> None:
    box, port = mailbox
    settings = {"CROSSDOCK_MAIL__SMTP_URL": f"smtp://127.0.0.1:{port}", "CROSSDOCK_MAIL__FROM": "orders@warehouse.example"}
    server = Server(tmp_path / "data", TARGET / "e2e-logs/mail.log", settings=settings)
    try:
        wholesaler = Wholesaler(server)
        order = {"products": [{"code": "1-M", "quantity": 1}], "deliveryAddress": RECIPIENT, "courierId": 51}
        order |= {"orderPaymentType": "prepaid"}
        for serial, language in enumerate(("pl", "de", "en"), 1):
            wholesaler.staff("account", "set", LOGIN, "--wholesaler", WHOLESALER, "--language", language)
            placed = wholesaler.done(wholesaler.login(), "Orders/add", order | {"orderExternalId": f"R-{serial}"})
            assert placed["ordersResults"][0]["orderSerialNumber"] == SAMPLES + serial
            box.wait_for(serial)
        first = SAMPLES + 1
        # The wish of today counts, not the one of the day of the order.
        wholesaler.staff("account", "set", LOGIN, "--wholesaler", WHOLESALER, "--language", "de")
        wholesaler.staff("supply-order", "set-status", first, "packed", "--wholesaler", WHOLESALER)
        wholesaler.staff("supply-order", "add-parcel", first, "--wholesaler", WHOLESALER, "--shipping-number", "SN1")
        wholesaler.staff("supply-order", "set-status", first, "finished", "--wholesaler", WHOLESALER)
        mails = box.wait_for(4)
    finally:
        server.stop()
    assert [mail["Subject"] for mail in mails] == [
        f"Zamówienie {LOGIN}-{SAMPLES + 1} zostało przyjęte",
        f"Bestellung {LOGIN}-{SAMPLES + 2} ist eingegangen",
        f"Order {LOGIN}-{SAMPLES + 3} received",
        f"Bestellung {LOGIN}-{SAMPLES + 1} ist unterwegs",
    ]
    for mail, language in zip(mails, ("pl", "de", "en", "de"), strict=True):
        plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
        assert plain is not None and html is not None
        assert f'<html lang="{language}"' in html.get_content()
        assert "{" not in plain.get_content() + html.get_content(), "a text that was not filled in"
    assert "https://courier.example/track?number=SN1" in mails[3].get_body(("plain",)).get_content()
