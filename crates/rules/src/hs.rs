//! A compact list of HS chapters, headings and subheadings of retail goods, searched by code and by words. It helps people
//! to find a code; it is no classification ruling.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crossdock_domain::landed_cost::HsCode;
use serde::Serialize;

use crate::files::embedded_text;
use crate::problem::RowProblem;

/// Where the list lies below the rule folder.
const FILE: &str = "hs/headings.csv";

/// An entry of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HsEntry {
    /// 2, 4 or 6 digits.
    pub code: HsCode,
    /// What it covers.
    pub title: String,
    /// Words that shops use for it.
    pub words: String,
}

/// The list.
#[derive(Debug, Clone, Default)]
pub struct HsList {
    entries: Vec<Listed>,
}

#[derive(Debug, Clone)]
struct Listed {
    entry: HsEntry,
    /// What a search looks at, in the form of [`terms`].
    terms: BTreeSet<String>,
    /// Those of the title alone.
    title: BTreeSet<String>,
}

/// How well an entry fits: terms found, and how exactly.
type Fit = (usize, usize);

/// The words of a text as they are compared: lower case, without hyphens, without the plural's s.
fn terms(text: &str) -> BTreeSet<String> {
    const EMPTY: [&str; 7] = ["and", "of", "the", "for", "or", "other", "with"];
    text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '\'' | '’')))
        .map(|word| {
            let word: String = word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
            match word.strip_suffix('s') {
                Some(single) if single.chars().count() > 2 && !single.ends_with('s') => single.to_owned(),
                _ => word,
            }
        })
        .filter(|word| !word.is_empty() && !EMPTY.contains(&word.as_str()))
        .collect()
}

