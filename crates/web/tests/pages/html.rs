//! A light check of a page: tags nest, ids are unique and referenced ones exist, inputs have labels, pictures have
//! texts, nothing runs inline. No HTML parser: the pages are ours, so a strict reading of them is enough.

use std::collections::{BTreeMap, BTreeSet};

const VOID: [&str; 8] = ["meta", "link", "input", "br", "img", "hr", "path", "circle"];

struct Tag<'a> {
    name: &'a str,
    closing: bool,
    attributes: BTreeMap<&'a str, &'a str>,
}

/// Everything that is wrong with a page.
pub fn mistakes(page: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut open: Vec<&str> = Vec::new();
    let mut ids = BTreeSet::new();
    let mut references: Vec<(&str, &str)> = Vec::new();
    let mut labelled = BTreeSet::new();
    let mut inputs = Vec::new();
    let mut headings = 0;
    if !page.trim_start().starts_with("<!doctype html>") {
        found.push("no doctype at the start".to_owned());
    }
    for tag in tags(page, &mut found) {
        if tag.closing {
            match open.pop() {
                Some(name) if name == tag.name => {}
                other => found.push(format!("</{}> closes {other:?}", tag.name)),
            }
            continue;
        }
        if !VOID.contains(&tag.name) {
            open.push(tag.name);
        }
        headings += usize::from(tag.name == "h1");
        check_attributes(&tag, &mut found);
        if let Some(id) = tag.attributes.get("id")
            && !ids.insert(*id)
        {
            found.push(format!("id {id:?} twice"));
        }
        for name in ["aria-describedby", "aria-labelledby", "for"] {
            if let Some(value) = tag.attributes.get(name) {
                references.extend(value.split(' ').map(|id| (name, id)));
            }
        }
        if let Some(id) = tag.attributes.get("href").and_then(|href| href.strip_prefix('#')) {
            references.push(("href", id));
        }
        if tag.name == "label" {
            labelled.extend(tag.attributes.get("for").copied());
        }
        let hidden = tag.attributes.get("type") == Some(&"hidden");
        if matches!(tag.name, "input" | "select" | "textarea") && !hidden {
            inputs.push(tag.attributes.get("id").copied().unwrap_or(""));
        }
    }
    found.extend(open.iter().map(|name| format!("<{name}> is never closed")));
    let lost = references.iter().filter(|(_, id)| !ids.contains(id));
    found.extend(lost.map(|(name, id)| format!("{name} points to {id:?}, which is not there")));
    let nameless = inputs.iter().filter(|id| !labelled.contains(*id));
    found.extend(nameless.map(|id| format!("input {id:?} has no label")));
    if headings != 1 {
        found.push(format!("{headings} first-level headings"));
    }
    found
}

fn check_attributes(tag: &Tag<'_>, found: &mut Vec<String>) {
    let has = |name: &str| tag.attributes.contains_key(name);
    for name in tag.attributes.keys() {
        if *name == "style" || name.starts_with("on") {
            found.push(format!("<{}> has {name}, which the security policy forbids", tag.name));
        }
    }
    if tag.name == "img" && !(has("alt") && has("width") && has("height")) {
        found.push("<img> without alt, width or height".to_owned());
    }
    if has("target") && !tag.attributes.get("rel").is_some_and(|rel| rel.contains("noopener")) {
        found.push("a link to a new tab without noopener".to_owned());
    }
    if tag.name == "button" && !has("type") {
        found.push("<button> without type".to_owned());
    }
    if tag.name == "form" && !has("method") {
        found.push("<form> without method".to_owned());
    }
    if tag.name == "style" {
        found.push("an inline style sheet".to_owned());
    }
}

/// Tags in order. The text of scripts is passed over.
fn tags<'a>(page: &'a str, found: &mut Vec<String>) -> Vec<Tag<'a>> {
    let mut out = Vec::new();
    let mut rest = page;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        if rest.starts_with('!') {
            continue;
        }
        let closing = rest.starts_with('/');
        let body = rest.strip_prefix('/').unwrap_or(rest);
        let length = body.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(body.len());
        let (name, after) = body.split_at(length);
        if name.is_empty() {
            found.push(format!("a bare < before {:?}", body.chars().take(20).collect::<String>()));
            continue;
        }
        let (attributes, after) = attributes(after, found);
        rest = after;
        if name == "script" && !closing {
            rest = rest.find("</script>").map_or("", |end| &rest[end..]);
        }
        out.push(Tag { name, closing, attributes });
    }
    out
}

/// Attributes up to the end of the tag, and what follows it.
fn attributes<'a>(mut rest: &'a str, found: &mut Vec<String>) -> (BTreeMap<&'a str, &'a str>, &'a str) {
    let mut out = BTreeMap::new();
    loop {
        rest = rest.trim_start().trim_start_matches('/');
        if rest.is_empty() {
            found.push("a tag that does not end".to_owned());
            return (out, rest);
        }
        if let Some(after) = rest.strip_prefix('>') {
            return (out, after);
        }
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '=' | '>' | '/')).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end.max(1));
        let mut value = "";
        rest = after;
        if let Some(quoted) = after.strip_prefix("=\"") {
            let end = quoted.find('"').unwrap_or(quoted.len());
            value = &quoted[..end];
            rest = quoted.get(end + 1..).unwrap_or("");
        } else if let Some(bare) = after.strip_prefix('=') {
            let end = bare.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(bare.len());
            (value, rest) = bare.split_at(end);
        }
        if name.contains(['"', '\'', '<']) {
            found.push(format!("attribute {name:?}"));
        }
        if out.insert(name, value).is_some() {
            found.push(format!("attribute {name:?} twice"));
        }
    }
}
