//! Parsing, and finding the line of a field for a message.

use std::ops::Range;

use toml_edit::{ImDocument, Item, TableLike};

use crate::files::Problem;
use crate::format::RuleFile;

/// Finds lines of one file. The document is only parsed a second time when there is a mistake to report.
#[derive(Debug)]
pub(crate) struct Locator<'a> {
    path: &'a str,
    text: &'a str,
}

impl<'a> Locator<'a> {
    pub(crate) const fn new(path: &'a str, text: &'a str) -> Self {
        Self { path, text }
    }

    /// A problem with a field; `field` is like `tax[1].when.up_to`. The line is that of the innermost part that is there.
    pub(crate) fn problem(&self, field: &str, message: impl Into<String>) -> Problem {
        Problem { file: self.path.to_owned(), line: self.line(field), field: field.to_owned(), message: message.into() }
    }

    fn line(&self, field: &str) -> usize {
        let Ok(document) = ImDocument::parse(self.text) else { return 0 };
        let mut span = None;
        let mut here: Option<&dyn TableLike> = Some(document.as_table());
        for part in field.split('.') {
            let (name, index) = part
                .split_once('[')
                .map_or((part, None), |(name, rest)| (name, rest.trim_end_matches(']').parse::<usize>().ok()));
            let Some((key, item)) = here.and_then(|table| table.get_key_value(name)) else { break };
            span = key.span().or_else(|| item.span()).or(span);
            here = match (item, index) {
                (Item::ArrayOfTables(tables), Some(index)) => tables.get(index).map(|table| {
                    span = table.span().or(span.take());
                    table as &dyn TableLike
                }),
                (item, Some(index)) => item.as_array().and_then(|array| array.get(index)).and_then(|value| {
                    span = value.span().or(span.take());
                    value.as_inline_table().map(|table| table as &dyn TableLike)
                }),
                (item, None) => item.as_table_like(),
            };
        }
        span.map_or(0, |span| line_at(self.text, &span))
    }
}

fn line_at(text: &str, span: &Range<usize>) -> usize {
    text.get(..span.start).unwrap_or(text).matches('\n').count() + 1
}

/// Reads a file into its shapes; what cannot be read is named with its line.
pub(crate) fn parse(path: &str, text: &str) -> Result<RuleFile, Vec<Problem>> {
    let problem = |line: usize, message: String| {
        let field = text.lines().nth(line.saturating_sub(1)).and_then(|line| line.split_once('='));
        let field = field.map_or(String::new(), |(key, _)| key.trim().to_owned());
        vec![Problem { file: path.to_owned(), line, field, message }]
    };
    let floats = floats(path, text);
    if !floats.is_empty() {
        return Err(floats);
    }
    toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(0, |span| line_at(text, &span));
        problem(line, error.message().trim().replace('\n', "; "))
    })
}

/// Numbers with a point would pass through binary fractions: they are written as texts.
fn floats(path: &str, text: &str) -> Vec<Problem> {
    // Cheap: a float needs a digit, a point and a digit outside of quotes, which nearly no line has.
    let suspicious = |line: &str| {
        let code = line.split('#').next().unwrap_or_default();
        let mut quoted = false;
        let mut before = ' ';
        let mut point = false;
        for c in code.chars() {
            if c == '"' {
                quoted = !quoted;
            }
            if !quoted && point && c.is_ascii_digit() {
                return true;
            }
            point = c == '.' && before.is_ascii_digit();
            before = c;
        }
        false
    };
    let lines = text.lines().enumerate().filter(|(_, line)| suspicious(line));
    lines
        .map(|(index, line)| Problem {
            file: path.to_owned(),
            line: index + 1,
            field: line.split_once('=').map_or(String::new(), |(key, _)| key.trim().to_owned()),
            message: "write numbers in quotes, such as \"8.1\": they are exact decimals".to_owned(),
        })
        .collect()
}
