//! Commands whose answer is printed: the command's own options and `--json`.

use serde_json::Value;

use crate::context::Context;
use crate::control::Command;
use crate::output::{self, Fields, Format};
use crate::session::ask;

/// Carries out a command that answers nothing, and then says what was done.
pub async fn done<C: Command<Answer = ()>>(context: &Context, text: &str, command: C) -> anyhow::Result<()> {
    ask(context, command).await?;
    context.note(text);
    Ok(())
}

/// A key of an answer as a label: `API secret`.
fn secret_name(key: &str) -> String {
    match key {
        "secret" => "API secret".to_owned(),
        key => key.replace('_', " "),
    }
}

// No doc comment: it would become the help text of every command.
#[derive(Debug, Clone, clap::Args)]
pub struct Shown<C: clap::Args> {
    #[command(flatten)]
    pub command: C,
    #[command(flatten)]
    pub format: Format,
}

impl<C: Command + clap::Args> Shown<C> {
    /// Carries the command out and prints its answer: as JSON, or as `text` prints it.
    pub async fn print(self, context: &Context, text: impl FnOnce(&C::Answer)) -> anyhow::Result<()> {
        self.format.print(&ask(context, self.command).await?, text)
    }
}

impl<C: Command<Answer = Value> + clap::Args> Shown<C> {
    /// Carries the command out and prints the list that it answers.
    pub async fn list(self, context: &Context, columns: Fields<'_>, when_empty: &str) -> anyhow::Result<()> {
        self.format.list(&ask(context, self.command).await?, columns, when_empty)
    }

    /// Carries the command out, says what was `done`, and prints the secret that it answers under `key`, if it made one.
    pub async fn secret(self, context: &Context, key: &str, done: &str) -> anyhow::Result<()> {
        self.print(context, |answer| {
            context.note(done);
            if let Some(secret) = answer[key].as_str() {
                context.note(&format!("{} (shown once):", secret_name(key)));
                output::line(secret);
            }
        })
        .await
    }
}
