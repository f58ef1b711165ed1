//! `crossdock mail …`.

use crate::admin::webhooks::{MailView, WebhookAnswer, WebhookRequest};
use crate::cli::Global;
use crate::commands::webhook::{Of, webhook, wrong};
use crate::context::Context;
use crate::exit::SaidNo;
use crate::output::{self, Format};

/// Look at e-mails, and try the mail server out
#[derive(Debug, clap::Subcommand)]
pub enum Mail {
    /// List e-mails, newest first
    #[command(after_help = "Example:\n  crossdock mail list --wholesaler 1 --json")]
    List {
        #[command(flatten)]
        of: Of,
        /// At most so many
        #[arg(long, default_value_t = 50)]
        limit: u32,
        #[command(flatten)]
        format: Format,
    },
    /// Send a test mail, now; exit code 1 when the mail server did not take it
    #[command(after_help = "Example:\n  crossdock mail test --wholesaler 1 --to me@shop.example")]
    Test {
        #[command(flatten)]
        of: Of,
        /// Address of who gets it
        #[arg(long, value_name = "ADDRESS")]
        to: String,
        #[command(flatten)]
        format: Format,
    },
}

/// Runs the command.
pub async fn run(global: &Global, command: Mail) -> anyhow::Result<()> {
    let context = Context::short(global)?;
    match command {
        Mail::List { of, limit, format } => show(mails(&context, of, WebhookRequest::Mails(limit)).await?, format),
        Mail::Test { of, to, format } => {
            let mails = mails(&context, of, WebhookRequest::TestMail(to)).await?;
            let sent = mails.iter().all(|mail| mail.state == "sent");
            show(mails, format)?;
            if sent { Ok(()) } else { Err(SaidNo.into()) }
        }
    }
}

async fn mails(context: &Context, of: Of, request: WebhookRequest) -> anyhow::Result<Vec<MailView>> {
    match webhook(context, of, request).await? {
        WebhookAnswer::Mails(mails) => Ok(mails),
        other => Err(wrong(other)),
    }
}

fn show(mails: Vec<MailView>, format: Format) -> anyhow::Result<()> {
    if format.json {
        return output::json(&mails);
    }
    let mut table = output::table(["mail", "about", "to", "state", "error", "written"]);
    for mail in mails {
        let error = mail.last_error.unwrap_or_default();
        table.add_row([mail.id, mail.about, mail.recipient, mail.state, error, mail.created_at]);
    }
    output::print_table(&table, "no mails");
    Ok(())
}
