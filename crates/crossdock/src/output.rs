//! Everything that commands write: results to standard output, remarks and errors to standard error.

use std::io::Write as _;

use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{ContentArrangement, Table};
use serde::Serialize;
use serde_json::Value;

/// Labels, and where their values are in a JSON document: a key, or keys with points between them, such as `settings.region`.
pub type Fields<'f> = &'f [(&'f str, &'f str)];

// How a command prints its answer. No doc comment: it would become the help text of every command.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub struct Format {
    /// Print JSON for programs instead of text
    #[arg(long)]
    pub json: bool,
}

impl Format {
    /// Prints an answer: as JSON when that was asked for, else as `text` prints it.
    pub fn print<T: Serialize>(self, answer: &T, text: impl FnOnce(&T)) -> anyhow::Result<()> {
        if self.json {
            return json(answer);
        }
        text(answer);
        Ok(())
    }

    /// Prints a list: as JSON, or as a table with these columns.
    pub fn list(self, rows: &Value, columns: Fields<'_>, when_empty: &str) -> anyhow::Result<()> {
        self.print(rows, |rows| list(rows, columns, when_empty))
    }
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
    table_of(headings.to_vec())
}

fn table_of(headings: Vec<&str>) -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Dynamic).set_header(headings);
    table
}

/// Writes a table, or a sentence when it has no rows.
pub fn print_table(table: &Table, when_empty: &str) {
    if table.is_empty() { line(when_empty) } else { line(trimmed(table)) }
}

/// Writes the rows of a JSON list as a table, or a sentence when there are none.
pub fn list(rows: &Value, columns: Fields<'_>, when_empty: &str) {
    let mut table = table_of(columns.iter().map(|(heading, _)| *heading).collect());
    for row in rows.as_array().into_iter().flatten() {
        table.add_row(columns.iter().map(|(_, path)| cell(at(row, path))));
    }
    print_table(&table, when_empty);
}

/// Name and value pairs, one per line, values aligned.
pub fn facts(facts: &[(&str, String)]) {
    let width = facts.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    for (name, value) in facts {
        line(format!("{name:width$}  {value}").trim_end());
    }
}

/// Writes fields of a JSON document, one per line.
pub fn fields(document: &Value, fields: Fields<'_>) {
    facts(&fields.iter().map(|(label, path)| (*label, cell(at(document, path)))).collect::<Vec<_>>());
}

/// What is at this path of a JSON document; null when nothing is.
pub fn at<'v>(document: &'v Value, path: &str) -> &'v Value {
    path.split('.').fold(document, |value, key| value.get(key).unwrap_or(&Value::Null))
}

/// A value for people: texts without quotes, nothing for null.
pub fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Value::Array(values) => values.iter().map(cell).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

fn trimmed(table: &Table) -> String {
    table.to_string().lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}
