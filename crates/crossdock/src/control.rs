//! The channel between the command line and a running server.
//!
//! With an embedded database a running server holds the only lock, so a command reaches the data through a unix socket in the
//! data directory (`client`, `server`); without a server the same command runs in this process. `session` decides which.
//!
//! A conversation consists of lines. The server sends a [`Greeting`]. The caller then sends the name of a command, a blank and
//! its arguments as JSON; the server answers `ok` or `failed`, a blank, and the answer or the [`Failure`] as JSON.

pub mod client;
pub mod server;

use std::path::PathBuf;

use crossdock_app::App;
use futures_util::future::BoxFuture;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::exit::{ExitKind, Failure};

/// What the command line can ask of an installation. Paths in it are absolute: the server may work in another directory.
///
/// `commands` lists every command with its name (see [`served`]), so none can be forgotten there.
pub trait Command: Named + Serialize + DeserializeOwned + Send {
    /// What it answers.
    type Answer: Serialize + DeserializeOwned + Send;

    /// Whether it may begin a new installation.
    const DATABASE: Database = Database::Existing;

    /// Carries it out, in the server or in the process of the command line.
    fn run(self, app: &App) -> impl Future<Output = Result<Self::Answer, Failure>> + Send;
}

/// The name of a command on the socket and in the log.
pub trait Named {
    /// Snake case, such as `store_add`.
    const NAME: &'static str;
}

/// Whether a command may begin a new installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    /// It must be there: a mistyped directory must not look like an empty installation.
    Existing,
    /// It is made when it is missing.
    OrNew,
}

/// What a server says to whoever connects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Greeting {
    /// Version of the program.
    pub version: String,
    /// Its process id.
    pub pid: u32,
    /// The embedded database that it has open.
    pub database: Option<PathBuf>,
}

/// A command as the server looks it up.
#[derive(Debug, Clone, Copy)]
pub struct Served {
    /// Its name.
    pub name: &'static str,
    run: for<'a> fn(&'a App, &'a str) -> BoxFuture<'a, Result<String, Failure>>,
}

impl Served {
    /// The entry of a command.
    pub const fn new<C: Command>() -> Self {
        Self { name: C::NAME, run: run::<C> }
    }
}

fn run<'a, C: Command>(app: &'a App, arguments: &'a str) -> BoxFuture<'a, Result<String, Failure>> {
    Box::pin(async move {
        let command: C = serde_json::from_str(arguments).map_err(|error| {
            let text = format!("the running server does not understand the command ({error}); is it another version?");
            Failure::new(ExitKind::Usage, text)
        })?;
        let answer = command.run(app).await?;
        serde_json::to_string(&answer).map_err(Failure::failed)
    })
}

/// Names commands, and makes the table in which the server looks them up.
macro_rules! served {
    ($($name:literal => $command:ty,)+) => {
        $(impl $crate::control::Named for $command {
            const NAME: &'static str = $name;
        })+

        /// Every command that a running server carries out.
        pub const SERVED: &[$crate::control::Served] = &[$($crate::control::Served::new::<$command>()),+];
    };
}
pub(crate) use served;
