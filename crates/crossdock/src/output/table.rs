//! Tables on the terminal: one rule below the headings, words never broken, as many columns as there is room for.

use unicode_width::UnicodeWidthStr;

/// Between two columns.
const GAP: usize = 2;
/// A word behind the first column is shortened to this before a column is left out.
const LONG_WORD: usize = 24;

/// Rows under headings. The first column names the row and is never shortened: what it prints can be typed again.
#[derive(Debug)]
pub struct Table {
    headings: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// A column as it will be printed.
struct Column {
    index: usize,
    width: usize,
}

/// Columns of the terminal; `None` when the output goes elsewhere, where nothing needs to fit.
#[expect(clippy::disallowed_methods, reason = "COLUMNS belongs to the terminal, not to the configuration")]
pub fn terminal_width() -> Option<usize> {
    let wanted = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    wanted.filter(|width| *width > 0).or_else(|| {
        let (terminal_size::Width(width), _) = terminal_size::terminal_size_of(std::io::stdout())?;
        Some(usize::from(width))
    })
}

impl Table {
    /// A table without rows.
    pub fn new<H: Into<String>>(headings: impl IntoIterator<Item = H>) -> Self {
        Self { headings: headings.into_iter().map(Into::into).collect(), rows: Vec::new() }
    }

    /// Adds a row, a cell per heading. A cell may have lines of its own.
    pub fn add_row<C: Into<String>>(&mut self, cells: impl IntoIterator<Item = C>) {
        let mut row: Vec<String> = cells.into_iter().map(|cell| printable(&cell.into())).collect();
        row.resize(self.headings.len(), String::new());
        self.rows.push(row);
    }

    /// Whether it has no rows.
    pub const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The table in so many columns of a terminal, without a line end behind it.
    pub fn render(&self, room: Option<usize>) -> String {
        let (columns, hidden) = self.layout(room.unwrap_or(usize::MAX));
        let mut lines = Vec::new();
        print_row(&self.headings, &columns, &mut lines);
        let widths = columns.iter().map(|column| column.width);
        lines.push("─".repeat(widths.sum::<usize>() + GAP * columns.len().saturating_sub(1)));
        for row in &self.rows {
            print_row(row, &columns, &mut lines);
        }
        if !hidden.is_empty() {
            let names: Vec<&str> = hidden.iter().map(|index| self.headings[*index].as_str()).collect();
            lines.push(format!("(no room for: {}; --json has everything)", names.join(", ")));
        }
        lines.join("\n")
    }

    fn cells(&self, index: usize) -> impl Iterator<Item = &str> {
        std::iter::once(&self.headings).chain(&self.rows).filter_map(move |row| row.get(index)).map(String::as_str)
    }

    /// Width without any wrapping.
    fn natural(&self, index: usize) -> usize {
        self.cells(index).flat_map(str::lines).map(UnicodeWidthStr::width).max().unwrap_or(0)
    }

    /// Width that breaks no word.
    fn least(&self, index: usize) -> usize {
        self.cells(index).flat_map(str::split_whitespace).map(UnicodeWidthStr::width).max().unwrap_or(0)
    }

