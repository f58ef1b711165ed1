//! `/v1/payment_intents`.

use serde_json::{Value, json};

use crate::cards;
use crate::error::ApiError;
use crate::form::Params;
use crate::model::{Intent, IntentStatus, Metadata, Method};
use crate::money;
use crate::payments::Tried;
use crate::state::State;

const COMMON: &[&str] = &[
    "description",
    "metadata[*]",
    "receipt_email",
    "shipping[name]",
    "shipping[phone]",
    "shipping[carrier]",
    "shipping[tracking_number]",
    "shipping[address][*]",
    "statement_descriptor_suffix",
];
const CREATE: &[&str] = &[
    "amount",
    "automatic_payment_methods[enabled]",
    "automatic_payment_methods[allow_redirects]",
    "capture_method",
    "confirm",
    "currency",
    "payment_method",
    "payment_method_options[card][request_three_d_secure]",
    "payment_method_types[#]",
    "return_url",
];

/// Only cards are played here.
pub fn card_only(params: &Params) -> Result<(), ApiError> {
    match params.list("payment_method_types").as_slice() {
        [] | ["card"] => Ok(()),
        _ => Err(ApiError::parameter("payment_method_types", "This fake takes card only.")),
    }
}

/// Reads what sessions and payments have in common; `below` is the parameter that holds it, or empty.
pub fn read(params: &Params, below: &str, now: i64, amount: i64, currency: String) -> Result<Intent, ApiError> {
    let at = |name: &str| if below.is_empty() { name.to_owned() } else { format!("{below}[{name}]") };
    let text = |name: &str| params.text(&at(name)).map(str::to_owned);
    let key = at("capture_method");
    let method = params.one_of(&key, &["manual", "automatic", "automatic_async"])?;
    let shipping = if below.is_empty() { params.tree("shipping") } else { params.tree(below)["shipping"].take() };
    if !shipping.is_null() {
        params.required(&format!("{}[name]", at("shipping")))?;
    }
    Ok(Intent {
        id: String::new(),
        created: now,
        amount,
        currency,
        manual: method == Some("manual"),
        status: IntentStatus::RequiresPaymentMethod,
        metadata: params.metadata(&at("metadata"))?,
        description: text("description"),
        statement_descriptor_suffix: text("statement_descriptor_suffix"),
        receipt_email: text("receipt_email"),
        shipping,
        secret: String::new(),
        method: None,
        latest_charge: None,
        last_error: Value::Null,
        amount_received: 0,
        return_url: None,
        canceled: None,
        session: None,
    })
}

impl State {
    /// Stores a new payment and tells of it.
    pub fn add_intent(&mut self, mut intent: Intent) -> String {
        let id = self.id("pi_3", 23);
        intent.id.clone_from(&id);
        intent.secret = format!("{id}_secret_{}", self.id("", 25));
        self.intents.put(&id, intent);
        self.emit_object("payment_intent.created", &id);
        id
    }

    fn intent(&mut self, id: &str) -> Result<&mut Intent, ApiError> {
        self.intents.get_mut(id).ok_or_else(|| ApiError::missing("payment_intent", id, "intent"))
    }

    /// `POST /v1/payment_intents`
    pub fn create_intent(&mut self, params: &Params) -> Result<Value, ApiError> {
        params.allow(&[COMMON, CREATE].concat())?;
        params.required("amount")?;
        let currency = money::currency("currency", params.required("currency")?)?;
        let amount = money::charge("amount", params.number("amount")?.unwrap_or(0), &currency)?;
        card_only(params)?;
        params.boolean("automatic_payment_methods[enabled]")?;
        params.one_of("automatic_payment_methods[allow_redirects]", &["always", "never"])?;
        let intent = read(params, "", self.now, amount, currency)?;
        let confirm = params.boolean("confirm")?.unwrap_or(false);
        let card = params.text("payment_method").map(card).transpose()?;
        if let (Some(_), false) = (&card, confirm) {
            return Err(ApiError::parameter(
                "payment_method",
                "This fake takes payment_method together with confirm=true.",
            ));
        }
        if params.has("return_url") && !confirm {
            return Err(ApiError::parameter("return_url", "return_url is taken together with confirm=true."));
        }
        if confirm && card.is_none() {
            return Err(ApiError::parameter("payment_method", "You must provide a payment_method to confirm.")
                .code("parameter_missing"));
        }
        let id = self.add_intent(intent);
        if let Some(card) = card {
            self.confirm(&id, card, params)?;
        }
        Ok(self.shown(&id))
    }

    fn confirm(&mut self, id: &str, card: cards::Card, params: &Params) -> Result<(), ApiError> {
        let method =
            self.method(card, (12, 2034), json!({ "address": null, "email": null, "name": null, "phone": null }));
        self.intent(id)?.return_url = params.text("return_url").map(str::to_owned);
        match self.try_card(id, method) {
            Tried::Declined(error) => Err(*error),
            Tried::Good | Tried::Challenge => Ok(()),
        }
    }

    /// A card as somebody holds it.
    pub fn method(&self, card: cards::Card, expiry: (i64, i64), billing: Value) -> Method {
        Method { id: self.id("pm_1", 23), created: self.now, card, expiry, billing }
    }

