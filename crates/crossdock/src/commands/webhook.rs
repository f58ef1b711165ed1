//! `crossdock webhook …`.

mod args;

use std::path::Path;

use anyhow::Context as _;
use crossdock_app::platform::webhook::body::default_body;
use crossdock_domain::webhook::EventKind;
use serde_json::json;

use crate::admin::webhooks::{
    AttemptView, DeliveryView, EndpointInput, EndpointSet, EndpointView, WebhookAnswer, WebhookRequest,
};
use crate::admin::{AdminAnswer, AdminRequest, Secret};
use crate::cli::Global;
use crate::context::Context;
use crate::exit::SaidNo;
use crate::output::{self, Format};
use crate::session::{Database, ask, unexpected};

pub use args::{Of, Webhook};

/// Runs the command.
pub async fn run(global: &Global, command: Webhook) -> anyhow::Result<()> {
    let context = Context::short(global)?;
    match command {
        Webhook::Add(add) => {
            let input = EndpointInput {
                account: add.account,
                events: if add.event.is_empty() { default_events() } else { add.event },
                url: add.url,
                method: add.method,
                content_type: add.content_type,
                headers: add.header,
                body: add.body.as_deref().map(read).transpose()?,
                secret: add.secret.map(Secret),
            };
            let answer = webhook(&context, add.of, WebhookRequest::Add(input)).await?;
            show_secret(&context, &answer, add.format, "added")
        }
        Webhook::Set(set) => {
            let change = EndpointSet {
                account: if set.every_account { Some(String::new()) } else { set.account },
                events: (!set.event.is_empty()).then_some(set.event),
                url: set.url,
                method: set.method,
                content_type: set.content_type,
                headers: if set.no_headers { Some(Vec::new()) } else { (!set.header.is_empty()).then_some(set.header) },
                body: if set.default_body { Some(String::new()) } else { set.body.as_deref().map(read).transpose()? },
                active: set.active,
            };
            let answer = webhook(&context, set.of, WebhookRequest::Set(set.id, change)).await?;
            context.remark(&format!("webhook {} changed", set.id));
            match answer {
                WebhookAnswer::Endpoint(_) => Ok(()),
                other => Err(wrong(other)),
            }
        }
        Webhook::List(list) => {
            let WebhookAnswer::Endpoints(all) = webhook(&context, list.of, WebhookRequest::List).await? else {
                return Err(wrong(WebhookAnswer::Done));
            };
            if list.format.json {
                return output::json(&all);
            }
            let mut table = output::table(["webhook", "account", "events", "to", "state"]);
            for view in all {
                let state = state(&view);
                let events: Vec<&str> = view.events.iter().map(|kind| kind.code()).collect();
                let to = format!("{} {}", view.method, view.url);
                table.add_row([view.id.to_string(), view.account.unwrap_or_default(), events.join(", "), to, state]);
            }
            output::print_table(&table, "no webhooks yet; add one with `crossdock webhook add`");
            Ok(())
        }
        Webhook::Show(show) => {
            let answer = webhook(&context, show.of, WebhookRequest::Show(show.id)).await?;
            let WebhookAnswer::Endpoint(view) = answer else { return Err(wrong(answer)) };
            if show.format.json {
                return output::json(&view);
            }
            show_endpoint(&view);
            Ok(())
        }
        Webhook::RotateSecret(rotate) => {
            let request = WebhookRequest::RotateSecret(rotate.id, rotate.secret.map(Secret));
            let answer = webhook(&context, rotate.of, request).await?;
            show_secret(&context, &answer, rotate.format, "has a new secret; the old one signs for a day as well")
        }
        Webhook::Test(one) => {
            let answer = webhook(&context, one.of, WebhookRequest::Test(one.id)).await?;
            let WebhookAnswer::Delivery(delivery, log) = answer else { return Err(wrong(answer)) };
            let good = delivery.state == "delivered";
            show_delivery(delivery, log, one.format)?;
            if good { Ok(()) } else { Err(SaidNo.into()) }
        }
        Webhook::Preview(preview) => {
            let request = WebhookRequest::Preview(preview.id, preview.event);
            let answer = webhook(&context, preview.of, request).await?;
            let WebhookAnswer::Preview(view) = answer else { return Err(wrong(answer)) };
            if preview.format.json {
                return output::json(&view);
            }
            output::line(format!("{} {}", view.method, view.url));
            for (name, value) in view.headers {
                output::line(format!("{name}: {value}"));
            }
            output::line("");
            output::line(view.body);
            Ok(())
        }
        Webhook::Deliveries(list) => {
            let request = WebhookRequest::Deliveries(list.webhook, list.limit);
            let answer = webhook(&context, list.of, request).await?;
            let WebhookAnswer::Deliveries(all) = answer else { return Err(wrong(answer)) };
            if list.format.json {
                return output::json(&all);
            }
            let mut table = output::table(["delivery", "webhook", "event", "state", "tries", "next"]);
            for row in all {
                table.add_row([
                    row.id.to_string(),
                    row.webhook.to_string(),
                    row.event,
                    row.state,
                    row.attempts.to_string(),
                    row.next_at.unwrap_or_default(),
                ]);
            }
            output::print_table(&table, "no deliveries");
            Ok(())
        }
        Webhook::Delivery(one) => {
            let answer = webhook(&context, one.of, WebhookRequest::Delivery(one.id)).await?;
            let WebhookAnswer::Delivery(delivery, log) = answer else { return Err(wrong(answer)) };
            show_delivery(delivery, log, one.format)
        }
        Webhook::Resend(one) => {
            webhook(&context, one.of, WebhookRequest::Resend(one.id)).await?;
            context.remark(&format!("delivery {} will be sent again at once", one.id));
            Ok(())
        }
        Webhook::Remove(one) => {
            webhook(&context, one.of, WebhookRequest::Remove(one.id)).await?;
            context.remark(&format!("webhook {} removed", one.id));
            Ok(())
        }
        Webhook::DefaultBody { content_type } => {
            output::line(default_body(content_type));
            Ok(())
        }
    }
}

