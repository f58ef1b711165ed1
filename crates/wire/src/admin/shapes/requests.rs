//! What calls take.

use super::super::shape::{Field, Kind, Shape, field, open, plain, shape};
use super::{ADDRESS, PAGE, SERIAL};

const TEXTS: Kind = Kind::List(&Kind::Text);
const INTS: Kind = Kind::List(&Kind::Int);

pub(in crate::admin) const NOTHING: Shape = shape("Nothing", &[]);

const WHICH_ORDERS: &[Field] = &[
    plain("ordersSerialNumbers", INTS),
    field("ordersIds", TEXTS, "`shop1-17`"),
    field("orderExternalId", Kind::Text, "The number that the shop gave it"),
];

pub(in crate::admin) const ORDERS_GET: Shape = shape("OrdersGet", &[WHICH_ORDERS, PAGE]);

const CLIENT: Shape = open("OrdersSearchClient", &[&[plain("clientLogin", Kind::Text), plain("clientId", Kind::Int)]]);
const DATE_RANGE: Shape = open(
    "OrdersDateRange",
    &[&[
        field("ordersDateType", Kind::Word(&["add", "modified", "dispatch"]), "add when it is left out"),
        field("ordersDateBegin", Kind::Text, "2026-11-21 12:00:00 on the wholesaler's clock"),
        plain("ordersDateEnd", Kind::Text),
    ]],
);
const SERIAL_RANGE: Shape = shape(
    "OrdersSerialNumberRange",
    &[&[plain("ordersSerialNumberBegin", Kind::Int), plain("ordersSerialNumberEnd", Kind::Int)]],
);
const RANGE: Shape = open(
    "OrdersRange",
    &[&[
        plain("ordersDateRange", Kind::Object(&DATE_RANGE)),
        field("ordersSerialNumberRange", Kind::Object(&SERIAL_RANGE), "At most 100 numbers"),
    ]],
);
const NUMBERS: Shape = open("OrdersSearchPackages", &[&[field("packagesNumbers", TEXTS, "One number at a time")]]);

pub(in crate::admin) const ORDERS_SEARCH: Shape = open(
    "OrdersSearch",
    &[
        &[
            plain("ordersStatuses", TEXTS),
            plain("ordersStatusesIds", INTS),
            field("shippmentStatus", Kind::Word(&["all", "received", "non-received"]), "Spelled so"),
            plain("dropshippingOrderStatus", Kind::Word(&["all", "finished", "canceled"])),
            field("clients", Kind::List(&Kind::Object(&CLIENT)), "The first one counts"),
            plain("ordersRange", Kind::Object(&RANGE)),
            plain("packages", Kind::Object(&NUMBERS)),
        ],
        WHICH_ORDERS,
        PAGE,
    ],
);

const ORDER_PRODUCT: &[Field] = &[
    plain("productId", Kind::Int),
    plain("sizeId", Kind::Text),
    field("productSizeCodeExternal", Kind::Text, "In place of both"),
    field("stockId", Kind::Int, "Only from this warehouse"),
    plain("productQuantity", Kind::Number),
    field("productRetailPrice", Kind::Number, "Gross, of one unit; else that of the account's group"),
    plain("remarksToProduct", Kind::Text),
];
const ADDED_PRODUCT: Shape = open("OrderAddProduct", &[ORDER_PRODUCT]);
const DELIVER_TO: Shape = open(
    "OrderAddAddress",
    &[&[
        plain("FirstName", Kind::Text),
        plain("LastName", Kind::Text),
        plain("Additional", Kind::Text),
        plain("Street", Kind::Text),
        plain("ZipCode", Kind::Text),
        plain("City", Kind::Text),
        plain("Country", Kind::Text),
        plain("Phone", Kind::Text),
    ]],
);
const ORDER_ADD: Shape = open(
    "OrderAdd",
    &[&[
        plain("orderType", Kind::Word(&["wholesale", "dropshipping"])),
        plain("clientLogin", Kind::Text).must(),
        field("stockId", Kind::Int, "Only from this warehouse"),
        plain("orderPaymentType", Kind::Text),
        plain("currencyId", Kind::Text),
        plain("courierId", Kind::Int),
        plain("pickupPointId", Kind::Text),
        field("deliveryCost", Kind::Number, "Gross; else the courier's price"),
        field("clientDeliveryAddressId", Kind::Int, "A stored recipient, in place of the address"),
        plain("clientDeliveryAddress", Kind::Object(&DELIVER_TO)),
        plain("clientNoteToOrder", Kind::Text),
        plain("clientNoteToCourier", Kind::Text),
        field("orderExternalId", Kind::Text, "Makes repeating safe"),
        plain("products", Kind::List(&Kind::Object(&ADDED_PRODUCT))).must(),
    ]],
);
pub(in crate::admin) const ORDERS_ADD: Shape =
    shape("OrdersAdd", &[&[field("orders", Kind::List(&Kind::Object(&ORDER_ADD)), "1 to 100").must()]]);

