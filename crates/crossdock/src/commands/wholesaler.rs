//! `crossdock wholesaler …`, and what the other commands of the wholesaler's side share.

use std::path::PathBuf;

use crossdock_domain::wholesale::WholesalerId;
use serde_json::{Map, Value};

use super::store::document;
use crate::admin::wholesale::WholesaleRequest;
use crate::admin::{AdminAnswer, AdminRequest, Secret};
use crate::cli::Global;
use crate::context::Context;
use crate::exit::{End, Failure};
use crate::output::{self, Format};
use crate::session::{Database, ask as ask_admin, unexpected};

/// Add, change and list wholesalers
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Add a wholesaler; prints its dropshipping key when a new one was made
    #[command(after_help = "\
Examples:
  crossdock wholesaler add 1 --name 'My Wholesale' --currency PLN --dropshipping true
  crossdock wholesaler add 2 --name Other --currency EUR --domain hurt.example --settings hurt.toml")]
    Add {
        /// Its number: 1 to 999999999
        #[arg(value_parser = wholesaler_id)]
        id: WholesalerId,
        /// Name shown to shops
        #[arg(long)]
        name: String,
        /// ISO 4217 code of the currency of all its prices; never changes
        #[arg(long, value_name = "CODE")]
        currency: String,
        /// Dropshipping key [default: a new one is made and printed]
        #[arg(long, env = "CROSSDOCK_DROPSHIPPING_KEY", hide_env_values = true)]
        key: Option<String>,
        #[command(flatten)]
        settings: Settings,
        #[command(flatten)]
        format: Format,
    },
    /// Change a wholesaler; what is not named stays
    #[command(after_help = "\
Examples:
  crossdock wholesaler set 1 --dropshipping false
  crossdock wholesaler set 1 --domain hurt.example --settings hurt.toml

Keys of a settings file are replaced whole; in JSON, null goes back to the default. `crossdock
wholesaler show 1 --json` prints the present ones.")]
    Set {
        /// Which wholesaler
        #[arg(value_parser = wholesaler_id)]
        id: WholesalerId,
        /// Name shown to shops
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        settings: Settings,
    },
    /// List the wholesalers
    #[command(after_help = "Example:\n  crossdock wholesaler list --json")]
    List(Format),
    /// Show a wholesaler with its settings
    #[command(after_help = "Example:\n  crossdock wholesaler show 1 --json > hurt.json")]
    Show {
        /// Which wholesaler
        #[arg(value_parser = wholesaler_id)]
        id: WholesalerId,
        #[command(flatten)]
        format: Format,
    },
    /// Replace the dropshipping key; the old one stops working
    #[command(after_help = "Example:\n  crossdock wholesaler set-key 1")]
    SetKey {
        /// Which wholesaler
        #[arg(value_parser = wholesaler_id)]
        id: WholesalerId,
        /// The new key [default: a new one is made and printed]
        #[arg(long, env = "CROSSDOCK_DROPSHIPPING_KEY", hide_env_values = true)]
        key: Option<String>,
        #[command(flatten)]
        format: Format,
    },
}

/// Settings by flags and from a file; flags win.
#[derive(Debug, clap::Args)]
pub struct Settings {
    /// Settings as TOML or JSON, keys as in `wholesaler show --json`
    #[arg(long, value_name = "FILE")]
    #[expect(clippy::struct_field_names, reason = "the flag's name")]
    settings: Option<PathBuf>,
    /// Host name under which shops call; empty for none
    #[arg(long, value_name = "HOST")]
    domain: Option<String>,
    /// Whether shops may place dropshipping orders
    #[arg(long, value_name = "BOOL")]
    dropshipping: Option<bool>,
    /// Time zone of its dates, such as Europe/Warsaw
    #[arg(long, value_name = "NAME")]
    time_zone: Option<String>,
}

/// Reads a wholesaler's number.
pub fn wholesaler_id(text: &str) -> Result<WholesalerId, String> {
    let id = text.parse().ok().and_then(WholesalerId::new);
    id.ok_or_else(|| format!("a wholesaler's id is a number from 1 to {}", WholesalerId::MAX))
}

/// Keys of a TOML or JSON file; none without a file.
pub fn keys(file: Option<&PathBuf>) -> anyhow::Result<Map<String, Value>> {
    match file.map(|file| document(file).map(|document| (file, document))).transpose()? {
        None => Ok(Map::new()),
        Some((_, Value::Object(keys))) => Ok(keys),
        Some((file, _)) => Err(Failure::new(End::Usage, format!("{}: must hold keys", file.display())).into()),
    }
}

