//! The objects, and how the API shows them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::cards::Card;

/// Metadata of an object.
pub type Metadata = BTreeMap<String, String>;

/// Where a payment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IntentStatus {
    /// Waits for a card, or for another one.
    RequiresPaymentMethod,
    /// Waits for 3-D Secure.
    RequiresAction,
    /// Authorised, not captured.
    RequiresCapture,
    /// Captured.
    Succeeded,
    /// Given up.
    Canceled,
}

impl IntentStatus {
    /// The word of the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RequiresPaymentMethod => "requires_payment_method",
            Self::RequiresAction => "requires_action",
            Self::RequiresCapture => "requires_capture",
            Self::Succeeded => "succeeded",
            Self::Canceled => "canceled",
        }
    }
}

/// A card in somebody's hand: what was typed besides its number.
#[derive(Debug, Clone)]
pub struct Method {
    pub id: String,
    pub created: i64,
    pub card: Card,
    pub expiry: (i64, i64),
    pub billing: Value,
}

impl Method {
    /// `payment_method`.
    pub fn to_json(&self) -> Value {
        json!({
            "id": self.id, "object": "payment_method", "type": "card", "created": self.created, "customer": null,
            "livemode": false, "metadata": {}, "billing_details": self.billing, "allow_redisplay": "unspecified",
            "card": {
                "brand": self.card.brand, "country": self.card.country, "funding": self.card.funding,
                "last4": self.card.last4(), "exp_month": self.expiry.0, "exp_year": self.expiry.1,
                "fingerprint": fingerprint(&self.card), "checks": checks(),
            },
        })
    }
}

/// Equal for equal numbers, as the real one is; the number itself is not in it.
fn fingerprint(card: &Card) -> String {
    format!("fp{}", card.method.trim_start_matches("pm_card_"))
}

fn checks() -> Value {
    json!({ "address_line1_check": null, "address_postal_code_check": null, "cvc_check": "pass" })
}

/// `payment_intent`.
#[derive(Debug, Clone)]
pub struct Intent {
    pub id: String,
    pub created: i64,
    pub amount: i64,
    pub currency: String,
    pub manual: bool,
    pub status: IntentStatus,
    pub metadata: Metadata,
    pub description: Option<String>,
    pub statement_descriptor_suffix: Option<String>,
    pub receipt_email: Option<String>,
    pub shipping: Value,
    pub secret: String,
    pub method: Option<Method>,
    pub latest_charge: Option<String>,
    pub last_error: Value,
    pub amount_received: i64,
    pub return_url: Option<String>,
    pub canceled: Option<(i64, Option<&'static str>)>,
    /// The session that this payment belongs to.
    pub session: Option<String>,
}

impl Intent {
    /// What can still be captured.
    pub fn capturable(&self) -> i64 {
        if self.status == IntentStatus::RequiresCapture { self.amount } else { 0 }
    }

    /// As the API shows it; `base` is the address of this fake.
    pub fn to_json(&self, base: &str) -> Value {
        let next_action = match (self.status, &self.return_url) {
            (IntentStatus::RequiresAction, Some(back)) => json!({
                "type": "redirect_to_url",
                "redirect_to_url": { "url": format!("{base}/pay/{}", self.id), "return_url": back },
            }),
            (IntentStatus::RequiresAction, None) => json!({ "type": "use_stripe_sdk", "use_stripe_sdk": {} }),
            _ => Value::Null,
        };
        json!({
            "id": self.id, "object": "payment_intent", "amount": self.amount, "amount_capturable": self.capturable(),
            "amount_details": { "tip": {} }, "amount_received": self.amount_received, "application": null,
            "application_fee_amount": null, "automatic_payment_methods": null,
            "canceled_at": self.canceled.map(|(at, _)| at),
            "cancellation_reason": self.canceled.and_then(|(_, reason)| reason),
            "capture_method": if self.manual { "manual" } else { "automatic_async" },
            "client_secret": self.secret, "confirmation_method": "automatic", "created": self.created,
            "currency": self.currency, "customer": null, "description": self.description,
            "last_payment_error": self.last_error, "latest_charge": self.latest_charge, "livemode": false,
            "metadata": self.metadata, "next_action": next_action, "on_behalf_of": null,
            "payment_method": if self.last_error.is_null() { self.method.as_ref().map(|method| &method.id) } else { None },
            "payment_method_options": { "card": { "request_three_d_secure": "automatic" } },
            "payment_method_types": ["card"], "processing": null, "receipt_email": self.receipt_email, "review": null,
            "setup_future_usage": null, "shipping": self.shipping, "source": null, "statement_descriptor": null,
            "statement_descriptor_suffix": self.statement_descriptor_suffix, "status": self.status.as_str(),
            "transfer_data": null, "transfer_group": null,
        })
    }
}

/// `charge`.
#[derive(Debug, Clone)]
pub struct Charge {
    pub id: String,
    pub created: i64,
    pub intent: String,
    pub amount: i64,
    pub currency: String,
    pub amount_captured: i64,
    pub amount_refunded: i64,
    /// Code and message of the decline; `None` when it went well.
    pub failure: Option<crate::cards::Decline>,
    pub disputed: bool,
    pub method: Method,
    /// `authenticated` and the like, when 3-D Secure was done.
    pub three_d_secure: Option<&'static str>,
    /// Until when the authorisation can be captured.
    pub capture_before: Option<i64>,
    pub metadata: Metadata,
    pub description: Option<String>,
    pub shipping: Value,
    pub receipt_email: Option<String>,
}

impl Charge {
    /// What can still be given back.
    pub fn refundable(&self) -> i64 {
        self.amount_captured - self.amount_refunded
    }