impl HsList {
    /// The list inside the binary.
    pub fn embedded() -> &'static Self {
        static LIST: LazyLock<HsList> = LazyLock::new(|| {
            // A test reads it: a list with mistakes is not built.
            embedded_text(FILE).and_then(|text| HsList::read(&text).ok()).unwrap_or_default()
        });
        &LIST
    }

    /// Reads a list: the columns `code`, `title`, `words`.
    pub fn read(text: &str) -> Result<Self, RowProblem> {
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
        let mut entries: Vec<Listed> = Vec::new();
        let mut codes = BTreeSet::new();
        for record in reader.records() {
            let record = record.map_err(|error| {
                let line = error.position().map_or(0, csv::Position::line);
                RowProblem::new(line, "row", error.to_string())
            })?;
            let line = record.position().map_or(0, csv::Position::line);
            let [code, title, words] = [0, 1, 2].map(|index| record.get(index).unwrap_or_default());
            let code: HsCode =
                code.parse().map_err(|_| RowProblem::new(line, "code", format!("{code:?} is no HS code")))?;
            if !matches!(code.digits(), 2 | 4 | 6) {
                return Err(RowProblem::new(line, "code", "must have 2, 4 or 6 digits"));
            }
            if title.is_empty() {
                return Err(RowProblem::new(line, "title", "is missing"));
            }
            if !codes.insert(code) {
                return Err(RowProblem::new(line, "code", format!("{code} is there twice")));
            }
            let (of_title, of_all) = (terms(title), terms(&format!("{title} {words}")));
            let entry = HsEntry { code, title: title.to_owned(), words: words.to_owned() };
            entries.push(Listed { entry, terms: of_all, title: of_title });
        }
        entries.sort_by_key(|listed| listed.entry.code);
        Ok(Self { entries })
    }

    /// All entries, sorted by code.
    pub fn entries(&self) -> impl Iterator<Item = &HsEntry> {
        self.entries.iter().map(|listed| &listed.entry)
    }

    /// The entries that contain a code, the widest first: chapter, heading, subheading.
    pub fn path(&self, code: HsCode) -> Vec<&HsEntry> {
        self.entries().filter(|entry| code.starts_with(entry.code)).collect()
    }

    /// At most `limit` entries for a code, its beginning, or words (`cotton t-shirt`), the best first.
    pub fn search(&self, query: &str, limit: usize) -> Vec<&HsEntry> {
        let query = query.trim();
        if query.starts_with(|c: char| c.is_ascii_digit())
            && let Ok(code) = query.parse::<HsCode>()
        {
            let below = self.entries().filter(|entry| entry.code.starts_with(code) && entry.code != code);
            return self.path(code).into_iter().chain(below).take(limit).collect();
        }
        let wanted = terms(query);
        let mut found: Vec<(Fit, &HsEntry)> = self
            .entries
            .iter()
            .map(|listed| (self.fit(listed, &wanted), &listed.entry))
            .filter(|((matched, exactness), _)| *matched > 0 && *exactness > 1)
            .collect();
        // Of equals the narrower code says more.
        found.sort_by_key(|(fit, entry)| (std::cmp::Reverse((*fit, entry.code.digits())), entry.code));
        let best = found.first().map_or(0, |((matched, _), _)| *matched);
        found.into_iter().filter(|((matched, _), _)| *matched == best).map(|(_, entry)| entry).take(limit).collect()
    }

    fn fit(&self, listed: &Listed, wanted: &BTreeSet<String>) -> Fit {
        let parent = |digits: u8| {
            let code = listed.entry.code.prefix(digits);
            let at = self.entries.binary_search_by_key(&code, |other| other.entry.code).ok()?;
            (code != listed.entry.code).then(|| &self.entries[at].terms)
        };
        let parents = [parent(2), parent(4)];
        let score = |term: &String| {
            if listed.title.contains(term) {
                // A title of few words is about that word.
                return 8_usize.saturating_sub(listed.title.len()).max(5);
            }
            if listed.terms.contains(term) {
                return 4;
            }
            let begins = |known: &String| term.chars().count() > 2 && known.starts_with(term.as_str());
            if listed.terms.iter().any(begins) {
                return 2;
            }
            usize::from(parents.iter().flatten().any(|terms| terms.contains(term)))
        };
        let scores = wanted.iter().map(score).filter(|score| *score > 0);
        scores.fold((0, 0), |(matched, sum), score| (matched + 1, sum + score))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(query: &str) -> String {
        HsList::embedded().search(query, 5).first().map(|entry| entry.code.to_string()).unwrap_or_default()
    }

    #[test]
    fn the_list_inside_the_binary_is_sound() {
        let text = embedded_text(FILE).expect("the list is embedded");
        let list = HsList::read(&text).expect("no mistakes");
        assert!(list.entries().count() > 500);
        let chapters = list.entries().filter(|entry| entry.code.digits() == 2).count();
        assert!(chapters > 90, "{chapters}");
    }

    #[test]
    fn words_find_what_shops_sell() {
        for (query, code) in [
            ("cotton t-shirt", "610910"),
            ("T-Shirts, Cotton", "610910"),
            ("polyester tshirt", "610990"),
            ("sunglasses", "900410"),
        ] {
            assert_eq!(first(query), code, "{query}");
        }
        assert!(first("bicycle").starts_with("8712"));
        assert_eq!(HsList::embedded().search("xyzzy", 5), Vec::<&HsEntry>::new());
        assert_eq!(HsList::embedded().search("", 5), Vec::<&HsEntry>::new());
    }

    #[test]
    fn codes_show_what_is_above_and_below_them() {
        let codes = |query: &str| -> Vec<String> {
            HsList::embedded().search(query, 10).iter().map(|entry| entry.code.to_string()).collect()
        };
        assert_eq!(codes("6109"), ["61", "6109", "610910", "610990"]);
        assert_eq!(codes("6109.10.00.10"), ["61", "6109", "610910"]);
        assert_eq!(HsList::embedded().search("61", 3).len(), 3);
    }

    #[test]
    fn mistakes_are_told_by_line() {
        let problem = |text: &str| HsList::read(text).expect_err("a mistake").to_string();
        assert_eq!(problem("code,title,words\n61,x,\n6x,y,\n"), "line 3: code: \"6x\" is no HS code");
        assert_eq!(problem("code,title,words\n610,x,\n"), "line 2: code: must have 2, 4 or 6 digits");
        assert_eq!(problem("code,title,words\n61,,\n"), "line 2: title: is missing");
        assert_eq!(problem("code,title,words\n62,x,\n62,y,\n"), "line 3: code: 62 is there twice");
    }
}
