//! HTML: how texts are escaped, and what of the merchants' own HTML reaches a page.

use std::collections::HashSet;
use std::sync::LazyLock;

use ammonia::Builder;
use minijinja::value::Value;
use minijinja::{AutoEscape, Error, ErrorKind, Output, State, escape_formatter};

/// Escapes what HTML needs, in texts and quoted attributes. The engine's own way escapes the slash too, which makes
/// every link in a page unreadable for people and scripts, and would print "None".
pub(super) fn escape(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    if value.is_none() {
        return Err(Error::new(ErrorKind::UndefinedError, "a value that is not there would be printed"));
    }
    let Some(text) = value.as_str().filter(|_| !value.is_safe() && matches!(state.auto_escape(), AutoEscape::Html))
    else {
        return escape_formatter(out, state, value);
    };
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
        let escaped = match rest.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => "&#39;",
        };
        out.write_str(&rest[..at]).and_then(|()| out.write_str(escaped)).map_err(Error::from)?;
        rest = &rest[at + 1..];
    }
    out.write_str(rest).map_err(Error::from)
}

/// Lists and emphasis, without any attribute: enough for the option lists shops put into `description`.
const ALLOWED: [&str; 10] = ["ul", "ol", "li", "b", "strong", "i", "em", "br", "p", "span"];

/// Elements whose content is no text for people.
const DROPPED_WITH_CONTENT: [&str; 4] = ["script", "style", "title", "template"];

static SAFE: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    builder.tags(HashSet::from(ALLOWED)).clean_content_tags(HashSet::from(DROPPED_WITH_CONTENT));
    builder
});

/// The harmless part of a merchant's text, as HTML.
pub(super) fn safe_html(text: &str) -> String {
    SAFE.clean(text).to_string()
}

/// Paragraphs of lines of a plain text, for texts that a merchant typed into a setting.
pub(super) fn paragraphs(text: &str) -> Vec<Vec<String>> {
    let text = text.replace("\r\n", "\n");
    text.split("\n\n")
        .map(|paragraph| paragraph.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect())
        .filter(|lines: &Vec<String>| !lines.is_empty())
        .collect()
}

/// Gives every `<script` of a merchant's footer the nonce of the page, so that the content security policy lets it
/// run. The nonce stands unquoted because the tag may be part of a string inside another script.
pub(super) fn with_nonce(html: &str, nonce: &str) -> String {
    const TAG: &[u8] = b"<script";
    let mut out = String::with_capacity(html.len() + nonce.len() + 16);
    let mut copied = 0;
    let bytes = html.as_bytes();
    let mut at = 0;
    while at + TAG.len() <= bytes.len() {
        let end = at + TAG.len();
        let is_tag = bytes[at..end].eq_ignore_ascii_case(TAG)
            && bytes.get(end).is_some_and(|next| next.is_ascii_whitespace() || matches!(next, b'>' | b'/'));
        if is_tag {
            out.push_str(&html[copied..end]);
            out.push_str(" nonce=");
            // Anything else would end the attribute; our nonces have no such character.
            out.extend(nonce.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')));
            copied = end;
        }
        at += 1;
    }
    out.push_str(&html[copied..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped_and_what_is_not_there_is_an_error() {
        let mut env = minijinja::Environment::new();
        env.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
        env.set_formatter(escape);
        env.add_template("x.html", "<a title='{{ text }}'>{{ number }}</a>").unwrap();
        env.add_template("none.html", "{{ nothing }}").unwrap();
        let page = env.get_template("x.html").unwrap();
        let context = minijinja::context! { text => "/é<\"'&>", number => 5 };
        assert_eq!(page.render(context).unwrap(), "<a title='/é&lt;&quot;&#39;&amp;&gt;'>5</a>");
        assert!(page.render(minijinja::context! { text => "" }).is_err());
        let page = env.get_template("none.html").unwrap();
        assert!(page.render(minijinja::context! { nothing => None::<i64> }).is_err());
    }

    #[test]
    fn lists_stay_and_everything_dangerous_goes() {
        assert_eq!(safe_html("Hat<ul><li><b>Size</b>: M</li></ul>"), "Hat<ul><li><b>Size</b>: M</li></ul>");
        assert_eq!(safe_html("<p onclick=x style='a'>Hi</p>"), "<p>Hi</p>");
        assert_eq!(safe_html("<script>alert(1)</script>Hat"), "Hat");
        assert_eq!(safe_html("<img src=x onerror=alert(1)>Hat"), "Hat");
        assert_eq!(safe_html("<a href='javascript:alert(1)'>Hat</a>"), "Hat");
        assert_eq!(safe_html("3 < 4 & 5"), "3 &lt; 4 &amp; 5");
        assert_eq!(safe_html("<svg><style><img src=x onerror=alert(1)>"), "");
        assert_eq!(safe_html("<ul><li>open"), "<ul><li>open</li></ul>");
        assert_eq!(safe_html("</div></section>Hat"), "Hat");
    }

    #[test]
    fn settings_text_becomes_paragraphs() {
        assert_eq!(paragraphs("a\r\n b \r\n\r\n\r\nc\n"), [vec!["a", "b"], vec!["c"]]);
        assert!(paragraphs("  \n ").is_empty());
    }

    #[test]
    fn every_script_tag_of_a_footer_gets_the_nonce() {
        assert_eq!(with_nonce("<script>1</script>", "aB-_"), "<script nonce=aB-_>1</script>");
        assert_eq!(with_nonce("é<SCRIPT\nsrc=x></SCRIPT>é", "n"), "é<SCRIPT nonce=n\nsrc=x></SCRIPT>é");
        assert_eq!(with_nonce("<scripty></scripty><script", "n"), "<scripty></scripty><script");
        assert_eq!(with_nonce("<script>", "a\" onx=\"b"), "<script nonce=aonxb>");
    }
}
