//! Recipients: the addresses that a shop has handed over (customer reference §4.6).

use crossdock_domain::country::Country;
use crossdock_domain::wholesale::{RecipientAddress, RecipientField, RecipientId};

/// A stored recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// `clientDeliveryAddressId`.
    pub id: RecipientId,
    /// Name and address.
    pub address: RecipientAddress,
}

/// Fields to change; those left out stay as they are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of RecipientAddress")]
pub struct RecipientChange {
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub additional: Option<String>,
    pub street: Option<String>,
    pub zip: Option<String>,
    pub city: Option<String>,
    pub country: Option<Country>,
    pub region_id: Option<String>,
    pub province_id: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
}

/// Why one recipient was not stored; the others of the call were.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecipientProblem {
    /// [401] No such recipient of this account.
    NotFound,
    /// [402] Required fields are empty.
    Missing(Vec<RecipientField>),
    /// [7] Fields are longer than 200 characters.
    TooLong(Vec<RecipientField>),
}
