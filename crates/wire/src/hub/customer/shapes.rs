//! Requests and answers of every gate, as tables. Sources are the sections of the customer protocol named in each file.

pub(super) mod basket;
pub(super) mod couriers;
pub(super) mod orders;
pub(super) mod products;
pub(super) mod recipients;
pub(super) mod supplier;

use crossdock_domain::wholesale::Attachment;

use super::names::{
    CODE_TYPE, DROPSHIPPING_KEY, ERRORS, EXPIRES, FAULT_CODE, FAULT_STRING, ID, NAME, PAYMENT_FORMS, RESULTS,
    SESSION_KEY, SYSTEM_KEY, SYSTEM_LOGIN,
};
use crate::schema::{Field, Object, choice, flag, int, list, moment, record, text};

/// Elements in one call where nothing else is said (customer protocol §2.4).
pub(super) const BATCH: usize = 100;
/// Longest note, in characters.
pub(super) const NOTE: usize = 4_000;
/// Largest attached file, in bytes.
pub(super) const ATTACHED: usize = Attachment::MAX_SIZE;
/// How a product is named (customer protocol §4.0).
pub(super) const CODE_TYPES: &[&str] = &["internal", "producer", "external"];
/// Coarse kinds of payment (customer protocol §4.7).
pub(super) const PAYMENTS: &[&str] = &["cash_on_delivery", "prepaid", "tradecredit"];

/// No parameters at all.
pub(super) static NOTHING: Object = Object::new("params", &[]);

/// The keys of Authenticate (customer protocol §4.1). Other APIs of the family call them differently; clients carry that over.
pub(super) static LOGIN: Object = Object::new(
    "authenticate",
    &[
        text(SYSTEM_LOGIN)
            .also(&["system_login", "userLogin", "login"])
            .about("Login of the shop's account, as in the storefront."),
        text(SYSTEM_KEY)
            .also(&["system_key", "authenticateKey"])
            .about("sha1(YYYYMMDD + sha1(password)), hex; the day is the server's."),
    ],
);

/// The keys of every other gate.
pub(super) static KEYS: Object = Object::new(
    "authenticate",
    &[
        text(SESSION_KEY).also(&["session_key"]).about("From Authenticate; 15 minutes from its issue."),
        text(DROPSHIPPING_KEY).also(&["dropshipping_key"]).about("The wholesaler's key, given out of band."),
    ],
);

/// The key of a gate that needs no session (customer protocol §4.11).
pub(super) static ONE_KEY: Object = Object::new(
    "authenticate",
    &[text(DROPSHIPPING_KEY).also(&["dropshipping_key"]).about("The wholesaler's key, given out of band.")],
);

/// Ends every answer (customer protocol §2.2).
pub(super) static FAULT: Object = Object::new("errors", &[int(FAULT_CODE).required(), text(FAULT_STRING).required()]);

/// The last field of every answer.
pub(super) const FAULT_FIELD: Field = record(ERRORS, &FAULT).required();

/// Answer of Authenticate; some clients look for the key outside `results`.
pub(super) static LOGGED_IN: Object = Object::new(
    "response",
    &[record(RESULTS, &LOGGED_IN_RESULTS), text(SESSION_KEY).about("The same key again, for clients that look here.")],
);

pub(super) static LOGGED_IN_RESULTS: Object = Object::new(
    "results",
    &[
        text(SESSION_KEY).required().about("40 hexadecimal characters."),
        moment(EXPIRES).about("By the wholesaler's clock; use does not prolong it."),
    ],
);

/// Payments/getForms (customer protocol §4.7).
pub(super) static PAYMENT_FORMS_REQUEST: Object =
    Object::new("params", &[flag(super::names::ACTIVE_ONLY).about("y when absent.")]);

pub(super) static PAYMENT_FORMS_ANSWER: Object = Object::new("response", &[record(RESULTS, &PAYMENT_FORMS_RESULTS)]);

pub(super) static PAYMENT_FORMS_RESULTS: Object =
    Object::new("results", &[list(PAYMENT_FORMS, &PAYMENT_FORM, BATCH).required()]);

pub(super) static PAYMENT_FORM: Object = Object::new("paymentForm", &[int(ID).required(), text(NAME).required()]);

pub(super) const CODE_TYPE_FIELD: Field = choice(CODE_TYPE, CODE_TYPES)
    .about("What kind of code it is; `internal` is productId-sizeId, such as 15-3. Without it every kind is tried.");
