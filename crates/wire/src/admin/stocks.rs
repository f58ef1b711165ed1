//! Stocks: look, set, add, subtract, codes, reservations (customer reference §8.7).

use std::collections::BTreeMap;

use crossdock_app::App;
use crossdock_app::hub::tenants::admin_keys::AdminCaller;
use crossdock_app::hub::{GoodsError, StockChange, StockProblem, StockView};
use crossdock_domain::wholesale::stock::StockOperation;
use crossdock_domain::wholesale::{CodeKind, Product, ProductId, Quantity, VariantId, WarehouseId};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::params::{Node, Params, node};
use super::reply::{Answered, Refusal, Reply, fault, number, price};

/// Most products of one call.
const MAX_PRODUCTS: usize = 100;

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
    let ident = IdentType::read(root.get("identType").text().as_deref())?;
    let products = root.get("products").texts();
    if products.is_empty() {
        return Err(Refusal::format("products is missing"));
    }
    if products.len() > MAX_PRODUCTS {
        return Err(Refusal::format("at most 100 products in one call"));
    }
    Ok((ident, products))
}

pub(super) async fn get(app: &App, caller: &AdminCaller, params: &Params) -> Answered {
    let (ident, products) = products_asked(params.root())?;
    let (mut results, mut errors) = (Vec::new(), false);
    for value in products {
        let told = json!({ "identType": ident.name(), "identValue": value });
        let Some(product) = product(app, caller, ident, &value).await? else {
            errors = true;
            results.push(json!({ "ident": told, "error": fault(1, "No such product"), "quantities": [] }));
            continue;
        };
        let ids = product.sizes.iter().map(|size| size.id.clone()).collect();
        let stock = app.hub().stock().get(caller.id(), ids).await?;
        results.push(json!({ "ident": told, "error": fault(0, ""), "quantities": quantities(&product, &stock) }));
    }
    let body = json!({ "results": results, "is_errors": errors });
    Ok(if errors { Reply::with_errors(body, 1, "Some products were not found") } else { Reply::done(&body) })
}

fn quantities(product: &Product, stock: &[StockView]) -> Value {
    let mut warehouses: BTreeMap<i64, Vec<Value>> = BTreeMap::new();
    let mut sales = Vec::new();
    for view in stock {
        let size = product.sizes.iter().find(|size| size.id == view.variant);
        let name = size.map_or(view.variant.size.as_str(), |size| size.details.name.as_str());
        let code = size.and_then(|size| size.external_code.as_deref()).unwrap_or_default();
        let mut free = Quantity::ZERO;
        for level in &view.levels {
            free = free.plus(level.disposition());
            warehouses.entry(level.warehouse.0).or_default().push(json!({
                "size_id": view.variant.size, "size_name": name, "product_sizecode": code,
                "quantity": number(level.quantity.to_decimal()),
                "reservations": { "order": number(level.reserved.to_decimal()) },
            }));
        }
        let free = number(free.to_decimal());
        sales.push(json!({
            "size_id": view.variant.size, "sizeId": view.variant.size, "size_name": name, "product_sizecode": code,
            "outsidestock": 0, "ownstock": free.clone(), "allstocks": free,
        }));
    }
    let stocks: Vec<Value> =
        warehouses.into_iter().map(|(id, sizes)| json!({ "stock_id": id, "sizes": sizes })).collect();
    json!({ "stocks": stocks, "auctions": [], "orders_unfinished": [], "dispositions": { "auctions": [], "sales": sales } })
}