    /// `POST /v1/payment_intents/{id}`
    pub fn update_intent(&mut self, id: &str, params: &Params) -> Result<Value, ApiError> {
        params.allow(&[COMMON, &["amount", "currency"]].concat())?;
        let waiting = self.intent(id)?.status == IntentStatus::RequiresPaymentMethod && !self.in_open_session(id);
        let intent = self.intent(id)?;
        let currency =
            params.text("currency").map_or(Ok(intent.currency.clone()), |code| money::currency("currency", code))?;
        let amount = params.number("amount")?.unwrap_or(intent.amount);
        if (amount, &currency) != (intent.amount, &intent.currency) {
            if !waiting {
                let text = format!(
                    "This PaymentIntent's amount could not be updated because it has a status of {}. You may only \
                     update the amount of a PaymentIntent with one of the following statuses: requires_payment_method.",
                    intent.status.as_str()
                );
                return Err(ApiError::state("payment_intent_unexpected_state", text));
            }
            intent.amount = money::charge("amount", amount, &currency)?;
            intent.currency = currency.clone();
        }
        let changes = read(params, "", 0, 0, currency)?;
        Self::merge(&mut intent.metadata, changes.metadata);
        intent.description = changes.description.or(intent.description.take());
        intent.receipt_email = changes.receipt_email.or(intent.receipt_email.take());
        intent.statement_descriptor_suffix =
            changes.statement_descriptor_suffix.or(intent.statement_descriptor_suffix.take());
        if !changes.shipping.is_null() {
            intent.shipping = changes.shipping;
        }
        Ok(self.shown(id))
    }

    /// `POST /v1/payment_intents/{id}/confirm`
    pub fn confirm_intent(&mut self, id: &str, params: &Params) -> Result<Value, ApiError> {
        params.allow(&["payment_method", "return_url"])?;
        let card = card(params.required("payment_method")?)?;
        let status = self.intent(id)?.status;
        if status != IntentStatus::RequiresPaymentMethod || self.in_open_session(id) {
            let text = format!("You cannot confirm this PaymentIntent because it has a status of {}.", status.as_str());
            return Err(ApiError::state("payment_intent_unexpected_state", text));
        }
        self.confirm(id, card, params)?;
        Ok(self.shown(id))
    }

    /// `POST /v1/payment_intents/{id}/capture`
    pub fn capture_intent(&mut self, id: &str, params: &Params) -> Result<Value, ApiError> {
        params.allow(&["amount_to_capture", "final_capture", "metadata[*]", "statement_descriptor_suffix"])?;
        if params.boolean("final_capture")? == Some(false) {
            return Err(ApiError::parameter("final_capture", "Multicapture is not available for this PaymentIntent."));
        }
        let metadata = params.metadata("metadata")?;
        self.capture(id, params.number("amount_to_capture")?)?;
        let intent = self.intent(id)?;
        Self::merge(&mut intent.metadata, metadata);
        if let Some(suffix) = params.text("statement_descriptor_suffix") {
            intent.statement_descriptor_suffix = Some(suffix.to_owned());
        }
        Ok(self.shown(id))
    }

    /// `POST /v1/payment_intents/{id}/cancel`
    pub fn cancel_intent(&mut self, id: &str, params: &Params) -> Result<Value, ApiError> {
        params.allow(&["cancellation_reason"])?;
        let reasons = &["duplicate", "fraudulent", "requested_by_customer", "abandoned"];
        self.cancel(id, params.one_of("cancellation_reason", reasons)?)?;
        Ok(self.shown(id))
    }

    /// `POST /v1/refunds`
    pub fn create_refund(&mut self, params: &Params) -> Result<Value, ApiError> {
        params.allow(&["amount", "charge", "metadata[*]", "payment_intent", "reason"])?;
        let reason = params.one_of("reason", &["duplicate", "fraudulent", "requested_by_customer"])?;
        let amount = params.number("amount")?;
        if amount.is_some_and(|amount| amount < 1) {
            return Err(ApiError::parameter("amount", "This value must be greater than or equal to 1.")
                .code("parameter_invalid_integer"));
        }
        let charge = self.charge_of(params)?;
        let metadata: Metadata = params.metadata("metadata")?;
        let id = self.refund(&charge, amount, reason, metadata)?;
        Ok(self.shown(&id))
    }

    /// The charge that `charge` or `payment_intent` names.
    fn charge_of(&self, params: &Params) -> Result<String, ApiError> {
        match (params.text("charge"), params.text("payment_intent")) {
            (Some(id), None) => {
                let charge = self.charges.get(id).ok_or_else(|| ApiError::missing("charge", id, "charge"))?;
                Ok(charge.id.clone())
            }
            (None, Some(id)) => {
                let intent =
                    self.intents.get(id).ok_or_else(|| ApiError::missing("payment_intent", id, "payment_intent"))?;
                intent.latest_charge.clone().ok_or_else(|| {
                    let text = format!("This PaymentIntent ({id}) does not have a successful charge to refund.");
                    ApiError::state("resource_missing", text)
                })
            }
            _ => Err(ApiError::parameter("payment_intent", "Specify exactly one of charge and payment_intent.")),
        }
    }
}

fn card(id: &str) -> Result<cards::Card, ApiError> {
    cards::by_method(id).ok_or_else(|| ApiError::missing("PaymentMethod", id, "payment_method"))
}
