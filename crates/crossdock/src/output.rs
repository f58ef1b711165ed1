//! Everything that commands write: results to standard output, remarks and errors to standard error.

mod table;
pub mod zone;

use std::io::Write as _;

use serde::Serialize;
use serde_json::Value;

pub use table::Table;

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

/// A table with these headings, the most important first: the last ones are left out where the terminal is too narrow.
pub fn table<const N: usize>(headings: [&str; N]) -> Table {
    Table::new(headings)
}

/// Writes a table, or a sentence when it has no rows.
pub fn print_table(table: &Table, when_empty: &str) {
    if table.is_empty() { line(when_empty) } else { line(table.render(table::terminal_width())) }
}

/// Writes the rows of a JSON list as a table, or a sentence when there are none.
pub fn list(rows: &Value, columns: Fields<'_>, when_empty: &str) {
    let mut table = Table::new(columns.iter().map(|(heading, _)| *heading));
    for row in rows.as_array().into_iter().flatten() {
        table.add_row(columns.iter().map(|(_, path)| shown(row, path)));
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
    facts(&fields.iter().map(|(label, path)| (*label, shown(document, path))).collect::<Vec<_>>());
}

/// What is at this path of a JSON document; null when nothing is.
pub fn at<'v>(document: &'v Value, path: &str) -> &'v Value {
    path.split('.').fold(document, |value, key| value.get(key).unwrap_or(&Value::Null))
}

/// What is at this path, for people: a moment (`at`, `…_at`) on the reader's clock, anything else as [`cell`] has it.
pub fn shown(document: &Value, path: &str) -> String {
    let text = cell(at(document, path));
    let key = path.rsplit('.').next().unwrap_or(path);
    if key == "at" || key.ends_with("_at") { zone::moment(&text) } else { text }
}

/// `1 product`, `2 products`: a count and its noun, whose plural only takes an s.
pub fn count(number: impl Into<i128>, noun: &str) -> String {
    let number = number.into();
    let ending = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{ending}")
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_is_named_a_moment_is_shown_as_one() {
        let row =
            json!({ "placed_at": "2026-11-30T19:12:23.10666Z", "external_id": "2026-11-30T19:12:23Z", "note": null });
        zone::choose(crossdock_domain::clock::Zone::UTC);
        assert_eq!(shown(&row, "placed_at"), "2026-11-30 19:12:23");
        assert_eq!(shown(&row, "external_id"), "2026-11-30T19:12:23Z");
        assert_eq!(shown(&row, "note"), "");
    }

    #[test]
    fn counts_agree_with_their_nouns() {
        assert_eq!(count(1, "product"), "1 product");
        assert_eq!(count(0, "courier"), "0 couriers");
        assert_eq!(count(21, "size"), "21 sizes");
    }
}
