//! Stocks: look, set, add, subtract (customer protocol §8.7). By a code of the size, codes and reservations are in `stocks/`.

mod quantity;
mod reservations;
mod sku;

use std::collections::BTreeMap;

use crossdock_app::App;
use crossdock_app::hub::tenants::admin_keys::AdminCaller;
use crossdock_app::hub::{GoodsError, StockChange, StockProblem, StockView};
use crossdock_domain::admin_api::Scope;
use crossdock_domain::wholesale::stock::StockOperation;
use crossdock_domain::wholesale::{CodeKind, Product, ProductId, Quantity, VariantId, WarehouseId};
use rust_decimal::Decimal;

use super::params::{Node, Params, node};
use super::reply::{Answered, Fault, Refusal, Reply, fault, number};
use super::request::request;
use super::resource::{Resource, gate, read, write};
use crate::schema::typed::{Described as _, EmptyList, Exact, OrEmptyList, object, placeholders};
use crate::schema::{Object, UNLIMITED, choice, int, list, number as number_field, record, text};

pub(super) use quantity::QUANTITY;
pub(super) use reservations::RESERVATIONS;
pub(super) use sku::SKU_BY_BARCODE;

/// Most products of one call.
const MAX_PRODUCTS: usize = 100;

pub(super) const GET: Resource = Resource::new(
    ("GET", "products/stocks"),
    read(Scope::Products),
    "Stocks of up to 100 products, by warehouse and size",
    (ProductsAsked::OBJECT, Stocks::OBJECT),
    |app, caller, params| Box::pin(get(app, caller, params)),
)
.gates(&[gate("products/getStocks")]);

pub(super) const PUT: Resource = Resource::new(
    ("PUT", "products/stocks"),
    write(Scope::Products),
    "Sets stocks, adds to them or takes from them",
    (&PUT_REQUEST, StocksChanged::OBJECT),
    |app, caller, params| Box::pin(put(app, caller, params)),
)
.gates(&[gate("products/updateStocks")]);

const IDENT_TYPES: [&str; 4] = ["id", "index", "codeExtern", "codeProducer"];

request! {
    /// Products, by number or code.
    struct ProductsAsked {
        /// Number of a product, or a code of one of its sizes; id when it is left out
        ident_type: Option<String> = "identType" in IDENT_TYPES,
        /// 1 to 100
        #[required]
        products: Vec<String> = "products",
    }
}

static PUT_REQUEST: Object =
    Object::new("StocksPut", &[list("products", &PRODUCT, MAX_PRODUCTS).required().about("1 to 100")]);

static PRODUCT: Object = Object::new(
    "ProductStock",
    &[record("ident", &PRODUCT_IDENT).required(), list("sizes", &SIZE, UNLIMITED).required()],
)
.open();

static PRODUCT_IDENT: Object = Object::new(
    "ProductIdent",
    &[
        choice("identType", &IDENT_TYPES)
            .about("Number of a product, or a code of one of its sizes; id when it is left out"),
        text("identValue").required(),
    ],
);

static SIZE: Object = Object::new(
    "SizeStock",
    &[
        record("ident", &SIZE_IDENT).about("May be left out when the product is named by a code of the size"),
        record("quantity", &SIZE_QUANTITY).required(),
    ],
);

static SIZE_IDENT: Object = Object::new(
    "SizeIdent",
    &[
        choice("identType", &["size", "index", "codeExtern", "codeProducer"]).about("Name of the size, or a code"),
        text("identValue").required(),
    ],
);

static SIZE_QUANTITY: Object = Object::new("SizeQuantity", &[list("stocks", &STOCK, UNLIMITED).required()]);

static STOCK: Object = Object::new(
    "StockOperation",
    &[int("stock_id").required().about("Number of the warehouse"), record("quantity_operation", &OPERATION).required()],
)
.open();

