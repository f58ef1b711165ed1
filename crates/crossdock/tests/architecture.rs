//! The shape of the house as tests: which crate may use which, and what sources look like.
//!
//! What belongs here can be told from manifests and source texts alone; nothing is started.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

/// Longest source file. Past about 400 lines a file should become a few; past this it must.
const MOST_LINES: usize = 600;

/// Arrows point down: a crate and the house crates that it may use. Dev-dependencies may add `testkit`, and `db` to set the
/// scene in a database of their own.
const ARROWS: &[(&str, &[&str])] = &[
    ("crossdock-domain", &[]),
    ("crossdock-db", &["crossdock-domain"]),
    ("crossdock-rules", &["crossdock-domain"]),
    ("crossdock-platform", &["crossdock-db", "crossdock-domain"]),
    ("crossdock-landed-cost", &["crossdock-platform", "crossdock-db", "crossdock-rules", "crossdock-domain"]),
    // Checkout and hub are two products: neither may use the other.
    ("crossdock-checkout", &["crossdock-landed-cost", "crossdock-platform", "crossdock-db", "crossdock-domain"]),
    ("crossdock-hub", &["crossdock-platform", "crossdock-db", "crossdock-domain"]),
    (
        "crossdock-app",
        &[
            "crossdock-checkout",
            "crossdock-hub",
            "crossdock-landed-cost",
            "crossdock-platform",
            "crossdock-db",
            "crossdock-rules",
            "crossdock-domain",
        ],
    ),
    ("crossdock-wire", &["crossdock-app", "crossdock-domain"]),
    ("crossdock-web", &["crossdock-wire", "crossdock-app", "crossdock-domain"]),
    ("crossdock-jobs", &["crossdock-wire", "crossdock-app", "crossdock-domain"]),
    // Stands outside and is called over HTTP, like the service that it plays.
    (STRIPE_FAKE, &["crossdock-domain"]),
    ("crossdock", ALL_BELOW),
    (TESTKIT, ALL_BELOW),
    (BENCH, AND_TESTKIT),
];

/// What measures may use everything but the binary, and nothing may use it: the product does not link it.
const AND_TESTKIT: &[&str] = &[
    "crossdock-web",
    "crossdock-jobs",
    "crossdock-wire",
    "crossdock-app",
    "crossdock-db",
    "crossdock-rules",
    "crossdock-domain",
    TESTKIT,
];

const ALL_BELOW: &[&str] = &[
    "crossdock-web",
    "crossdock-jobs",
    "crossdock-wire",
    "crossdock-app",
    "crossdock-checkout",
    "crossdock-hub",
    "crossdock-landed-cost",
    "crossdock-platform",
    "crossdock-db",
    "crossdock-rules",
    "crossdock-domain",
    STRIPE_FAKE,
];

const TESTKIT: &str = "crossdock-testkit";
const STRIPE_FAKE: &str = "crossdock-stripe-fake";
const BENCH: &str = "crossdock-bench";
const DB: &str = "crossdock-db";

/// Crates that never become part of the product and may use every outside crate. The bench says SQL of its own because its proof
/// and its yardstick must not rest on what they measure.
const NOT_SHIPPED: &[&str] = &[TESTKIT, BENCH];

/// Outside crates with one owner, apart from [`NOT_SHIPPED`].
const OWNED: &[(&str, &[&str])] = &[
    ("crossdock-db", &["sqlx", "rusqlite", "libsqlite3-sys", "tokio-postgres"]),
    ("crossdock-web", &["axum", "axum-core", "axum-extra", "axum-server", "utoipa-axum"]),
];

/// What pure rules have no business with.
const NOT_IN_DOMAIN: &[&str] =
    &["tokio", "futures-util", "sqlx", "rusqlite", "axum", "tower", "hyper", "hyper-util", "reqwest"];

/// What `cargo metadata` tells, as far as it is asked here. A crate that reads all of it would switch on features that the product
/// is built without, and everything would be compiled twice.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    manifest_path: PathBuf,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    /// `None` for a normal one.
    kind: Option<String>,
}

fn workspace() -> Metadata {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let mut command = Command::new(env!("CARGO"));
    command.args(["metadata", "--format-version", "1", "--no-deps", "--offline", "--manifest-path"]).arg(manifest);
    let output = command.output().expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("cargo metadata describes the workspace")
}

const NORMAL: &str = "normal";
const DEVELOPMENT: &str = "dev";

