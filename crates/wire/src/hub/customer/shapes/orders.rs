//! Orders (customer protocol §4.8 – §4.10).

use super::super::names::{
    AMOUNT, BASKET_POSITION, CASH_ON_DELIVERY, CLIENT_DELIVERY_ADDRESS_ID, CLIENT_NOTE_TO_COURIER,
    CLIENT_NOTE_TO_ORDER, CLIENT_REQUEST_INVOICE, CODE, CODE_TYPE, COMMENT, COURIER_ID, COURIER_NAME, CURRENCY_ID,
    DELIVERY_ADDRESS, DELIVERY_ADDRESS_ID, DELIVERY_DATE, DELIVERY_PACKAGE_ID, DELIVERY_PACKAGE_NUMBER,
    DELIVERY_SHIPPING_NUMBER, DISPATCH, DROPSHIPPING_ORDER_STATUS, ESTIMATED_DELIVERY_DATE, FAULT_CODE, FAULT_STRING,
    ORDER_ADD_DATE, ORDER_CHANGE_DATE, ORDER_DELIVERY_COST, ORDER_DISPATCH_DATE, ORDER_EXTERNAL_ID, ORDER_EXTERNAL_IDS,
    ORDER_ID, ORDER_PAYFORM_COST, ORDER_PAYMENT_TYPE, ORDER_PRODUCTS_COST, ORDER_SERIAL_NUMBER, ORDER_STATUS, ORDERS,
    ORDERS_DATE_BEGIN, ORDERS_DATE_END, ORDERS_DATE_RANGE, ORDERS_DATE_TYPE, ORDERS_IDS, ORDERS_RESULTS,
    ORDERS_SERIAL_NUMBERS, ORDERS_STATUSES, PACKAGES, PAYER_ADDRESS, PAYER_ADDRESS_CITY, PAYER_ADDRESS_COUNTRY_ID,
    PAYER_ADDRESS_FIRM, PAYER_ADDRESS_FIRST_NAME, PAYER_ADDRESS_LAST_NAME, PAYER_ADDRESS_NIP, PAYER_ADDRESS_PHONE,
    PAYER_ADDRESS_STREET, PAYER_ADDRESS_ZIP_CODE, PAYMENT_FORM_ID, PICKUP_POINT_ID, PRODUCT_ID, PRODUCT_NAME,
    PRODUCT_PRICE, PRODUCT_PRICE_NET, PRODUCT_VALUE, PRODUCT_VALUE_NET, PRODUCT_VAT, PRODUCTS, PRODUCTS_RESULTS,
    QUANTITY, REASON, RESULTS, RESULTS_LIMIT, RESULTS_NUMBER_ALL, RESULTS_NUMBER_PAGE, RESULTS_PAGE, SIZE_ID,
    TRACKING_URL, WEBHOOK_URL,
};
use super::basket::COMPONENT;
use super::products::PRODUCT;
use super::recipients::ADDRESS;
use super::{BATCH, CODE_TYPE_FIELD, NOTE, PAYMENTS};
use crate::schema::{Object, choice, int, ints, list, long_text, moment, number, record, text, texts};

pub(in super::super) static ADD_REQUEST: Object = Object::new(
    "params",
    &[
        list(PRODUCTS, &PRODUCT, BATCH).about("Absent: the basket, which is emptied when the order is placed."),
        record(DELIVERY_ADDRESS, &ADDRESS),
        text(CLIENT_DELIVERY_ADDRESS_ID)
            .also(&[DELIVERY_ADDRESS_ID])
            .about("A stored recipient instead of deliveryAddress."),
        int(COURIER_ID),
        text(PICKUP_POINT_ID).about("Needed when the courier delivers to points."),
        moment(DELIVERY_DATE).about("Preferred day."),
        choice(ORDER_PAYMENT_TYPE, PAYMENTS),
        int(PAYMENT_FORM_ID),
        record(CASH_ON_DELIVERY, &CASH),
        record(PAYER_ADDRESS, &PAYER).about("Billing data of the shop; absent: the account's."),
        long_text(CLIENT_NOTE_TO_ORDER, NOTE),
        long_text(CLIENT_NOTE_TO_COURIER, NOTE),
        choice(CLIENT_REQUEST_INVOICE, &["y", "e", "n"]),
        text(ORDER_EXTERNAL_ID)
            .about("The shop's own number and the idempotency key: the same again returns the first order."),
        text(CURRENCY_ID),
        long_text(WEBHOOK_URL, 2_000).about("Only where the wholesaler allows it; ignored elsewhere."),
    ],
);

