//! What calls give, beside `errors`.

use super::super::shape::{Field, Kind, Shape, field, open, plain, shape};
use super::{ADDRESS, PAGED, SERIAL};

/// How a call or an element of it ended.
pub const FAULT: Shape = shape(
    "Fault",
    &[&[
        field("faultCode", Kind::Int, "0: done"),
        field("faultString", Kind::Text, "Empty when it is done"),
        field("message", Kind::Text, "The same text, when nothing was done at all"),
    ]],
);
const FAULT_FIELDS: &[Field] = &[plain("faultCode", Kind::Int), plain("faultString", Kind::Text)];

const CLIENT_ACCOUNT: Shape = shape(
    "ClientAccount",
    &[&[
        plain("clientId", Kind::Int),
        plain("clientLogin", Kind::Text),
        plain("clientEmail", Kind::Text),
        plain("clientPhone1", Kind::Text),
        plain("clientPhone2", Kind::Text),
        plain("clientCodeExternal", Kind::Text),
    ]],
);
const DELIVERY_ADDRESS: Shape = open(
    "OrderDeliveryAddress",
    &[&[plain("clientDeliveryAddressId", Kind::Text), plain("clientDeliveryAddressType", Kind::Text)], ADDRESS],
);
const POINT: Shape = open(
    "OrderPickupPointAddress",
    &[&[
        plain("pickupPointId", Kind::Text),
        plain("name", Kind::Text),
        plain("street", Kind::Text),
        plain("zipCode", Kind::Text),
        plain("city", Kind::Text),
        plain("latitude", Kind::Number),
        plain("longitude", Kind::Number),
    ]],
);
const CLIENT: Shape = open(
    "OrderClient",
    &[&[
        field("clientDeliveryAddress", Kind::Object(&DELIVERY_ADDRESS), "Where it goes"),
        plain("clientPickupPointAddress", Kind::Optional(&POINT)),
        field("clientAccount", Kind::Object(&CLIENT_ACCOUNT), "The shop that ordered"),
        plain("endClientAccount", Kind::Object(&CLIENT_ACCOUNT)),
    ]],
);
const CURRENCY: Shape = open(
    "OrderCurrency",
    &[&[
        plain("currencyId", Kind::Text),
        field("orderProductsCost", Kind::Number, "Gross"),
        field("orderDeliveryCost", Kind::Number, "Gross"),
        field("orderPayformCost", Kind::Number, "Gross: what collecting costs"),
    ]],
);
const PAYMENTS: Shape = open(
    "OrderPayments",
    &[&[
        plain("orderPaymentType", Kind::Word(&["prepaid", "cash_on_delivery", "tradecredit"])),
        plain("orderCurrency", Kind::Object(&CURRENCY)),
    ]],
);
const LINE: Shape = open(
    "OrderLine",
    &[&[
        plain("productId", Kind::Int),
        plain("productName", Kind::Text),
        plain("productCode", Kind::Text),
        plain("sizeId", Kind::Text),
        plain("sizePanelName", Kind::Text),
        plain("productSizeCodeExternal", Kind::Text),
        plain("productQuantity", Kind::Number),
        field("productWeight", Kind::Int, "Grams of one unit"),
        plain("productVat", Kind::Number),
        field("productOrderPrice", Kind::Number, "Gross, of one unit"),
        field("productOrderPriceNet", Kind::Number, "Net, of one unit"),
        plain("remarksToProduct", Kind::Text),
        plain("basketPosition", Kind::Int),
    ]],
);
const DISPATCH: Shape = open(
    "OrderDispatch",
    &[&[
        plain("courierId", Kind::Int),
        plain("courierName", Kind::Text),
        field("deliveryDate", Kind::Text, "The day that the shop asked for"),
        plain("estimatedDeliveryDate", Kind::Text),
        field("deliveryWeight", Kind::Int, "Grams"),
    ]],
);
const DETAILS: Shape = open(
    "OrderDetails",
    &[&[
        plain("orderStatus", Kind::Text),
        plain("orderStatusId", Kind::Int),
        plain("dropshippingOrderStatus", Kind::Text),
        field("orderAddDate", Kind::Text, "On the wholesaler's clock"),
        plain("orderDispatchDate", Kind::Text).or_null(),
        plain("orderChangeDate", Kind::Text),
        plain("clientNoteToOrder", Kind::Text),
        plain("clientNoteToCourier", Kind::Text),
        plain("orderNote", Kind::Text),
        plain("payments", Kind::Object(&PAYMENTS)),
        plain("dispatch", Kind::Object(&DISPATCH)),
        plain("productsResults", Kind::List(&Kind::Object(&LINE))),
    ]],
);
const ORDER: Shape = open(
    "Order",
    &[&[
        field("orderId", Kind::Text, "`shop1-17`"),
        SERIAL,
        plain("orderType", Kind::Text),
        plain("clientResult", Kind::Object(&CLIENT)),
        plain("orderDetails", Kind::Object(&DETAILS)),
    ]],
);
pub(in crate::admin) const ORDERS: Shape =
    shape("Orders", &[&[field("Results", Kind::List(&Kind::Object(&ORDER)), "With a capital")], PAGED]);

