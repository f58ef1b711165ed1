//! Values and objects that several operations have in common.

use crossdock_domain::order::OrderStatus;
use serde_json::{Value, json};

use crate::schema::openapi::Lenient;
use crate::schema::openapi::document::parse;
use crate::schema::{NamedType, Object, named, text};

/// Who calls.
pub(super) static CREDENTIALS: Object = Object::new(
    "Credentials",
    &[
        named("store", &STORE_ID).about("The store. It or `storeId` is required."),
        named("storeId", &STORE_ID).about("Another name of `store`; `store` counts when both are there."),
        text("secret")
            .about("The store's API secret. Required by every operation but createTempCart and magento-region."),
    ],
);

/// The order that is changed.
pub(super) static WHICH_ORDER: Object =
    Object::new("WhichOrder", &[named("orderId", &ORDER_ID).required().about("An order of the store.")]);

/// An order was changed.
pub(super) static SUCCESS: Object =
    Object::new("Success", &[text("success").required().about("What was done, with the bare number of the order.")])
        .about("The order is changed.");

/// A refusal.
pub(super) static ERROR: Object = Object::new("Error", &[text("error").required().about("What is wrong, in English.")])
    .about("A refusal; no other key.");

/// How requests are read.
pub(super) const LENIENT: Lenient =
    Lenient::Named { text: &LENIENT_TEXT, number: &LENIENT_NUMBER, flag: &LENIENT_BOOLEAN };

pub(super) static STORE_ID: NamedType = NamedType {
    name: "StoreId",
    about: "A store's number.",
    types: &["integer", "string", "null"],
    examples: || vec![json!(999), json!("999")],
};

pub(super) static ORDER_ID: NamedType = NamedType {
    name: "OrderId",
    about: "The full form with the store's number, or the bare number.",
    types: &["string", "integer", "null"],
    examples: || vec![json!("999-10001"), json!("10001"), json!(10_001)],
};

static LENIENT_TEXT: NamedType = NamedType {
    name: "LenientText",
    about: "A text; numbers and truth values are taken as they are written.",
    types: &["string", "number", "boolean", "null"],
    examples: || vec![json!("oakley-123"), json!(12_345)],
};

static LENIENT_NUMBER: NamedType = NamedType {
    name: "LenientNumber",
    about: "A number, or one as text; read as an exact decimal. A blank text is absent.",
    types: &["number", "string", "null"],
    examples: || vec![parse("199.00"), json!("19.90"), json!("-5")],
};

static LENIENT_BOOLEAN: NamedType = NamedType {
    name: "LenientBoolean",
    about: "`true`, `false`, `1`, `0`, `\"true\"`, `\"yes\"`, …; a blank text is absent.",
    types: &["boolean", "string", "integer", "null"],
    examples: || vec![json!(true), json!("1")],
};

pub(super) static CALENDAR_DAY: NamedType = NamedType {
    name: "Day",
    about: "A day in UTC as `yyyymmdd`.",
    types: &["string", "integer", "null"],
    examples: || vec![json!("20150101")],
};

pub(super) static ORDER_STATUS: NamedType = NamedType {
    name: "OrderStatus",
    about: "New ones may be added; none will be removed. Treat an unknown one as \"do not ship\".",
    types: &["string"],
    examples: || OrderStatus::ALL.map(|status| Value::from(status.code())).to_vec(),
};
