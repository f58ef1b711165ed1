//! Counts a template's tags before it is parsed: the parser, and what makes a program of its tree, go one step down for each
//! operator and each `elif`, so a long chain of them would use up the stack.

use crate::webhook::body::BodyError;

/// Words and signs in one tag.
const MOST_TOKENS: usize = 200;
/// `elif` in one template.
const MOST_ELIF: usize = 100;
/// Tags in one template.
const MOST_TAGS: usize = 4_000;

/// Refuses a template that has too much of something.
pub(super) fn check(source: &str) -> Result<(), BodyError> {
    let no = |what: &str, most: usize| Err(BodyError(format!("the template has more than {most} {what}")));
    let (mut tags, mut elifs) = (0, 0);
    let mut rest = source;
    while let Some(at) = rest.find('{') {
        rest = &rest[at..];
        if let Some(comment) = rest.strip_prefix("{#") {
            rest = comment.split_once("#}").map_or("", |(_, behind)| behind);
            continue;
        }
        let Some((inside, end)) = (rest.strip_prefix("{%").map(|inside| (inside, "%}")))
            .or_else(|| rest.strip_prefix("{{").map(|inside| (inside, "}}")))
        else {
            rest = &rest[1..];
            continue;
        };
        let tag = Tag::read(inside, end);
        tags += 1;
        elifs += usize::from(end == "%}" && tag.first == "elif");
        if tag.tokens > MOST_TOKENS {
            return no("words and signs in one tag", MOST_TOKENS);
        }
        if elifs > MOST_ELIF {
            return no("elif", MOST_ELIF);
        }
        if tags > MOST_TAGS {
            return no("tags", MOST_TAGS);
        }
        rest = if end == "%}" && tag.first == "raw" { behind_raw(tag.behind) } else { tag.behind };
    }
    Ok(())
}

struct Tag<'a> {
    /// Its first word.
    first: &'a str,
    /// Words and signs; a text in quotes is one.
    tokens: usize,
    /// What comes after it.
    behind: &'a str,
}

impl<'a> Tag<'a> {
    /// Reads what stands behind `{%` or `{{`. A tag that does not end goes to the end of the template.
    fn read(inside: &'a str, end: &str) -> Self {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let name = inside.trim_start_matches(['-', '+']).trim_start();
        let first = &name[..name.find(|c| !is_word(c)).unwrap_or(name.len())];
        let (mut tokens, mut rest) = (0, inside);
        loop {
            rest = rest.trim_start();
            if let Some(behind) = rest.strip_prefix(end) {
                return Self { first, tokens, behind };
            }
            let Some(next) = rest.chars().next() else { return Self { first, tokens, behind: "" } };
            tokens += 1;
            rest = if next == '"' || next == '\'' {
                behind_text(&rest[1..], next)
            } else if is_word(next) {
                rest.trim_start_matches(is_word)
            } else {
                &rest[next.len_utf8()..]
            };
        }
    }
}

/// What comes after a text in quotes.
fn behind_text(text: &str, quote: char) -> &str {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return &text[at + 1..],
            _ => {}
        }
    }
    ""
}

/// What comes after a part that is not looked at: from the tag `endraw` on.
fn behind_raw(mut rest: &str) -> &str {
    while let Some((_, inside)) = rest.split_once("{%") {
        let tag = Tag::read(inside, "%}");
        if tag.first == "endraw" {
            return tag.behind;
        }
        rest = inside;
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chains_are_refused_before_they_are_parsed() {
        let elif = format!("{{%if 0%}}{}{{%endif%}}", "{%elif 0%}".repeat(1_787));
        for template in [
            elif.clone(),
            elif.replace("{%elif", "{%- elif"),
            format!("{{{{ {}x }}}}", "not ".repeat(7_429)),
            format!("{{{{ {}1 }}}}", "-".repeat(4_673)),
            format!("{{% if {}1 %}}{{% endif %}}", "-".repeat(4_673)),
            format!("{{{{ x{} }}}}", "|upper".repeat(4_000)),
            format!("{{{{ x{} }}}}", ".y".repeat(9_000)),
            format!("{{{{ x{} }}}}", " and x".repeat(5_000)),
            format!("{{{{ x{} }}}}", " is defined".repeat(2_900)),
            format!("{{{{ x{} }}}}", " if x else x".repeat(2_600)),
            format!("{{{{ {}x{} }}}}", "(".repeat(9_000), ")".repeat(9_000)),
            format!("{{{{ {}", "-".repeat(9_000)),
            format!("{{% raw %}}{{{{ \" {{% endraw %}}{{{{ {}1 }}}}", "-".repeat(4_673)),
            format!("{{# \" #}}{{{{ {}1 }}}}", "-".repeat(4_673)),
            "{{x}}".repeat(6_000),
        ] {
            let error = check(&template).expect_err(&template[..40]).0;
            assert!(error.contains("more than"), "{error}");
        }
    }

    #[test]
    fn what_people_write_is_taken() {
        let branches = format!("{{% if a %}}{}{{% endif %}}", "{% elif b == 'x' %}y".repeat(100));
        let long_text = format!("{{{{ x == \"{}\" }}}}", "- not ".repeat(2_000));
        let prose = format!("{{\"text\": \"{}\"}}", "not - ".repeat(4_000));
        for template in [&branches, &long_text, &prose, "{% raw %}{{ - - }}{% endraw %}", "{", "{{", "{% raw %}", ""] {
            check(template).unwrap_or_else(|error| panic!("{}: {error}", template.get(..40).unwrap_or(template)));
        }
    }
}