const ORDER_CHANGED: Shape = open(
    "OrderChanged",
    &[
        &[
            plain("orderId", Kind::Text).or_null(),
            SERIAL.or_null(),
            field("orderStatus", Kind::Text, "As it is now").or_null(),
            plain("orderStatusId", Kind::Int).or_null(),
        ],
        FAULT_FIELDS,
    ],
);
const ORDERS_RESULTS: Shape =
    shape("OrdersResults", &[&[plain("ordersResults", Kind::List(&Kind::Object(&ORDER_CHANGED)))]]);
pub(in crate::admin) const ORDERS_CHANGED: Shape =
    shape("OrdersChanged", &[&[plain("results", Kind::Object(&ORDERS_RESULTS))]]);
pub(in crate::admin) const CHANGED: Shape = shape("Changed", &[&[plain("results", Kind::Flag)]]);

const HAPPENED: Shape = shape(
    "HistoryEvent",
    &[&[plain("eventDate", Kind::Text), plain("username", Kind::Text), plain("eventDetails", Kind::Text)]],
);
pub(in crate::admin) const HISTORY: Shape =
    shape("History", &[&[plain("historyEvents", Kind::List(&Kind::Object(&HAPPENED)))]]);
const STATUS: Shape = shape(
    "Status",
    &[&[
        plain("id", Kind::Int),
        plain("parentId", Kind::Int).or_null(),
        field("panelName", Kind::Text, "What `orderStatus` says"),
    ]],
);
pub(in crate::admin) const STATUSES: Shape =
    shape("Statuses", &[&[plain("statuses", Kind::List(&Kind::Object(&STATUS)))]]);

const PARAMETERS: Shape = shape(
    "PackageDetails",
    &[&[
        field("cashOnDelivery", Kind::Number, "What the courier collects; 0: nothing"),
        plain("cashOnDeliveryCurrency", Kind::Text),
        field("deliveryWeight", Kind::Int, "Grams"),
        plain("trackingUrl", Kind::Text),
        plain("shippingStoreCosts", Kind::Nothing),
        plain("shippingCosts", Kind::Nothing),
        plain("parcelParameters", Kind::Nothing),
    ]],
);
const PACKAGE: Shape = shape(
    "DeliveryPackage",
    &[&[
        plain("deliveryPackageId", Kind::Int),
        plain("deliveryPackageNumber", Kind::Text),
        plain("deliveryShippingNumber", Kind::Text),
        plain("courierId", Kind::Int),
        plain("courierName", Kind::Text),
        field("deliveryDate", Kind::Text, "When it was added"),
        plain("deliveryDateAdditional", Kind::Text),
        plain("estimatedDeliveryDate", Kind::Text),
        plain("receivedDate", Kind::Text),
        plain("deliveryPackageParameters", Kind::Object(&PARAMETERS)),
    ]],
);
const PACKAGE_FOUND: Shape = shape(
    "PackageFound",
    &[&[
        plain("errors", Kind::Object(&FAULT)),
        plain("eventType", Kind::Word(&["order"])),
        field("eventId", Kind::Int, "The order's number"),
        field("label", Kind::Text, "Always empty: labels are not kept here"),
        plain("deliveryPackage", Kind::Object(&PACKAGE)),
    ]],
);
pub(in crate::admin) const PACKAGES: Shape =
    shape("Packages", &[&[plain("results", Kind::List(&Kind::Object(&PACKAGE_FOUND)))]]);

const PACKAGE_CHANGED: Shape = shape(
    "OrderPackageChanged",
    &[&[plain("deliveryPackageId", Kind::Int).or_null(), plain("errors", Kind::Object(&FAULT))]],
);
const OF_ORDER: Shape = shape(
    "OrderPackagesOne",
    &[&[plain("eventId", Kind::Text), plain("packagesResults", Kind::List(&Kind::Object(&PACKAGE_CHANGED)))]],
);
pub(in crate::admin) const ORDER_PACKAGES_CHANGED: Shape =
    shape("OrderPackagesChanged", &[&[plain("results", Kind::List(&Kind::Object(&OF_ORDER)))]]);