/// Names a package depends on, with the kind of dependency; a renamed dependency goes by its real name.
fn dependencies(package: &Package) -> impl Iterator<Item = (&str, &str)> {
    package.dependencies.iter().map(|d| (d.name.as_str(), d.kind.as_deref().unwrap_or(NORMAL)))
}

/// Every `.rs` file under `directory`, in a stable order.
fn sources(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![directory.to_owned()];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(&directory).unwrap_or_else(|e| panic!("{}: {e}", directory.display())) {
            let path = entry.expect("directory entry").path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn source_directories(metadata: &Metadata) -> Vec<PathBuf> {
    metadata
        .packages
        .iter()
        .map(|p| p.manifest_path.parent().expect("a manifest has a directory").join("src"))
        .collect()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The source without comments and without the insides of strings and characters; line breaks stay.
fn code_only(source: &str) -> String {
    let mut code = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => block_comment_length(rest),
            '"' => string_length(rest),
            'r' | 'b' | 'c' if !ends_in_word(&code) && literal_prefix(rest).is_some() => prefixed_length(rest),
            '\'' => char_length(rest),
            _ => 0,
        };
        if length == 0 {
            code.push(first);
            rest = &rest[first.len_utf8()..];
        } else {
            // A blank keeps the words on both sides apart; line breaks keep the count.
            code.push(' ');
            code.extend(rest[..length].chars().filter(|c| *c == '\n'));
            rest = &rest[length..];
        }
    }
    code
}

fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

fn ends_in_word(code: &str) -> bool {
    code.chars().next_back().is_some_and(is_word)
}

fn block_comment_length(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < text.len() {
        if text[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if text[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// Length of `"…"` at the start of the text, escapes skipped.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// `b"`, `c"`, `r"`, `br#"`, …: the prefix before the quote, when there is one.
fn literal_prefix(text: &str) -> Option<&str> {
    let quote = text.find('"')?;
    let prefix = &text[..quote];
    let letters = prefix.trim_end_matches('#');
    let known = matches!(letters, "b" | "c" | "r" | "br" | "cr");
    (known && (letters.ends_with('r') || letters == prefix)).then_some(prefix)
}

fn prefixed_length(text: &str) -> usize {
    let Some(prefix) = literal_prefix(text) else { return 0 };
    if !prefix.contains('r') {
        return prefix.len() + string_length(&text[prefix.len()..]);
    }
    let end = format!("\"{}", "#".repeat(prefix.len() - prefix.trim_end_matches('#').len()));
    let body = prefix.len() + 1;
    text[body..].find(&end).map_or(text.len(), |at| body + at + end.len())
}

/// Length of a character literal at the start of the text, 0 for a lifetime.
fn char_length(text: &str) -> usize {
    let mut characters = text.char_indices().skip(1);
    match characters.next() {
        Some((_, '\\')) => {
            characters.next();
            characters.find(|(_, c)| *c == '\'').map_or(0, |(at, _)| at + 1)
        }
        Some(_) => match characters.next() {
            Some((at, '\'')) => at + 1,
            _ => 0,
        },
        None => 0,
    }
}

/// Line numbers and words of the code that name a floating point type: `f64`, `1f32`, `to_f64`.
fn floats(source: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (number, line) in code_only(source).lines().enumerate() {
        for word in line.split(|c| !is_word(c)) {
            let float = word.split('_').any(|part| {
                let part = part.trim_start_matches(|c: char| c.is_ascii_digit());
                matches!(part, "f32" | "f64")
            });
            if float {
                found.push((number + 1, word.to_owned()));
            }
        }
    }
    found
}

#[test]
fn arrows_between_crates_point_down() {
    let metadata = workspace();
    let mut wrong = Vec::new();
    for package in &metadata.packages {
        let name = package.name.as_str();
        let Some((_, allowed)) = ARROWS.iter().find(|(from, _)| *from == name) else {
            wrong.push(format!("{name} is new: give it a place in ARROWS and in ARCHITECTURE.md"));
            continue;
        };
        for (to, kind) in dependencies(package).filter(|(to, _)| to.starts_with("crossdock")) {
            let test_only = kind == DEVELOPMENT && (to == TESTKIT || to == DB);
            // A crate names itself as dev-dependency to switch on its own features in tests.
            let itself = kind == DEVELOPMENT && to == name;
            if !allowed.contains(&to) && !test_only && !itself {
                wrong.push(format!("{name} → {to} ({kind})"));
            }
        }
    }
    assert!(wrong.is_empty(), "arrows that point the wrong way:\n  {}", wrong.join("\n  "));
}

#[test]
fn every_crate_of_the_table_exists() {
    let metadata = workspace();
    let there: BTreeSet<_> = metadata.packages.iter().map(|p| p.name.as_str()).collect();
    let gone: Vec<_> = ARROWS.iter().map(|(name, _)| *name).filter(|name| !there.contains(name)).collect();
    assert!(gone.is_empty(), "in ARROWS but not in the workspace: {gone:?}");
}

#[test]
fn sql_belongs_to_db_and_axum_to_web() {
    let metadata = workspace();
    let mut wrong = Vec::new();
    for package in metadata.packages.iter().filter(|p| !NOT_SHIPPED.contains(&p.name.as_str())) {
        let name = package.name.as_str();
        for (to, kind) in dependencies(package) {
            if let Some((owner, _)) = OWNED.iter().find(|(owner, crates)| *owner != name && crates.contains(&to)) {
                wrong.push(format!("{name} → {to} ({kind}); only {owner} uses it"));
            }
        }
    }
    assert!(wrong.is_empty(), "crates used outside their owner:\n  {}", wrong.join("\n  "));
}

/// Packages with the sets of features that they are built with, as `cargo tree` tells for these kinds of edges.
fn features(edges: &str) -> BTreeMap<String, BTreeSet<String>> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let mut command = Command::new(env!("CARGO"));
    command.args(["tree", "--offline", "--workspace", "--prefix", "none", "--format", "{p}|{f}", "--edges", edges]);
    let output = command.arg("--manifest-path").arg(manifest).output().expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut built: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        if let Some((package, features)) = line.trim_end_matches(" (*)").split_once('|') {
            built.entry(package.to_owned()).or_default().insert(features.to_owned());
        }
    }
    built
}

#[test]
fn tests_are_built_on_the_same_dependencies_as_the_program() {
    let (program, tests) = (features("normal,build"), features("normal,build,dev"));
    let wrong: Vec<_> = program.iter().filter(|(package, sets)| !tests[*package].is_subset(sets)).collect();
    assert!(
        wrong.is_empty(),
        "a dev-dependency switches features on, so that all of this is compiled twice: {wrong:#?}"
    );
}

#[test]
fn domain_neither_waits_nor_talks_to_anyone() {
    let metadata = workspace();
    let domain = metadata.packages.iter().find(|p| p.name.as_str() == "crossdock-domain").expect("the domain crate");
    let wrong: Vec<_> = dependencies(domain).map(|(to, _)| to).filter(|to| NOT_IN_DOMAIN.contains(to)).collect();
    assert!(wrong.is_empty(), "crossdock-domain depends on {wrong:?}");
}

#[test]
fn domain_has_no_floating_point() {
    let mut wrong = Vec::new();
    for path in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../domain/src")) {
        for (line, word) in floats(&read(&path)) {
            wrong.push(format!("{}:{line}: {word}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "money, rates and weights are exact decimals:\n  {}", wrong.join("\n  "));
}

#[test]
fn source_files_stay_readable_in_one_sitting() {
    let metadata = workspace();
    let mut wrong = Vec::new();
    for path in source_directories(&metadata).iter().flat_map(|directory| sources(directory)) {
        let lines = read(&path).lines().count();
        if lines > MOST_LINES {
            wrong.push(format!("{}: {lines} lines", path.display()));
        }
        if path.file_name().is_some_and(|name| name == "mod.rs") {
            wrong.push(format!("{}: foo.rs stands beside foo/, there is no mod.rs", path.display()));
        }
    }
    assert!(wrong.is_empty(), "split these (about 400 lines, {MOST_LINES} at most):\n  {}", wrong.join("\n  "));
}

#[test]
fn the_float_scan_sees_code_and_nothing_else() {
    let words = |source: &str| floats(source).into_iter().map(|(_, word)| word).collect::<Vec<_>>();
    assert_eq!(words("let x: f64 = 1f32; y.to_f64();"), ["f64", "1f32", "to_f64"]);
    assert_eq!(words("1_000_f64"), ["1_000_f64"]);
    assert!(words("// f64\n/* f32 /* f64 */ f32 */ \"f64 \\\" f32\" r#\"f64 \" f64\"# br\"f64\" b\"f64\"").is_empty());
    assert!(words("fn a<'f>(x: &'f str) -> char { '\"' } let ef64 = '\\''; half64(f640)").is_empty());
    assert_eq!(words("let q = '\"'; let x: f64; let r = \"\";"), ["f64"]);
    assert_eq!(floats("/* a\n b */ \"c\nd\"\nf32"), [(4, "f32".to_owned())]);
}