pub(in super::super) static CASH: Object = Object::new(
    "cashOnDelivery",
    &[number(AMOUNT).required().about("What the courier collects from the recipient."), text(CURRENCY_ID)],
);

pub(in super::super) static PAYER: Object = Object::new(
    "payerAddress",
    &[
        text(PAYER_ADDRESS_FIRST_NAME),
        text(PAYER_ADDRESS_LAST_NAME),
        text(PAYER_ADDRESS_FIRM),
        text(PAYER_ADDRESS_NIP).about("Tax number."),
        text(PAYER_ADDRESS_STREET),
        text(PAYER_ADDRESS_ZIP_CODE),
        text(PAYER_ADDRESS_CITY),
        text(PAYER_ADDRESS_COUNTRY_ID),
        text(PAYER_ADDRESS_PHONE),
    ],
);

pub(in super::super) static ADD_ANSWER: Object = Object::new("response", &[record(RESULTS, &ADD_RESULTS)]);

pub(in super::super) static ADD_RESULTS: Object = Object::new(
    "results",
    &[
        list(ORDERS_RESULTS, &PLACED, BATCH).required(),
        number(ORDER_PRODUCTS_COST),
        number(ORDER_DELIVERY_COST),
        number(ORDER_PAYFORM_COST),
        text(CURRENCY_ID),
    ],
);

pub(in super::super) static PLACED: Object = Object::new(
    "orderResult",
    &[
        text(ORDER_ID).about("Such as shop1-17; absent when nothing was ordered."),
        int(ORDER_SERIAL_NUMBER),
        text(ORDER_STATUS),
        int(FAULT_CODE).required(),
        text(FAULT_STRING).required(),
        list(PRODUCTS_RESULTS, &PLACED_PRODUCT, 1_000).required(),
    ],
);

pub(in super::super) static PLACED_PRODUCT: Object = Object::new(
    "productResult",
    &[
        text(CODE).required(),
        text(CODE_TYPE).required(),
        int(PRODUCT_ID),
        text(SIZE_ID),
        int(BASKET_POSITION),
        number(QUANTITY).required(),
        int(FAULT_CODE).required(),
        text(FAULT_STRING).required(),
    ],
);

/// How the dates of a search are meant.
pub(in super::super) const DATE_TYPES: &[&str] = &["add", "modified", "dispatch"];

pub(in super::super) static GET_REQUEST: Object = Object::new(
    "params",
    &[
        ints(ORDERS_SERIAL_NUMBERS, BATCH),
        texts(ORDERS_IDS, BATCH),
        texts(ORDER_EXTERNAL_IDS, BATCH),
        texts(ORDERS_STATUSES, BATCH),
        record(ORDERS_DATE_RANGE, &DATE_RANGE),
        int(RESULTS_PAGE),
        int(RESULTS_LIMIT),
    ],
);

pub(in super::super) static DATE_RANGE: Object = Object::new(
    "ordersDateRange",
    &[
        choice(ORDERS_DATE_TYPE, DATE_TYPES).about("`add` when absent."),
        moment(ORDERS_DATE_BEGIN),
        moment(ORDERS_DATE_END),
    ],
);

pub(in super::super) static GET_ANSWER: Object = Object::new("response", &[record(RESULTS, &GET_RESULTS)]);

pub(in super::super) static GET_RESULTS: Object = Object::new(
    "results",
    &[
        list(ORDERS, &ORDER, BATCH).required(),
        int(RESULTS_NUMBER_ALL).required(),
        int(RESULTS_NUMBER_PAGE).required().about("Number of pages."),
        int(RESULTS_PAGE).required(),
        int(RESULTS_LIMIT).required(),
    ],
);

