//! `crossdock admin-key …`.

use crossdock_domain::admin_api::{Area, Level, Right, Rights};
use crossdock_domain::ids::AdminKeyId;
use crossdock_domain::wholesale::WholesalerId;
use serde_json::Value;

use super::wholesaler::{print_list, print_secret, wholesaler_id};
use crate::admin::keys::KeyRequest;
use crate::admin::{AdminAnswer, AdminRequest, Secret};
use crate::cli::Global;
use crate::context::Context;
use crate::output::Format;
use crate::session::{Database, ask, unexpected};

/// Keys of the Admin API, one per application
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Add a key; prints it when a new one was made
    #[command(after_help = "\
Examples:
  crossdock admin-key add 1 --name 'Label printer' --right orders=rw --right packages=rw --days 365
  crossdock admin-key add 1 --name ERP --all
  CROSSDOCK_ADMIN_PASSWORD='...' crossdock admin-key add 1 --name 'Old ERP' --all --login erp

Areas: orders, packages, products, couriers, clients, payments, system. Levels: r (look), rw (look
and change).")]
    Add {
        /// Which wholesaler
        #[arg(value_parser = wholesaler_id)]
        wholesaler: WholesalerId,
        /// Which application
        #[arg(long)]
        name: String,
        /// What it may do: orders=rw; may be repeated
        #[arg(long, value_name = "AREA=LEVEL", required_unless_present = "all")]
        right: Vec<Right>,
        /// Everything
        #[arg(long, conflicts_with = "right")]
        all: bool,
        /// After so many days it ends by itself
        #[arg(long, value_parser = clap::value_parser!(i64).range(1..=36_500))]
        days: Option<i64>,
        /// The key [default: a new one is made and printed]
        #[arg(long, env = "CROSSDOCK_ADMIN_KEY", hide_env_values = true)]
        key: Option<String>,
        /// Its login at the older JSON gates, /api/?gate=..., with a password
        #[arg(long, requires = "password")]
        login: Option<String>,
        /// The password of that login, at least 12 characters
        #[arg(long, env = "CROSSDOCK_ADMIN_PASSWORD", hide_env_values = true)]
        password: Option<String>,
        #[command(flatten)]
        format: Format,
    },
    /// List the keys of a wholesaler
    #[command(after_help = "Example:\n  crossdock admin-key list 1")]
    List {
        /// Which wholesaler
        #[arg(value_parser = wholesaler_id)]
        wholesaler: WholesalerId,
        #[command(flatten)]
        format: Format,
    },
    /// Take a key out of use for good
    #[command(after_help = "Example:\n  crossdock admin-key revoke 1 0198c0de-0000-7000-8000-000000000001")]
    Revoke {
        /// Which wholesaler
        #[arg(value_parser = wholesaler_id)]
        wholesaler: WholesalerId,
        /// Its id, as `admin-key list` prints it
        id: AdminKeyId,
    },
    /// What applications changed, and what they were refused
    #[command(after_help = "Example:\n  crossdock admin-key log 1 --limit 20")]
    Log {
        /// Which wholesaler
        #[arg(value_parser = wholesaler_id)]
        wholesaler: WholesalerId,
        /// At most so many
        #[arg(long, default_value_t = 50)]
        limit: u32,
        #[command(flatten)]
        format: Format,
    },
}

async fn keys(context: &Context, wholesaler: WholesalerId, request: KeyRequest) -> anyhow::Result<Value> {
    let request = AdminRequest::AdminKey { wholesaler, request: Box::new(request) };
    match ask(context, Database::Existing, request).await? {
        AdminAnswer::Wholesale(value) => Ok(value),
        other => Err(unexpected(&other)),
    }
}

/// Runs the command.
pub async fn run(global: &Global, command: Command) -> anyhow::Result<()> {
    let context = Context::short(global)?;
    match command {
        Command::Add { wholesaler, name, right, all, days, key, login, password, format } => {
            let rights: Rights = if all {
                Area::ALL.into_iter().map(|area| (area, Level::Write)).collect()
            } else {
                right.into_iter().map(|Right(area, level)| (area, level)).collect()
            };
            let login = login.zip(password.map(Secret));
            let request = KeyRequest::Add { name, rights, days, key: key.map(Secret), login };
            let answer = keys(&context, wholesaler, request).await?;
            print_secret(&context, &answer, format, "key", &format!("key added at wholesaler {wholesaler}"))
        }
        Command::List { wholesaler, format } => {
            let columns = [
                ("key", "id"),
                ("application", "name"),
                ("login", "login"),
                ("rights", "rights"),
                ("ends", "expires_at"),
                ("revoked", "revoked_at"),
            ];
            let list = keys(&context, wholesaler, KeyRequest::List).await?;
            print_list(&list, format, columns, "no keys yet; add one with `crossdock admin-key add`")
        }
        Command::Revoke { wholesaler, id } => {
            keys(&context, wholesaler, KeyRequest::Revoke(id)).await?;
            context.remark(&format!("key {id} opens nothing any more"));
            Ok(())
        }
        Command::Log { wholesaler, limit, format } => {
            let columns = [
                ("at", "at"),
                ("key", "key"),
                ("from", "client"),
                ("operation", "operation"),
                ("status", "status"),
                ("about", "about"),
            ];
            let list = keys(&context, wholesaler, KeyRequest::Log(limit)).await?;
            print_list(&list, format, columns, "nothing was changed by applications")
        }
    }
}
