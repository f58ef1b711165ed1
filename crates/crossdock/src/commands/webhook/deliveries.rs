//! `crossdock webhook test`, `preview`, `deliveries`, `delivery` and `resend`.

use clap::Args;
use crossdock_app::App;
use crossdock_db::deliveries::{AttemptLog, DeliveryRow};
use crossdock_domain::clock::Timestamp;
use crossdock_domain::ids::{DeliveryId, EndpointId};
use crossdock_domain::webhook::WebhookEvent;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::commands::options::OwnerOption;
use crate::control::Command;
use crate::exit::Failure;
use crate::output::{self, cell};

/// `webhook test`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Test {
    /// Id of the webhook
    id: EndpointId,
    #[command(flatten)]
    owner: OwnerOption,
}

impl Command for Test {
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        let (delivery, log) = app.webhooks().try_out(self.owner.owner()?, self.id).await?;
        Ok(with_log(&delivery, &log))
    }
}

fn view(row: &DeliveryRow) -> Value {
    json!({
        "id": row.id,
        "webhook": row.endpoint,
        "event": row.kind.code(),
        "event_id": row.event.to_string(),
        "state": row.state.code(),
        "attempts": row.attempts,
        "next_at": row.next_at.map(Timestamp::to_rfc3339),
        "created_at": row.created_at.to_rfc3339(),
    })
}

fn with_log(delivery: &DeliveryRow, log: &[AttemptLog]) -> Value {
    let attempt = |entry: &AttemptLog| {
        json!({
            "number": entry.number,
            "at": entry.at.to_rfc3339(),
            "took_ms": entry.took.0 / 1_000,
            "status": entry.status,
            "error": entry.error,
            "answer": entry.answer,
        })
    };
    json!({ "delivery": view(delivery), "log": log.iter().map(attempt).collect::<Value>() })
}

pub(super) fn print(answer: &Value) {
    let text = |path: &str| output::shown(answer, path);
    output::facts(&[
        ("delivery", text("delivery.id")),
        ("webhook", text("delivery.webhook")),
        ("event", format!("{} ({})", text("delivery.event"), text("delivery.event_id"))),
        ("state", text("delivery.state")),
        ("next", text("delivery.next_at")),
    ]);
    let columns = [
        ("attempt", "number"),
        ("at", "at"),
        ("ms", "took_ms"),
        ("status", "status"),
        ("error", "error"),
        ("response", "answer"),
    ];
    output::list(&answer["log"], &columns, "not attempted yet");
}

/// `webhook preview`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Preview {
    /// Id of the webhook
    id: EndpointId,
    #[command(flatten)]
    owner: OwnerOption,
    /// Event to show
    #[arg(long, default_value = "dropshipping_order_sent")]
    event: WebhookEvent,
}

impl Command for Preview {
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        let preview = app.webhooks().preview(self.owner.owner()?, self.id, self.event).await?;
        let (method, url) = (preview.method, preview.url);
        Ok(json!({ "method": method, "url": url, "headers": preview.headers, "body": preview.body }))
    }
}

pub(super) fn print_preview(request: &Value) {
    output::line(format!("{} {}", cell(&request["method"]), cell(&request["url"])));
    for header in request["headers"].as_array().into_iter().flatten() {
        output::line(format!("{}: {}", cell(&header[0]), cell(&header[1])));
    }
    output::line(format!("\n{}", cell(&request["body"])));
}

/// `webhook deliveries`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Deliveries {
    #[command(flatten)]
    owner: OwnerOption,
    /// Only deliveries of this webhook
    #[arg(long, value_name = "ID")]
    webhook: Option<EndpointId>,
    /// Most deliveries to list
    #[arg(long, default_value_t = 50)]
    limit: u32,
}

impl Command for Deliveries {
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        let rows = app.webhooks().deliveries(self.owner.owner()?, self.webhook, i64::from(self.limit)).await?;
        Ok(rows.iter().map(view).collect())
    }
}

/// `webhook delivery`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Delivery {
    /// Id of the delivery
    id: DeliveryId,
    #[command(flatten)]
    owner: OwnerOption,
}

impl Command for Delivery {
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        let (delivery, log) = app.webhooks().delivery(self.owner.owner()?, self.id).await?;
        Ok(with_log(&delivery, &log))
    }
}

/// `webhook resend`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Resend {
    /// Id of the delivery
    pub id: DeliveryId,
    #[command(flatten)]
    owner: OwnerOption,
}

impl Command for Resend {
    type Answer = ();

    async fn run(self, app: &App) -> Result<(), Failure> {
        app.webhooks().send_again(self.owner.owner()?, self.id).await?;
        Ok(())
    }
}
