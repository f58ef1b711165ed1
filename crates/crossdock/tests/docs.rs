//! Documents as tests: citations of the protocol references, links and file names lead somewhere.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the workspace's folder")
}

/// Files that git tracks or would track, with one of these endings, relative to the root.
fn tracked(endings: &[&str]) -> Vec<String> {
    let output = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .expect("git lists the files");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let names = String::from_utf8(output.stdout).expect("file names are UTF-8");
    let mut files: Vec<String> = names
        .lines()
        .filter(|name| endings.iter().any(|ending| name.ends_with(ending)) && root().join(name).is_file())
        .map(str::to_owned)
        .collect();
    files.sort();
    assert!(!files.is_empty(), "no files end in {endings:?}");
    files
}

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Sections that a reference has: `4` and `4.1` for headings, and `13.7` for the seventh numbered point of section 13.
fn sections(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut current = String::new();
    for line in text.lines() {
        if let Some(heading) = line.strip_prefix("## ").or_else(|| line.strip_prefix("### ")) {
            let number = heading.split(' ').next().unwrap_or_default().trim_end_matches('.');
            if number.starts_with(|c: char| c.is_ascii_digit()) {
                number.clone_into(&mut current);
                found.insert(current.clone());
            }
        } else if let Some((point, _)) = line.trim_start().split_once(". ")
            && !point.is_empty()
            && point.chars().all(|c| c.is_ascii_digit())
        {
            found.insert(format!("{current}.{point}"));
        }
    }
    found
}

/// Section numbers cited directly behind the name of a reference: `§4`, `§4, §5`, `§4.8 – §4.10`, `§4 to §9`.
fn cited(mut rest: &str) -> Vec<String> {
    let mut numbers = Vec::new();
    while let Some(text) = rest.strip_prefix('§') {
        let length = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        numbers.push(text[..length].trim_end_matches('.').to_owned());
        rest = &text[length..];
        for joint in [", ", " – ", "–", " to ", " and "] {
            if let Some(next) = rest.strip_prefix(joint)
                && next.starts_with('§')
            {
                rest = next;
                break;
            }
        }
    }
    numbers
}

/// Continuation lines of comments joined, so that a citation may be wrapped.
fn unwrapped(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    for line in text.lines() {
        let line = line.trim_start();
        let line = ["//! ", "/// ", "// ", "# ", "-- "].iter().find_map(|mark| line.strip_prefix(mark)).unwrap_or(line);
        joined.push_str(line);
        joined.push(' ');
    }
    joined
}

#[test]
fn every_citation_of_a_protocol_leads_to_a_section() {
    let references = ["checkout", "customer", "landed-cost"].map(|name| {
        let sections = sections(&read(&format!("docs/protocols/{name}.md")));
        assert!(sections.len() > 3, "{name}.md has sections");
        (name, sections)
    });
    let mut dead = Vec::new();
    let mut count = 0;
    for file in tracked(&[".rs", ".md", ".toml", ".py", ".sql", ".html", ".ftl"]) {
        if file.starts_with("docs/protocols/") || file.starts_with("rules/") || file.ends_with("tests/docs.rs") {
            continue;
        }
        let text = unwrapped(&read(&file));
        for (name, sections) in &references {
            for phrase in
                [format!("{name} protocol "), format!("{}{} protocol ", &name[..1].to_uppercase(), &name[1..])]
            {
                for (at, _) in text.match_indices(&phrase) {
                    for number in cited(&text[at + phrase.len()..]) {
                        count += 1;
                        if !sections.contains(&number) {
                            dead.push(format!("{file}: {phrase}§{number}"));
                        }
                    }
                }
            }
        }
        for old in ["reference §", "reference checkout-api", "(§"] {
            if text.contains(old) {
                dead.push(format!("{file}: `{old}` does not say which protocol; write `checkout protocol §4`"));
            }
        }
    }
    assert!(dead.is_empty(), "citations that lead nowhere:\n{}", dead.join("\n"));
    assert!(count > 200, "only {count} citations were found; has their form changed?");
}

/// The anchor that a heading gets on the usual hosts of Markdown.
fn anchor(heading: &str) -> String {
    heading
        .trim()
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

/// The text without fenced code, in which brackets are code.
fn prose(text: &str) -> String {
    let mut inside = false;
    let mut kept = String::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            inside = !inside;
        } else if !inside {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

fn anchors(text: &str) -> BTreeSet<String> {
    prose(text).lines().filter(|line| line.starts_with('#')).map(|line| anchor(line.trim_start_matches('#'))).collect()
}

#[test]
fn every_link_between_documents_leads_somewhere() {
    let mut dead = Vec::new();
    for file in tracked(&[".md"]) {
        let text = prose(&read(&file));
        let folder = root().join(&file).parent().expect("a file has a folder").to_owned();
        for (at, _) in text.match_indices("](") {
            let target = text[at + 2..].split([')', ' ', '\n']).next().unwrap_or_default();
            if target.is_empty() || target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            let (path, fragment) = target.split_once('#').unwrap_or((target, ""));
            let aim = if path.is_empty() { root().join(&file) } else { folder.join(path) };
            if !aim.exists() {
                dead.push(format!("{file}: {target}"));
            } else if !fragment.is_empty()
                && aim.extension().is_some_and(|ending| ending == "md")
                && !anchors(&fs::read_to_string(&aim).expect("a document")).contains(fragment)
            {
                dead.push(format!("{file}: {target} (no such heading)"));
            }
        }
    }
    assert!(dead.is_empty(), "dead links:\n{}", dead.join("\n"));
}

/// What looks like a path of this repository in the documents that lead newcomers.
#[test]
fn architecture_and_contributing_name_files_that_exist() {
    let files = tracked(&[""]);
    let mut missing = Vec::new();
    for document in ["ARCHITECTURE.md", "CONTRIBUTING.md"] {
        let text = prose(&read(document));
        for span in text.split('`').skip(1).step_by(2) {
            let ending = Path::new(span).extension();
            let is_path = span.contains('/') || ending.is_some_and(|ending| ending == "rs" || ending == "md");
            let plain = span.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '_' | '-'));
            if !is_path || !plain || span.starts_with('/') || span.starts_with("target/") {
                continue;
            }
            let wanted = span.trim_end_matches('/');
            let known = files.iter().any(|file| {
                file == wanted
                    || file.ends_with(&format!("/{wanted}"))
                    || file.starts_with(&format!("{wanted}/"))
                    || file.contains(&format!("/{wanted}/"))
            });
            if !known {
                missing.push(format!("{document}: `{span}`"));
            }
        }
    }
    assert!(missing.is_empty(), "files that are not there:\n{}", missing.join("\n"));
}

#[test]
fn sections_and_citations_are_read_as_meant() {
    let text = "## 4. Gates\n### 4.10 `Orders/cancel`\n## 13. Rules\n7. Every path under both versions\n";
    let found: Vec<String> = sections(text).into_iter().collect();
    assert_eq!(found, ["13", "13.7", "4", "4.10"]);
    assert_eq!(cited("§4.8 – §4.10, answers"), ["4.8", "4.10"]);
    assert_eq!(cited("§3: clients send"), ["3"]);
    assert_eq!(anchor(" Choices where the protocol is silent"), "choices-where-the-protocol-is-silent");
}
