//! When goods could leave the warehouse if they were ordered now (customer protocol §8.7).

use crossdock_app::App;
use crossdock_app::hub::tenants::admin_keys::AdminCaller;
use crossdock_app::hub::{GoodsError, LineFault, RequestedGoods, UnknownEntity};
use crossdock_domain::admin_api::Scope;
use crossdock_domain::wholesale::{ProductId, VariantId, WarehouseId};
use rust_decimal::Decimal;

use super::params::{Node, Params, node};
use super::reply::{Answered, Refusal, Reply, number};
use super::resource::{Resource, gate, read};
use crate::schema::typed::{Described as _, Exact, object};
use crate::schema::{Object, flag, int, list, number as number_field, text};

/// Most products of one call.
const MAX_PRODUCTS: usize = 100;

pub(super) const SEARCH: Resource = Resource::new(
    ("POST", "products/deliveryTime/search"),
    read(Scope::Products),
    "When goods could leave the warehouse if they were ordered now: stock, time to prepare them, opening hours; without \
     the time on the road",
    (&REQUEST, DeliveryTimes::OBJECT),
    |app, caller, params| Box::pin(search(app, caller, params)),
)
.gates(&[gate("products/getDeliveryTime")]);

static REQUEST: Object = Object::new(
    "DeliveryTime",
    &[
        int("stockId").about("Only from this warehouse; else from all that orders are served from"),
        flag("isCollectionInPerson").about("Makes no difference: goods are handed over when the warehouse works"),
        list("products", &PRODUCT, MAX_PRODUCTS)
            .required()
            .about("1 to 100; together, a later one sees what those before it take"),
    ],
);

static PRODUCT: Object = Object::new(
    "DeliveryTimeProduct",
    &[
        text("productIndex").about("Size code `15-M`; or productId with a size"),
        int("productId"),
        text("sizeId"),
        text("sizePanelName").about("Shown name of the size, in place of its id"),
        number_field("productSizeQuantity").about("1 when it is left out"),
    ],
)
.open();

object! {
    struct DeliveryTimes {
        results: Vec<ProductDeliveryTime> = "results",
    }

    struct ProductDeliveryTime {
        /// Whole days
        days: Option<i64> = "deliveryTimeDays",
        /// Hours beyond them, rounded up
        hours: Option<i64> = "deliveryTimeHours",
        /// 0; 1 no such product or size; 2 not enough in stock; 3 wrong quantity; 4 not sold
        errno: i64 = "errno",
        error: &'static str = "error",
        product: Option<i64> = "productId",
        index: Option<String> = "productIndex",
        quantity: Exact = "productSizeQuantity",
        size: Option<String> = "sizeId",
        size_name: Option<String> = "sizePanelName",
    }
}

async fn search(app: &App, caller: &AdminCaller, params: &Params) -> Answered {
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
        wanted.push(RequestedGoods { code: code(app, caller, product).await?.unwrap_or_default(), quantity });
    }
    let times = match app.hub().stock().delivery_times(caller.wholesaler(), warehouse, wanted.clone()).await {
        Err(GoodsError::NotFound(UnknownEntity::Warehouse)) => {
            return Err(Refusal::format("No such stock"));
        }
        other => other?,
    };
    let mut failed = false;
    let results = products
        .iter()
        .zip(wanted.iter().zip(times))
        .map(|(product, (wanted, time))| {
            let product = node(product);
            let (errno, error) = time.as_ref().map_or_else(|fault| told(*fault), |_| (0, ""));
            failed |= errno != 0;
            let time = time.ok();
            ProductDeliveryTime {
                days: time.map(|time| time.days),
                hours: time.map(|time| time.hours),
                errno,
                error,
                product: product.get("productId").int(),
                index: product.get("productIndex").text(),
                quantity: number(wanted.quantity),
                size: product.get("sizeId").text(),
                size_name: product.get("sizePanelName").text(),
            }
        })
        .collect();
    Ok(Reply::partly(&DeliveryTimes { results }, failed, "Some times are not known"))
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
        | LineFault::OtherComponents
        | LineFault::UnknownPosition
        | LineFault::Attachment(_)
        | LineFault::NoteTooLong
        | LineFault::BadPrice
        | LineFault::OtherVat
        | LineFault::Ambiguous => (3, "Wrong quantity"),
    }
}
