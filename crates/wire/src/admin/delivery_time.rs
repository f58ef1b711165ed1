//! When goods could leave the warehouse if they were ordered now (customer reference §8.7).

use crossdock_app::App;
use crossdock_app::hub::tenants::admin_keys::AdminCaller;
use crossdock_app::hub::{GoodsError, LineFault, Unknown, Wanted};
use crossdock_domain::wholesale::{ProductId, VariantId, WarehouseId};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::params::{Node, Params, node};
use super::reply::{Answered, Refusal, Reply, number};

/// Most products of one call.
const MAX_PRODUCTS: usize = 100;

pub(super) async fn search(app: &App, caller: &AdminCaller, params: &Params) -> Answered {
    let root = params.root();
    let products = root.get("products").list();
    if products.is_empty() || products.len() > MAX_PRODUCTS {
        return Err(Refusal::format("params.products must have 1 to 100 elements"));
    }
    let stock = root.get("stockId");
    let warehouse = match (stock.is_there(), stock.int()) {
        (false, _) => None,
        (true, Some(id)) => Some(WarehouseId(id)),
        (true, None) => return Err(Refusal::format("stockId is no number")),
    };
    let mut wanted = Vec::with_capacity(products.len());
    for product in &products {
        let product = node(product);
        let quantity = match product.get("productSizeQuantity") {
            quantity if quantity.is_there() => quantity.decimal().unwrap_or(Decimal::ZERO),
            _ => Decimal::ONE,
        };
        wanted.push(Wanted { code: code(app, caller, product).await?.unwrap_or_default(), quantity });
    }
    let times = match app.hub().stock().delivery_times(caller.wholesaler(), warehouse, wanted.clone()).await {
        Err(GoodsError::NotFound(Unknown::Warehouse)) => {
            return Err(Refusal::format("No such stock"));
        }
        other => other?,
    };
    let mut failed = false;
    let results: Vec<Value> = products
        .iter()
        .zip(wanted.iter().zip(times))
        .map(|(product, (wanted, time))| {
            let product = node(product);
            let (errno, error) = time.as_ref().map_or_else(|fault| told(*fault), |_| (0, ""));
            failed |= errno != 0;
            let time = time.ok();
            json!({
                "productId": product.get("productId").int(), "sizeId": product.get("sizeId").text(),
                "sizePanelName": product.get("sizePanelName").text(), "productIndex": product.get("productIndex").text(),
                "productSizeQuantity": number(wanted.quantity),
                "deliveryTimeDays": time.map(|time| time.days), "deliveryTimeHours": time.map(|time| time.hours),
                "errno": errno, "error": error,
            })
        })
        .collect();
    let body = json!({ "results": results });
    Ok(if failed { Reply::with_errors(body, 1, "Some times are not known") } else { Reply::done(&body) })
}

/// The size code that an element means. `None`: none.
async fn code(app: &App, caller: &AdminCaller, product: Node<'_>) -> Result<Option<String>, Refusal> {
    if let Some(code) = product.get("productIndex").text() {
        return Ok(Some(code));
    }
    let Some(id) = product.get("productId").int().map(ProductId) else { return Ok(None) };
    if let Some(size) = product.get("sizeId").text() {
        return Ok(VariantId::new(id, &size).map(|variant| variant.to_string()));
    }
    let found = match app.hub().catalogue().product(caller.id(), id).await {
        Err(GoodsError::NotFound(_)) => return Ok(None),
        other => other?,
    };
    // A product in one size needs no name for it.
    let size = match product.get("sizePanelName").text() {
        Some(name) => found.sizes.iter().find(|size| size.details.name == name),
        None => found.sizes.first().filter(|_| found.sizes.len() == 1),
    };
    Ok(size.map(|size| size.id.to_string()))
}

const fn told(fault: LineFault) -> (i64, &'static str) {
    match fault {
        LineFault::UnknownCode => (1, "No such product or size"),
        LineFault::NotEnough => (2, "Not enough in stock"),
        LineFault::NotSold => (4, "Not sold"),
        // Only lines of baskets and orders have the others.
        LineFault::BadQuantity
        | LineFault::OtherParts
        | LineFault::UnknownPosition
        | LineFault::Attachment(_)
        | LineFault::CommentTooLong
        | LineFault::BadPrice
        | LineFault::OtherVat
        | LineFault::Ambiguous => (3, "Wrong quantity"),
    }
}