static OPERATION: Object = Object::new(
    "QuantityOperation",
    &[
        choice("operation", &["set", "add", "substract"]).about("Spelled so; set when it is left out"),
        number_field("quantity").required(),
    ],
);

object! {
    struct Stocks {
        results: Vec<ProductStocks> = "results",
        errors: bool = "is_errors",
    }

    struct ProductStocks {
        ident: Ident = "ident",
        error: Fault = "error",
        quantities: OrEmptyList<Quantities> = "quantities",
    }

    struct Ident {
        kind: Option<String> = "identType",
        value: Option<String> = "identValue",
    }

    struct Quantities {
        auctions: EmptyList = "auctions",
        dispositions: Dispositions = "dispositions",
        unfinished: EmptyList = "orders_unfinished",
        stocks: Vec<InStock> = "stocks",
        ..rest: QuantitiesExtras
    }

    struct Dispositions {
        auctions: EmptyList = "auctions",
        sales: Vec<Disposition> = "sales",
    }

    struct Disposition {
        size: String = "size_id",
        same_size: String = "sizeId",
        name: String = "size_name",
        /// Code in an external system
        code: String = "product_sizecode",
        integrations: Exact = "outsidestock",
        /// Stock less what is put aside
        own: Exact = "ownstock",
        all: Exact = "allstocks",
        ..rest: DispositionExtras
    }

    struct InStock {
        sizes: Vec<SizeInStock> = "sizes",
        /// Number of the warehouse
        stock: i64 = "stock_id",
    }

    struct SizeInStock {
        size: String = "size_id",
        name: String = "size_name",
        /// Code in an external system
        code: String = "product_sizecode",
        quantity: Exact = "quantity",
        reservations: ReservedQuantities = "reservations",
    }

    struct ReservedQuantities {
        /// Put aside for orders
        order: Exact = "order",
        ..rest: ReservationExtras
    }

    struct StocksChanged {
        results: Vec<ProductChanged> = "results",
        errors: bool = "isErrors",
    }

    struct ProductChanged {
        error: Fault = "error",
        ident: Ident = "ident",
        size_errors: bool = "isSizesErrors",
        sizes: Vec<SizeChanged> = "sizes",
    }

    struct SizeChanged {
        error: Fault = "error",
        ident: Ident = "ident",
    }
}

placeholders! {
    struct QuantitiesExtras {
        "deliveries": none,
        "goods_received_notes": none,
        "stocks_locations": none,
    }

    struct DispositionExtras {
        "disposition1d": zero,
        "disposition2d": zero,
        "disposition3d": zero,
        "disposition4d": zero,
        "disposition5d": zero,
        "disposition6d": zero,
        "disposition7d": zero,
        "disposition1w": zero,
        "disposition2w": zero,
        "disposition3w": zero,
        "disposition4w": zero,
    }

    struct ReservationExtras {
        "adhoc": zero,
        "auction": zero,
        "client": zero,
        "retail": zero,
        "wholesale": zero,
    }
}

/// How a call names products or sizes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum IdentType {
    /// Number of a product.
    Id,
    /// Size code `15-3`.
    Index,
    /// Code in an external system.
    External,
    /// Producer's code.
    Producer,
}

impl IdentType {
    fn read(text: Option<&str>) -> Result<Self, Refusal> {
        Ok(match text {
            None | Some("id") => Self::Id,
            Some("index") => Self::Index,
            Some("codeExtern") => Self::External,
            Some("codeProducer") => Self::Producer,
            Some(other) => return Err(Refusal::format(format!("identType {other}"))),
        })
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Index => "index",
            Self::External => "codeExtern",
            Self::Producer => "codeProducer",
        }
    }

    const fn kind(self) -> CodeKind {
        match self {
            Self::Id | Self::Index => CodeKind::Internal,
            Self::External => CodeKind::External,
            Self::Producer => CodeKind::Producer,
        }
    }
}

