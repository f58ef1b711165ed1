//! What requests hold (reference §2 to §9, §15).

use super::field::{DAY, Field, Kind, NUMBER, ORDER_ID, STATUS, STORE, Shape, TEXT, TRUTH, may, must};

/// Every object of a request.
pub(super) const SHAPES: &[&Shape] = &[
    &CREATE_TEMP_CART,
    &CART_ITEM,
    &ORDER_NUMBERS,
    &ORDER_DETAIL,
    &UPDATE_MERCHANT_ORDER_ID,
    &UPDATE_VENDOR_ORDER_STATUS,
    &SET_SHIPMENT_TRACKING,
    &TRACKING_ELEMENT,
    &MAGENTO_REGION,
];

pub(super) const CREDENTIALS: &[Field] = &[
    may("store", STORE, "The store. It or `storeId` is required."),
    may("storeId", STORE, "Another name of `store`; `store` counts when both are there."),
    may("secret", TEXT, "The store's API secret. Required by every operation but createTempCart and magento-region."),
];

const WHICH_ORDER: &[Field] = &[must("orderId", ORDER_ID, "An order of the store.")];

pub(super) static CREATE_TEMP_CART: Shape = Shape {
    name: "CreateTempCart",
    about: "A cart. A cart without `secret` is not trusted: `shippingAmountOverride` and `footerHTML` do not count.",
    fields: &[CREDENTIALS, CART, PREFILL],
};

const CART: &[Field] = &[
    must("items", Kind::List("CartItem"), "1 to 500 lines that do not add up to less than zero."),
    may("referenceId", TEXT, "The merchant's own key for the cart; finds the order later."),
    may("boxCount", TEXT, "Packing hint, `LxWxH(n)` in inches with commas between: `22x15x15(1),8x8x4(2)`."),
    may("contShoppingURL", TEXT, "Target of \"Continue shopping\"; only hosts registered for the store."),
    may("domesticShippingCharge", NUMBER, "The merchant's leg to the border; part of shipping, or a line of its own."),
    may(
        "externalConfirmationPageURL",
        TEXT,
        "Where the buyer goes after payment; only hosts registered for the store.",
    ),
    may("footerHTML", TEXT, "URL-encoded HTML for the end of the page, if the store allows it."),
    may("shippingAmountOverride", NUMBER, "Replaces every computed shipping price."),
    may("misc1", TEXT, "Free; comes back with the order."),
    may("misc2", TEXT, "Like `misc1`."),
    may("misc3", TEXT, "Like `misc1`."),
    may("misc4", TEXT, "Like `misc1`."),
    may("misc5", TEXT, "Like `misc1`."),
    may("misc6", TEXT, "Like `misc1`."),
];

const PREFILL: &[Field] = &[
    may("customerName", TEXT, "Prefill of the buyer's forms, as are the next ones."),
    may("customerCompany", TEXT, ""),
    may("customerEmail", TEXT, ""),
    may("customerPhone", TEXT, ""),
    may("customerAltPhone", TEXT, ""),
    may("customerAddress1", TEXT, ""),
    may("customerAddress2", TEXT, ""),
    may("customerCity", TEXT, ""),
    may("customerState", TEXT, ""),
    may("customerZip", TEXT, ""),
    may("customerCountry", TEXT, "ISO 3166 code."),
    may("customerNote", TEXT, ""),
];