const CHANGED_PRODUCT: Shape = open(
    "OrderUpdateProduct",
    &[
        &[
            field("basketPosition", Kind::Int, "The line; or one of the next"),
            field(
                "productQuantityOperationType",
                Kind::Word(&["add", "substract"]),
                "Spelled so; else the quantity is the new one, and 0 removes the line",
            ),
        ],
        ORDER_PRODUCT,
    ],
);
const ORDER_UPDATE: Shape = open(
    "OrderUpdate",
    &[&[
        plain("products", Kind::List(&Kind::Object(&CHANGED_PRODUCT))),
        plain("clientNoteToOrder", Kind::Text),
        plain("clientNoteToCourier", Kind::Text),
        SERIAL,
        field("orderId", Kind::Text, "In place of the number"),
        plain("orderStatus", Kind::Text),
        plain("orderNote", Kind::Text),
        field("apiNoteToOrder", Kind::Text, "The same as orderNote"),
        field("estimatedDeliveryDate", Kind::Text, "2026-11-24"),
    ]],
);
pub(in crate::admin) const ORDERS_UPDATE: Shape =
    shape("OrdersUpdate", &[&[field("orders", Kind::List(&Kind::Object(&ORDER_UPDATE)), "1 to 100").must()]]);

pub(in crate::admin) const ORDER_COURIER: Shape = shape(
    "OrderCourier",
    &[&[SERIAL.must(), plain("courierId", Kind::Int).must(), plain("pickupPointId", Kind::Text)]],
);
pub(in crate::admin) const ORDER_ADDRESS: Shape = shape(
    "OrderAddress",
    &[&[
        SERIAL.must(),
        plain("clientDeliveryAddressId", Kind::Int).must(),
        field("clientLogin", Kind::Text, "When it is there, the order must be of this shop"),
    ]],
);
pub(in crate::admin) const ORDER_PICKUP_POINT: Shape =
    shape("OrderPickupPoint", &[&[SERIAL.must(), plain("pickupPointId", Kind::Text).must()]]);
pub(in crate::admin) const ORDER_HISTORY: Shape = shape("OrderHistory", &[&[SERIAL.must()]]);

pub(in crate::admin) const ORDER_PACKAGES_GET: Shape = open(
    "OrderPackagesGet",
    &[&[field("orderNumbers", INTS, "Numbers of orders"), plain("deliveryPackageNumbers", TEXTS)]],
);
const EVENT: Shape = shape(
    "PackagesOfEvents",
    &[&[plain("eventType", Kind::Word(&["order", "rma", "return"])), plain("eventsIds", INTS)]],
);
pub(in crate::admin) const PACKAGES_SEARCH: Shape = open(
    "PackagesSearch",
    &[&[plain("deliveryPackageNumbers", TEXTS), plain("events", Kind::List(&Kind::Object(&EVENT)))]],
);

const WEIGHTS: Shape = open(
    "PackageParameters",
    &[&[
        field("productWeight", Kind::Int, "Grams"),
        field("packagingWeight", Kind::Int, "Grams; the package weighs both together"),
    ]],
);
const NEW_PACKAGE: &[Field] = &[
    plain("courierId", Kind::Int),
    field("deliveryPackageNumber", Kind::Text, "Of the package"),
    field("deliveryShippingNumber", Kind::Text, "Of the consignment"),
    plain("deliveryPackageParameters", Kind::Object(&WEIGHTS)),
];
const PACKAGE_ID: &[Field] = &[plain("deliveryPackageId", Kind::Int).must()];
const ORDER: &[Field] = &[
    field("eventId", Kind::Int, "The order's number").must(),
    field("eventType", Kind::Word(&["order"]), "order when it is left out"),
];
const ADDED: Shape = open("NewPackage", &[NEW_PACKAGE]);
const ADDED_TO: Shape =
    shape("OrderPackagesAdded", &[ORDER, &[plain("packages", Kind::List(&Kind::Object(&ADDED))).must()]]);
