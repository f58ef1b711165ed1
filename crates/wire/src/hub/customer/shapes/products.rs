//! The product reference (customer protocol §4.0) and availability (customer protocol §4.2).

use super::super::names::{
    ATTACHMENTS, AVAILABLE, CODE, CODE_TYPE, COMMENT, DELIVERY_TIME_DAYS, FAULT_CODE, FAULT_STRING, FILE, NAME,
    PRODUCT_ID, PRODUCT_INDEX, PRODUCTS, QUANTITY, QUANTITY_AVAILABLE, RESULTS, SIZE_ID,
};
use super::{ATTACHED, BATCH, CODE_TYPE_FIELD, NOTE};
use crate::schema::{Object, file, flag, int, list, long_text, number, record, text};

pub(in super::super) static PRODUCT: Object = Object::new(
    "product",
    &[
        text(CODE).about("The product's code, of the kind that codeType names."),
        CODE_TYPE_FIELD,
        number(QUANTITY).also(&["productQuantity"]).about("Pieces; 1 when absent."),
        long_text(COMMENT, NOTE),
        list(ATTACHMENTS, &ATTACHMENT, 10),
        list(PRODUCTS, &PRODUCT, BATCH)
            .about("Components of a set, for one set. They must be those of the catalogue, which tells what a set is."),
        int(PRODUCT_ID).also(&["product_id"]).about("With sizeId: another way to name the product."),
        text(SIZE_ID).also(&["size_id"]),
        text(PRODUCT_INDEX).also(&["product_index"]).about("A third way: any code."),
    ],
);

pub(in super::super) static ATTACHMENT: Object =
    Object::new("attachment", &[file(FILE, ATTACHED).required().about("Base64."), text(NAME).required()]);

pub(in super::super) static AVAILABILITY_REQUEST: Object =
    Object::new("params", &[list(PRODUCTS, &PRODUCT, BATCH).required()]);

pub(in super::super) static AVAILABILITY_ANSWER: Object = Object::new("response", &[record(RESULTS, &AVAILABILITY)]);

pub(in super::super) static AVAILABILITY: Object = Object::new(
    "results",
    &[
        flag(AVAILABLE).required().about("Every line can be delivered in full."),
        list(PRODUCTS, &AVAILABLE_PRODUCT, BATCH).required().about("In the order of the request."),
    ],
);

pub(in super::super) static AVAILABLE_PRODUCT: Object = Object::new(
    "productResult",
    &[
        text(CODE).required(),
        text(CODE_TYPE).required(),
        number(QUANTITY).required().about("Asked for."),
        number(QUANTITY_AVAILABLE)
            .required()
            .about("What can be sold now; -1: available, the quantity is not disclosed."),
        flag(AVAILABLE).required(),
        int(DELIVERY_TIME_DAYS).about("Days to prepare the goods."),
        int(FAULT_CODE).required(),
        text(FAULT_STRING).required(),
    ],
);