const OTHER_CHANGED: Shape =
    shape("PackageChanged", &[&[plain("packageId", Kind::Int).or_null(), plain("errors", Kind::Object(&FAULT))]]);
const OF_OTHER: Shape = shape(
    "PackagesOfOrder",
    &[&[plain("orderId", Kind::Text), plain("packages", Kind::List(&Kind::Object(&OTHER_CHANGED)))]],
);
pub(in crate::admin) const PACKAGES_CHANGED: Shape =
    shape("PackagesChanged", &[&[plain("results", Kind::List(&Kind::Object(&OF_OTHER)))]]);

const IDENT: Shape =
    shape("Ident", &[&[plain("identType", Kind::Text).or_null(), plain("identValue", Kind::Text).or_null()]]);
const SIZE: &[Field] = &[
    plain("size_id", Kind::Text),
    plain("size_name", Kind::Text),
    field("product_sizecode", Kind::Text, "Code in an external system"),
];
const RESERVED: Shape = shape("ReservedQuantities", &[&[field("order", Kind::Number, "Put aside for orders")]]);
const SIZE_STOCK: Shape =
    shape("SizeInStock", &[SIZE, &[plain("quantity", Kind::Number), plain("reservations", Kind::Object(&RESERVED))]]);
const IN_STOCK: Shape = shape(
    "InStock",
    &[&[
        field("stock_id", Kind::Int, "Number of the warehouse"),
        plain("sizes", Kind::List(&Kind::Object(&SIZE_STOCK))),
    ]],
);
const FREE: Shape = shape(
    "Disposition",
    &[
        SIZE,
        &[
            plain("sizeId", Kind::Text),
            plain("outsidestock", Kind::Number),
            field("ownstock", Kind::Number, "Stock less what is put aside"),
            plain("allstocks", Kind::Number),
        ],
    ],
);
const DISPOSITIONS: Shape =
    shape("Dispositions", &[&[plain("auctions", Kind::Nothing), plain("sales", Kind::List(&Kind::Object(&FREE)))]]);
const QUANTITIES: Shape = shape(
    "Quantities",
    &[&[
        plain("stocks", Kind::List(&Kind::Object(&IN_STOCK))),
        plain("auctions", Kind::Nothing),
        plain("orders_unfinished", Kind::Nothing),
        plain("dispositions", Kind::Object(&DISPOSITIONS)),
    ]],
);
const PRODUCT_STOCKS: Shape = shape(
    "ProductStocks",
    &[&[
        plain("ident", Kind::Object(&IDENT)),
        plain("error", Kind::Object(&FAULT)),
        plain("quantities", Kind::Optional(&QUANTITIES)),
    ]],
);
pub(in crate::admin) const STOCKS: Shape =
    shape("Stocks", &[&[plain("results", Kind::List(&Kind::Object(&PRODUCT_STOCKS))), plain("is_errors", Kind::Flag)]]);

const SIZE_CHANGED: Shape =
    shape("SizeChanged", &[&[plain("ident", Kind::Object(&IDENT)), plain("error", Kind::Object(&FAULT))]]);
const PRODUCT_CHANGED: Shape = shape(
    "ProductChanged",
    &[&[
        plain("ident", Kind::Object(&IDENT)),
        plain("sizes", Kind::List(&Kind::Object(&SIZE_CHANGED))),
        plain("isSizesErrors", Kind::Flag),
        plain("error", Kind::Object(&FAULT)),
    ]],
);
pub(in crate::admin) const STOCKS_CHANGED: Shape = shape(
    "StocksChanged",
    &[&[plain("results", Kind::List(&Kind::Object(&PRODUCT_CHANGED))), plain("isErrors", Kind::Flag)]],
);
const BY_CODE_CHANGED: Shape = shape(
    "StockByCodeChanged",
    &[
        &[
            plain("productIndex", Kind::Text).or_null(),
            plain("productSizeCodeExternal", Kind::Text).or_null(),
            plain("productSizeCodeProducer", Kind::Text).or_null(),
            plain("stockId", Kind::Int).or_null(),
        ],
        FAULT_FIELDS,
    ],
);
pub(in crate::admin) const STOCK_QUANTITY: Shape =
    shape("StockQuantityChanged", &[&[plain("results", Kind::List(&Kind::Object(&BY_CODE_CHANGED)))]]);

