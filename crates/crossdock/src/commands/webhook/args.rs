//! Options of `crossdock webhook …`.

use std::path::PathBuf;

use crossdock_domain::ids::{DeliveryId, EndpointId, StoreId};
use crossdock_domain::webhook::{ContentType, EventKind, Method, Owner};
use crossdock_domain::wholesale::WholesalerId;

use crate::commands::store::store_id;
use crate::exit::{End, Failure};
use crate::output::Format;

/// Tell others what happened, by HTTP
#[derive(Debug, clap::Subcommand)]
pub enum Webhook {
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
    Add(Box<Add>),
    /// Change a webhook; what is not named stays
    #[command(after_help = "\
Examples:
  crossdock webhook set 0198c0de-0000-7000-8000-000000000001 --wholesaler 1 --active true
  crossdock webhook set 0198c0de-0000-7000-8000-000000000001 --wholesaler 1 --default-body")]
    Set(Box<Set>),
    /// List the webhooks of an owner
    #[command(after_help = "Example:\n  crossdock webhook list --wholesaler 1")]
    List(List),
    /// Show a webhook
    #[command(after_help = "Example:\n  crossdock webhook show 0198c0de-0000-7000-8000-000000000001 --wholesaler 1")]
    Show(One),
    /// Give a webhook a new secret; for a day the old one signs as well
    #[command(
        after_help = "Example:\n  crossdock webhook rotate-secret 0198c0de-0000-7000-8000-000000000001 --wholesaler 1"
    )]
    RotateSecret(RotateSecret),
    /// Send a test event with made-up values, now; exit code 1 when it was not taken
    #[command(after_help = "Example:\n  crossdock webhook test 0198c0de-0000-7000-8000-000000000001 --wholesaler 1")]
    Test(One),
    /// Show the request of an event with made-up values; nothing is sent
    #[command(after_help = "Example:\n  crossdock webhook preview 0198c0de-0000-7000-8000-000000000001 --wholesaler 1")]
    Preview(Preview),
    /// List deliveries, newest first
    #[command(after_help = "Example:\n  crossdock webhook deliveries --wholesaler 1 --limit 20")]
    Deliveries(Deliveries),
    /// Show a delivery with every try
    #[command(
        after_help = "Example:\n  crossdock webhook delivery 0198c0de-0000-7000-8000-000000000002 --wholesaler 1"
    )]
    Delivery(OneDelivery),
    /// Send a delivery again, with the same id
    #[command(after_help = "Example:\n  crossdock webhook resend 0198c0de-0000-7000-8000-000000000002 --wholesaler 1")]
    Resend(OneDelivery),
    /// Remove a webhook with its deliveries
    #[command(after_help = "Example:\n  crossdock webhook remove 0198c0de-0000-7000-8000-000000000001 --wholesaler 1")]
    Remove(One),
    /// Print the default body of a content type, to begin one's own with
    #[command(after_help = "Example:\n  crossdock webhook default-body json > body.txt")]
    DefaultBody {
        /// json, form or xml
        content_type: ContentType,
    },
}

/// Whose
#[derive(Debug, Clone, clap::Args)]
#[group(required = true, multiple = false)]
pub struct Of {
    /// A wholesaler
    #[arg(long, value_name = "ID")]
    wholesaler: Option<i64>,
    /// A store
    #[arg(long, value_name = "ID", value_parser = store_id)]
    store: Option<StoreId>,
}

impl Of {
    /// The owner.
    pub fn owner(&self) -> Result<Owner, Failure> {
        let wholesaler = self.wholesaler.map(|id| WholesalerId::new(id).map(Owner::Wholesaler));
        match (self.store, wholesaler) {
            (Some(store), _) => Ok(Owner::Store(store)),
            (None, Some(Some(owner))) => Ok(owner),
            _ => Err(Failure::new(End::Usage, "a wholesaler's id is a number from 1 to 999999999")),
        }
    }
}