static CART_ITEM: Shape = Shape {
    name: "CartItem",
    about: "A line of a cart. Texts have up to 500 characters, descriptions up to 10,000, links up to 2,000.",
    fields: &[&[
        must("description", TEXT, "Title; may hold simple HTML."),
        must("quantity", NUMBER, "Greater than 0, up to 4 decimals."),
        must("unitPrice", NUMBER, "In the store's currency, up to 4 decimals. Negative: a discount."),
        may("productId", TEXT, "The merchant's key; comes back with the order. Absent on discounts."),
        may("sku", TEXT, ""),
        may("length", NUMBER, "Inches."),
        may("width", NUMBER, "Inches."),
        may("height", NUMBER, "Inches."),
        may("weight", NUMBER, "Of one piece."),
        may("weightUnits", TEXT, "`LB` (assumed when absent), `OZ`, `KG` or `G`."),
        may("weightUnit", TEXT, "Another name of `weightUnits`."),
        may("itemURL", TEXT, "Page of the product."),
        may("itemUrl", TEXT, "Another name of `itemURL`."),
        may("imageURL", TEXT, "Picture of the product."),
        may("itemBrand", TEXT, ""),
        may("itemCategory", TEXT, ""),
        may("itemHSCode", TEXT, "Tariff code."),
        may("countryOfOrigin", TEXT, "ISO 3166 code."),
        may("itemCustomization", TEXT, "Free; shops put the variation here."),
        may("itemDescriptionLong", TEXT, ""),
        may("itemDescriptionDetailed", TEXT, ""),
        may("itemColor", TEXT, ""),
        may("itemMaterial", TEXT, ""),
        may("itemFabricContent", TEXT, ""),
        may("itemLtlClass", TEXT, ""),
        may("status", TEXT, ""),
        may("nonShippable", TRUTH, "The line needs no shipping."),
    ]],
};

pub(super) static ORDER_NUMBERS: Shape = Shape {
    name: "OrderNumbersRequest",
    about: "One of `sinceDate`, `sinceOrderId` and `missingMerchantOrderId` is needed; the first two exclude each other.",
    fields: &[
        CREDENTIALS,
        &[
            may("sinceDate", DAY, "Orders from that day on, the day included."),
            may("throughDate", DAY, "Only with `sinceDate`: up to that day, the day included."),
            may("sinceOrderId", ORDER_ID, "Orders behind that one, which must exist."),
            may(
                "missingMerchantOrderId",
                TRUTH,
                "Orders without `merchantOrderId`: of the last two weeks, or of the range that the others name.",
            ),
            may("statuses", Kind::Anything, "Its presence alone, even as `false`, adds four keys per order."),
        ],
    ],
};

pub(super) static ORDER_DETAIL: Shape = Shape {
    name: "OrderDetailRequest",
    about: "One of `orderId` and `referenceId`.",
    fields: &[
        CREDENTIALS,
        &[
            may("orderId", ORDER_ID, "An order of the store."),
            may("referenceId", TEXT, "The cart's `referenceId`; the newest order when several carts had it."),
        ],
    ],
};

pub(super) static UPDATE_MERCHANT_ORDER_ID: Shape = Shape {
    name: "UpdateMerchantOrderId",
    about: "The merchant's own id for an order.",
    fields: &[
        CREDENTIALS,
        WHICH_ORDER,
        &[must(
            "merchantOrderId",
            TEXT,
            "Up to 100 characters, one line. Replaces an earlier one; need not be unique.",
        )],
    ],
};

pub(super) static UPDATE_VENDOR_ORDER_STATUS: Shape = Shape {
    name: "UpdateVendorOrderStatus",
    about: "A status that the merchant may set.",
    fields: &[CREDENTIALS, WHICH_ORDER, &[must("orderStatus", STATUS, "One of the five `VENDOR_` values.")]],
};

pub(super) static SET_SHIPMENT_TRACKING: Shape = Shape {
    name: "SetShipmentTracking",
    about: "The order's parcels. The list replaces an earlier one.",
    fields: &[
        CREDENTIALS,
        WHICH_ORDER,
        &[must(
            "trackingList",
            Kind::LooseList("TrackingElement"),
            "1 to 100 parcels; an element may be the bare number.",
        )],
    ],
};

static TRACKING_ELEMENT: Shape = Shape {
    name: "TrackingElement",
    about: "A parcel. `number` or `numbers` is required.",
    fields: &[&[
        may("number", TEXT, "Consignment number, up to 100 characters."),
        may("numbers", TEXT, "Another name of `number`."),
        may("carrier", TEXT, "Up to 100 characters. Kept when a later call leaves it out."),
    ]],
};

pub(super) static MAGENTO_REGION: Shape = Shape {
    name: "MagentoRegion",
    about: "What the Magento modules send; nothing of it is looked at.",
    fields: &[CREDENTIALS, &[may("countryCode", TEXT, ""), may("region", TEXT, ""), may("orderId", ORDER_ID, "")]],
};