const SKU_QUANTITY: Shape = shape(
    "SkuQuantity",
    &[&[plain("stockId", Kind::Int), plain("quantity", Kind::Number), plain("disposition", Kind::Number)]],
);
const SKU_PRICE: Shape = shape(
    "SkuPrice",
    &[&[
        plain("shopId", Kind::Int),
        field("productWholesalePrice", Kind::Number, "Net, for everybody, of one piece"),
        plain("currencyId", Kind::Text),
    ]],
);
const SKU: Shape = shape(
    "Sku",
    &[&[
        plain("productId", Kind::Int),
        plain("productName", Kind::Text),
        plain("sizeId", Kind::Text),
        plain("sizeName", Kind::Text),
        field("codeIai", Kind::Text, "Size code `15-M`"),
        plain("codeExternal", Kind::Text),
        plain("codeProducer", Kind::Text),
        field("weight", Kind::Int, "Grams"),
        plain("quantities", Kind::List(&Kind::Object(&SKU_QUANTITY))),
        plain("productVat", Kind::Number),
        plain("productType", Kind::Word(&["product_item", "product_bundle"])),
        plain("productPrices", Kind::List(&Kind::Object(&SKU_PRICE))),
    ]],
);
const FOUND: Shape = shape(
    "SkuFound",
    &[&[
        plain("foundByIndex", Kind::Text),
        field("productSkuList", Kind::List(&Kind::Object(&SKU)), "Empty when nothing has this code"),
    ]],
);
pub(in crate::admin) const SKU_BY_BARCODE: Shape =
    shape("SkusFound", &[&[plain("results", Kind::List(&Kind::Object(&FOUND)))]]);

const NOTE: Shape =
    shape("ReservationNote", &[&[plain("user", Kind::Text), plain("date", Kind::Text), plain("note", Kind::Text)]]);
const RESERVATION: Shape = shape(
    "Reservation",
    &[&[
        plain("stockId", Kind::Int),
        SERIAL.or_null(),
        plain("quantity", Kind::Number),
        plain("endTime", Kind::Text).or_null(),
        plain("sizeId", Kind::Text),
        plain("clientId", Kind::Int).or_null(),
        plain("type", Kind::Word(&["order", "adhoc"])),
        plain("lastNote", Kind::Object(&NOTE)),
    ]],
);
const PRODUCT_RESERVATIONS: Shape = shape(
    "ProductReservations",
    &[&[
        plain("identValue", Kind::Text),
        plain("errors", Kind::Object(&FAULT)),
        plain("reservations", Kind::List(&Kind::Object(&RESERVATION))),
    ]],
);
const RESERVED_PRODUCTS: Shape =
    shape("ReservedProducts", &[&[plain("products", Kind::List(&Kind::Object(&PRODUCT_RESERVATIONS)))]]);
pub(in crate::admin) const RESERVATIONS: Shape =
    shape("Reservations", &[&[plain("results", Kind::Object(&RESERVED_PRODUCTS))]]);

const PRODUCT_TIME: Shape = shape(
    "ProductDeliveryTime",
    &[&[
        plain("productId", Kind::Int).or_null(),
        plain("sizeId", Kind::Text).or_null(),
        plain("sizePanelName", Kind::Text).or_null(),
        plain("productIndex", Kind::Text).or_null(),
        plain("productSizeQuantity", Kind::Number),
        field("deliveryTimeDays", Kind::Int, "Whole days").or_null(),
        field("deliveryTimeHours", Kind::Int, "Hours beyond them, rounded up").or_null(),
        field("errno", Kind::Int, "0; 1 no such product or size; 2 not enough in stock; 3 wrong quantity; 4 not sold"),
        plain("error", Kind::Text),
    ]],
);
pub(in crate::admin) const DELIVERY_TIME: Shape =
    shape("DeliveryTimes", &[&[plain("results", Kind::List(&Kind::Object(&PRODUCT_TIME)))]]);

const COURIER: Shape = shape(
    "Courier",
    &[&[
        field("courierId", Kind::Text, "A text here, unlike elsewhere"),
        plain("name", Kind::Text),
        plain("hasPickupPoints", Kind::Flag),
    ]],
);
pub(in crate::admin) const COURIERS: Shape =
    shape("Couriers", &[&[plain("result", Kind::List(&Kind::Object(&COURIER)))], PAGED]);