    fn outcome(&self) -> Value {
        let card = &self.method.card;
        let (kind, network, reason, message) = match &self.failure {
            None => ("authorized", "approved_by_network", None, "Payment complete."),
            Some(decline) if decline.blocked => (
                "blocked",
                "not_sent_to_network",
                Some("highest_risk_level"),
                "Stripe blocked this payment as too risky.",
            ),
            Some(decline) => (
                "issuer_declined",
                "declined_by_network",
                Some(decline.reason.unwrap_or(decline.code)),
                "The bank did not return any further details with this decline.",
            ),
        };
        let advice = self.failure.as_ref().map(|decline| decline.advice);
        json!({
            "type": kind, "network_status": network, "reason": reason, "risk_level": card.risk,
            "seller_message": message, "advice_code": advice, "network_advice_code": null, "network_decline_code": null,
        })
    }

    /// As the API shows it.
    pub fn to_json(&self, base: &str) -> Value {
        let card = &self.method.card;
        let good = self.failure.is_none();
        json!({
            "id": self.id, "object": "charge", "amount": self.amount, "amount_captured": self.amount_captured,
            "amount_refunded": self.amount_refunded, "application": null, "application_fee": null,
            "application_fee_amount": null, "balance_transaction": null, "billing_details": self.method.billing,
            "calculated_statement_descriptor": "CROSSDOCK FAKE", "captured": self.amount_captured > 0,
            "created": self.created, "currency": self.currency, "customer": null, "description": self.description,
            "disputed": self.disputed, "failure_balance_transaction": null,
            "failure_code": self.failure.map(|decline| decline.code),
            "failure_message": self.failure.map(|decline| decline.message), "fraud_details": {}, "livemode": false,
            "metadata": self.metadata, "on_behalf_of": null, "outcome": self.outcome(), "paid": good,
            "payment_intent": self.intent, "payment_method": self.method.id,
            "payment_method_details": { "type": "card", "card": {
                "amount_authorized": good.then_some(self.amount), "authorization_code": good.then_some("123456"),
                "brand": card.brand, "capture_before": self.capture_before, "checks": checks(),
                "country": card.country, "exp_month": self.method.expiry.0, "exp_year": self.method.expiry.1,
                "extended_authorization": { "status": "disabled" }, "fingerprint": fingerprint(card),
                "funding": card.funding, "incremental_authorization": { "status": "unavailable" }, "last4": card.last4(),
                "multicapture": { "status": "unavailable" }, "network": card.brand, "network_token": { "used": false },
                "overcapture": { "maximum_amount_capturable": self.amount, "status": "unavailable" },
                "three_d_secure": self.three_d_secure.map(|result| json!({
                    "authentication_flow": "challenge", "electronic_commerce_indicator": "05",
                    "exemption_indicator": null, "result": result, "result_reason": null, "version": "2.2.0",
                })),
                "wallet": null,
            } },
            "receipt_email": self.receipt_email, "receipt_number": null,
            "receipt_url": good.then(|| format!("{base}/pay/{}", self.intent)),
            "refunded": self.amount_refunded == self.amount, "review": null, "shipping": self.shipping,
            "source_transfer": null, "statement_descriptor": null, "statement_descriptor_suffix": null,
            "status": if good { "succeeded" } else { "failed" }, "transfer_data": null, "transfer_group": null,
        })
    }
}

/// Name, quantity and price of a line of a session.
pub type Line = (String, i64, i64);

/// Where a session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionStatus {
    /// The buyer may pay.
    Open,
    /// The buyer has paid.
    Complete,
    /// Too late.
    Expired,
}

