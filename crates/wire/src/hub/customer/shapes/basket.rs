//! The basket (customer protocol §4.3).

use super::super::names::{
    BASKET_POSITION, BASKET_POSITIONS, CODE, CODE_TYPE, COMMENT, CURRENCY_ID, FAULT_CODE, FAULT_STRING, PRODUCT_ID,
    PRODUCT_NAME, PRODUCT_PRICE, PRODUCT_PRICE_NET, PRODUCT_VALUE, PRODUCT_VALUE_NET, PRODUCT_VAT, PRODUCTS,
    PRODUCTS_COST, PRODUCTS_COST_NET, PRODUCTS_WEIGHT, QUANTITY, QUANTITY_AVAILABLE, RESULTS, SIZE_ID,
};
use super::products::PRODUCT;
use super::{BATCH, NOTE};
use crate::schema::{Object, int, ints, list, long_text, number, record, text};

/// Most positions that a basket may be told to hold in one answer.
const POSITIONS: usize = 1_000;

pub(in super::super) static ADD_REQUEST: Object = Object::new(
    "params",
    &[list(PRODUCTS, &PRODUCT, BATCH).required().about("The same code with the same comment adds up.")],
);

pub(in super::super) static EDIT_REQUEST: Object =
    Object::new("params", &[list(PRODUCTS, &POSITION, BATCH).required()]);

pub(in super::super) static POSITION: Object = Object::new(
    "position",
    &[
        int(BASKET_POSITION).required(),
        number(QUANTITY).also(&["productQuantity"]).required().about("The new quantity; 0 removes the position."),
        long_text(COMMENT, NOTE).about("Absent: stays as it is."),
    ],
);

pub(in super::super) static DELETE_REQUEST: Object =
    Object::new("params", &[ints(BASKET_POSITIONS, BATCH).about("Absent or empty: the whole basket.")]);

pub(in super::super) static ANSWER: Object = Object::new("response", &[record(RESULTS, &BASKET)]);

pub(in super::super) static BASKET: Object = Object::new(
    "results",
    &[
        list(PRODUCTS, &LINE, POSITIONS).required(),
        number(PRODUCTS_COST).required(),
        number(PRODUCTS_COST_NET).required(),
        text(CURRENCY_ID).required(),
        int(PRODUCTS_WEIGHT).required().about("Grams."),
    ],
);

pub(in super::super) static LINE: Object = Object::new(
    "basketProduct",
    &[
        int(BASKET_POSITION).about("Absent on a line that was refused."),
        text(CODE).required(),
        text(CODE_TYPE).required(),
        int(PRODUCT_ID),
        text(SIZE_ID),
        text(PRODUCT_NAME),
        number(QUANTITY).required(),
        number(QUANTITY_AVAILABLE).about("-1: available, the quantity is not disclosed."),
        text(COMMENT),
        number(PRODUCT_PRICE).about("One piece, with VAT, for this customer."),
        number(PRODUCT_PRICE_NET),
        number(PRODUCT_VAT).about("Percent."),
        number(PRODUCT_VALUE),
        number(PRODUCT_VALUE_NET),
        list(PRODUCTS, &COMPONENT, BATCH).about("What a set consists of; absent for everything else."),
        int(FAULT_CODE).required(),
        text(FAULT_STRING).required(),
    ],
);

pub(in super::super) static COMPONENT: Object = Object::new(
    "component",
    &[
        text(CODE).required(),
        text(CODE_TYPE).required(),
        int(PRODUCT_ID).required(),
        text(SIZE_ID).required(),
        number(QUANTITY).required().about("In one set."),
    ],
);
