//! Supply orders at the command line.

use crossdock_app::hub::{
    DeliveryTo, EditSupplyOrder, LineEdit, LineRef, LineTerms, NewParcel, OrderError, OrderingError, Page,
    PlaceSupplyOrder, ProductRef, SetSupplyStatus, StaffOrderQuery, StaffTerms, SupplyOrderQuery,
};
use crossdock_app::{App, AppError};
use crossdock_domain::wholesale::{InvoiceWish, OrderSerial, SupplyActor, SupplyStatus, WholesalerId};
use serde_json::Value;

use super::super::goods::line_fault;
use super::{LineChange, OrderChange, OrderOptions, ParcelOptions, WholesaleRequest, astray, list, views};
use crate::exit::{End, Failure};

pub(super) async fn execute(app: &App, request: WholesaleRequest) -> Result<Value, Failure> {
    match request {
        WholesaleRequest::Orders { wholesaler, account, status, number, limit } => {
            let account = match account {
                Some(login) => Some(app.hub().accounts().by_login(wholesaler, &login).await?.id),
                None => None,
            };
            let statuses = status.map(|code| read_status(&code)).transpose()?.into_iter().collect();
            let query =
                SupplyOrderQuery { statuses, page: Page::new(None, Some(limit)), ..SupplyOrderQuery::default() };
            let query = StaffOrderQuery { account, parcel_number: number, query, ..StaffOrderQuery::default() };
            list(&app.hub().orders().search(wholesaler, query).await?.items, |order| Ok(views::order_summary(order)))
        }
        WholesaleRequest::OrderShow { wholesaler, serial } => {
            views::order(&app.hub().orders().get(wholesaler, serial).await?)
        }
        WholesaleRequest::OrderHistory { wholesaler, serial } => {
            list(&app.hub().orders().history(wholesaler, serial).await?, views::history)
        }
        WholesaleRequest::OrderAdd { wholesaler, order, person } => add(app, wholesaler, *order, person).await,
        WholesaleRequest::OrderEdit { wholesaler, serial, change, person } => {
            edit(app, wholesaler, serial, change, person).await
        }
        WholesaleRequest::OrderStatus { wholesaler, serial, status, person, reason } => {
            let (to, actor) = (read_status(&status)?, SupplyActor::Staff(person));
            let order =
                app.hub().orders().set_status(SetSupplyStatus { wholesaler, serial, to, actor, reason }).await?;
            Ok(views::order_summary(&order))
        }
        WholesaleRequest::OrderNote { wholesaler, serial, note, person } => {
            app.hub().orders().set_note(wholesaler, serial, SupplyActor::Staff(person), note).await?;
            Ok(Value::Null)
        }
        WholesaleRequest::ParcelAdd { wholesaler, serial, parcel, person } => {
            let ParcelOptions { courier, package_number, shipping_number, weight_grams } = parcel;
            let parcel = NewParcel { courier, package_number, shipping_number, weight_grams };
            let added =
                app.hub().orders().add_parcels(wholesaler, serial, SupplyActor::Staff(person), vec![parcel]).await?;
            list(&added, |parcel| Ok(views::parcel(parcel)))
        }
        WholesaleRequest::ParcelRemove { wholesaler, serial, parcel, person } => {
            app.hub().orders().remove_parcel(wholesaler, serial, SupplyActor::Staff(person), parcel).await?;
            Ok(Value::Null)
        }
        other => Err(astray(&other)),
    }
}

async fn add(app: &App, wholesaler: WholesalerId, order: OrderOptions, person: String) -> Result<Value, Failure> {
    let account = app.hub().accounts().by_login(wholesaler, &order.account).await?.id;
    let shop = app.hub().access().caller_for_staff(wholesaler, account, "pol").await?;
    let deliver_to = match (order.recipient, order.address) {
        (Some(id), None) => DeliveryTo::Stored(id),
        (None, Some(address)) => DeliveryTo::Inline(Box::new(address)),
        _ => return Err(Failure::new(End::Usage, "name either --recipient or the parts of an address")),
    };
    let products = order.lines.iter().map(|(code, quantity, _)| ProductRef {
        code: code.clone(),
        quantity: *quantity,
        ..ProductRef::default()
    });
    let command = PlaceSupplyOrder {
        products: Some(products.collect()),
        deliver_to,
        courier: order.courier,
        pickup_point: order.pickup_point,
        preferred_date: None,
        payment: order.payment,
        payment_form: None,
        cash_on_delivery: None,
        billing: None,
        note_to_order: order.note_to_order,
        note_to_courier: order.note_to_courier,
        invoice: InvoiceWish::default(),
        external_id: order.external_id,
        currency: None,
        webhook_url: None,
    };
    let terms = StaffTerms {
        actor: SupplyActor::Staff(person),
        lines: order.lines.iter().map(|(_, _, price)| LineTerms { price: *price, ..LineTerms::default() }).collect(),
        delivery_cost: order.delivery_cost,
        mail: order.mail,
    };
    let placed = Box::pin(app.hub().ordering().place_for(&shop, command, terms)).await.map_err(told)?;
    views::order(&placed.order)
}

async fn edit(
    app: &App,
    wholesaler: WholesalerId,
    serial: OrderSerial,
    change: OrderChange,
    person: String,
) -> Result<Value, Failure> {
    let line = |change: LineChange| {
        let line = match change.line.strip_prefix('#') {
            None => LineRef::Code { code: change.line, kind: None },
            Some(position) => LineRef::Position(
                position.parse().map_err(|_| Failure::refused(format!("{:?} is no position", change.line)))?,
            ),
        };
        Ok(LineEdit { quantity: change.quantity, price: change.price, ..LineEdit::of(line) })
    };
    let command = EditSupplyOrder {
        lines: change.lines.into_iter().map(line).collect::<Result<_, Failure>>()?,
        note_to_order: change.note_to_order,
        note_to_courier: change.note_to_courier,
        payment: change.payment,
        ..EditSupplyOrder::of(wholesaler, serial, SupplyActor::Staff(person))
    };
    views::order(&app.hub().orders().edit(command).await.map_err(told)?)
}

/// A refusal with the lines that are why.
fn told(error: impl Into<AppError>) -> Failure {
    let lines = match error.into() {
        AppError::Ordering(OrderingError::LinesRefused(lines))
        | AppError::SupplyOrder(OrderError::LinesRefused(lines)) => lines,
        error => return error.into(),
    };
    let mut text = "some lines cannot be delivered".to_owned();
    for line in lines {
        let Some(fault) = line.fault else { continue };
        let name = match (&line.code, line.position) {
            (code, Some(position)) if code.is_empty() => format!("#{position}"),
            (code, _) => code.clone(),
        };
        text = format!("{text}\n  {name}: {}", line_fault(fault));
    }
    Failure::refused(text)
}

fn read_status(code: &str) -> Result<SupplyStatus, Failure> {
    SupplyStatus::from_code(code).ok_or_else(|| {
        let all: Vec<&str> = SupplyStatus::all().map(SupplyStatus::code).collect();
        Failure::refused(format!("there is no status {code:?}; there are {}", all.join(", ")))
    })
}