pub(in crate::admin) const ORDER_PACKAGES_ADD: Shape =
    shape("OrderPackagesAdd", &[&[field("orderPackages", Kind::List(&Kind::Object(&ADDED_TO)), "1 to 100").must()]]);
const CHANGED: Shape = open("PackageChange", &[PACKAGE_ID, NEW_PACKAGE]);
const CHANGED_OF: Shape =
    shape("OrderPackagesOfChange", &[ORDER, &[plain("packages", Kind::List(&Kind::Object(&CHANGED))).must()]]);
pub(in crate::admin) const ORDER_PACKAGES_CHANGE: Shape = shape(
    "OrderPackagesChange",
    &[&[field("orderPackages", Kind::List(&Kind::Object(&CHANGED_OF)), "1 to 100").must()]],
);

const OTHER_PACKAGE: &[Field] = &[
    field("delivery", Kind::Int, "Number of the courier"),
    field("packageNumber", Kind::Text, "Of the package"),
    field("shippingNumber", Kind::Text, "Of the consignment"),
    plain("packageParameters", Kind::Object(&WEIGHTS)),
];
const OTHER_ID: &[Field] = &[plain("packageId", Kind::Int).must()];
const OTHER_ORDER: &[Field] = &[
    field("orderId", Kind::Int, "The order's number").must(),
    field("orderType", Kind::Word(&["order"]), "order when it is left out"),
];
const OTHER_ADDED: Shape = open("PackagesNew", &[OTHER_PACKAGE]);
const OTHER_ADDED_TO: Shape =
    shape("PackagesAdded", &[OTHER_ORDER, &[plain("packages", Kind::List(&Kind::Object(&OTHER_ADDED))).must()]]);
pub(in crate::admin) const PACKAGES_ADD: Shape =
    shape("PackagesAdd", &[&[field("orderPackages", Kind::List(&Kind::Object(&OTHER_ADDED_TO)), "1 to 100").must()]]);
const OTHER_CHANGED: Shape = open("PackagesOne", &[OTHER_ID, OTHER_PACKAGE]);
const OTHER_CHANGED_OF: Shape =
    shape("PackagesOfChange", &[OTHER_ORDER, &[plain("packages", Kind::List(&Kind::Object(&OTHER_CHANGED))).must()]]);
pub(in crate::admin) const PACKAGES_CHANGE: Shape = shape(
    "PackagesChange",
    &[&[field("orderPackages", Kind::List(&Kind::Object(&OTHER_CHANGED_OF)), "1 to 100").must()]],
);

const IDENT_TYPE: Field = field(
    "identType",
    Kind::Word(&["id", "index", "codeExtern", "codeProducer"]),
    "Number of a product, or a code of one of its sizes; id when it is left out",
);
pub(in crate::admin) const PRODUCTS_ASKED: Shape =
    shape("ProductsAsked", &[&[IDENT_TYPE, field("products", TEXTS, "1 to 100").must()]]);
const PRODUCT_IDENT: Shape = shape("ProductIdent", &[&[IDENT_TYPE, plain("identValue", Kind::Text).must()]]);
const SIZE_IDENT: Shape = shape(
    "SizeIdent",
    &[&[
        field("identType", Kind::Word(&["size", "index", "codeExtern", "codeProducer"]), "Name of the size, or a code"),
        plain("identValue", Kind::Text).must(),
    ]],
);
const OPERATION: Shape = shape(
    "QuantityOperation",
    &[&[
        field("operation", Kind::Word(&["set", "add", "substract"]), "Spelled so; set when it is left out"),
        plain("quantity", Kind::Number).must(),
    ]],
);
const STOCK: Shape = open(
    "StockOperation",
    &[&[
        field("stock_id", Kind::Int, "Number of the warehouse").must(),
        plain("quantity_operation", Kind::Object(&OPERATION)).must(),
    ]],
);
const QUANTITY: Shape = shape("SizeQuantity", &[&[plain("stocks", Kind::List(&Kind::Object(&STOCK))).must()]]);
const SIZE: Shape = shape(
    "SizeStock",
    &[&[
        field("ident", Kind::Object(&SIZE_IDENT), "May be left out when the product is named by a code of the size"),
        plain("quantity", Kind::Object(&QUANTITY)).must(),
    ]],
);
const PRODUCT: Shape = open(
    "ProductStock",
    &[&[plain("ident", Kind::Object(&PRODUCT_IDENT)).must(), plain("sizes", Kind::List(&Kind::Object(&SIZE))).must()]],
);
pub(in crate::admin) const STOCKS_PUT: Shape =
    shape("StocksPut", &[&[field("products", Kind::List(&Kind::Object(&PRODUCT)), "1 to 100").must()]]);

