//! Identifiers and their textual forms. No meaning beyond identity lives here.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::clock::Timestamp;
use crate::random::Random;

/// Defines the numeric id of a tenant: positive, at most nine digits.
macro_rules! tenant_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(i64);

        impl $name {
            /// Largest accepted id.
            pub const MAX: i64 = 999_999_999;

            /// An id, or `None` when the number is not within `1..=MAX`.
            pub const fn new(id: i64) -> Option<Self> {
                if id >= 1 && id <= Self::MAX { Some(Self(id)) } else { None }
            }

            /// The bare number.
            pub const fn get(self) -> i64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}
pub(crate) use tenant_id;

tenant_id!(
    /// Numeric id of a store, `999`. Positive; at most nine digits so that every client can hold it.
    StoreId
);

/// Number of an order within its store: gap-free, counted from [`OrderNumber::FIRST`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OrderNumber(pub i64);

impl OrderNumber {
    /// The first order of every store is `<store>-10001`.
    pub const FIRST: Self = Self(10_001);
}

impl fmt::Display for OrderNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Full order id as shown to everybody: `999-10001` (checkout protocol §3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OrderId {
    /// The store that owns the order.
    pub store: StoreId,
    /// Its number there.
    pub number: OrderNumber,
}

impl fmt::Display for OrderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.store, self.number)
    }
}

impl OrderId {
    /// Reads `999-10001` or the bare `10001` for a caller that is `store`.
    ///
    /// `None` when the text is not `[store-]digits` or names another store: the protocol calls both
    /// "not a valid orderId" (checkout protocol §6).
    pub fn parse_for(store: StoreId, text: &str) -> Option<Self> {
        let text = text.trim();
        let digits = match text.split_once('-') {
            Some((prefix, number)) if parse_digits(prefix)? == store.get() => number,
            Some(_) => return None,
            None => text,
        };
        parse_digits(digits).map(|number| Self { store, number: OrderNumber(number) })
    }
}

/// The full form only; used by the command line.
impl FromStr for OrderId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let invalid = || InvalidId { what: "order id", form: "999-10001" };
        let (store, number) = text.split_once('-').ok_or_else(invalid)?;
        let store = parse_digits(store).and_then(StoreId::new).ok_or_else(invalid)?;
        let number = parse_digits(number).ok_or_else(invalid)?;
        Ok(Self { store, number: OrderNumber(number) })
    }
}

fn parse_digits(text: &str) -> Option<i64> {
    // `i64::from_str` alone would let a sign through.
    (!text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

/// Text that is no id of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a valid {what}; expected a form like {form}")]
pub struct InvalidId {
    /// Kind of id that was wanted.
    pub what: &'static str,
    /// An example of the right form.
    pub form: &'static str,
}

/// Defines an id that is a time-ordered UUID.
macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub uuid::Uuid);

        impl $name {
            /// A new time-ordered id (UUID v7) from the injected clock and randomness.
            pub fn new(now: $crate::clock::Timestamp, random: &dyn $crate::random::Random) -> Self {
                Self($crate::ids::uuid_v7(now, random))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::ids::InvalidId;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                // Only the textual form of 36 characters is ours; braces and URNs are not.
                if text.len() == 36 && let Ok(uuid) = uuid::Uuid::parse_str(text) {
                    return Ok(Self(uuid));
                }
                Err($crate::ids::InvalidId { what: $what, form: "0198c0de-0000-7000-8000-000000000001" })
            }
        }
    };
}
pub(crate) use uuid_id;

uuid_id!(
    /// `tempCartUUID`.
    CartId, "cart id"
);
uuid_id!(
    /// One buyer's passage through the hosted pages.
    CheckoutId, "checkout id"
);
uuid_id!(
    /// A stored quote.
    QuoteId, "quote id"
);
uuid_id!(
    /// One try to pay. Doubles as our idempotency key towards the provider.
    AttemptId, "payment attempt id"
);
uuid_id!(
    /// An imported tariff.
    TariffId, "tariff id"
);
uuid_id!(
    /// Imported exchange rates.
    RatesId, "exchange rates id"
);
uuid_id!(
    /// A background job.
    JobId, "job id"
);
uuid_id!(
    /// A webhook's endpoint.
    EndpointId, "webhook id"
);
uuid_id!(
    /// Something that happened and that others are told of; receivers see it as the id of the message.
    EventId, "event id"
);
uuid_id!(
    /// One event on its way to one endpoint.
    DeliveryId, "delivery id"
);
uuid_id!(
    /// An e-mail.
    MailId, "mail id"
);
uuid_id!(
    /// A key of the Admin API; not the key itself.
    AdminKeyId, "key id"
);
uuid_id!(
    /// A line of the Admin API's log.
    AuditId, "log id"
);

/// A random GUID in textual form (UUID v4) from sixteen random bytes: the form of API secrets.
pub fn guid(random: [u8; 16]) -> String {
    uuid::Builder::from_random_bytes(random).into_uuid().to_string()
}

pub(crate) fn uuid_v7(now: Timestamp, random: &dyn Random) -> Uuid {
    let mut bytes = [0; 10];
    random.fill(&mut bytes);
    let millis = u64::try_from(now.millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    const STORE: StoreId = StoreId(999);

    #[test]
    fn order_id_is_read_full_and_bare() {
        for text in ["999-10001", "10001", " 10001 "] {
            let id = OrderId::parse_for(STORE, text).expect(text);
            assert_eq!(id.to_string(), "999-10001");
        }
    }

    #[test]
    fn order_id_of_another_store_or_shape_is_not_valid() {
        for text in ["998-10001", "abc", "", "999-", "-1", "999-1-2", "+1", "1e3", "99999999999999999999"] {
            assert_eq!(OrderId::parse_for(STORE, text), None, "{text}");
        }
    }

    #[test]
    fn store_id_is_positive_and_bounded() {
        assert_eq!(StoreId::new(0), None);
        assert_eq!(StoreId::new(-3), None);
        assert_eq!(StoreId::new(StoreId::MAX + 1), None);
        assert_eq!(StoreId::new(999).map(StoreId::get), Some(999));
    }

    #[test]
    fn uuid_ids_accept_only_the_textual_form_of_36_characters() {
        assert!("0198c0de-0000-7000-8000-000000000001".parse::<CartId>().is_ok());
        assert!("{0198c0de-0000-7000-8000-000000000001}".parse::<CartId>().is_err());
        assert!("".parse::<CartId>().is_err());
    }
}