    /// Chooses columns and their widths; the indexes of those without room come second.
    fn layout(&self, room: usize) -> (Vec<Column>, Vec<usize>) {
        let natural: Vec<usize> = (0..self.headings.len()).map(|index| self.natural(index)).collect();
        let mut columns: Vec<Column> =
            (0..self.headings.len()).map(|index| Column { index, width: natural[index] }).collect();
        let needed = |columns: &[Column]| {
            columns.iter().map(|column| column.width).sum::<usize>() + GAP * columns.len().saturating_sub(1)
        };
        if needed(&columns) <= room {
            return (columns, Vec::new());
        }
        for column in &mut columns {
            column.width = self.least(column.index);
        }
        let mut hidden = Vec::new();
        // What says nothing goes first, then long words are shortened, then the last columns go.
        if needed(&columns) > room {
            columns.retain(|column| column.index == 0 || self.cells(column.index).skip(1).any(|cell| !cell.is_empty()));
        }
        if needed(&columns) > room {
            for column in columns.iter_mut().skip(1) {
                column.width = column.width.min(LONG_WORD);
            }
        }
        while needed(&columns) > room && columns.len() > 1 {
            hidden.extend(columns.pop().map(|column| column.index));
        }
        hidden.reverse();
        let mut spare = room.saturating_sub(needed(&columns));
        while spare > 0 && columns.iter().any(|column| column.width < natural[column.index]) {
            for column in &mut columns {
                if spare > 0 && column.width < natural[column.index] {
                    column.width += 1;
                    spare -= 1;
                }
            }
        }
        (columns, hidden)
    }
}

fn print_row(row: &[String], columns: &[Column], lines: &mut Vec<String>) {
    let wrapped: Vec<Vec<String>> = columns.iter().map(|column| wrap(&row[column.index], column.width)).collect();
    let height = wrapped.iter().map(Vec::len).max().unwrap_or(1);
    for at in 0..height {
        let mut text = String::new();
        for (column, cell) in columns.iter().zip(&wrapped) {
            let part = cell.get(at).map_or("", String::as_str);
            text.push_str(part);
            text.push_str(&" ".repeat(column.width.saturating_sub(part.width()) + GAP));
        }
        lines.push(text.trim_end().to_owned());
    }
}

/// Text of strangers must not steer the terminal.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).collect()
}

/// Lines of at most this width, broken between words; a longer word ends in `…`.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        if paragraph.width() <= width {
            lines.push(paragraph.to_owned());
            continue;
        }
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            if !line.is_empty() && line.width() + 1 + word.width() > width {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(&shortened(word, width));
        }
        lines.push(line);
    }
    if lines.is_empty() { vec![String::new()] } else { lines }
}

fn shortened(word: &str, width: usize) -> String {
    if word.width() <= width {
        return word.to_owned();
    }
    let mut short = String::new();
    for c in word.chars() {
        if short.width() + 2 > width {
            break;
        }
        short.push(c);
    }
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::new(["order", "status", "placed", "note", "cart"]);
        table.add_row([
            "999-10001",
            "IGLOBAL_ORDER_CANCELLED",
            "2026-11-30 20:10:14",
            "",
            "0198c0de-0000-7000-8000-000000000001",
        ]);
        table.add_row(["999-10002", "IGLOBAL_ORDER_IN_PROCESS", "2026-11-30 20:10:15", "", "-"]);
        table
    }

    #[test]
    fn with_room_every_row_is_a_line_below_one_rule() {
        let text = table().render(None);
        assert_eq!(text.lines().count(), 4);
        assert_eq!(text.lines().filter(|line| line.starts_with('─')).count(), 1);
        assert!(text.contains("0198c0de-0000-7000-8000-000000000001"));
    }

    #[test]
    fn no_width_breaks_a_word_and_none_is_passed_but_by_the_first_column() {
        let whole: Vec<String> = table().render(None).split_whitespace().map(str::to_owned).collect();
        for width in 12..140 {
            let text = table().render(Some(width));
            for line in text.lines().filter(|line| !line.starts_with('(')) {
                assert!(line.width() <= width, "{width}: {line}");
            }
            for word in text.lines().filter(|line| !line.starts_with(['(', '─'])).flat_map(str::split_whitespace) {
                assert!(word.ends_with('…') || whole.iter().any(|known| known == word), "{width}: {word}");
            }
        }
    }

    #[test]
    fn what_has_no_room_is_said() {
        let text = table().render(Some(40));
        assert!(text.ends_with("(no room for: placed, cart; --json has everything)"), "{text}");
        assert!(!text.contains("note"), "an empty column is not worth a word");
    }

    #[test]
    fn a_strangers_text_cannot_steer_the_terminal() {
        let mut table = Table::new(["name"]);
        table.add_row(["a\u{1b}[31mb\r"]);
        assert!(!table.render(None).contains(['\u{1b}', '\r']));
    }
}
