//! A command's way to the data: through a running server, or by opening the database itself.

use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use crossdock_app::App;
use crossdock_db::{Db, DbError};
use tokio::time::{Instant, sleep};

use crate::context::Context;
use crate::control::client::Client;
use crate::control::{Command, Database};
use crate::exit::{ExitKind, Failure};

/// After this time the command says what it waits for.
const TELL_AFTER: Duration = Duration::from_secs(1);

/// What answers.
#[derive(Debug)]
enum Backend {
    Server(Client),
    Here(App),
}

/// A way to the data, open.
#[derive(Debug)]
pub struct Session {
    backend: Backend,
}

/// What opening gave.
#[derive(Debug)]
pub enum OpenedSource {
    /// A server has the database; it can be asked.
    Server(Client),
    /// It is ours.
    Database(Db),
}

/// Opens the database of a data directory, or finds the server that has it.
pub async fn open(context: &Context, database: Database) -> anyhow::Result<OpenedSource> {
    let options = context.database_options();
    // Through a running server nothing is left behind, but for the files that some commands hand to it.
    if Client::connect(&context.data_dir).await?.is_none() {
        context.data_dir.refuse_root()?;
    }
    let Some(file) = context.database_file() else {
        // For the key file, and the file that remembers numbers.
        context.data_dir.create()?;
        return Ok(OpenedSource::Database(Db::open(&options).await?));
    };
    // First of all: a server may have its database elsewhere.
    if let Some(client) = Client::connect(&context.data_dir).await? {
        return Ok(OpenedSource::Server(client));
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
        context.data_dir.create()?;
        refuse_beside_remains(&file)?;
    }
    let begun = Instant::now();
    let mut told = false;
    loop {
        if let Some(client) = Client::connect(&context.data_dir).await? {
            return Ok(OpenedSource::Server(client));
        }
        match Db::open(&options).await {
            Ok(db) => return Ok(OpenedSource::Database(db)),
            // Another command, which will end soon, or a server on its way up, which will have a socket soon.
            Err(DbError::Locked { .. }) if begun.elapsed() < context.patience => {
                if begun.elapsed() > TELL_AFTER && !told {
                    told = true;
                    context.note(&format!("waiting for another crossdock that uses {}", file.display()));
                }
                sleep(Duration::from_millis(20)).await;
            }
            Err(DbError::Locked { .. }) => {
                return Err(Failure::unavailable(format!(
                    "{0} is in use by another crossdock (it holds the lock {0}.lock) that has no control socket in {1}.\nIf it is a \
                     server, run this command with the server's --data-dir; if it is a command, wait until it has ended",
                    file.display(),
                    context.data_dir.dir().display()
                ))
                .into());
            }
            Err(error) => return Err(error).with_context(|| format!("cannot open {}", file.display())),
        }
    }
}

/// A new database must not begin, without a word, where there was one: shops would be unknown, and numbers given out again.
fn refuse_beside_remains(database: &Path) -> anyhow::Result<()> {
    let directory = database.parent().filter(|directory| !directory.as_os_str().is_empty());
    let name = database.file_name().unwrap_or_default().to_string_lossy();
    let remains = |file: &str| {
        file.strip_prefix(&*name).is_some_and(|rest| {
            rest.starts_with(".replaced-") || rest == ".restoring" || rest == "-wal" || rest == "-journal"
        })
    };
    let files = std::fs::read_dir(directory.unwrap_or_else(|| Path::new("."))).into_iter().flatten().flatten();
    let mut found: Vec<String> =
        files.map(|file| file.file_name().to_string_lossy().into_owned()).filter(|file| remains(file)).collect();
    found.sort();
    // The newest replaced one, if there is one.
    let Some(found) = found.last() else { return Ok(()) };
    Err(Failure::refused(format!(
        "there is no {}, but {found} lies beside it: a database was here. Put the right one back with `crossdock restore FILE` \
         (a backup, or a file named {name}.replaced-…); to begin anew, use another --data-dir or move these files away",
        database.display()
    ))
    .into())
}

impl Session {
    /// Opens a way to the data.
    pub async fn open(context: &Context, database: Database) -> anyhow::Result<Self> {
        let backend = match open(context, database).await? {
            OpenedSource::Server(client) => {
                same_database(context, &client)?;
                Backend::Server(client)
            }
            OpenedSource::Database(db) => {
                let url = context.config.server.public_url(context.config.server.listen);
                Backend::Here(context.app(db, url).await?)
            }
        };
        Ok(Self { backend })
    }

    /// Carries a command out, through the running server or here.
    pub async fn ask<C: Command>(&mut self, command: C) -> anyhow::Result<C::Answer> {
        match &mut self.backend {
            Backend::Server(client) => client.ask(&command).await,
            Backend::Here(app) => Ok(Box::pin(command.run(app)).await?),
        }
    }

    /// Whether a running server answers.
    pub fn is_remote(&self) -> bool {
        matches!(self.backend, Backend::Server(_))
    }

    /// Ends the session; what was written is folded into the database file.
    pub async fn close(self) {
        if let Backend::Here(app) = self.backend {
            app.db().close().await;
        }
    }
}

/// Carries out one command in a session of its own.
pub async fn ask<C: Command>(context: &Context, command: C) -> anyhow::Result<C::Answer> {
    let mut session = Session::open(context, C::DATABASE).await?;
    let answer = session.ask(command).await;
    session.close().await;
    answer
}

/// A server on this data directory may still use a database elsewhere: then it is not the one that was meant.
fn same_database(context: &Context, client: &Client) -> anyhow::Result<()> {
    if context.config.database.url.is_empty() {
        return Ok(());
    }
    let ours = context.database_file().and_then(|file| file.canonicalize().ok());
    if let (Some(theirs), Some(ours)) = (&client.greeting.database, ours)
        && *theirs != ours
    {
        return Err(Failure::new(
            ExitKind::Usage,
            format!(
                "the server on {} uses the database {}, and not {}; name the data directory that belongs to the database",
                context.data_dir.dir().display(),
                theirs.display(),
                ours.display()
            ),
        )
        .into());
    }
    Ok(())
}
