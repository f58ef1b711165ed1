//! `crossdock feed …`.

use crate::admin::Secret;
use crate::admin::goods::{AccountRef, GoodsAnswer, GoodsRequest};
use crate::cli::Global;
use crate::context::Context;
use crate::exit::Failure;
use crate::output::{self, Format};
use crate::session::{Database, Session};
use serde_json::json;

/// Tokens by which shops read the feeds /feeds/full.xml and /feeds/light.xml
#[derive(Debug, clap::Subcommand)]
pub enum Feed {
    /// Make a token that reads the feed with the prices of an account
    #[command(after_help = "\
Example:
  crossdock feed add-token shop1 --note 'shop system'

The feed is then at /feeds/full.xml?token=TOKEN. The token also goes as the password of Basic
authentication, with any user name: then it stands in no log of a proxy.")]
    AddToken {
        #[command(flatten)]
        of: Of,
        /// What it is for
        #[arg(long, default_value = "")]
        note: String,
        #[command(flatten)]
        format: Format,
    },
    /// List the tokens of an account
    #[command(after_help = "Example:\n  crossdock feed tokens shop1")]
    Tokens {
        #[command(flatten)]
        of: Of,
        #[command(flatten)]
        format: Format,
    },
    /// Take a token back; it stops working at once
    #[command(after_help = "Example:\n  crossdock feed revoke-token shop1 1f0c2a9be477")]
    RevokeToken {
        #[command(flatten)]
        of: Of,
        /// The token's id, as `feed tokens` shows it
        id: String,
    },
}

/// Whose token.
#[derive(Debug, clap::Args)]
pub struct Of {
    /// The shop account: its number or login
    account: String,
    /// At which wholesaler [default: the only one]
    #[arg(long, value_name = "ID")]
    wholesaler: Option<i64>,
}

/// Runs the command.
pub async fn run(global: &Global, command: Feed) -> anyhow::Result<()> {
    let context = Context::short(global)?;
    let mut session = Session::open(&context, Database::Existing).await?;
    let done = act(&context, &mut session, command).await;
    session.close().await;
    done
}

async fn act(context: &Context, session: &mut Session, command: Feed) -> anyhow::Result<()> {
    let odd = || Failure::failed("unexpected answer; does the server run another version?");
    let of = match &command {
        Feed::AddToken { of, .. } | Feed::Tokens { of, .. } | Feed::RevokeToken { of, .. } => of,
    };
    let account = AccountRef(of.account.clone());
    let GoodsAnswer::Facts(facts) = session.goods(GoodsRequest::Facts { wholesaler: of.wholesaler }).await? else {
        return Err(odd().into());
    };
    let wholesaler = facts.wholesaler;
    match command {
        Feed::AddToken { note, format, .. } => {
            let answer = session.goods(GoodsRequest::TokenAdd { wholesaler, account, note }).await?;
            let GoodsAnswer::Token(Secret(token)) = answer else { return Err(odd().into()) };
            if format.json {
                return output::json(&json!({ "token": token }));
            }
            context.remark("the token, shown only now:");
            output::line(token);
        }
        Feed::Tokens { format, .. } => {
            let answer = session.goods(GoodsRequest::TokenList { wholesaler, account }).await?;
            let GoodsAnswer::Tokens(tokens) = answer else { return Err(odd().into()) };
            if format.json {
                return output::json(&tokens);
            }
            let mut table = output::table(["token", "made", "note"]);
            for token in tokens {
                table.add_row([token.id, token.created_at, token.note]);
            }
            output::print_table(&table, "no tokens; make one with `crossdock feed add-token`");
        }
        Feed::RevokeToken { id, .. } => {
            session.goods(GoodsRequest::TokenRevoke { wholesaler, account, id: id.clone() }).await?;
            context.remark(&format!("token {id} no longer works"));
        }
    }
    Ok(())
}
