//! `orderDetail`: one order with everything (reference §6).

mod render;

use crossdock_app::App;
use crossdock_app::checkout::orders::{FindOrder, OrderKey};

use super::failure::{Failure, Subject};
use super::fields::Problem;
use super::request::Request;

pub(super) async fn answer(app: &App, request: &Request<'_>) -> Result<String, Failure> {
    let key = request.check(app, read(request)).await?;
    let query = FindOrder { credentials: request.credentials.clone(), key };
    let subject = match &query.key {
        OrderKey::Id(id) => Subject::Order(*id),
        OrderKey::Reference(reference) => Subject::Reference(reference.clone()),
    };
    match app.checkout().orders().find(query).await {
        Ok(order) => Ok(render::order(&order)),
        Err(error) => Err(Failure::Order(error, subject)),
    }
}

pub(super) fn read(request: &Request<'_>) -> Result<OrderKey, Problem> {
    let stop = request.stop();
    let has_order_id = request.fields.id_text(&["orderId"]).is_some();
    match (has_order_id, request.fields.name("referenceId")?) {
        (true, Some(_)) => Err(Problem(format!("Cannot specify both Parameters orderId and referenceId{stop}"))),
        (false, Some(reference)) if reference.contains('\0') => Err(request.fields.not_valid("referenceId")),
        (false, Some(reference)) => Ok(OrderKey::Reference(reference)),
        (_, None) => request
            .order_id("orderId")?
            .map(OrderKey::Id)
            .ok_or_else(|| Problem(format!("Parameter orderId or referenceId is required{stop}"))),
    }
}