fn problem(problem: StockProblem) -> (i64, &'static str) {
    match problem {
        StockProblem::UnknownCode => (1, "No such product or size"),
        StockProblem::UnknownWarehouse => (2, "No such stock"),
        StockProblem::BadQuantity => (3, "Wrong quantity"),
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

pub(super) async fn put(app: &App, caller: &AdminCaller, params: &Params) -> Answered {
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
            sizes.push(json!({
                "ident": { "identType": own.get("identType").text(), "identValue": own.get("identValue").text() },
                "error": fault(told.0, told.1),
            }));
        }
        let error = if found.is_none() { fault(1, "No such product") } else { fault(0, "") };
        errors |= size_errors || found.is_none();
        results.push(json!({
            "ident": { "identType": kind.name(), "identValue": value }, "sizes": sizes,
            "isSizesErrors": size_errors, "error": error,
        }));
    }
    let body = json!({ "results": results, "isErrors": errors });
    Ok(if errors { Reply::with_errors(body, 1, "Some stocks were not changed") } else { Reply::done(&body) })
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

pub(super) async fn quantity(app: &App, caller: &AdminCaller, params: &Params) -> Answered {
    let products = params.root().get("products").list();
    if products.is_empty() || products.len() > MAX_PRODUCTS {
        return Err(Refusal::format("params.products must have 1 to 100 elements"));
    }
    let fields = [
        ("productIndex", CodeKind::Internal),
        ("productSizeCodeExternal", CodeKind::External),
        ("productSizeCodeProducer", CodeKind::Producer),
    ];
    let (mut results, mut errors) = (Vec::new(), false);
    for element in &products {
        let element = node(element);
        let code = fields.iter().find_map(|(name, kind)| Some((*kind, element.get(name).text()?)));
        let told = match (code, element.get("productSizeQuantity").decimal()) {
            (None, _) => (1, "No such product or size"),
            (_, None) => (3, "Wrong quantity"),
            (Some((kind, code)), Some(quantity)) => {
                let warehouse = WarehouseId(element.get("stockId").int().unwrap_or(0));
                let operation = StockOperation::Set;
                change(app, caller, StockChange { code, kind: Some(kind), warehouse, operation, quantity }).await?
            }
        };
        errors |= told.0 != 0;
        let echo = |name: &str| element.get(name).text();
        results.push(json!({
            "productIndex": echo("productIndex"), "productSizeCodeExternal": echo("productSizeCodeExternal"),
            "productSizeCodeProducer": echo("productSizeCodeProducer"), "stockId": element.get("stockId").int(),
            "faultCode": told.0, "faultString": told.1,
        }));
    }
    let body = json!({ "results": results });
    Ok(if errors { Reply::with_errors(body, 1, "Some stocks were not changed") } else { Reply::done(&body) })
}

pub(super) async fn sku_by_barcode(app: &App, caller: &AdminCaller, params: &Params) -> Answered {
    let codes = params.root().get("productIndices").texts();
    if codes.is_empty() || codes.len() > MAX_PRODUCTS {
        return Err(Refusal::format("productIndices must have 1 to 100 elements"));
    }
    let found =
        app.hub().catalogue().find_codes(caller.id(), codes.iter().map(|code| (code.clone(), None)).collect()).await?;
    let mut results = Vec::new();
    for (code, found) in codes.iter().zip(found) {
        let mut list = Vec::new();
        if let Some(found) = found {
            let product = app.hub().catalogue().product(caller.id(), found.variant.product).await?;
            let stock = app.hub().stock().get(caller.id(), vec![found.variant.clone()]).await?;
            list.push(sku(caller, &product, &found.variant, &stock));
        }
        results.push(json!({ "foundByIndex": code, "productSkuList": list }));
    }
    Ok(Reply::done(&json!({ "results": results })))
}

fn sku(caller: &AdminCaller, product: &Product, id: &VariantId, stock: &[StockView]) -> Value {
    let size = product.sizes.iter().find(|size| size.id == *id);
    let quantities: Vec<Value> = stock
        .iter()
        .flat_map(|view| &view.levels)
        .map(|level| {
            json!({
                "stockId": level.warehouse.0, "quantity": number(level.quantity.to_decimal()),
                "disposition": number(level.disposition().to_decimal()),
            })
        })
        .collect();
    let currency = caller.wholesaler().currency;
    // The price of everybody, for one piece.
    let net = size
        .and_then(|size| size.prices.iter().find(|price| price.group == "*"))
        .and_then(|price| price.steps.first())
        .map_or(Decimal::ZERO, |step| crossdock_domain::money::Money::new(step.net, currency).to_decimal());
    json!({
        "productId": product.id.0,
        "productName": product.details.name("pol"),
        "sizeId": id.size,
        "sizeName": size.map_or(id.size.as_str(), |size| size.details.name.as_str()),
        "codeIai": id.to_string(),
        "codeExternal": size.and_then(|size| size.external_code.as_deref()).unwrap_or_default(),
        "codeProducer": size.and_then(|size| size.producer_code.as_deref()).unwrap_or_default(),
        "weight": size.and_then(|size| size.details.weight_grams).unwrap_or(product.details.weight_grams),
        "quantities": quantities,
        "productVat": number(product.details.vat.rate),
        "productType": if size.is_some_and(|size| !size.components.is_empty()) { "product_bundle" } else { "product_item" },
        "productPrices": [{ "shopId": 1, "productWholesalePrice": price(net), "currencyId": currency.code() }],
    })
}

pub(super) async fn reservations(app: &App, caller: &AdminCaller, params: &Params) -> Answered {
    let (ident, products) = products_asked(params.root())?;
    let zone = &caller.wholesaler().settings.time_zone;
    let mut results = Vec::new();
    for value in products {
        let Some(product) = product(app, caller, ident, &value).await? else {
            results.push(json!({ "identValue": value, "errors": fault(1, "No such product"), "reservations": [] }));
            continue;
        };
        let mut rows = Vec::new();
        for size in &product.sizes {
            for row in app.hub().stock().reservations(caller.id(), size.id.clone()).await? {
                rows.push(json!({
                    "stockId": row.warehouse.0,
                    "orderSerialNumber": row.order.map(|serial| serial.0),
                    "quantity": number(row.quantity.to_decimal()),
                    "endTime": row.expires_at.map(|at| zone.wall_clock(at)),
                    "sizeId": size.id.size,
                    "clientId": row.account.map(|id| id.0),
                    "type": if row.order.is_some() { "order" } else { "adhoc" },
                    "lastNote": { "user": "", "date": zone.wall_clock(row.created_at), "note": row.note },
                }));
            }
        }
        results.push(json!({ "identValue": value, "errors": fault(0, ""), "reservations": rows }));
    }
    Ok(Reply::done(&json!({ "results": { "products": results } })))
}
