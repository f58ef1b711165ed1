//! What is reserved of products, and for whom (customer protocol §8.7).

use crossdock_app::App;
use crossdock_app::hub::tenants::admin_keys::AdminCaller;
use crossdock_domain::admin_api::Scope;

use super::super::params::Params;
use super::super::reply::{Answered, Fault, Reply, fault, number};
use super::super::resource::{Resource, gate, read};
use super::{ProductsAsked, product, products_asked};
use crate::schema::typed::{Described as _, Exact, object};

pub(in super::super) const RESERVATIONS: Resource = Resource::new(
    ("GET", "products/reservations"),
    read(Scope::Products),
    "What is put aside of products, and for whom",
    (ProductsAsked::OBJECT, Reservations::OBJECT),
    |app, caller, params| Box::pin(reservations(app, caller, params)),
)
.gates(&[gate("products/getReservations")]);

object! {
    struct Reservations {
        results: ReservedProducts = "results",
    }

    struct ReservedProducts {
        products: Vec<ProductReservations> = "products",
    }

    struct ProductReservations {
        errors: Fault = "errors",
        ident: String = "identValue",
        reservations: Vec<Reservation> = "reservations",
    }

    struct Reservation {
        client: Option<i64> = "clientId",
        ends_at: Option<String> = "endTime",
        note: ReservationNote = "lastNote",
        /// The order's number
        order: Option<i64> = "orderSerialNumber",
        quantity: Exact = "quantity",
        size: String = "sizeId",
        stock: i64 = "stockId",
        kind: &'static str = "type" in ["order", "adhoc"],
    }

    struct ReservationNote {
        date: String = "date",
        note: String = "note",
        user: &'static str = "user",
    }
}

async fn reservations(app: &App, caller: &AdminCaller, params: &Params) -> Answered {
    let (ident, products) = products_asked(params.root())?;
    let zone = &caller.wholesaler().settings.time_zone;
    let mut results = Vec::new();
    for value in products {
        let Some(product) = product(app, caller, ident, &value).await? else {
            let errors = fault(1, "No such product");
            results.push(ProductReservations { errors, ident: value, reservations: Vec::new() });
            continue;
        };
        let mut rows = Vec::new();
        for size in &product.sizes {
            for row in app.hub().stock().reservations(caller.id(), size.id.clone()).await? {
                rows.push(Reservation {
                    client: row.account.map(|id| id.0),
                    ends_at: row.expires_at.map(|at| zone.wall_clock(at)),
                    note: ReservationNote { date: zone.wall_clock(row.created_at), note: row.note, user: "" },
                    order: row.order.map(|serial| serial.0),
                    quantity: number(row.quantity.to_decimal()),
                    size: size.id.size.clone(),
                    stock: row.warehouse.0,
                    kind: if row.order.is_some() { "order" } else { "adhoc" },
                });
            }
        }
        results.push(ProductReservations { errors: fault(0, ""), ident: value, reservations: rows });
    }
    Ok(Reply::done(&Reservations { results: ReservedProducts { products: results } }))
}
