//! Small text rules shared by parsers, pages and tables on a terminal. Not for safety: pages sanitise HTML elsewhere.

mod fold;

pub use fold::{digit, is_invisible, plain_char, plain_chars, words};

/// Serialises a type as the text that `Display` writes and reads it by `FromStr`.
macro_rules! serde_as_text {
    ($name:ident) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'_, str>>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use serde_as_text;

/// One line: runs of white space become one blank, none at the ends.
pub fn collapse(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// At most the first `max` characters; never cuts within one.
pub fn truncate_chars(text: &str, max: usize) -> &str {
    text.char_indices().nth(max).map_or(text, |(end, _)| &text[..end])
}

/// Removes control characters other than newline and tab; for form input before it is stored. Browsers send line ends
/// as `\r\n`, so this also leaves plain newlines.
pub fn strip_control(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

/// Elements that stand within a line of text; every other tag separates words.
const INLINE: [&str; 18] = [
    "a", "abbr", "b", "big", "cite", "code", "em", "font", "i", "mark", "s", "small", "span", "strong", "sub", "sup",
    "tt", "u",
];

/// Entities that are decoded.
const ENTITIES: [(&str, char); 7] =
    [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>'), ("&quot;", '"'), ("&#39;", '\''), ("&apos;", '\''), ("&nbsp;", ' ')];

/// The text of an HTML fragment as one line: tags, comments, scripts and styles go, the basic entities are decoded once.
///
/// Tolerant: what is no tag stays, so `a < b` and plain text come through. The result may well hold `<` again and must
/// be escaped like any other text.
pub fn plain_text(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some((after, separates)) = after_markup(rest) {
            if separates {
                out.push(' ');
            }
            rest = after;
        } else if let Some((after, c)) = ENTITIES.iter().find_map(|(entity, c)| Some((rest.strip_prefix(entity)?, *c)))
        {
            out.push(c);
            rest = after;
        } else {
            out.push_str(&rest[..1]);
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    collapse(&out)
}

/// What follows the tag or comment that `text` begins with, and whether it parts words; `None` when there is none.
fn after_markup(text: &str) -> Option<(&str, bool)> {
    let inner = text.strip_prefix('<')?;
    if let Some(comment) = inner.strip_prefix("!--") {
        return Some((comment.find("-->").map_or("", |end| &comment[end + 3..]), false));
    }
    if !inner.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')) {
        return None;
    }
    // A tag has no `<` inside; this also keeps the search short on texts full of them.
    let end = inner.find(['<', '>']).filter(|end| inner[*end..].starts_with('>'))?;
    let after = &inner[end + 1..];
    let closing = inner.starts_with('/');
    let name: String = inner.chars().skip(usize::from(closing)).take_while(char::is_ascii_alphanumeric).collect();
    let name = name.to_ascii_lowercase();
    if !closing && matches!(name.as_str(), "script" | "style") {
        return Some((after_closing_tag(after, &name), true));
    }
    Some((after, !INLINE.contains(&name.as_str())))
}

/// What follows `</name …>`; nothing when it is missing, as in a browser.
fn after_closing_tag<'a>(text: &'a str, name: &str) -> &'a str {
    text.match_indices("</")
        .find(|(at, _)| text[at + 2..].get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name)))
        .and_then(|(at, _)| text[at..].find('>').map(|end| &text[at + end + 1..]))
        .unwrap_or("")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn white_space_collapses_to_single_blanks() {
        assert_eq!(collapse("  a \t\n b\u{a0}c "), "a b c");
        assert_eq!(collapse(" \n "), "");
    }

    #[test]
    fn texts_are_cut_between_characters() {
        assert_eq!(truncate_chars("Größe", 3), "Grö");
        assert_eq!(truncate_chars("Größe", 5), "Größe");
        assert_eq!(truncate_chars("Größe", 0), "");
        assert_eq!(truncate_chars("", 3), "");
    }

    #[test]
    fn control_characters_go_but_lines_and_tabs_stay() {
        assert_eq!(strip_control("a\0b\u{7}\r\nc\td\u{1b}[31m\u{85}e"), "ab\nc\td[31me");
        assert_eq!(strip_control("Zoë 東京 👍"), "Zoë 東京 👍");
    }

    #[test]
    fn descriptions_become_one_line_of_text() {
        for (html, text) in [
            ("Oakley <b>Frogskins</b>", "Oakley Frogskins"),
            ("<ul><li><b>One</b></li><li>Two</li></ul>", "One Two"),
            ("one<br>two<BR/>three", "one two three"),
            ("Un<b>break</b>able", "Unbreakable"),
            ("Tom &amp; Jerry&#39;s &quot;best&quot; &lt;3 &gt; 2", "Tom & Jerry's \"best\" <3 > 2"),
            ("&amp;lt;", "&lt;"),
            ("Fish & chips &copy;", "Fish & chips &copy;"),
            ("a < b and c > d", "a < b and c > d"),
            ("unfinished <b", "unfinished <b"),
            ("<<b>x</b>", "<x"),
            ("a<!-- no > yes -->b", "ab"),
            ("a<script>if (a < b) {}</SCRIPT >b<style>p{}</style>", "a b"),
            ("a<script>never closed", "a"),
            ("größe <i>ü</i>", "größe ü"),
            ("", ""),
        ] {
            assert_eq!(plain_text(html), text, "{html}");
        }
    }

    proptest! {
        #[test]
        fn plain_words_come_through_unchanged(text in "[a-zA-Z0-9äöü .,;:!?-]{0,60}") {
            prop_assert_eq!(plain_text(&text), collapse(&text));
        }

        #[test]
        fn any_text_is_taken(text in any::<String>(), max in 0_usize..50) {
            prop_assert!(truncate_chars(&text, max).chars().count() <= max);
            prop_assert!(!strip_control(&text).contains('\0'));
            let plain = plain_text(&text);
            prop_assert_eq!(collapse(&plain), plain);
        }

        #[test]
        fn any_soup_of_markup_is_taken(soup in "(<|>|&|/|!--|-->|script|style|b|li|amp;|lt;|é| ){0,40}") {
            let plain = plain_text(&soup);
            prop_assert!(plain.len() <= soup.len() + soup.matches('<').count());
        }
    }
}