const ASSIGNED: Shape = shape(
    "AssignedCourier",
    &[&[
        plain("id", Kind::Text),
        plain("region", Kind::Text),
        plain("name", Kind::Text),
        plain("trackingurl", Kind::Text),
        plain("pickup", Kind::Text),
        plain("multiple_packages_support", Kind::Text),
        plain("webservice_only", Kind::Text),
        plain("shipping_number_support", Kind::Text),
        plain("package_number_support", Kind::Text),
    ]],
);
pub(in crate::admin) const ASSIGNED_COURIERS: Shape =
    shape("AssignedCouriers", &[&[plain("couriers", Kind::Map(&ASSIGNED))]]);

const DESCRIPTION: Shape = shape(
    "PickupPointDescription",
    &[&[plain("languageId", Kind::Text), plain("name", Kind::Text), plain("description", Kind::Text)]],
);
const POINT_PAYMENT: Shape = shape("PickupPointPayment", &[&[plain("paymentFormType", Kind::Word(&["cash", "card"]))]]);
const POINT_ADDRESS: Shape = shape(
    "PickupPointAddress",
    &[&[
        plain("street", Kind::Text),
        plain("zipCode", Kind::Text),
        plain("city", Kind::Text),
        plain("provinceCode", Kind::Text),
        plain("provinceName", Kind::Text),
    ]],
);
const PLACE: Shape = shape("PickupPointPlace", &[&[plain("longitude", Kind::Number), plain("latitude", Kind::Number)]]);
const PICKUP_POINT: Shape = shape(
    "PickupPoint",
    &[&[
        plain("pickupPointId", Kind::Text),
        plain("pickupPointExternalId", Kind::Text),
        plain("courierId", Kind::Int),
        plain("descriptions", Kind::List(&Kind::Object(&DESCRIPTION))),
        plain("paymentForms", Kind::List(&Kind::Object(&POINT_PAYMENT))),
        plain("serviceStatus", Kind::Word(&["available", "out_of_service"])),
        plain("address", Kind::Object(&POINT_ADDRESS)),
        plain("coordinates", Kind::Object(&PLACE)),
        plain("operatingDays", Kind::Nothing),
    ]],
);
pub(in crate::admin) const PICKUP_POINTS: Shape =
    shape("PickupPoints", &[&[plain("result", Kind::List(&Kind::Object(&PICKUP_POINT)))], PAGED]);

const STORED_ADDRESS: Shape = open("StoredAddress", &[&[plain("clientDeliveryAddressId", Kind::Text)], ADDRESS]);
const CLIENT_ADDRESSES: Shape = shape(
    "ClientAddresses",
    &[&[
        plain("clientLogin", Kind::Text),
        plain("clientId", Kind::Int),
        plain("clientCodeExternal", Kind::Text),
        plain("clientDeliveryAddresses", Kind::List(&Kind::Object(&STORED_ADDRESS))),
        plain("error", Kind::Object(&FAULT)),
    ]],
);
pub(in crate::admin) const ADDRESSES: Shape =
    shape("Addresses", &[&[plain("results", Kind::List(&Kind::Object(&CLIENT_ADDRESSES)))]]);
const ADDRESS_ID: Shape = shape("AddressId", &[&[plain("clientDeliveryAddressId", Kind::Int)]]);
const ADDRESS_CHANGED: Shape = shape(
    "AddressChanged",
    &[&[
        plain("resultStatus", Kind::Flag),
        field("clientDeliveryAddressResult", Kind::Object(&ADDRESS_ID), "Not there when it failed"),
        field(
            "errors",
            Kind::List(&Kind::Object(&FAULT)),
            "1 no such client; 6 the client is blocked or may not order; 7 a value of no use; 401 no such address; 402 \
             required fields are missing",
        ),
    ]],
);
pub(in crate::admin) const ADDRESSES_CHANGED: Shape =
    shape("AddressesChanged", &[&[plain("results", Kind::List(&Kind::Object(&ADDRESS_CHANGED)))]]);

const FORM: Shape = shape("PaymentForm", &[&[plain("id", Kind::Int), plain("name", Kind::Text)]]);
const FORMS: Shape = shape("PaymentFormList", &[&[plain("payment_forms", Kind::List(&Kind::Object(&FORM)))]]);
pub(in crate::admin) const PAYMENT_FORMS: Shape = shape("PaymentForms", &[&[plain("result", Kind::Object(&FORMS))]]);
pub(in crate::admin) const SERVER_TIME: Shape =
    shape("ServerTime", &[&[field("time", Kind::Int, "Seconds since 1970")]]);