pub(in super::super) static ORDER: Object = Object::new(
    "order",
    &[
        text(ORDER_ID).required(),
        int(ORDER_SERIAL_NUMBER).required(),
        text(ORDER_EXTERNAL_ID).required(),
        text(ORDER_STATUS).required(),
        text(DROPSHIPPING_ORDER_STATUS).required().about("finished, canceled, notCanceled, or empty."),
        moment(ORDER_ADD_DATE).required(),
        moment(ORDER_CHANGE_DATE).required(),
        moment(ORDER_DISPATCH_DATE).required().about("Empty before dispatch."),
        list(PRODUCTS, &ORDERED, 1_000).required(),
        record(DELIVERY_ADDRESS, &ADDRESS).required(),
        record(PAYER_ADDRESS, &PAYER).required(),
        number(ORDER_PRODUCTS_COST).required(),
        number(ORDER_DELIVERY_COST).required(),
        number(ORDER_PAYFORM_COST).required(),
        text(CURRENCY_ID).required(),
        text(ORDER_PAYMENT_TYPE).required(),
        record(DISPATCH, &DISPATCHED).required(),
        list(PACKAGES, &PACKAGE, 1_000).required(),
    ],
);

pub(in super::super) static ORDERED: Object = Object::new(
    "orderProduct",
    &[
        int(BASKET_POSITION).required(),
        text(CODE).required(),
        CODE_TYPE_FIELD.required(),
        int(PRODUCT_ID).required(),
        text(SIZE_ID).required(),
        text(PRODUCT_NAME).required(),
        number(QUANTITY).required(),
        text(COMMENT).required(),
        number(PRODUCT_PRICE).required(),
        number(PRODUCT_PRICE_NET).required(),
        number(PRODUCT_VAT).required(),
        number(PRODUCT_VALUE).required(),
        number(PRODUCT_VALUE_NET).required(),
        list(PRODUCTS, &COMPONENT, BATCH).about("What a set consists of; absent for everything else."),
    ],
);

pub(in super::super) static DISPATCHED: Object = Object::new(
    "dispatch",
    &[
        int(COURIER_ID).required(),
        text(COURIER_NAME).required(),
        text(DELIVERY_DATE).required().about("Preferred by the shop; may be empty."),
        text(ESTIMATED_DELIVERY_DATE).required(),
    ],
);

pub(in super::super) static PACKAGE: Object = Object::new(
    "package",
    &[
        int(DELIVERY_PACKAGE_ID).required(),
        int(COURIER_ID).required(),
        text(COURIER_NAME).required(),
        text(DELIVERY_PACKAGE_NUMBER).required().about("Of one parcel."),
        text(DELIVERY_SHIPPING_NUMBER).required().about("Of the whole consignment."),
        text(TRACKING_URL).required(),
    ],
);

pub(in super::super) static CANCEL_REQUEST: Object =
    Object::new("params", &[list(ORDERS, &CANCELLED, BATCH).required()]);

pub(in super::super) static CANCELLED: Object = Object::new(
    "orderToCancel",
    &[
        int(ORDER_SERIAL_NUMBER).about("One of the three names the order."),
        text(ORDER_ID),
        text(ORDER_EXTERNAL_ID),
        long_text(REASON, NOTE),
    ],
);

pub(in super::super) static CANCEL_ANSWER: Object = Object::new("response", &[record(RESULTS, &CANCEL_RESULTS)]);

pub(in super::super) static CANCEL_RESULTS: Object =
    Object::new("results", &[list(ORDERS_RESULTS, &CANCEL_RESULT, BATCH).required()]);

pub(in super::super) static CANCEL_RESULT: Object = Object::new(
    "orderResult",
    &[
        text(ORDER_ID).required(),
        int(ORDER_SERIAL_NUMBER),
        text(ORDER_STATUS).required(),
        text(DROPSHIPPING_ORDER_STATUS).required(),
        int(FAULT_CODE).required(),
        text(FAULT_STRING).required(),
    ],
);
