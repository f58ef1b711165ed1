//! What follows a payment: refunds, disputes, warnings.

use serde_json::{Value, json};

use crate::model::Metadata;

/// `refund`.
#[derive(Debug, Clone)]
pub struct Refund {
    pub id: String,
    pub created: i64,
    pub charge: String,
    pub intent: String,
    pub amount: i64,
    pub currency: String,
    pub status: &'static str,
    pub reason: Option<&'static str>,
    pub metadata: Metadata,
}

impl Refund {
    /// As the API shows it.
    pub fn to_json(&self) -> Value {
        let mut shown = json!({
            "id": self.id, "object": "refund", "amount": self.amount, "balance_transaction": null, "charge": self.charge,
            "created": self.created, "currency": self.currency, "metadata": self.metadata, "payment_intent": self.intent,
            "reason": self.reason, "receipt_number": null, "source_transfer_reversal": null, "status": self.status,
            "transfer_reversal": null, "destination_details": { "type": "card", "card": { "type": "refund" } },
        });
        if self.status == "failed" {
            shown["failure_reason"] = json!("expired_or_canceled_card");
        }
        if self.status == "pending" {
            shown["pending_reason"] = json!("processing");
        }
        shown
    }
}

/// `dispute`.
#[derive(Debug, Clone)]
pub struct Dispute {
    pub id: String,
    pub created: i64,
    pub charge: String,
    pub intent: String,
    pub amount: i64,
    pub currency: String,
    pub reason: &'static str,
    pub status: &'static str,
}

impl Dispute {
    /// As the API shows it.
    pub fn to_json(&self) -> Value {
        json!({
            "id": self.id, "object": "dispute", "amount": self.amount, "balance_transactions": [], "charge": self.charge,
            "created": self.created, "currency": self.currency, "enhanced_eligibility_types": [], "evidence": {},
            "evidence_details": {
                "due_by": self.created + 7 * 86_400, "enhanced_eligibility": {}, "has_evidence": false, "past_due": false,
                "submission_count": 0,
            },
            "is_charge_refundable": false, "livemode": false, "metadata": {}, "payment_intent": self.intent,
            "payment_method_details": { "type": "card", "card": {
                "brand": "visa", "case_type": "chargeback", "network_reason_code": "10.4",
            } },
            "reason": self.reason, "status": self.status,
        })
    }
}

/// `radar.early_fraud_warning`.
#[derive(Debug, Clone)]
pub struct Warning {
    pub id: String,
    pub created: i64,
    pub charge: String,
    pub intent: String,
    pub actionable: bool,
}

impl Warning {
    /// As the API shows it.
    pub fn to_json(&self) -> Value {
        json!({
            "id": self.id, "object": "radar.early_fraud_warning", "actionable": self.actionable, "charge": self.charge,
            "created": self.created, "fraud_type": "made_with_stolen_card", "livemode": false, "payment_intent": self.intent,
        })
    }
}
