"""The stand-in for Stripe, as the provider's own client sees it."""

from __future__ import annotations

import json
import subprocess
import threading
import urllib.parse
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import stripe
from support.server import TIMEOUT, program


class Hooks:
    """Takes webhooks as they come."""

    def __init__(self) -> None:
        hooks = self
        self.messages: list[tuple[bytes, str]] = []
        self.arrived = threading.Condition()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(200)
                self.end_headers()
                with hooks.arrived:
                    hooks.messages.append((body, self.headers["Stripe-Signature"]))
                    hooks.arrived.notify_all()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/notify"

    def wait_for(self, kind: str, object_id: str) -> tuple[bytes, str]:
        def found() -> list[tuple[bytes, str]]:
            told = [(json.loads(body), body, signature) for body, signature in self.messages]
            return [(b, s) for event, b, s in told if event["type"] == kind and event["data"]["object"]["id"] == object_id]

        with self.arrived:
            assert self.arrived.wait_for(found, TIMEOUT), f"no {kind} of {object_id} came"
            return found()[0]


@pytest.fixture(scope="module")
def hooks() -> Iterator[Hooks]:
    running = Hooks()
    yield running
    running.server.shutdown()
    running.server.server_close()


@pytest.fixture(scope="module")
def started(hooks: Hooks) -> Iterator[dict[str, str]]:
    command = [program(), "dev", "stripe", "--listen", "127.0.0.1:0", "--webhook", hooks.url, "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    text = ""
    for line in process.stdout:
        text += line
        if line.startswith("}"):
            break
    yield json.loads(text)
    process.terminate()
    assert process.wait(TIMEOUT) == 0


@pytest.fixture(scope="module")
def client(started: dict[str, str]) -> stripe.StripeClient:
    return stripe.StripeClient(
        started["api_key"],
        stripe_version="2026-06-24.dahlia",
        base_addresses={"api": started["api_base"]},
        max_network_retries=0,
    )


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def press(url: str, **form: str) -> tuple[int, str, str]:
    """Posts a form of the pay page: status, where it leads, and what it shows."""
    data = urllib.parse.urlencode(form).encode()
    try:
        answer = urllib.request.build_opener(NoRedirect).open(url, data, TIMEOUT)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        return answer.status, answer.headers.get("Location", ""), answer.read().decode()


def create_session(client: stripe.StripeClient, attempt: str) -> stripe.checkout.Session:
    return client.v1.checkout.sessions.create(
        {
            "mode": "payment",
            "success_url": "https://shop.example/thanks?session={CHECKOUT_SESSION_ID}",
            "cancel_url": "https://shop.example/pay",
            "client_reference_id": attempt,
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {"currency": "eur", "unit_amount": 4250, "product_data": {"name": "Order"}},
                }
            ],
            "payment_intent_data": {"capture_method": "manual", "metadata": {"attempt": attempt}},
        }
    )


HELD = {
    "amount": 2000,
    "currency": "usd",
    "capture_method": "manual",
    "confirm": True,
    "payment_method": "pm_card_visa",
}


def test_a_session_is_paid_captured_in_part_and_refunded(
    client: stripe.StripeClient, hooks: Hooks, started: dict[str, str]
) -> None:
    session = create_session(client, "a-1")
    assert (session.status, session.payment_intent, session.ui_mode) == ("open", None, "hosted_page")
    status, _, text = press(session.url, action="pay", number="4000000000000002", expiry="12/34", cvc="123")
    assert status == 200 and "declined" in text
    status, back, _ = press(session.url, action="pay", number="4242 4242 4242 4242", expiry="12/34", cvc="123")
    assert (status, back) == (303, f"https://shop.example/thanks?session={session.id}")

    expand = {"expand": ["payment_intent.latest_charge"]}
    paid = client.v1.checkout.sessions.retrieve(session.id, expand)
    intent = paid.payment_intent
    assert (paid.status, paid.payment_status) == ("complete", "unpaid")
    assert (intent.status, intent.amount_capturable, intent.metadata["attempt"]) == ("requires_capture", 4250, "a-1")
    assert intent.latest_charge.payment_method_details.card.last4 == "4242"

    captured = client.v1.payment_intents.capture(intent.id, {"amount_to_capture": 4000})
    assert (captured.status, captured.amount_received) == ("succeeded", 4000)
    refund = client.v1.refunds.create({"payment_intent": intent.id, "amount": 1500})
    assert (refund.status, refund.amount) == ("succeeded", 1500)
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.refunds.create({"payment_intent": intent.id, "amount": 2501})

    body, signature = hooks.wait_for("checkout.session.completed", session.id)
    event = stripe.Webhook.construct_event(body, signature, started["webhook_secret"])
    assert (event.type, event.livemode, event.api_version) == (
        "checkout.session.completed",
        False,
        "2026-06-24.dahlia",
    )
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body.replace(b"4250", b"4251"), signature, started["webhook_secret"])
    assert client.v1.events.retrieve(event.id).type == event.type


def test_the_same_key_is_the_same_payment(client: stripe.StripeClient) -> None:
    first = client.v1.payment_intents.create(HELD, {"idempotency_key": "twice"})
    again = client.v1.payment_intents.create(HELD, {"idempotency_key": "twice"})
    assert again.id == first.id
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    with pytest.raises(stripe.IdempotencyError):
        client.v1.payment_intents.create({**HELD, "amount": 2001}, {"idempotency_key": "twice"})


def test_errors_are_those_that_the_client_knows(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.CardError) as declined:
        client.v1.payment_intents.create({**HELD, "payment_method": "pm_card_chargeDeclinedInsufficientFunds"})
    assert (declined.value.code, declined.value.error.decline_code) == ("card_declined", "insufficient_funds")
    assert declined.value.error.payment_intent.status == "requires_payment_method"
    with pytest.raises(stripe.InvalidRequestError) as unknown:
        client.v1.payment_intents.create({**HELD, "colour": "red"})
    assert unknown.value.param == "colour"
    canceled = client.v1.payment_intents.cancel(client.v1.payment_intents.create(HELD).id)
    assert canceled.status == "canceled"
    with pytest.raises(stripe.InvalidRequestError) as late:
        client.v1.payment_intents.capture(canceled.id)
    assert late.value.code == "payment_intent_unexpected_state"


def test_lists_are_read_page_by_page(client: stripe.StripeClient) -> None:
    made = [client.v1.payment_intents.create(HELD).id for _ in range(5)]
    listed = [intent.id for intent in client.v1.payment_intents.list({"limit": 2}).auto_paging_iter()]
    assert listed[:5] == made[::-1]
    assert len(listed) == len(set(listed))
