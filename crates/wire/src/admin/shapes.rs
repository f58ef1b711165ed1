//! Requests and answers of the Admin API as tables of fields (customer reference §8.4 to §8.8).

pub(super) mod answers;
pub(super) mod requests;

use super::shape::{Field, Kind, field, plain};

pub use answers::FAULT;

/// An id: a number, or a text of digits.
const SERIAL: Field = field("orderSerialNumber", Kind::Int, "The order's number");

/// Which part of a list.
const PAGE: &[Field] =
    &[field("resultsPage", Kind::Int, "Counts from 0"), field("resultsLimit", Kind::Int, "1 to 100")];

/// Which part of a list an answer is.
const PAGED: &[Field] = &[
    field("resultsNumberAll", Kind::Int, "Elements of the whole list"),
    field("resultsNumberPage", Kind::Int, "Number of pages"),
    plain("resultsPage", Kind::Int),
    plain("resultsLimit", Kind::Int),
];

/// A recipient (§4.6).
const ADDRESS: &[Field] = &[
    plain("clientDeliveryAddressFirstName", Kind::Text),
    plain("clientDeliveryAddressLastName", Kind::Text),
    field("clientDeliveryAddressAdditional", Kind::Text, "Company or remark"),
    field("clientDeliveryAddressStreet", Kind::Text, "Street and number"),
    plain("clientDeliveryAddressZipCode", Kind::Text),
    plain("clientDeliveryAddressCity", Kind::Text),
    field("clientDeliveryAddressCountry", Kind::Text, "Two letters; PL when it is left out of a new one"),
    plain("clientDeliveryAddressRegionId", Kind::Text),
    plain("clientDeliveryAddressProvinceId", Kind::Text),
    field("clientDeliveryAddressPhone1", Kind::Text, "For the courier"),
];
