//! `crossdock webhook …`.

mod deliveries;
mod endpoints;

use crossdock_app::platform::webhook::body::default_body;
use crossdock_domain::webhook::ContentType;

use super::shown::{Shown, done};
use crate::context::Context;
use crate::exit::NegativeResult;
use crate::output;
use crate::session::ask;

pub use deliveries::{Deliveries, Delivery, Preview, Resend, Test};
pub use endpoints::{Add, List, Remove, RotateSecret, Set, Show};

/// Manage webhooks, which report events by HTTP
#[derive(Debug, clap::Subcommand)]
pub enum Commands {
    /// Add a webhook; prints its secret when a new one was made
    #[command(after_help = "\
Examples:
  crossdock webhook add --wholesaler 1 --url https://shop.example/shipped --account shop1
  crossdock webhook add --wholesaler 1 --url https://shop.example/in --content-type form \\
    --event dropshipping_order_sent --header 'X-Token: abc' --body body.txt

Events of a wholesaler: dropshipping_order_placed, dropshipping_order_edited,
dropshipping_order_confirmed, dropshipping_order_packed, dropshipping_order_sent,
dropshipping_order_canceled, dropshipping_package_number_removed. Without --event:
dropshipping_order_sent and dropshipping_package_number_removed.
Bodies are described in docs/operating/webhooks.md.")]
    Add(Box<Shown<Add>>),
    /// Change a webhook; what is not named stays
    #[command(after_help = "\
Examples:
  crossdock webhook set 0198c0de-0000-7000-8000-000000000001 --wholesaler 1 --active true
  crossdock webhook set 0198c0de-0000-7000-8000-000000000001 --wholesaler 1 --default-body")]
    Set(Box<Set>),
    /// List the webhooks of a wholesaler or store
    #[command(after_help = "Example:\n  crossdock webhook list --wholesaler 1")]
    List(Shown<List>),
    /// Show a webhook
    #[command(after_help = "Example:\n  crossdock webhook show 0198c0de-0000-7000-8000-000000000001 --wholesaler 1")]
    Show(Shown<Show>),
    /// Replace the secret of a webhook; the old one signs as well for one more day
    #[command(
        after_help = "Example:\n  crossdock webhook rotate-secret 0198c0de-0000-7000-8000-000000000001 --wholesaler 1"
    )]
    RotateSecret(Shown<RotateSecret>),
    /// Send a test event with made-up values now; exit code 1 when it was not accepted
    #[command(after_help = "Example:\n  crossdock webhook test 0198c0de-0000-7000-8000-000000000001 --wholesaler 1")]
    Test(Shown<Test>),
    /// Show the request of an event with made-up values, without sending it
    #[command(after_help = "Example:\n  crossdock webhook preview 0198c0de-0000-7000-8000-000000000001 --wholesaler 1")]
    Preview(Shown<Preview>),
    /// List deliveries, newest first
    #[command(after_help = "Example:\n  crossdock webhook deliveries --wholesaler 1 --limit 20")]
    Deliveries(Shown<Deliveries>),
    /// Show a delivery with every attempt
    #[command(
        after_help = "Example:\n  crossdock webhook delivery 0198c0de-0000-7000-8000-000000000002 --wholesaler 1"
    )]
    Delivery(Shown<Delivery>),
    /// Send a delivery again, with the same id
    #[command(after_help = "Example:\n  crossdock webhook resend 0198c0de-0000-7000-8000-000000000002 --wholesaler 1")]
    Resend(Resend),
    /// Remove a webhook with its deliveries
    #[command(after_help = "Example:\n  crossdock webhook remove 0198c0de-0000-7000-8000-000000000001 --wholesaler 1")]
    Remove(Remove),
    /// Print the default body of a content type, to start your own from
    #[command(after_help = "Example:\n  crossdock webhook default-body json > body.txt")]
    DefaultBody {
        /// json, form or xml
        content_type: ContentType,
    },
}

/// Runs the command.
pub async fn run(context: &Context, command: Commands) -> anyhow::Result<()> {
    match command {
        Commands::Add(mut add) => {
            add.command.endpoint.read_body()?;
            add.secret(context, "secret", "webhook added").await
        }
        Commands::Set(mut set) => {
            set.endpoint.read_body()?;
            done(context, &format!("webhook {} changed", set.id), *set).await
        }
        Commands::List(list) => {
            let columns =
                [("webhook", "id"), ("account", "account"), ("events", "events"), ("url", "url"), ("state", "state")];
            list.list(context, &columns, "no webhooks yet; add one with `crossdock webhook add`").await
        }
        Commands::Show(show) => show.print(context, endpoints::print).await,
        Commands::RotateSecret(rotate) => {
            let done = format!("webhook {} has a new secret; the old one signs as well for a day", rotate.command.id);
            rotate.secret(context, "secret", &done).await
        }
        Commands::Test(test) => {
            let delivery = ask(context, test.command).await?;
            test.format.print(&delivery, deliveries::print)?;
            if delivery["delivery"]["state"] == "delivered" { Ok(()) } else { Err(NegativeResult.into()) }
        }
        Commands::Preview(preview) => preview.print(context, deliveries::print_preview).await,
        Commands::Deliveries(list) => {
            let columns = [
                ("delivery", "id"),
                ("webhook", "webhook"),
                ("event", "event"),
                ("state", "state"),
                ("attempts", "attempts"),
                ("next", "next_at"),
            ];
            list.list(context, &columns, "no deliveries").await
        }
        Commands::Delivery(delivery) => delivery.print(context, deliveries::print).await,
        Commands::Resend(resend) => {
            done(context, &format!("delivery {} will be sent again at once", resend.id), resend).await
        }
        Commands::Remove(remove) => done(context, &format!("webhook {} removed", remove.id), remove).await,
        Commands::DefaultBody { content_type } => {
            output::line(default_body(content_type));
            Ok(())
        }
    }
}
