//! What happens to a payment: a card is tried, money is taken, given back or let go. Every step tells its events.

use serde_json::{Map, Value, json};

use crate::cards::{Behaviour, Decline};
use crate::error::ApiError;
use crate::model::{Charge, IntentStatus, Method, SessionStatus};
use crate::objects::{Dispute, Refund, Warning};
use crate::state::State;

/// How long a card authorisation lasts when the buyer was there.
const AUTHORISATION_LASTS: i64 = 7 * 86_400;

/// How a try ended.
#[derive(Debug)]
pub enum Tried {
    /// Authorised, or captured at once.
    Good,
    /// 3-D Secure comes first.
    Challenge,
    /// Refused; the error is what the API answers.
    Declined(Box<ApiError>),
}

impl State {
    /// A buyer's card is tried on a payment that waits for one.
    pub fn try_card(&mut self, id: &str, method: Method) -> Tried {
        let behaviour = method.card.behaviour;
        let Some(intent) = self.intents.get_mut(id) else { return Tried::Challenge };
        intent.method = Some(method);
        intent.last_error = Value::Null;
        match behaviour {
            Behaviour::Good => self.authorise(id, None),
            Behaviour::Declined(decline) => self.decline(id, decline, None),
            Behaviour::Challenge | Behaviour::ChallengeThenDeclined(_) => {
                intent.status = IntentStatus::RequiresAction;
                self.emit_object("payment_intent.requires_action", id);
                Tried::Challenge
            }
        }
    }

    /// The buyer passed 3-D Secure, or failed it.
    pub fn finish_challenge(&mut self, id: &str, passed: bool) -> Tried {
        let behaviour =
            self.intents.get(id).and_then(|intent| intent.method.as_ref()).map(|method| method.card.behaviour);
        match behaviour {
            Some(Behaviour::ChallengeThenDeclined(decline)) if passed => {
                self.decline(id, decline, Some("authenticated"))
            }
            _ if passed => self.authorise(id, Some("authenticated")),
            _ => self.fail_challenge(id),
        }
    }

    fn fail_challenge(&mut self, id: &str) -> Tried {
        const CODE: &str = "payment_intent_authentication_failure";
        const MESSAGE: &str = "We are unable to authenticate your payment method. Please choose a different payment \
            method and try again.";
        let Some(intent) = self.intents.get_mut(id) else { return Tried::Challenge };
        intent.status = IntentStatus::RequiresPaymentMethod;
        intent.last_error = json!({
            "type": "invalid_request_error", "code": CODE, "message": MESSAGE,
            "payment_method": intent.method.as_ref().map(Method::to_json),
        });
        self.emit_object("payment_intent.payment_failed", id);
        let more = Map::from_iter([("payment_intent".to_owned(), self.shown(id))]);
        Tried::Declined(Box::new(ApiError::card(CODE, MESSAGE, more)))
    }

    fn charge(&mut self, id: &str, failure: Option<Decline>, three_d_secure: Option<&'static str>) -> Option<String> {
        let charge_id = self.id("ch_3", 23);
        let now = self.now;
        let intent = self.intents.get_mut(id)?;
        let manual = intent.manual;
        intent.latest_charge = Some(charge_id.clone());
        let charge = Charge {
            id: charge_id.clone(),
            created: now,
            intent: id.to_owned(),
            amount: intent.amount,
            currency: intent.currency.clone(),
            amount_captured: if manual || failure.is_some() { 0 } else { intent.amount },
            amount_refunded: 0,
            capture_before: (manual && failure.is_none()).then_some(now + AUTHORISATION_LASTS),
            failure,
            disputed: false,
            method: intent.method.clone()?,
            three_d_secure,
            metadata: intent.metadata.clone(),
            description: intent.description.clone(),
            shipping: intent.shipping.clone(),
            receipt_email: intent.receipt_email.clone(),
        };
        self.charges.put(&charge_id, charge);
        Some(charge_id)
    }

    fn authorise(&mut self, id: &str, three_d_secure: Option<&'static str>) -> Tried {
        let Some(charge) = self.charge(id, None, three_d_secure) else { return Tried::Challenge };
        if let Some(intent) = self.intents.get_mut(id) {
            intent.last_error = Value::Null;
            if intent.manual {
                intent.status = IntentStatus::RequiresCapture;
            } else {
                intent.status = IntentStatus::Succeeded;
                intent.amount_received = intent.amount;
            }
        }
        let manual = self.intents.get(id).is_some_and(|intent| intent.manual);
        self.emit_object("charge.succeeded", &charge);
        self.emit_object(
            if manual { "payment_intent.amount_capturable_updated" } else { "payment_intent.succeeded" },
            id,
        );
        Tried::Good
    }

