//! Contact data, opening hours, preparation time (customer protocol §4.11).

use super::super::names::{
    CITY, CLOSING, COUNTRY_ID, DAYS, EMAIL, HOURS, NAME, OPENING, OPENING_HOURS, ORDER_PREPARE_TIME, PHONE, RESULTS,
    STREET, WEEKDAY, WWW, ZIP_CODE,
};
use crate::schema::{Object, int, list, record, text};

pub(in super::super) static ANSWER: Object = Object::new("response", &[record(RESULTS, &DATA)]);

pub(in super::super) static DATA: Object = Object::new(
    "results",
    &[
        text(NAME).required(),
        text(EMAIL).required(),
        text(PHONE).required(),
        text(WWW).required(),
        text(STREET).required(),
        text(ZIP_CODE).required(),
        text(CITY).required(),
        text(COUNTRY_ID).required(),
        list(OPENING_HOURS, &HOURS_OF_DAY, 50).required(),
        record(ORDER_PREPARE_TIME, &PREPARE_TIME).required(),
    ],
);

pub(in super::super) static HOURS_OF_DAY: Object = Object::new(
    "openingHours",
    &[
        int(WEEKDAY).required().about("1 is Monday, 7 Sunday."),
        text(OPENING).required().about("HH:MM."),
        text(CLOSING).required().about("HH:MM."),
    ],
);

pub(in super::super) static PREPARE_TIME: Object =
    Object::new("orderPrepareTime", &[int(DAYS).required(), int(HOURS).required()]);
