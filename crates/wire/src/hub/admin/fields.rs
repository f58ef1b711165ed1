//! Fields that several resources have in common.

use crossdock_app::hub::{Page, Paged};

use super::request::request;
use crate::schema::typed::object;
use crate::schema::{Object, text};

/// A request without parameters.
pub(super) static NOTHING: Object = Object::new("Nothing", &[]);

request! {
    /// Which part of a list is asked for.
    pub(super) struct PageRequest {
        /// Counts from 0
        number: Option<i64> = "resultsPage",
        /// 1 to 100
        limit: Option<i64> = "resultsLimit",
    }
}

impl PageRequest {
    pub(super) fn page(&self) -> Page {
        Page::new(self.number, self.limit)
    }
}

/// A recipient (customer protocol §4.6).
pub(super) static ADDRESS: Object = Object::new(
    "Address",
    &[
        text("clientDeliveryAddressFirstName"),
        text("clientDeliveryAddressLastName"),
        text("clientDeliveryAddressAdditional").about("Company or remark"),
        text("clientDeliveryAddressStreet").about("Street and number"),
        text("clientDeliveryAddressZipCode"),
        text("clientDeliveryAddressCity"),
        text("clientDeliveryAddressCountry").about("Two letters; PL when it is left out of a new one"),
        text("clientDeliveryAddressRegionId"),
        text("clientDeliveryAddressProvinceId"),
        text("clientDeliveryAddressPhone1").about("For the courier"),
    ],
);

object! {
    /// Which part of a list an answer is.
    pub(super) struct Paging {
        /// Elements of the whole list
        total: i64 = "resultsNumberAll",
        /// Number of pages
        pages: i64 = "resultsNumberPage",
        page: i64 = "resultsPage",
        limit: i64 = "resultsLimit",
    }
}

impl Paging {
    pub(super) fn of<T>(found: &Paged<T>) -> Self {
        Self { total: found.total, pages: found.pages(), page: found.page.number, limit: found.page.limit }
    }
}