    fn decline(&mut self, id: &str, decline: Decline, three_d_secure: Option<&'static str>) -> Tried {
        let Some(charge) = self.charge(id, Some(decline), three_d_secure) else { return Tried::Challenge };
        let mut more =
            Map::from_iter([("charge".to_owned(), json!(charge)), ("advice_code".to_owned(), json!(decline.advice))]);
        if let Some(reason) = decline.reason {
            more.insert("decline_code".to_owned(), json!(reason));
        }
        if let Some(intent) = self.intents.get_mut(id) {
            intent.status = IntentStatus::RequiresPaymentMethod;
            let mut error = Value::Object(more.clone());
            error["type"] = json!("card_error");
            error["code"] = json!(decline.code);
            error["message"] = json!(decline.message);
            error["payment_method"] = json!(intent.method.as_ref().map(Method::to_json));
            intent.last_error = error;
        }
        self.emit_object("charge.failed", &charge);
        self.emit_object("payment_intent.payment_failed", id);
        more.insert("payment_intent".to_owned(), self.shown(id));
        Tried::Declined(Box::new(ApiError::card(decline.code, decline.message, more)))
    }

    /// Takes the money of an authorised payment, all of it or a part; the rest is released.
    pub fn capture(&mut self, id: &str, amount: Option<i64>) -> Result<(), ApiError> {
        let intent = self.intents.get_mut(id).ok_or_else(|| ApiError::missing("payment_intent", id, "intent"))?;
        if intent.status != IntentStatus::RequiresCapture {
            let text = format!(
                "This PaymentIntent could not be captured because it has a status of {}. Only a PaymentIntent with one \
                 of the following statuses may be captured: requires_capture.",
                intent.status.as_str()
            );
            let error = ApiError::state("payment_intent_unexpected_state", text);
            return Err(error.with("payment_intent", self.shown(id)));
        }
        let taken = amount.unwrap_or(intent.amount);
        if taken < 1 || taken > intent.amount {
            let text = format!("The amount to capture must be between 1 and the capturable {}.", intent.amount);
            return Err(ApiError::state("amount_too_large", text).with("param", "amount_to_capture"));
        }
        intent.status = IntentStatus::Succeeded;
        intent.amount_received = taken;
        let Some(charge_id) = intent.latest_charge.clone() else { return Ok(()) };
        if let Some(charge) = self.charges.get_mut(&charge_id) {
            charge.amount_captured = taken;
            charge.capture_before = None;
        }
        self.emit_object("charge.captured", &charge_id);
        self.emit_object("payment_intent.succeeded", id);
        Ok(())
    }

    /// Gives a payment up. A reservation is released, which this provider shows as a refund of the charge.
    pub fn cancel(&mut self, id: &str, reason: Option<&'static str>) -> Result<(), ApiError> {
        let intent = self.intents.get(id).ok_or_else(|| ApiError::missing("payment_intent", id, "intent"))?;
        if matches!(intent.status, IntentStatus::Succeeded | IntentStatus::Canceled) {
            let text = format!(
                "You cannot cancel this PaymentIntent because it has a status of {}. Only a PaymentIntent with one of \
                 the following statuses may be canceled: requires_payment_method, requires_capture, \
                 requires_confirmation, requires_action, processing.",
                intent.status.as_str()
            );
            let error = ApiError::state("payment_intent_unexpected_state", text);
            return Err(error.with("payment_intent", self.shown(id)));
        }
        if self.in_open_session(id) {
            let text = "You cannot cancel this PaymentIntent because it belongs to an open Checkout Session. Expire the \
                Checkout Session instead.";
            return Err(ApiError::state("payment_intent_unexpected_state", text));
        }
        if intent.status == IntentStatus::RequiresCapture
            && let Some(charge) = intent.latest_charge.clone()
        {
            self.release(&charge);
            self.emit_object("charge.refunded", &charge);
        }
        self.close_intent(id, reason);
        Ok(())
    }

    /// Whether the payment belongs to a page that can still be paid.
    pub fn in_open_session(&self, id: &str) -> bool {
        let session = self.intents.get(id).and_then(|intent| intent.session.as_ref());
        session.and_then(|id| self.sessions.get(id)).is_some_and(|session| session.status == SessionStatus::Open)
    }

    /// The payment is over, with nothing taken.
    pub fn close_intent(&mut self, id: &str, reason: Option<&'static str>) {
        if let Some(intent) = self.intents.get_mut(id) {
            intent.status = IntentStatus::Canceled;
            intent.canceled = Some((self.now, reason));
        }
        self.emit_object("payment_intent.canceled", id);
    }

    /// Closes an open session; nobody can pay it any more.
    pub fn expire_session(&mut self, id: &str) {
        let Some(session) = self.sessions.get_mut(id) else { return };
        session.status = SessionStatus::Expired;
        let intent = session.intent.clone();
        if let Some(intent) = intent {
            self.close_intent(&intent, Some("automatic"));
        }
        self.emit_object("checkout.session.expired", id);
    }

