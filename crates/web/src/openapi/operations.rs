//! The operations: what they are for, an example that is tested elsewhere, every error text.

use super::field::Shape;
use super::{answers, landed_cost, requests};

/// An operation of the API.
pub(super) struct Operation {
    pub(super) name: &'static str,
    pub(super) tag: &'static str,
    pub(super) summary: &'static str,
    pub(super) about: &'static str,
    pub(super) idempotency_key: Option<&'static str>,
    pub(super) request: &'static Shape,
    pub(super) answer: &'static Shape,
    /// A golden request, and its answer.
    pub(super) example: &'static str,
    pub(super) answered: &'static str,
    errors: &'static [Case],
}

/// An error text and when it is told.
#[derive(Clone, Copy)]
pub(super) struct Case {
    pub(super) when: &'static str,
    pub(super) text: &'static str,
}

const fn case(text: &'static str, when: &'static str) -> Case {
    Case { when, text }
}

/// Texts that differ between the versions, as v1 and v2 tell them.
const DIFFERENT: [(&str, &str); 6] = [
    ("could not parse input", "Invalid post body"),
    ("Parameter sinceOrderId or sinceDate is required.", "Parameter sinceOrderId or sinceDate is required"),
    (
        "Cannot specify both Parameters sinceDate and sinceOrderId.",
        "Cannot specify both Parameters sinceDate and sinceOrderId",
    ),
    ("Parameter sinceDate is required for throughDate.", "Parameter sinceDate is required for throughDate"),
    ("Parameter orderId or referenceId is required.", "Parameter orderId or referenceId is required"),
    (
        "Cannot specify both Parameters orderId and referenceId.",
        "Cannot specify both Parameters orderId and referenceId",
    ),
];

/// What every operation that reads its body can say.
const GENERAL: [Case; 4] = [
    case("could not parse input", "the body is no JSON object"),
    case("Parameter store is required", "no store"),
    case("Invalid security credentials", "unknown store, missing or wrong secret"),
    case("Parameters must not contain null characters", "a text with a character that cannot be stored"),
];

impl Operation {
    /// Mistakes of the caller.
    pub(super) fn errors(&self, version: &str) -> impl Iterator<Item = Case> {
        let general: &[Case] = if self.errors.is_empty() { &[] } else { &GENERAL };
        let newer = version == "v2";
        general.iter().chain(self.errors).map(move |case| match DIFFERENT.iter().find(|(v1, _)| *v1 == case.text) {
            Some((_, v2)) if newer => Case { text: v2, ..*case },
            _ => *case,
        })
    }
}

