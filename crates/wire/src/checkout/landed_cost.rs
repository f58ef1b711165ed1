//! `landedCost`: duty, import tax and fees for goods before any cart exists. Ours, in the protocol's style: lines are read
//! as `createTempCart` reads them. The public variant and the kept quote have no old clients, so their errors have honest
//! statuses.

mod read;
mod render;

use std::net::IpAddr;

use crossdock_app::App;
use crossdock_app::checkout::LandedQuoteError;
use crossdock_app::checkout::landed_quotes::{PublicLandedCost, QuoteLandedCost};
use crossdock_app::checkout::stores::Credentials;
use crossdock_app::landed_cost::QuoteError;
use crossdock_domain::clock::Span;
use crossdock_domain::ids::{QuoteId, StoreId};
use secrecy::SecretString;

use super::failure::Failure;
use super::fields::{Fields, Problem, parse_object};
use super::request::Request;
use super::{BODY_LIMIT, Operation, Reply, too_large};

pub(super) async fn answer(app: &App, request: &Request<'_>) -> Result<String, Failure> {
    let quote = request.check(app, read(request)).await?;
    let command = QuoteLandedCost { credentials: request.credentials.clone(), quote };
    match app.checkout().landed_quotes().quote(command).await {
        Ok(row) => Ok(render::kept(&row)),
        Err(error) => Err(error.into()),
    }
}

pub(super) fn read(request: &Request<'_>) -> Result<crossdock_app::landed_cost::LandedQuote, Problem> {
    read::quote(request.fields)
}

/// Answers a product page: totals only, nothing is kept, and no secret is needed.
pub async fn public_landed_cost(app: &App, body: &[u8]) -> Reply {
    if body.len() > BODY_LIMIT {
        return too_large();
    }
    honest(public_body(app, body).await)
}

async fn public_body(app: &App, body: &[u8]) -> Result<String, Failure> {
    let map = parse_object(body).ok_or(Failure::Unreadable)?;
    let fields = Fields::new(&map);
    let public_key = fields.name("publicKey")?.ok_or_else(|| fields.required("publicKey"))?;
    let quote = read::quote(fields)?;
    match app.checkout().landed_quotes().estimate(PublicLandedCost { public_key, quote }).await {
        Ok(stored) => Ok(render::totals(&stored)),
        Err(error) => Err(error.into()),
    }
}

/// Answers a kept quote with the sum in words. `store` and `secret` as the caller gave them, `id` from the path.
pub async fn kept_landed_cost(
    app: &App,
    id: &str,
    store: Option<&str>,
    secret: Option<SecretString>,
    client: IpAddr,
) -> Reply {
    let store = store.and_then(|text| text.trim().parse().ok()).and_then(StoreId::new);
    let credentials = Credentials { store, secret, client };
    honest(kept_body(app, id, &credentials).await)
}

async fn kept_body(app: &App, id: &str, credentials: &Credentials) -> Result<String, Failure> {
    // What is no id is told like an unknown one, after the credentials.
    let Ok(id) = id.parse::<QuoteId>() else {
        app.checkout().stores().authenticate(credentials).await?;
        return Err(LandedQuoteError::Quote(QuoteError::NotFound).into());
    };
    let row = app.checkout().landed_quotes().find(credentials, id).await?;
    render::explained(&row).map_err(|error| LandedQuoteError::Quote(error.into()).into())
}

fn honest(body: Result<String, Failure>) -> Reply {
    match body {
        Ok(body) => Reply { status: 200, honest_status: 200, code: "ok", body, delay: Span(0), retry_after: None },
        Err(failure) => failure.honest_reply(Operation::LandedCost),
    }
}
