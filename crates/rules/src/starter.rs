//! The starter book as the server uses it: a file is parsed and compiled when its destination is first asked for. Reading all
//! of them at every start would take longer than everything else, and most of it is never used.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use crossdock_domain::landed_cost::book::{MakeTerritory, RuleBook, Territory, TerritoryHead};
use serde::Deserialize;

use crate::compile::{Groups, compile_file, compile_matches};
use crate::files::BookFiles;
use crate::format::{self, RuleFile};
use crate::locate::{Locator, parse};

/// What a test has shown: the files inside the binary have no mistakes.
const CHECKED: &str = "the starter book is checked by the tests of this crate";

/// The part of a file that comes before its rules.
#[derive(Deserialize)]
struct Head {
    territory: format::Territory,
}

/// The rule book of [`BookFiles::embedded`], its territories made on demand. The same as [`BookFiles::compile`] gives, without its
/// checks.
pub fn starter_book() -> RuleBook {
    let files = BookFiles::embedded();
    let groups = Arc::new(LazyGroups::of(&files));
    let territories = files.iter().map(|(path, text)| {
        let (path, text, groups) = (path.to_owned(), text.clone(), Arc::clone(&groups));
        let head = head(&path, &text);
        (head, Box::new(move || territory(&path, &text, groups.get())) as MakeTerritory)
    });
    RuleBook::on_demand(files.version(), territories)
}

/// Reads only what stands before the first table of rules, which is a small part of the file.
fn head(path: &str, text: &str) -> TerritoryHead {
    let end = text.find("\n[[").unwrap_or(text.len());
    let Head { territory } = toml::from_str(&text[..end]).expect(CHECKED);
    let locator = Locator::new(path, text);
    let matches = compile_matches(&locator, &territory.matches, &mut Vec::new());
    TerritoryHead { id: territory.id, area: territory.area, matches }
}

fn territory(path: &str, text: &str, groups: &Groups) -> Territory {
    let file = parse(path, text).expect(CHECKED);
    compile_file(&Locator::new(path, text), &file, groups, &mut Vec::new()).expect(CHECKED)
}

/// Named lists of countries, for rules of any file; a few files have some.
struct LazyGroups {
    files: Vec<(String, Cow<'static, str>)>,
    groups: OnceLock<Groups>,
}

impl LazyGroups {
    fn of(files: &BookFiles) -> Self {
        let with_groups = files.iter().filter(|(_, text)| text.contains("\n[[group]]"));
        let files = with_groups.map(|(path, text)| (path.to_owned(), text.clone())).collect();
        Self { files, groups: OnceLock::new() }
    }

    fn get(&self) -> &Groups {
        self.groups.get_or_init(|| {
            let read: Vec<(Locator<'_>, RuleFile)> = self
                .files
                .iter()
                .map(|(path, text)| (Locator::new(path, text), parse(path, text).expect(CHECKED)))
                .collect();
            Groups::of(read.iter().map(|(locator, file)| (locator, file)), &mut Vec::new())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_on_demand_is_what_the_checked_files_give() {
        let (lazy, checked) = (starter_book(), BookFiles::embedded().compile().expect("no mistakes"));
        assert_eq!(lazy.version(), checked.version());
        assert_eq!(lazy.territories().count(), checked.territories().count());
        for (lazy, checked) in lazy.territories().zip(checked.territories()) {
            assert!(lazy == checked, "{} differs", lazy.id);
        }
    }

    #[test]
    fn heads_tell_what_the_whole_file_tells() {
        for (path, text) in BookFiles::embedded().iter() {
            let file = parse(path, text).expect("no mistakes");
            let head = head(path, text);
            assert_eq!((head.id, head.area), (file.territory.id, file.territory.area), "{path}");
            assert_eq!(head.matches.len(), file.territory.matches.len(), "{path}");
        }
    }
}
