//! Recipients (customer protocol §4.6).

use super::super::names::{
    CLIENT_DELIVERY_ADDRESS_ADDITIONAL, CLIENT_DELIVERY_ADDRESS_CITY, CLIENT_DELIVERY_ADDRESS_COUNTRY,
    CLIENT_DELIVERY_ADDRESS_EMAIL, CLIENT_DELIVERY_ADDRESS_FIRST_NAME, CLIENT_DELIVERY_ADDRESS_ID,
    CLIENT_DELIVERY_ADDRESS_IDS, CLIENT_DELIVERY_ADDRESS_LAST_NAME, CLIENT_DELIVERY_ADDRESS_PHONE1,
    CLIENT_DELIVERY_ADDRESS_PROVINCE_ID, CLIENT_DELIVERY_ADDRESS_REGION_ID, CLIENT_DELIVERY_ADDRESS_RESULT,
    CLIENT_DELIVERY_ADDRESS_STREET, CLIENT_DELIVERY_ADDRESS_ZIP_CODE, CLIENT_DELIVERY_ADDRESSES, CLIENTS, ERRORS,
    RESULT_STATUS, RESULTS, RESULTS_LIMIT, RESULTS_NUMBER_ALL, RESULTS_NUMBER_PAGE, RESULTS_PAGE,
};
use super::{BATCH, FAULT};
use crate::schema::{Object, flag, int, list, record, text, texts};

pub(in super::super) static ADDRESS: Object = Object::new(
    "deliveryAddress",
    &[
        text(CLIENT_DELIVERY_ADDRESS_ID).about("Needed to change one; left out when one is added."),
        text(CLIENT_DELIVERY_ADDRESS_FIRST_NAME),
        text(CLIENT_DELIVERY_ADDRESS_LAST_NAME),
        text(CLIENT_DELIVERY_ADDRESS_ADDITIONAL).about("Company, or a remark."),
        text(CLIENT_DELIVERY_ADDRESS_STREET).about("Street and number."),
        text(CLIENT_DELIVERY_ADDRESS_ZIP_CODE).also(&["clientDeliveryAddressZip"]),
        text(CLIENT_DELIVERY_ADDRESS_CITY),
        text(CLIENT_DELIVERY_ADDRESS_COUNTRY)
            .also(&["clientDeliveryAddressCountryId"])
            .about("ISO 3166-1 alpha-2; PL when absent."),
        text(CLIENT_DELIVERY_ADDRESS_REGION_ID),
        text(CLIENT_DELIVERY_ADDRESS_PROVINCE_ID),
        text(CLIENT_DELIVERY_ADDRESS_PHONE1).also(&["clientDeliveryAddressPhone"]),
        text(CLIENT_DELIVERY_ADDRESS_EMAIL),
    ],
);

pub(in super::super) static GET_REQUEST: Object =
    Object::new("params", &[texts(CLIENT_DELIVERY_ADDRESS_IDS, BATCH), int(RESULTS_PAGE), int(RESULTS_LIMIT)]);

pub(in super::super) static GET_ANSWER: Object = Object::new("response", &[record(RESULTS, &GET_RESULTS)]);

pub(in super::super) static GET_RESULTS: Object = Object::new(
    "results",
    &[
        list(CLIENT_DELIVERY_ADDRESSES, &ADDRESS, BATCH).required(),
        int(RESULTS_NUMBER_ALL).required(),
        int(RESULTS_NUMBER_PAGE).required().about("Number of pages."),
        int(RESULTS_PAGE).required(),
        int(RESULTS_LIMIT).required(),
    ],
);

pub(in super::super) static CHANGE_REQUEST: Object =
    Object::new("params", &[list(CLIENTS, &ADDRESS, BATCH).required()]);

pub(in super::super) static CHANGE_ANSWER: Object =
    Object::new("response", &[list(RESULTS, &CHANGED, BATCH).about("In the order of the request.")]);

pub(in super::super) static CHANGED: Object = Object::new(
    "clientResult",
    &[
        flag(RESULT_STATUS).required(),
        record(CLIENT_DELIVERY_ADDRESS_RESULT, &CHANGED_ID),
        list(ERRORS, &FAULT, BATCH).required(),
    ],
);

pub(in super::super) static CHANGED_ID: Object =
    Object::new("clientDeliveryAddressResult", &[int(CLIENT_DELIVERY_ADDRESS_ID).required()]);