/// A file of the golden pairs.
macro_rules! golden {
    ($case:literal, $file:literal) => {
        include_str!(concat!("../../../../fixtures/wire/checkout/", $case, "/", $file, ".json"))
    };
}

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "createTempCart",
        tag: "carts",
        summary: "Register a cart",
        about: "The answer's `tempCartUUID` goes into the link to the hosted checkout: `/?tempCartUUID=…&country=CA`.",
        idempotency_key: Some(
            "Of the client's choosing. The same key with the same cart answers the first `tempCartUUID` again; kept for \
             24 hours.",
        ),
        request: &requests::CREATE_TEMP_CART,
        answer: &answers::TEMP_CART,
        example: golden!("createTempCart/documented-example", "request"),
        answered: golden!("createTempCart/documented-example", "response"),
        errors: &[
            case("Parameter items is required", "absent or empty"),
            case("Parameter items is not valid, it must be an array of objects", "no array"),
            case("Parameter items is not valid for item: 2, it must be an object", "a line is no object"),
            case("Parameter items is not valid, it must not have more than 500 elements", "too many lines"),
            case("Parameter items is not valid, it must not add up to less than zero", "discounts beyond the goods"),
            case("Parameter items is not valid, it adds up to too much", "beyond what amounts can hold"),
            case("Parameter description is required for item: 1", "a required field of a line"),
            case("Parameter quantity is not valid for item: 2", "a value of another kind"),
            case(
                "Parameter quantity is not valid for item: 1, it must be greater than 0 with at most 4 decimals",
                "a quantity out of range",
            ),
            case(
                "Parameter unitPrice is not valid for item: 1, it must be a price with at most 4 decimals",
                "a price out of range",
            ),
            case(
                "Parameter weight is not valid for item: 1, it must not be negative or out of range",
                "a size or weight out of range",
            ),
            case("Parameter weightUnits is not valid for item: 1, it must be LB, OZ, KG or G", "an unknown unit"),
            case(
                "Parameter sku is not valid for item: 1, it must not be longer than 500 characters",
                "a text that is too long",
            ),
            case(
                "Parameter domesticShippingCharge is not valid, it must not be negative or out of range",
                "a charge out of range",
            ),
            case("Parameter misc1 is not valid, it must not contain null characters", "a text that cannot be stored"),
            case(
                "Idempotency-Key is not valid, it must not be longer than 255 characters",
                "a key that is too long or has control characters",
            ),
        ],
    },
    Operation {
        name: "orderNumbers",
        tag: "orders",
        summary: "List orders",
        about: "Ids of the orders of a range, ascending, all at once.",
        idempotency_key: None,
        request: &requests::ORDER_NUMBERS,
        answer: &answers::ORDER_LIST,
        example: golden!("orderNumbers/documented-statuses", "request"),
        answered: golden!("orderNumbers/documented-statuses", "response"),
        errors: &[
            case("Couldn't find order for sinceOrderId: 999999", "no such order in the store"),
            case("orderId: 999-x is not a valid orderId", "no order id, or one of another store"),
            case("Parameter sinceOrderId or sinceDate is required.", "nothing says which orders"),
            case("Cannot specify both Parameters sinceDate and sinceOrderId.", "both"),
            case("Parameter sinceDate is required for throughDate.", "an end without a beginning"),
            case("Parameter sinceDate is not valid, it must be a date of the form yyyymmdd", "no day"),
            case("Parameter missingMerchantOrderId is not valid", "no truth value"),
        ],
    },
    Operation {
        name: "orderDetail",
        tag: "orders",
        summary: "Read an order",
        about: "One order with everything; readable from the moment the buyer is sent back to the shop.",
        idempotency_key: None,
        request: &requests::ORDER_DETAIL,
        answer: &answers::ORDER_ENVELOPE,
        example: golden!("orderDetail/every-field", "request"),
        answered: golden!("orderDetail/every-field", "response"),
        errors: &[
            case("Parameter orderId or referenceId is required.", "neither"),
            case("Cannot specify both Parameters orderId and referenceId.", "both"),
            case("orderId: 999-x is not a valid orderId", "no order id, or one of another store"),
            case("Could not find an order with orderId: 999-10001", "no such order"),
            case("Could not find an order with referenceId: my-cart-1", "no order of such a cart"),
            case("Parameter referenceId is not valid", "an array or object"),
        ],
    },
    Operation {
        name: "updateMerchantOrderId",
        tag: "orders",
        summary: "Store the merchant's own order id",
        about: "The order then no longer shows up under `missingMerchantOrderId`.",
        idempotency_key: None,
        request: &requests::UPDATE_MERCHANT_ORDER_ID,
        answer: &answers::SUCCESS,
        example: golden!("updateMerchantOrderId/documented-example", "request"),
        answered: golden!("updateMerchantOrderId/documented-example", "response"),
        errors: &[
            case("Parameter orderId is required to processUpdateMerchantOrderId", "no `orderId`"),
            case("Parameter merchantOrderId is required to updateMerchantOrderId.", "absent or blank"),
            case("orderId: 999-x is not a valid orderId", "no order id, or one of another store"),
            case("Could not retrieve order to updateMerchantOrderId for orderId: 10001", "no such order"),
            case("Parameter merchantOrderId is not valid", "an array or object"),
            case("Parameter merchantOrderId is not valid, it must not be longer than 100 characters", "too long"),
            case("Parameter merchantOrderId is not valid, it must not contain control characters", "several lines"),
        ],
    },
    Operation {
        name: "updateVendorOrderStatus",
        tag: "orders",
        summary: "Move an order",
        about: "From any unlocked status to any of the five `VENDOR_` ones. `VENDOR_CANCELLATION_REQUEST` and \
                `VENDOR_END_OF_DAY_COMPLETE` lock the order.",
        idempotency_key: None,
        request: &requests::UPDATE_VENDOR_ORDER_STATUS,
        answer: &answers::SUCCESS,
        example: golden!("updateVendorOrderStatus/vendor-shipment-ready", "request"),
        answered: golden!("updateVendorOrderStatus/vendor-shipment-ready", "response"),
        errors: &[
            case("Parameter orderId is required to updateVendorOrderStatus", "no `orderId`"),
            case("Parameter orderStatus is required to updateVendorOrderStatus.", "no `orderStatus`"),
            case("orderId: 999-x is not a valid orderId", "no order id, or one of another store"),
            case(
                "orderStatus: SENT is not a valid orderStatus, it must be one of VENDOR_PREPARING_ORDER, \
                 VENDOR_SHIPMENT_READY, VENDOR_LABELS_PRINTED_DATE, VENDOR_CANCELLATION_REQUEST, \
                 VENDOR_END_OF_DAY_COMPLETE",
                "a status that merchants cannot set",
            ),
            case("Could not retrieve order to updateVendorOrderStatus for orderId: 10001", "no such order"),
            case(
                "Could not updateVendorOrderStatus for orderId: 10001, current orderStatus: IGLOBAL_FRAUD_REVIEW",
                "the order is locked",
            ),
        ],
    },
    Operation {
        name: "setShipmentTracking",
        tag: "orders",
        summary: "Set tracking numbers",
        about: "Sets the parcels of an order and completes it (`VENDOR_END_OF_DAY_COMPLETE`). May be called again.",
        idempotency_key: None,
        request: &requests::SET_SHIPMENT_TRACKING,
        answer: &answers::SUCCESS,
        example: golden!("setShipmentTracking/documented-example", "request"),
        answered: golden!("setShipmentTracking/documented-example", "response"),
        errors: &[
            case("Parameter orderId is required to setShipmentTracking", "no `orderId`"),
            case("Parameter trackingList is required to setShipmentTracking", "absent or empty"),
            case("Parameter trackingList is not valid, it must not have more than 100 elements", "too many"),
            case("Parameter number is required for tracking: 2", "an element without number"),
            case("Parameter number is not valid for tracking: 1", "an array or object"),
            case(
                "Parameter number is not valid for tracking: 1, it must not be longer than 100 characters",
                "too long",
            ),
            case(
                "Parameter number is not valid for tracking: 1, it must not contain control characters",
                "several lines",
            ),
            case("orderId: 999-x is not a valid orderId", "no order id, or one of another store"),
            case("Could not retrieve order to setShipmentTracking for orderId: 10001", "no such order"),
            case(
                "Could not setShipmentTracking for orderId: 10001, current orderStatus: IGLOBAL_ORDER_CANCELLED",
                "the order is locked",
            ),
        ],
    },
    Operation {
        name: "landedCost",
        tag: "helpers",
        summary: "Duty, import tax and fees before any cart exists",
        about: "Ours, in the protocol's style. Computes what a buyer would pay at the door, from dated rules that every amount \
                names, and keeps the quote under `quoteId`.",
        idempotency_key: None,
        request: &landed_cost::REQUEST,
        answer: &landed_cost::ANSWER,
        example: golden!("landedCost/documented-example", "request"),
        answered: golden!("landedCost/documented-example", "response"),
        errors: &[
            case("Parameter items is required", "absent or empty"),
            case("Parameter items is not valid, it must not have more than 500 elements", "too many lines"),
            case("Parameter items is not valid, it must not add up to less than zero", "discounts beyond the goods"),
            case("Parameter quantity is required for item: 1", "a required field of a line"),
            case(
                "Parameter quantity is not valid for item: 1, it must be greater than 0 with at most 4 decimals",
                "a quantity out of range",
            ),
            case(
                "Parameter weight is not valid for item: 1, it must not be negative or out of range",
                "a weight, shipping or insurance out of range",
            ),
            case("Parameter weightUnits is not valid for item: 1, it must be LB, OZ, KG or G", "an unknown unit"),
            case(
                "Parameter itemHSCode is not valid for item: 1, it must be 2 to 13 digits, better 6 or more",
                "no commodity code",
            ),
            case(
                "Parameter countryOfOrigin is not valid for item: 1, it must be a country code of two letters",
                "an unknown country; also shipTo.country and shipFrom.country",
            ),
            case(
                "Parameter supplier is not valid for item: 2, it must name a supplier of goods when the line is a discount",
                "a discount of nobody",
            ),
            case("Parameter shipTo is required", "no destination"),
            case(
                "Parameter shipTo is not valid, it must be an object with country, region and postalCode",
                "a country alone",
            ),
            case("Parameter shipTo is not valid, there are no landed-cost rules for AQ", "a destination without rules"),
            case(
                "Parameter shipFrom is required, the store has no address of its own",
                "neither the request nor the store says where from",
            ),
            case("Parameter currency is not valid, it must be an ISO 4217 code such as USD", "an unknown currency"),
            case(
                "Parameter currency is not valid, there is no exchange rate between KWD and EUR",
                "a currency without a rate",
            ),
            case("Parameter date is not valid, it must be a day in the form yyyymmdd", "no day"),
            case(
                "Parameter date is not valid, the landed-cost rules for DE do not reach back to 2019-12-31",
                "a day before the rules",
            ),
        ],
    },
    Operation {
        name: "magento-region",
        tag: "helpers",
        summary: "Helper of the Magento modules",
        about: "Answers an empty object to any body; no credentials are checked because nothing is told.",
        idempotency_key: None,
        request: &requests::MAGENTO_REGION,
        answer: &answers::REGION,
        example: golden!("magento-region/documented-example", "request"),
        answered: golden!("magento-region/documented-example", "response"),
        errors: &[],
    },
];
