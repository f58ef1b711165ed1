//! Identifiers of the wholesaler's side: small numbers that count within one wholesaler.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::ids::{InvalidId, tenant_id, uuid_id};

tenant_id!(
    /// Numeric id of a wholesaler. Positive; at most nine digits.
    WholesalerId
);

macro_rules! number_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = std::num::ParseIntError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

number_id!(
    /// A shop account, the Admin API's `clientId`; counts from 1 within its wholesaler.
    AccountId
);
number_id!(
    /// A product, `productId`.
    ProductId
);
number_id!(
    /// A warehouse, `stockId`.
    WarehouseId
);
number_id!(
    /// A courier, `courierId`.
    CourierId
);
number_id!(
    /// A recipient's address, `clientDeliveryAddressId`.
    RecipientId
);
number_id!(
    /// Number of a supply order, `orderSerialNumber`; gap-free within its wholesaler, from 1.
    OrderSerial
);
number_id!(
    /// A parcel, `deliveryPackageId`.
    ParcelId
);

uuid_id!(
    /// Something that happened to a supply order and that others are told of.
    EventId, "event id"
);
uuid_id!(
    /// Goods put aside.
    ReservationId, "reservation id"
);

/// A product in one size: what is sold, priced and counted. Written `15-3`, the feed's size code (customer protocol §4.0).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct VariantId {
    /// The product.
    pub product: ProductId,
    /// `sizeId`: a short text, `3`, `uniw`.
    pub size: String,
}

impl VariantId {
    /// Longest size id, in characters.
    pub const MAX_SIZE: usize = 32;

    /// A variant; `None` when the size is empty, too long or holds anything but letters, digits, `_`, `.` and `-`.
    pub fn new(product: ProductId, size: &str) -> Option<Self> {
        let good = !size.is_empty()
            && size.len() <= Self::MAX_SIZE
            && size.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'));
        (good && product.0 > 0).then(|| Self { product, size: size.to_owned() })
    }
}

impl fmt::Display for VariantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.product, self.size)
    }
}

impl FromStr for VariantId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let invalid = || InvalidId { what: "size code", form: "15-3" };
        let (product, size) = text.trim().split_once('-').ok_or_else(invalid)?;
        if product.is_empty() || !product.bytes().all(|b| b.is_ascii_digit()) {
            return Err(invalid());
        }
        let product = product.parse().map_err(|_| invalid())?;
        Self::new(ProductId(product), size).ok_or_else(invalid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn size_codes_are_read_and_written() {
        let id: VariantId = "15-3".parse().expect("good");
        assert_eq!((id.product, id.size.as_str(), id.to_string().as_str()), (ProductId(15), "3", "15-3"));
        assert_eq!("7-a-b".parse::<VariantId>().expect("good").size, "a-b");
        for bad in ["", "15", "15-", "-3", "x-3", "+1-3", "0-3", "15-a b", "99999999999999999999-1"] {
            assert!(bad.parse::<VariantId>().is_err(), "{bad}");
        }
    }
}
