//! Stocks by a code of the size (customer protocol §8.7).

use crossdock_app::App;
use crossdock_app::hub::StockChange;
use crossdock_app::hub::tenants::admin_keys::AdminCaller;
use crossdock_domain::admin_api::Scope;
use crossdock_domain::wholesale::stock::StockOperation;
use crossdock_domain::wholesale::{CodeKind, WarehouseId};

use super::super::params::{Params, node};
use super::super::reply::{Answered, Refusal, Reply};
use super::super::resource::{Resource, gate, write};
use super::{MAX_PRODUCTS, change};
use crate::schema::typed::{Described as _, object};
use crate::schema::{Object, int, list, number, text};

pub(in super::super) const QUANTITY: Resource = Resource::new(
    ("PUT", "products/stockQuantity"),
    write(Scope::Products),
    "Sets stocks by a code of the size",
    (&REQUEST, StockQuantityChanged::OBJECT),
    |app, caller, params| Box::pin(quantity(app, caller, params)),
)
.gates(&[gate("products/updateStockQuantity")]);

static REQUEST: Object =
    Object::new("StockQuantity", &[list("products", &PRODUCT, MAX_PRODUCTS).required().about("1 to 100")]);

static PRODUCT: Object = Object::new(
    "StockByCode",
    &[
        text("productIndex").about("Size code `15-M`; or one of the next two"),
        text("productSizeCodeExternal"),
        text("productSizeCodeProducer"),
        int("stockId").required().about("Number of the warehouse"),
        number("productSizeQuantity").required(),
    ],
)
.open();

object! {
    struct StockQuantityChanged {
        results: Vec<StockByCodeChanged> = "results",
    }

    struct StockByCodeChanged {
        code: i64 = "faultCode",
        text: &'static str = "faultString",
        index: Option<String> = "productIndex",
        external: Option<String> = "productSizeCodeExternal",
        producer: Option<String> = "productSizeCodeProducer",
        /// A text here, unlike elsewhere
        stock: Option<String> = "stockId",
    }
}

async fn quantity(app: &App, caller: &AdminCaller, params: &Params) -> Answered {
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
        results.push(StockByCodeChanged {
            code: told.0,
            text: told.1,
            index: echo("productIndex"),
            external: echo("productSizeCodeExternal"),
            producer: echo("productSizeCodeProducer"),
            stock: element.get("stockId").int().map(|id| id.to_string()),
        });
    }
    Ok(Reply::partly(&StockQuantityChanged { results }, errors, "Some stocks were not changed"))
}
