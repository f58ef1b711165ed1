//! Sizes by any of their codes (customer protocol §8.7).

use crossdock_app::App;
use crossdock_app::hub::StockView;
use crossdock_app::hub::tenants::admin_keys::AdminCaller;
use crossdock_domain::admin_api::Scope;
use crossdock_domain::wholesale::{Product, VariantId};
use rust_decimal::Decimal;

use super::super::params::Params;
use super::super::reply::{Answered, Refusal, Reply, number, price};
use super::super::resource::{Resource, gate, read};
use super::MAX_PRODUCTS;
use crate::schema::typed::{Described as _, EmptyList, Exact, object};
use crate::schema::{Object, texts};

pub(in super::super) const SKU_BY_BARCODE: Resource = Resource::new(
    ("GET", "products/SKUbyBarcode"),
    read(Scope::Products),
    "Sizes by any of their codes",
    (&REQUEST, SkusFound::OBJECT),
    |app, caller, params| Box::pin(sku_by_barcode(app, caller, params)),
)
.gates(&[gate("products/getSKUbyBarcode")]);

/// More may be sent, of which nothing is needed.
static REQUEST: Object =
    Object::new("SkuByBarcode", &[texts("productIndices", MAX_PRODUCTS).required().about("1 to 100")]).open();

object! {
    struct SkusFound {
        results: Vec<SkuFound> = "results",
    }

    struct SkuFound {
        code: String = "foundByIndex",
        /// Empty when nothing has this code
        found: Vec<Sku> = "productSkuList",
    }

    struct Sku {
        quantities: Vec<SkuQuantity> = "quantities",
        external_code: String = "codeExternal",
        /// Size code `15-M`
        code: String = "codeIai",
        producer_code: String = "codeProducer",
        #[undocumented]
        producer_codes: EmptyList = "codeProducerBarcodes",
        product: i64 = "productId",
        product_name: String = "productName",
        prices: Vec<SkuPrice> = "productPrices",
        kind: &'static str = "productType" in ["product_item", "product_bundle"],
        vat: Exact = "productVat",
        #[undocumented]
        retail: &'static str = "sellByRetail",
        size: String = "sizeId",
        size_name: String = "sizeName",
        /// Grams
        weight: i64 = "weight",
    }

    struct SkuQuantity {
        available: Exact = "disposition",
        quantity: Exact = "quantity",
        stock: i64 = "stockId",
    }

    struct SkuPrice {
        currency: &'static str = "currencyId",
        /// Nobody buys here for themselves: always 0
        retail: i64 = "productRetailPrice",
        /// Net, for everybody, of one piece
        net: Exact = "productWholesalePrice",
        shop: i64 = "shopId",
    }
}

async fn sku_by_barcode(app: &App, caller: &AdminCaller, params: &Params) -> Answered {
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
        results.push(SkuFound { code: code.clone(), found: list });
    }
    Ok(Reply::done(&SkusFound { results }))
}

fn sku(caller: &AdminCaller, product: &Product, id: &VariantId, stock: &[StockView]) -> Sku {
    let size = product.sizes.iter().find(|size| size.id == *id);
    let quantities = stock
        .iter()
        .flat_map(|view| &view.levels)
        .map(|level| SkuQuantity {
            available: number(level.available().to_decimal()),
            quantity: number(level.quantity.to_decimal()),
            stock: level.warehouse.0,
        })
        .collect();
    let currency = caller.wholesaler().currency;
    // The price of everybody, for one piece.
    let net = size
        .and_then(|size| size.prices.iter().find(|price| price.group == "*"))
        .and_then(|price| price.steps.first())
        .map_or(Decimal::ZERO, |step| crossdock_domain::money::Money::new(step.net, currency).to_decimal());
    Sku {
        quantities,
        external_code: size.and_then(|size| size.external_code.clone()).unwrap_or_default(),
        code: id.to_string(),
        producer_code: size.and_then(|size| size.producer_code.clone()).unwrap_or_default(),
        producer_codes: EmptyList,
        product: product.id.0,
        product_name: product.details.name("pol").to_owned(),
        prices: vec![SkuPrice { currency: currency.code(), retail: 0, net: price(net), shop: 1 }],
        kind: if size.is_some_and(|size| !size.components.is_empty()) { "product_bundle" } else { "product_item" },
        vat: number(product.details.vat.rate),
        retail: "n",
        size: id.size.clone(),
        size_name: size.map_or_else(|| id.size.clone(), |size| size.details.name.clone()),
        weight: size.and_then(|size| size.details.weight_grams).unwrap_or(product.details.weight_grams),
    }
}