/// Asks something of the wholesaler's side.
pub async fn ask(context: &Context, request: WholesaleRequest) -> anyhow::Result<Value> {
    let database = match &request {
        WholesaleRequest::Add { .. } => Database::OrNew,
        _ => Database::Existing,
    };
    match ask_admin(context, database, AdminRequest::Wholesale(request)).await? {
        AdminAnswer::Wholesale(value) => Ok(value),
        other => Err(unexpected(&other)),
    }
}

/// A value as a cell of a table: texts without quotes, nothing for null.
pub fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Value::Array(values) => values.iter().map(cell).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// Prints a list: as JSON, or as a table with these headings and keys.
pub fn print_list<const N: usize>(
    list: &Value,
    format: Format,
    columns: [(&str, &str); N],
    when_empty: &str,
) -> anyhow::Result<()> {
    if format.json {
        return output::json(list);
    }
    let mut table = output::table(columns.map(|(heading, _)| heading));
    for row in list.as_array().into_iter().flatten() {
        table.add_row(columns.map(|(_, key)| {
            let pointer = format!("/{}", key.replace('.', "/"));
            row.pointer(&pointer).map(cell).unwrap_or_default()
        }));
    }
    output::print_table(&table, when_empty);
    Ok(())
}

/// Prints a new secret once.
pub fn print_secret(context: &Context, answer: &Value, format: Format, key: &str, what: &str) -> anyhow::Result<()> {
    if format.json {
        return output::json(answer);
    }
    context.remark(what);
    if let Some(secret) = answer[key].as_str() {
        context.remark("shown only now:");
        output::line(secret);
    }
    Ok(())
}

impl Settings {
    fn changes(&self) -> anyhow::Result<Value> {
        let mut changes = keys(self.settings.as_ref())?;
        if let Some(on) = self.dropshipping {
            changes.insert("dropshipping".to_owned(), on.into());
        }
        if let Some(zone) = &self.time_zone {
            changes.insert("time_zone".to_owned(), zone.as_str().into());
        }
        Ok(Value::Object(changes))
    }
}

/// Runs the command.
pub async fn run(global: &Global, command: Command) -> anyhow::Result<()> {
    let context = Context::short(global)?;
    match command {
        Command::Add { id, name, currency, key, settings, format } => {
            let (domain, changes) = (settings.domain.clone(), settings.changes()?);
            let key = key.map(Secret);
            let request = WholesaleRequest::Add { id, name, currency, domain, key, settings: changes };
            let answer = ask(&context, request).await?;
            print_secret(
                &context,
                &answer,
                format,
                "dropshipping_key",
                &format!("wholesaler {id} added, its dropshipping key"),
            )
        }
        Command::Set { id, name, settings } => {
            let (domain, changes) = (settings.domain.clone(), settings.changes()?);
            ask(&context, WholesaleRequest::Set { id, name, domain, settings: changes }).await?;
            context.remark(&format!("wholesaler {id} changed"));
            Ok(())
        }
        Command::List(format) => {
            let columns = [
                ("wholesaler", "id"),
                ("name", "name"),
                ("currency", "currency"),
                ("domain", "domain"),
                ("dropshipping", "dropshipping"),
            ];
            let list = ask(&context, WholesaleRequest::List).await?;
            print_list(&list, format, columns, "no wholesalers yet; add one with `crossdock wholesaler add`")
        }
        Command::Show { id, format } => {
            let answer = ask(&context, WholesaleRequest::Show { id }).await?;
            if format.json {
                return output::json(&answer);
            }
            output::facts(&[
                ("wholesaler", cell(&answer["id"])),
                ("name", cell(&answer["name"])),
                ("currency", cell(&answer["currency"])),
                ("domain", cell(&answer["domain"])),
                ("settings", String::new()),
            ]);
            output::json(&answer["settings"])
        }
        Command::SetKey { id, key, format } => {
            let answer = ask(&context, WholesaleRequest::SetKey { id, key: key.map(Secret) }).await?;
            print_secret(
                &context,
                &answer,
                format,
                "dropshipping_key",
                &format!("wholesaler {id} has a new dropshipping key"),
            )
        }
    }
}
