//! What a buyer has entered so far on the hosted pages.

use serde::{Deserialize, Serialize};

use crate::address::{Address, Prefill};
use crate::country::Country;
use crate::ids::QuoteId;
use crate::quote::DutyMode;

/// State of one buyer's passage; one JSON document.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CheckoutDocument {
    /// Ship-to country chosen or handed over, before there is an address.
    pub country: Option<Country>,
    /// Values from the URL and the cart for fields not yet filled.
    pub prefill: Prefill,
    /// Contact and ship-to.
    pub ship_to: Option<Address>,
    /// Bill-to when it differs.
    pub bill_to: Option<Address>,
    /// Buyer's note.
    pub note: String,
    /// Id of the chosen shipping option.
    pub shipping: Option<String>,
    /// Who collects duty and tax, where the buyer may choose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duties: Option<DutyMode>,
    /// The quote last shown; only it can be paid.
    pub quote: Option<QuoteId>,
}
