//! Couriers (customer protocol §4.4, §4.5).

use super::super::names::{
    CITY, COUNTRY_CODE, COURIER_ID, COURIERS, DELIVERY_ADDRESS, DELIVERY_ADDRESS_ID, DELIVERY_COST, DELIVERY_COST_NET,
    DELIVERY_TIME_DAYS, DELIVERY_VAT, HAS_PICKUP_POINTS, LATITUDE, LONGITUDE, NAME, ORDER_PAYMENT_TYPE,
    PACKAGE_NUMBER_SUPPORT, PAYMENT_TYPES, PICKUP_POINT_ID, PICKUP_POINTS, PRODUCTS, REGION, RESULTS, RESULTS_LIMIT,
    RESULTS_NUMBER_ALL, RESULTS_NUMBER_PAGE, RESULTS_PAGE, SHIPPING_NUMBER_SUPPORT, STREET, TRACKING_URL, ZIP_CODE,
};
use super::products::PRODUCT;
use super::recipients::ADDRESS;
use super::{BATCH, PAYMENTS};
use crate::schema::{Object, choice, flag, int, list, number, record, text, texts};

/// Most pickup points that are told of one courier.
const POINTS: usize = 1_000;

pub(in super::super) static GET_REQUEST: Object = Object::new(
    "params",
    &[
        text(COUNTRY_CODE).about("ISO 3166-1 alpha-2; only couriers that serve it."),
        int(RESULTS_PAGE),
        int(RESULTS_LIMIT),
    ],
);

pub(in super::super) static GET_ANSWER: Object = Object::new("response", &[record(RESULTS, &GET_RESULTS)]);

pub(in super::super) static GET_RESULTS: Object = Object::new(
    "results",
    &[
        list(COURIERS, &COURIER, BATCH).required(),
        int(RESULTS_NUMBER_ALL).required(),
        int(RESULTS_NUMBER_PAGE).required().about("Number of pages."),
        int(RESULTS_PAGE).required(),
        int(RESULTS_LIMIT).required(),
    ],
);

pub(in super::super) static COURIER: Object = Object::new(
    "courier",
    &[
        int(COURIER_ID).required(),
        text(NAME).required(),
        text(REGION).required(),
        text(TRACKING_URL).required().about("The consignment number goes where %s stands, or to the end."),
        flag(HAS_PICKUP_POINTS).required(),
        flag(SHIPPING_NUMBER_SUPPORT).required(),
        flag(PACKAGE_NUMBER_SUPPORT).required(),
        texts(PAYMENT_TYPES, 10).required(),
    ],
);

pub(in super::super) static FOR_ORDER_REQUEST: Object = Object::new(
    "params",
    &[
        text(DELIVERY_ADDRESS_ID).also(&["clientDeliveryAddressId"]),
        record(DELIVERY_ADDRESS, &ADDRESS),
        list(PRODUCTS, &PRODUCT, BATCH).about("Absent: the basket."),
        choice(ORDER_PAYMENT_TYPE, PAYMENTS),
    ],
);

pub(in super::super) static FOR_ORDER_ANSWER: Object = Object::new("response", &[record(RESULTS, &FOR_ORDER_RESULTS)]);

pub(in super::super) static FOR_ORDER_RESULTS: Object =
    Object::new("results", &[list(COURIERS, &OFFER, BATCH).required()]);

pub(in super::super) static OFFER: Object = Object::new(
    "courierOffer",
    &[
        int(COURIER_ID).required(),
        text(NAME).required(),
        text(REGION).required(),
        text(TRACKING_URL).required(),
        flag(HAS_PICKUP_POINTS).required(),
        flag(SHIPPING_NUMBER_SUPPORT).required(),
        flag(PACKAGE_NUMBER_SUPPORT).required(),
        texts(PAYMENT_TYPES, 10).required(),
        number(DELIVERY_COST).required(),
        number(DELIVERY_COST_NET).required(),
        number(DELIVERY_VAT).required().about("Percent."),
        int(DELIVERY_TIME_DAYS).required(),
        list(PICKUP_POINTS, &POINT, POINTS),
    ],
);

pub(in super::super) static POINT: Object = Object::new(
    "pickupPoint",
    &[
        text(PICKUP_POINT_ID).required(),
        text(NAME).required(),
        text(STREET).required(),
        text(ZIP_CODE).required(),
        text(CITY).required(),
        number(LATITUDE),
        number(LONGITUDE),
    ],
);