/// Reads `Name: value`.
fn header(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once(':').ok_or("write Name: value")?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

/// `webhook add`
#[derive(Debug, clap::Args)]
pub struct Add {
    #[command(flatten)]
    pub of: Of,
    /// Where to: http:// or https://
    #[arg(long)]
    pub url: String,
    /// What to tell; may be repeated
    #[arg(long, value_name = "EVENT")]
    pub event: Vec<EventKind>,
    /// Only what concerns this shop account, by its login
    #[arg(long, value_name = "LOGIN")]
    pub account: Option<String>,
    /// GET, POST, PUT or DELETE
    #[arg(long, default_value = "POST")]
    pub method: Method,
    /// What the body is: json, form or xml
    #[arg(long, default_value = "json", value_name = "TYPE")]
    pub content_type: ContentType,
    /// Header to send as well; may be repeated
    #[arg(long, value_name = "NAME: VALUE", value_parser = header)]
    pub header: Vec<(String, String)>,
    /// Template of the body [default: see `crossdock webhook default-body`]
    #[arg(long, value_name = "FILE")]
    pub body: Option<PathBuf>,
    /// Secret that signs, whsec_… [default: a new one is made and printed]
    #[arg(long, env = "CROSSDOCK_WEBHOOK_SECRET", hide_env_values = true)]
    pub secret: Option<String>,
    #[command(flatten)]
    pub format: Format,
}

/// `webhook set`
#[derive(Debug, clap::Args)]
pub struct Set {
    /// Which
    pub id: EndpointId,
    #[command(flatten)]
    pub of: Of,
    /// Where to: http:// or https://
    #[arg(long)]
    pub url: Option<String>,
    /// What to tell, all of it; may be repeated
    #[arg(long, value_name = "EVENT")]
    pub event: Vec<EventKind>,
    /// Only what concerns this shop account, by its login
    #[arg(long, value_name = "LOGIN")]
    pub account: Option<String>,
    /// What concerns any account
    #[arg(long, conflicts_with = "account")]
    pub every_account: bool,
    /// GET, POST, PUT or DELETE
    #[arg(long)]
    pub method: Option<Method>,
    /// What the body is: json, form or xml
    #[arg(long, value_name = "TYPE")]
    pub content_type: Option<ContentType>,
    /// Header to send as well, all of them; may be repeated
    #[arg(long, value_name = "NAME: VALUE", value_parser = header)]
    pub header: Vec<(String, String)>,
    /// No further headers
    #[arg(long, conflicts_with = "header")]
    pub no_headers: bool,
    /// Template of the body
    #[arg(long, value_name = "FILE")]
    pub body: Option<PathBuf>,
    /// The default body of the content type
    #[arg(long, conflicts_with = "body")]
    pub default_body: bool,
    /// Switch it on (and forget its failures) or off
    #[arg(long, value_name = "BOOL")]
    pub active: Option<bool>,
}

/// `webhook list`
#[derive(Debug, clap::Args)]
pub struct List {
    #[command(flatten)]
    pub of: Of,
    #[command(flatten)]
    pub format: Format,
}

/// Commands that name a webhook.
#[derive(Debug, clap::Args)]
pub struct One {
    /// Which
    pub id: EndpointId,
    #[command(flatten)]
    pub of: Of,
    #[command(flatten)]
    pub format: Format,
}

/// `webhook rotate-secret`
#[derive(Debug, clap::Args)]
pub struct RotateSecret {
    /// Which
    pub id: EndpointId,
    #[command(flatten)]
    pub of: Of,
    /// The new secret, whsec_… [default: a new one is made and printed]
    #[arg(long, env = "CROSSDOCK_WEBHOOK_SECRET", hide_env_values = true)]
    pub secret: Option<String>,
    #[command(flatten)]
    pub format: Format,
}

/// `webhook preview`
#[derive(Debug, clap::Args)]
pub struct Preview {
    /// Which
    pub id: EndpointId,
    #[command(flatten)]
    pub of: Of,
    /// Of which event
    #[arg(long, default_value = "dropshipping_order_sent")]
    pub event: EventKind,
    #[command(flatten)]
    pub format: Format,
}

/// `webhook deliveries`
#[derive(Debug, clap::Args)]
pub struct Deliveries {
    #[command(flatten)]
    pub of: Of,
    /// Of this webhook only
    #[arg(long, value_name = "ID")]
    pub webhook: Option<EndpointId>,
    /// At most so many
    #[arg(long, default_value_t = 50)]
    pub limit: u32,
    #[command(flatten)]
    pub format: Format,
}

/// Commands that name a delivery.
#[derive(Debug, clap::Args)]
pub struct OneDelivery {
    /// Which
    pub id: DeliveryId,
    #[command(flatten)]
    pub of: Of,
    #[command(flatten)]
    pub format: Format,
}