const BY_CODE: Shape = open(
    "StockByCode",
    &[&[
        field("productIndex", Kind::Text, "Size code `15-M`; or one of the next two"),
        plain("productSizeCodeExternal", Kind::Text),
        plain("productSizeCodeProducer", Kind::Text),
        field("stockId", Kind::Int, "Number of the warehouse").must(),
        plain("productSizeQuantity", Kind::Number).must(),
    ]],
);
pub(in crate::admin) const STOCK_QUANTITY: Shape =
    shape("StockQuantity", &[&[field("products", Kind::List(&Kind::Object(&BY_CODE)), "1 to 100").must()]]);
pub(in crate::admin) const SKU_BY_BARCODE: Shape =
    open("SkuByBarcode", &[&[field("productIndices", TEXTS, "1 to 100").must()]]);

const DELIVERED: Shape = open(
    "DeliveryTimeProduct",
    &[&[
        field("productIndex", Kind::Text, "Size code `15-M`; or productId with a size"),
        plain("productId", Kind::Int),
        plain("sizeId", Kind::Text),
        field("sizePanelName", Kind::Text, "Shown name of the size, in place of its id"),
        field("productSizeQuantity", Kind::Number, "1 when it is left out"),
    ]],
);
pub(in crate::admin) const DELIVERY_TIME: Shape = shape(
    "DeliveryTime",
    &[&[
        field("stockId", Kind::Int, "Only from this warehouse; else from all that orders are served from"),
        field(
            "isCollectionInPerson",
            Kind::Flag,
            "Makes no difference: goods are handed over when the warehouse works",
        ),
        field(
            "products",
            Kind::List(&Kind::Object(&DELIVERED)),
            "1 to 100; together, a later one sees what those before it take",
        )
        .must(),
    ]],
);

pub(in crate::admin) const COURIERS: Shape =
    shape("CouriersOf", &[&[field("countryCode", Kind::Text, "Two letters")], PAGE]);
pub(in crate::admin) const PICKUP_POINTS: Shape = shape(
    "PickupPointsOf",
    &[
        &[
            plain("courierId", Kind::Int).must(),
            plain("pickupPointId", Kind::Text),
            field("pickupPointExternalId", Kind::Text, "The same here"),
        ],
        PAGE,
    ],
);
pub(in crate::admin) const ADDRESSES: Shape = shape(
    "AddressesOf",
    &[&[
        field("clientLogins", TEXTS, "Any of the three"),
        plain("clientIds", INTS),
        field("clientCodesExternal", TEXTS, "Codes in an external system"),
    ]],
);

const OF_CLIENT: &[Field] = &[
    field("clientLogin", Kind::Text, "Whose; or one of the next two"),
    plain("clientId", Kind::Int),
    plain("clientCodeExternal", Kind::Text),
];
const ADDRESS_ID: &[Field] = &[plain("clientDeliveryAddressId", Kind::Int).must()];
const NEW_ADDRESS: Shape = open("NewAddress", &[OF_CLIENT, ADDRESS]);
pub(in crate::admin) const ADDRESSES_ADD: Shape =
    shape("AddressesAdd", &[&[field("clients", Kind::List(&Kind::Object(&NEW_ADDRESS)), "1 to 100").must()]]);
const CHANGED_ADDRESS: Shape = open("ChangedAddress", &[OF_CLIENT, ADDRESS_ID, ADDRESS]);
pub(in crate::admin) const ADDRESSES_CHANGE: Shape =
    shape("AddressesChange", &[&[field("clients", Kind::List(&Kind::Object(&CHANGED_ADDRESS)), "1 to 100").must()]]);
const DELETED_ADDRESS: Shape = open("DeletedAddress", &[OF_CLIENT, ADDRESS_ID]);
pub(in crate::admin) const ADDRESSES_DELETE: Shape =
    shape("AddressesDelete", &[&[field("clients", Kind::List(&Kind::Object(&DELETED_ADDRESS)), "1 to 100").must()]]);

pub(in crate::admin) const PAYMENT_FORMS: Shape =
    shape("PaymentFormsOf", &[&[plain("activeOnly", Kind::Word(&["yes", "no"]))]]);