/// The product behind an ident; of a code, the one of its size.
async fn product(app: &App, caller: &AdminCaller, ident: IdentType, value: &str) -> Result<Option<Product>, Refusal> {
    let id = if ident == IdentType::Id {
        value.parse().ok().map(ProductId)
    } else {
        let found = app.hub().catalogue().find_codes(caller.id(), vec![(value.to_owned(), Some(ident.kind()))]).await?;
        found.into_iter().flatten().next().map(|found| found.variant.product)
    };
    let Some(id) = id else { return Ok(None) };
    match app.hub().catalogue().product(caller.id(), id).await {
        Ok(product) => Ok(Some(product)),
        Err(GoodsError::NotFound(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn products_asked(root: Node<'_>) -> Result<(IdentType, Vec<String>), Refusal> {
    let ProductsAsked { ident_type, products } = ProductsAsked::read(root);
    let ident = IdentType::read(ident_type.as_deref())?;
    if products.is_empty() {
        return Err(Refusal::format("products is missing"));
    }
    if products.len() > MAX_PRODUCTS {
        return Err(Refusal::format("at most 100 products in one call"));
    }
    Ok((ident, products))
}

async fn get(app: &App, caller: &AdminCaller, params: &Params) -> Answered {
    let (ident, products) = products_asked(params.root())?;
    let (mut results, mut errors) = (Vec::new(), false);
    for value in products {
        let found = product(app, caller, ident, &value).await?;
        let ident = Ident { kind: Some(ident.name().to_owned()), value: Some(value) };
        let Some(product) = found else {
            errors = true;
            let error = fault(1, "No such product");
            results.push(ProductStocks { ident, error, quantities: OrEmptyList(None) });
            continue;
        };
        let ids = product.sizes.iter().map(|size| size.id.clone()).collect();
        let stock = app.hub().stock().get(caller.id(), ids).await?;
        let quantities = OrEmptyList(Some(quantities(&product, &stock)));
        results.push(ProductStocks { ident, error: fault(0, ""), quantities });
    }
    Ok(Reply::partly(&Stocks { results, errors }, errors, "Some products were not found"))
}

fn quantities(product: &Product, stock: &[StockView]) -> Quantities {
    let mut warehouses: BTreeMap<i64, Vec<SizeInStock>> = BTreeMap::new();
    let mut sales = Vec::new();
    for view in stock {
        let size = product.sizes.iter().find(|size| size.id == view.variant);
        let id = view.variant.size.clone();
        let name = size.map_or_else(|| id.clone(), |size| size.details.name.clone());
        let code = size.and_then(|size| size.external_code.clone()).unwrap_or_default();
        let mut free = Quantity::ZERO;
        for level in &view.levels {
            free = free.plus(level.available());
            warehouses.entry(level.warehouse.0).or_default().push(SizeInStock {
                size: id.clone(),
                name: name.clone(),
                code: code.clone(),
                quantity: number(level.quantity.to_decimal()),
                reservations: ReservedQuantities {
                    order: number(level.reserved.to_decimal()),
                    rest: ReservationExtras,
                },
            });
        }
        let free = number(free.to_decimal());
        sales.push(Disposition {
            size: id.clone(),
            same_size: id,
            name,
            code,
            integrations: Exact(Decimal::ZERO),
            own: free,
            all: free,
            rest: DispositionExtras,
        });
    }
    Quantities {
        auctions: EmptyList,
        dispositions: Dispositions { auctions: EmptyList, sales },
        unfinished: EmptyList,
        stocks: warehouses.into_iter().map(|(stock, sizes)| InStock { sizes, stock }).collect(),
        rest: QuantitiesExtras,
    }
}

fn problem(problem: StockProblem) -> (i64, &'static str) {
    match problem {
        StockProblem::UnknownCode => (1, "No such product or size"),
        StockProblem::UnknownWarehouse => (2, "No such stock"),
        StockProblem::BadQuantity => (3, "Wrong quantity"),
        StockProblem::BadStep => (3, "The quantity is no multiple of the unit's step"),
        StockProblem::NotEnough => (4, "The stock would be less than nothing"),
        StockProblem::IsSet => (5, "The stock of a set is that of its parts"),
    }
}

/// Changes one stock; fault code and text.
async fn change(app: &App, caller: &AdminCaller, change: StockChange) -> Result<(i64, &'static str), Refusal> {
    let outcomes = app.hub().stock().change(caller.id(), vec![change]).await?;
    Ok(match outcomes.into_iter().next().map(|outcome| outcome.result) {
        Some(Err(why)) => problem(why),
        _ => (0, ""),
    })
}

async fn put(app: &App, caller: &AdminCaller, params: &Params) -> Answered {
    let products = params.root().get("products").list();
    if products.is_empty() || products.len() > MAX_PRODUCTS {
        return Err(Refusal::format("params.products must have 1 to 100 elements"));
    }
    let (mut results, mut errors) = (Vec::new(), false);
    for element in &products {
        let element = node(element);
        let ident = element.get("ident");
        let kind = IdentType::read(ident.get("identType").text().as_deref())?;
        let value = ident.get("identValue").text().unwrap_or_default();
        let found = product(app, caller, kind, &value).await?;
        let (mut sizes, mut size_errors) = (Vec::new(), false);
        for size in element.get("sizes").list() {
            let size = node(&size);
            let told = one_size(app, caller, found.as_ref(), (kind, &value), size).await?;
            size_errors |= told.0 != 0;
            let own = size.get("ident");
            let ident = Ident { kind: own.get("identType").text(), value: own.get("identValue").text() };
            sizes.push(SizeChanged { error: fault(told.0, told.1), ident });
        }
        let error = if found.is_none() { fault(1, "No such product") } else { fault(0, "") };
        errors |= size_errors || found.is_none();
        let ident = Ident { kind: Some(kind.name().to_owned()), value: Some(value) };
        results.push(ProductChanged { error, ident, size_errors, sizes });
    }
    Ok(Reply::partly(&StocksChanged { results, errors }, errors, "Some stocks were not changed"))
}

/// Stocks of one size; the first fault.
async fn one_size(
    app: &App,
    caller: &AdminCaller,
    product: Option<&Product>,
    (kind, value): (IdentType, &str),
    size: Node<'_>,
) -> Result<(i64, &'static str), Refusal> {
    let own = size.get("ident");
    let named = own.get("identValue").text();
    let (code, code_kind) = match (&named, kind) {
        // The code of the product names the size already.
        (None, IdentType::Index | IdentType::External | IdentType::Producer) => (value.to_owned(), kind.kind()),
        (None, IdentType::Id) => return Ok((1, "The size is not named")),
        (Some(named), _) => match own.get("identType").text().as_deref() {
            Some("codeExtern") => (named.clone(), CodeKind::External),
            Some("codeProducer") => (named.clone(), CodeKind::Producer),
            Some("index") => (named.clone(), CodeKind::Internal),
            _ => match product.and_then(|product| VariantId::new(product.id, named)) {
                Some(id) => (id.to_string(), CodeKind::Internal),
                None => return Ok((1, "No such product or size")),
            },
        },
    };
    for stock in size.get("quantity").get("stocks").list() {
        let stock = node(&stock);
        let operation = stock.get("quantity_operation");
        let how = operation.get("operation").text().unwrap_or_else(|| "set".to_owned());
        let (Some(operation), Some(quantity)) = (StockOperation::from_code(&how), operation.get("quantity").decimal())
        else {
            return Ok((3, "Wrong quantity"));
        };
        let warehouse = WarehouseId(stock.get("stock_id").int().unwrap_or(0));
        let wanted = StockChange { code: code.clone(), kind: Some(code_kind), warehouse, operation, quantity };
        let told = change(app, caller, wanted).await?;
        if told.0 != 0 {
            return Ok(told);
        }
    }
    Ok((0, ""))
}