/// Asks about the webhooks of an owner.
pub async fn webhook(context: &Context, of: Of, request: WebhookRequest) -> anyhow::Result<WebhookAnswer> {
    let request = AdminRequest::Webhook { owner: of.owner()?, request: Box::new(request) };
    match ask(context, Database::Existing, request).await? {
        AdminAnswer::Webhook(answer) => Ok(*answer),
        other => Err(unexpected(&other)),
    }
}

/// An answer that does not fit.
pub fn wrong(answer: WebhookAnswer) -> anyhow::Error {
    unexpected(&AdminAnswer::Webhook(Box::new(answer)))
}

fn default_events() -> Vec<EventKind> {
    vec![EventKind::DropshippingOrderSent, EventKind::DropshippingPackageNumberRemoved]
}

fn read(file: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
}

fn state(view: &EndpointView) -> String {
    match (view.active, &view.failing_since) {
        (false, _) => "off".to_owned(),
        (true, Some(since)) => format!("failing since {since}"),
        (true, None) => "on".to_owned(),
    }
}

fn show_endpoint(view: &EndpointView) {
    let events: Vec<&str> = view.events.iter().map(|kind| kind.code()).collect();
    output::facts(&[
        ("webhook", view.id.to_string()),
        ("owner", view.owner.to_string()),
        ("account", view.account.clone().unwrap_or_else(|| "every account".to_owned())),
        ("events", events.join(", ")),
        ("to", format!("{} {}", view.method, view.url)),
        ("content type", view.content_type.to_string()),
        ("state", state(view)),
        ("note", view.note.clone().unwrap_or_default()),
        ("made", view.created_at.clone()),
    ]);
    for (name, value) in &view.headers {
        output::line(format!("header        {name}: {value}"));
    }
    match &view.body {
        Some(body) => output::line(format!("body\n{body}")),
        None => output::line("body          the default one; see `crossdock webhook default-body`"),
    }
}

fn show_delivery(delivery: DeliveryView, log: Vec<AttemptView>, format: Format) -> anyhow::Result<()> {
    if format.json {
        return output::json(&json!({ "delivery": delivery, "log": log }));
    }
    output::facts(&[
        ("delivery", delivery.id.to_string()),
        ("webhook", delivery.webhook.to_string()),
        ("event", format!("{} ({})", delivery.event, delivery.event_id)),
        ("state", delivery.state),
        ("next", delivery.next_at.unwrap_or_default()),
    ]);
    let mut table = output::table(["try", "at", "took", "status", "error", "answer"]);
    for entry in log {
        table.add_row([
            entry.number.to_string(),
            entry.at,
            format!("{} ms", entry.took_ms),
            entry.status.map(|status| status.to_string()).unwrap_or_default(),
            entry.error.unwrap_or_default(),
            entry.answer.unwrap_or_default(),
        ]);
    }
    output::print_table(&table, "not tried yet");
    Ok(())
}

fn show_secret(context: &Context, answer: &WebhookAnswer, format: Format, what: &str) -> anyhow::Result<()> {
    let WebhookAnswer::Secret { id, secret } = answer else { return Err(wrong(answer.clone())) };
    if format.json {
        return output::json(&json!({ "id": id, "secret": secret }));
    }
    context.remark(&format!("webhook {id} {what}"));
    if let Some(Secret(secret)) = secret {
        context.remark("its secret, shown only now:");
        output::line(secret);
    }
    Ok(())
}
