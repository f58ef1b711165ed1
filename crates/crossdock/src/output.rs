//! Everything that commands write: results to standard output, remarks and errors to standard error.

use std::io::Write as _;

use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{ContentArrangement, Table};
use serde::Serialize;

/// How a command shows its result.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub struct Format {
    /// Print JSON for machines instead of text for people
    #[arg(long)]
    pub json: bool,
}

/// Writes a line to standard output. A reader that went away (`| head`) ends the program quietly.
pub fn line(text: impl AsRef<str>) {
    let mut out = std::io::stdout().lock();
    if writeln!(out, "{}", text.as_ref()).and_then(|()| out.flush()).is_err() {
        std::process::exit(0);
    }
}

/// Writes a line to standard error; nobody can be told when that fails.
pub fn complain(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Writes a value as indented JSON.
pub fn json(value: &impl Serialize) -> anyhow::Result<()> {
    line(serde_json::to_string_pretty(value)?);
    Ok(())
}

/// A table with these headings.
pub fn table<const N: usize>(headings: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Dynamic).set_header(headings);
    table
}

/// Writes a table, or a sentence when it has no rows.
pub fn print_table(table: &Table, when_empty: &str) {
    if table.is_empty() { line(when_empty) } else { line(trimmed(table)) }
}

/// Name and value pairs, one per line, values aligned.
pub fn facts(facts: &[(&str, String)]) {
    let width = facts.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    for (name, value) in facts {
        line(format!("{name:width$}  {value}").trim_end());
    }
}

fn trimmed(table: &Table) -> String {
    table.to_string().lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}
