//! A command's way to the data: through a running server, or by opening the database itself.

use std::time::Duration;

use anyhow::Context as _;
use crossdock_app::App;
use crossdock_db::{Db, DbError};
use tokio::time::{Instant, sleep};

use crate::admin::client::Client;
use crate::admin::execute::execute;
use crate::admin::goods::{GoodsAnswer, GoodsRequest};
use crate::admin::{AdminAnswer, AdminRequest};
use crate::context::Context;
use crate::exit::{End, Failure};

/// After which the person is told what is waited for.
const TELL_AFTER: Duration = Duration::from_secs(1);

/// Whether a command may begin a new installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    /// It must be there: a mistyped directory must not look like an empty installation.
    Existing,
    /// It is made when it is missing.
    OrNew,
}

/// What answers.
#[derive(Debug)]
enum Way {
    Server(Client),
    Here(App),
}

/// A way to the data, open.
#[derive(Debug)]
pub struct Session {
    way: Way,
}

/// What opening gave.
#[derive(Debug)]
pub enum Opened {
    /// A server has the database; it can be asked.
    Server(Client),
    /// It is ours.
    Database(Db),
}

/// Opens the database of a data directory, or finds the server that has it.
pub async fn open(context: &Context, database: Database) -> anyhow::Result<Opened> {
    let options = context.database_options();
    let Some(file) = context.database_file() else {
        return Ok(Opened::Database(Db::open(&options).await?));
    };
    // First of all: a server may have its database elsewhere.
    if let Some(client) = Client::connect(&context.place).await? {
        return Ok(Opened::Server(client));
    }
    if !file.exists() {
        if database == Database::Existing {
            return Err(Failure::unavailable(format!(
                "there is no database {}; name the right data directory with --data-dir, or start with `crossdock serve` or \
                 `crossdock store add`",
                file.display()
            ))
            .into());
        }
        context.place.create()?;
    }
    let begun = Instant::now();
    let mut told = false;
    loop {
        if let Some(client) = Client::connect(&context.place).await? {
            return Ok(Opened::Server(client));
        }
        match Db::open(&options).await {
            Ok(db) => return Ok(Opened::Database(db)),
            // Another command, which will end soon, or a server on its way up, which will have a socket soon.
            Err(DbError::Locked { .. }) if begun.elapsed() < context.patience => {
                if begun.elapsed() > TELL_AFTER && !told {
                    told = true;
                    context.remark(&format!("waiting for another crossdock that uses {}", file.display()));
                }
                sleep(Duration::from_millis(20)).await;
            }
            Err(DbError::Locked { .. }) => {
                return Err(Failure::unavailable(format!(
                    "{0} is in use by another crossdock (it holds the lock {0}.lock) that has no admin socket in {1}.\nIf it is a \
                     server, run this command with the server's --data-dir; if it is a command, wait until it has ended",
                    file.display(),
                    context.place.dir().display()
                ))
                .into());
            }
            Err(error) => return Err(error).with_context(|| format!("cannot open {}", file.display())),
        }
    }
}

impl Session {
    /// Opens a way to the data.
    pub async fn open(context: &Context, database: Database) -> anyhow::Result<Self> {
        let way = match open(context, database).await? {
            Opened::Server(mut client) => {
                same_database(context, &mut client).await?;
                Way::Server(client)
            }
            Opened::Database(db) => {
                let url = context.config.server.public_url(context.config.server.listen);
                Way::Here(context.app(db, url).await?)
            }
        };
        Ok(Self { way })
    }

    /// Asks.
    pub async fn ask(&mut self, request: AdminRequest) -> anyhow::Result<AdminAnswer> {
        match &mut self.way {
            Way::Server(client) => client.ask(&request).await,
            Way::Here(app) => Ok(Box::pin(execute(app, request)).await?),
        }
    }

    /// Asks about goods.
    pub async fn goods(&mut self, request: GoodsRequest) -> anyhow::Result<GoodsAnswer> {
        match self.ask(AdminRequest::Goods(request)).await? {
            AdminAnswer::Goods(answer) => Ok(answer),
            other => Err(unexpected(&other)),
        }
    }

    /// Whether a running server answers.
    pub fn is_remote(&self) -> bool {
        matches!(self.way, Way::Server(_))
    }

    /// Ends the session; what was written is folded into the database file.
    pub async fn close(self) {
        if let Way::Here(app) = self.way {
            app.db().close().await;
        }
    }
}

/// Asks one thing in a session of its own.
pub async fn ask(context: &Context, database: Database, request: AdminRequest) -> anyhow::Result<AdminAnswer> {
    let mut session = Session::open(context, database).await?;
    let answer = session.ask(request).await;
    session.close().await;
    answer
}

/// An answer that does not fit its request: a bug, or a server of another version.
pub fn unexpected(answer: &AdminAnswer) -> anyhow::Error {
    Failure::failed(format!("unexpected answer {answer:?}; does the server run another version?")).into()
}

/// A server on this data directory may still use a database elsewhere: then it is not the one that was meant.
async fn same_database(context: &Context, client: &mut Client) -> anyhow::Result<()> {
    if context.config.database.url.is_empty() {
        return Ok(());
    }
    let AdminAnswer::Hello(hello) = client.ask(&AdminRequest::Hello).await? else { return Ok(()) };
    let ours = context.database_file().and_then(|file| file.canonicalize().ok());
    if let (Some(theirs), Some(ours)) = (hello.database, ours)
        && theirs != ours
    {
        return Err(Failure::new(
            End::Usage,
            format!(
                "the server on {} uses the database {}, and not {}; name the data directory that belongs to the database",
                context.place.dir().display(),
                theirs.display(),
                ours.display()
            ),
        )
        .into());
    }
    Ok(())
}
