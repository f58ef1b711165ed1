//! What answers of the wholesaler's side hold.

use crossdock_app::hub::{ReservationRow, StockOutcome, StockProblem, StockView, Warehouse};
use crossdock_domain::clock::Timestamp;
use crossdock_domain::wholesale::{
    LineChange, PickupPoint, ShopAccount, SupplyActor, SupplyEvent, SupplyHistoryEntry, SupplyOrder, SupplyParcel,
    Wholesaler,
};
use serde::Serialize;
use serde_json::{Value, json};

use crate::exit::Failure;

pub(super) fn value(document: &impl Serialize) -> Result<Value, Failure> {
    serde_json::to_value(document).map_err(|error| Failure::failed(error.to_string()))
}

pub(super) fn wholesaler_summary(wholesaler: &Wholesaler) -> Value {
    json!({
        "id": wholesaler.id,
        "name": wholesaler.name,
        "currency": wholesaler.currency,
        "domain": wholesaler.domain,
        "dropshipping": wholesaler.settings.dropshipping,
    })
}

pub(super) fn wholesaler(wholesaler: &Wholesaler) -> Result<Value, Failure> {
    Ok(json!({
        "id": wholesaler.id,
        "name": wholesaler.name,
        "currency": wholesaler.currency,
        "domain": wholesaler.domain,
        "settings": value(&wholesaler.settings)?,
    }))
}

pub(super) fn account(account: &ShopAccount) -> Result<Value, Failure> {
    Ok(json!({
        "id": account.id,
        "login": account.login,
        "price_group": account.price_group,
        "blocked": account.blocked,
        "profile": value(&account.profile)?,
    }))
}

pub(super) fn warehouse(warehouse: &Warehouse) -> Value {
    json!({
        "id": warehouse.id,
        "name": warehouse.name,
        "sellable": warehouse.sellable,
        "position": warehouse.position,
    })
}

pub(super) fn stock(view: &StockView) -> Vec<Value> {
    let row = |level: &crossdock_domain::wholesale::stock::StockLevel| {
        json!({
            "code": view.variant.to_string(),
            "warehouse": level.warehouse,
            "quantity": level.quantity,
            "reserved": level.reserved,
            "disposition": level.disposition(),
        })
    };
    view.levels.iter().map(row).collect()
}

pub(super) fn stock_outcome(code: &str, outcome: &StockOutcome) -> Value {
    let (quantity, problem) = match outcome.result {
        Ok(quantity) => (Some(quantity), None),
        Err(problem) => (
            None,
            Some(match problem {
                StockProblem::UnknownCode => "no product has this code",
                StockProblem::UnknownWarehouse => "no such warehouse",
                StockProblem::BadQuantity => "no usable quantity",
                StockProblem::NotEnough => "there is less than that",
                StockProblem::IsSet => "a set has the stock of its parts",
            }),
        ),
    };
    let variant = outcome.variant.as_ref().map(ToString::to_string);
    json!({ "asked": code, "code": variant, "quantity": quantity, "problem": problem })
}

pub(super) fn reservation(row: &ReservationRow) -> Value {
    json!({
        "id": row.id,
        "code": row.variant.to_string(),
        "warehouse": row.warehouse,
        "quantity": row.quantity,
        "order": row.order,
        "expires_at": row.expires_at.map(Timestamp::to_rfc3339),
        "note": row.note,
    })
}

pub(super) fn point(point: &PickupPoint, metres: Option<i64>) -> Value {
    json!({
        "courier": point.courier,
        "id": point.id,
        "name": point.name,
        "description": point.description,
        "street": point.street,
        "zip": point.zip,
        "city": point.city,
        "country": point.country,
        "latitude": point.place.latitude(),
        "longitude": point.place.longitude(),
        "active": point.active,
        "collects": point.collects,
        "metres": metres,
    })
}

pub(super) fn parcel(parcel: &SupplyParcel) -> Value {
    json!({
        "id": parcel.id,
        "courier": parcel.courier,
        "courier_name": parcel.courier_name,
        "package_number": parcel.package_number,
        "shipping_number": parcel.shipping_number,
        "tracking_url": parcel.tracking_url(),
        "weight_grams": parcel.weight_grams,
        "added_at": parcel.added_at.to_rfc3339(),
    })
}

pub(super) fn order_summary(order: &SupplyOrder) -> Value {
    json!({
        "order_id": order.order_id(),
        "serial": order.serial,
        "external_id": order.external_id,
        "status": order.status.code(),
        "dropshipping_status": order.dropshipping().code(),
        "placed_at": order.placed_at.to_rfc3339(),
        "changed_at": order.changed_at.to_rfc3339(),
        "dispatched_at": order.dispatched_at.map(Timestamp::to_rfc3339),
        "courier": order.delivery.courier_name,
        "city": order.delivery.address.city,
        "lines": order.document.lines.len(),
        "total": order.document.amounts.total().map(|total| total.to_string()).unwrap_or_default(),
    })
}

pub(super) fn order(order: &SupplyOrder) -> Result<Value, Failure> {
    let mut view = order_summary(order);
    view["note"] = json!(order.note);
    view["delivery"] = value(&order.delivery)?;
    view["document"] = value(&order.document)?;
    view["parcels"] = Value::Array(order.parcels.iter().map(parcel).collect());
    Ok(view)
}

pub(super) fn history(entry: &SupplyHistoryEntry) -> Result<Value, Failure> {
    let actor = match &entry.actor {
        SupplyActor::System => "system".to_owned(),
        SupplyActor::Shop(login) => format!("shop {login}"),
        SupplyActor::Staff(name) => name.clone(),
    };
    let lines = match &entry.event {
        SupplyEvent::LinesChanged { lines } => lines.as_slice(),
        _ => &[],
    };
    let line = |line: &LineChange| {
        let prices = if line.price_from == line.price_to {
            String::new()
        } else {
            format!(" at {} -> {}", line.price_from, line.price_to)
        };
        format!("{} {} -> {}{prices}", line.variant, line.from, line.to)
    };
    let lines: Vec<String> = lines.iter().map(line).collect();
    Ok(json!({
        "at": entry.at.to_rfc3339(), "actor": actor, "event": value(&entry.event)?, "lines": lines.join(", "),
    }))
}