    /// Gives captured money back.
    pub fn refund(
        &mut self,
        charge_id: &str,
        amount: Option<i64>,
        reason: Option<&'static str>,
        metadata: crate::model::Metadata,
    ) -> Result<String, ApiError> {
        let id = self.id("re_3", 23);
        let pending = self.refunds_pending;
        let charge = self.charges.get_mut(charge_id).ok_or_else(|| ApiError::missing("charge", charge_id, "charge"))?;
        if charge.amount_captured == 0 {
            let text = format!("Charge {charge_id} has not been captured, so there is nothing to refund.");
            return Err(ApiError::state("charge_not_refundable", text));
        }
        if charge.disputed {
            return Err(ApiError::state("charge_disputed", format!("Charge {charge_id} has been charged back.")));
        }
        if charge.refundable() == 0 {
            let text = format!("Charge {charge_id} has already been refunded.");
            return Err(ApiError::state("charge_already_refunded", text));
        }
        let amount = amount.unwrap_or_else(|| charge.refundable());
        if amount > charge.refundable() {
            let text = format!(
                "Refund amount ({amount}) is greater than unrefunded amount on charge ({})",
                charge.refundable()
            );
            return Err(ApiError::parameter("amount", text).after_begin());
        }
        charge.amount_refunded += amount;
        let refund = Refund {
            id: id.clone(),
            created: self.now,
            charge: charge_id.to_owned(),
            intent: charge.intent.clone(),
            amount,
            currency: charge.currency.clone(),
            status: if pending { "pending" } else { "succeeded" },
            reason,
            metadata,
        };
        self.refunds.put(&id, refund);
        // A warning about a refunded charge asks for nothing any more.
        for warning in self.warnings.ids(|warning| warning.charge == charge_id) {
            if let Some(warning) = self.warnings.get_mut(&warning) {
                warning.actionable = false;
            }
        }
        self.emit_object("charge.refunded", charge_id);
        self.emit_object("refund.created", &id);
        Ok(id)
    }

    /// A pending refund comes to its end. One that failed gives the charge its money back.
    pub fn settle_refund(&mut self, id: &str, status: &'static str) -> Result<(), ApiError> {
        let refund = self.refunds.get_mut(id).ok_or_else(|| ApiError::missing("refund", id, "id"))?;
        // A refund can fail days after it succeeded, but never the other way round.
        if !(refund.status == "pending" || refund.status == "succeeded" && status == "failed") {
            let text = format!("The refund is {}; only a pending one can be settled.", refund.status);
            return Err(ApiError::invalid(text));
        }
        refund.status = status;
        let (charge_id, amount) = (refund.charge.clone(), refund.amount);
        if status == "failed"
            && let Some(charge) = self.charges.get_mut(&charge_id)
        {
            charge.amount_refunded -= amount;
        }
        self.emit_object("refund.updated", id);
        self.emit_object("charge.refund.updated", id);
        if status == "failed" {
            self.emit_object("refund.failed", id);
        }
        Ok(())
    }

    /// The cardholder disputes a charge.
    pub fn dispute(&mut self, charge_id: &str, reason: &'static str) -> Result<String, ApiError> {
        let id = self.id("dp_1", 23);
        let charge = self.charges.get_mut(charge_id).ok_or_else(|| ApiError::missing("charge", charge_id, "charge"))?;
        if charge.disputed || charge.refundable() == 0 {
            return Err(ApiError::invalid(
                "Only a captured charge that was neither refunded nor disputed can be disputed.",
            ));
        }
        charge.disputed = true;
        let dispute = Dispute {
            id: id.clone(),
            created: self.now,
            charge: charge_id.to_owned(),
            intent: charge.intent.clone(),
            amount: charge.refundable(),
            currency: charge.currency.clone(),
            reason,
            status: "needs_response",
        };
        self.disputes.put(&id, dispute);
        self.emit_object("charge.dispute.created", &id);
        self.emit_object("charge.dispute.funds_withdrawn", &id);
        Ok(id)
    }

    /// The dispute is decided.
    pub fn close_dispute(&mut self, id: &str, status: &'static str) -> Result<(), ApiError> {
        let dispute = self.disputes.get_mut(id).ok_or_else(|| ApiError::missing("dispute", id, "id"))?;
        if matches!(dispute.status, "won" | "lost") {
            return Err(ApiError::invalid(format!("The dispute is {} already.", dispute.status)));
        }
        dispute.status = status;
        self.emit_object("charge.dispute.updated", id);
        if status == "won" {
            self.emit_object("charge.dispute.funds_reinstated", id);
        }
        self.emit_object("charge.dispute.closed", id);
        Ok(())
    }

    /// The issuer suspects fraud.
    pub fn warn(&mut self, charge_id: &str) -> Result<String, ApiError> {
        let id = self.id("issfr_1", 23);
        let charge = self.charges.get(charge_id).ok_or_else(|| ApiError::missing("charge", charge_id, "charge"))?;
        let warning = Warning {
            id: id.clone(),
            created: self.now,
            charge: charge_id.to_owned(),
            intent: charge.intent.clone(),
            actionable: charge.refundable() > 0 && !charge.disputed,
        };
        self.warnings.put(&id, warning);
        self.emit_object("radar.early_fraud_warning.created", &id);
        Ok(id)
    }
}