/// `checkout.session`.
#[derive(Debug, Clone)]
pub struct Session {
    pub id: String,
    pub created: i64,
    pub expires_at: i64,
    pub status: SessionStatus,
    pub amount: i64,
    pub currency: String,
    pub lines: Vec<Line>,
    pub success_url: String,
    pub cancel_url: Option<String>,
    pub client_reference_id: Option<String>,
    pub customer_email: Option<String>,
    pub locale: Option<String>,
    pub metadata: Metadata,
    pub billing_address_collection: Option<&'static str>,
    pub customer_creation: &'static str,
    pub submit_type: Option<&'static str>,
    pub payment_method_options: Value,
    pub customer_details: Value,
    pub intent: Option<String>,
    /// What the payment of the session will be like.
    pub intent_template: Intent,
}

impl Session {
    /// As the API shows it; `paid` says that its payment was captured.
    pub fn to_json(&self, base: &str, paid: bool) -> Value {
        let status = match self.status {
            SessionStatus::Open => "open",
            SessionStatus::Complete => "complete",
            SessionStatus::Expired => "expired",
        };
        let url = (self.status == SessionStatus::Open).then(|| format!("{base}/pay/{}", self.id));
        json!({
            "id": self.id, "object": "checkout.session", "adaptive_pricing": { "enabled": false },
            "after_expiration": null, "allow_promotion_codes": null, "amount_subtotal": self.amount,
            "amount_total": self.amount,
            "automatic_tax": { "enabled": false, "liability": null, "provider": null, "status": null },
            "billing_address_collection": self.billing_address_collection, "cancel_url": self.cancel_url,
            "client_reference_id": self.client_reference_id, "client_secret": null, "collected_information": null,
            "consent": null, "consent_collection": null, "created": self.created, "currency": self.currency,
            "currency_conversion": null, "custom_fields": [],
            "custom_text": { "after_submit": null, "shipping_address": null, "submit": null },
            "customer": null, "customer_creation": self.customer_creation, "customer_details": self.customer_details,
            "customer_email": self.customer_email, "discounts": [], "expires_at": self.expires_at, "invoice": null,
            "invoice_creation": null, "livemode": false, "locale": self.locale, "metadata": self.metadata,
            "mode": "payment", "origin_context": null, "payment_intent": self.intent, "payment_link": null,
            "payment_method_collection": "if_required", "payment_method_configuration_details": null,
            "payment_method_options": self.payment_method_options, "payment_method_types": ["card"],
            "payment_status": if paid { "paid" } else { "unpaid" }, "permissions": null,
            "phone_number_collection": { "enabled": false }, "recovered_from": null, "saved_payment_method_options": null,
            "setup_intent": null, "shipping_address_collection": null, "shipping_cost": null, "shipping_options": [],
            "status": status, "submit_type": self.submit_type, "subscription": null, "success_url": self.success_url,
            "total_details": { "amount_discount": 0, "amount_shipping": 0, "amount_tax": 0 },
            "ui_mode": "hosted_page", "url": url, "wallet_options": null,
        })
    }

    /// The lines, as a list of the API.
    pub fn line_items(&self) -> Value {
        let data: Vec<Value> = self
            .lines
            .iter()
            .enumerate()
            .map(|(index, (name, quantity, price))| {
                json!({
                    "id": format!("li_{index}{}", &self.id[8..]), "object": "item", "amount_discount": 0,
                    "amount_subtotal": quantity * price, "amount_tax": 0, "amount_total": quantity * price,
                    "currency": self.currency, "description": name, "quantity": quantity,
                    "price": { "object": "price", "currency": self.currency, "unit_amount": price, "type": "one_time" },
                })
            })
            .collect();
        json!({
            "object": "list", "data": data, "has_more": false, "url": format!("/v1/checkout/sessions/{}/line_items", self.id),
        })
    }
}
