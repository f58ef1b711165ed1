//! The glossary as a test: names that it replaced do not come back into the sources.

use std::fs;
use std::path::{Path, PathBuf};

/// Rows of the table "Not these": the old name and the better one.
fn replaced(glossary: &str) -> Vec<(&str, &str)> {
    let (_, table) = glossary.split_once("## Not these").expect("the glossary has the table");
    table
        .lines()
        .filter_map(|line| {
            let mut names = line.split('`').skip(1).step_by(2);
            line.starts_with('|').then_some((names.next()?, names.next()?))
        })
        .collect()
}

fn sources(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap_or_else(|error| panic!("{}: {error}", directory.display())) {
        let path = entry.expect("a directory entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") && !path.ends_with("tests/words.rs") {
            found.push(path);
        }
    }
}

fn has_word(line: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        !line[..at].chars().next_back().is_some_and(part) && !line[at + word.len()..].chars().next().is_some_and(part)
    })
}

#[test]
fn names_that_the_glossary_replaced_are_gone() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let glossary = fs::read_to_string(root.join("docs/glossary.md")).expect("the glossary");
    let replaced = replaced(&glossary);
    assert!(replaced.len() > 20, "the table is read: {replaced:?}");
    let mut files = Vec::new();
    sources(&root.join("crates"), &mut files);
    assert!(files.len() > 300, "only {} sources were found", files.len());
    let mut wrong = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).expect("a source is UTF-8");
        for (number, line) in text.lines().enumerate() {
            for (old, better) in &replaced {
                if has_word(line, old) {
                    wrong.push(format!("{}:{}: `{old}` is `{better}` now", file.display(), number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "names that docs/glossary.md replaced:\n{}", wrong.join("\n"));
}
