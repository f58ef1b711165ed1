//! The query string of a call: gate, method, version, format and language (customer protocol §2.1).

use super::gates::{Aliases, Method};

/// In which the words of answers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Lang {
    /// Polish, when nothing is asked for.
    #[default]
    Pol,
    /// English.
    Eng,
}

impl Lang {
    /// As `lang=` spells it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pol => "pol",
            Self::Eng => "eng",
        }
    }
}

/// How a call is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// JSON.
    Json,
    /// SOAP 1.1, rpc/encoded.
    Soap,
    /// Not a call: the description of its SOAP form.
    Wsdl,
}

/// Which API was called; each has its own names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ApiVariant {
    /// `/customer-api/`.
    Customer,
    /// `/ajax-api/`.
    Ajax,
}

impl ApiVariant {
    /// The first part of its path.
    pub const fn segment(self) -> &'static str {
        match self {
            Self::Customer => "customer-api",
            Self::Ajax => "ajax-api",
        }
    }
}

/// What a query string asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    /// `None`: no such gate or method, or the version is no positive number.
    pub(super) method: Option<Method>,
    /// `None`: no such format.
    pub(super) format: Option<Format>,
    pub(super) lang: Lang,
    /// Whether the language was asked for; then the WSDL's address asks for it as well.
    pub(super) lang_given: bool,
    /// Gate, method and version as they were written, for the WSDL's address.
    pub(super) name: String,
}

impl Target {
    /// Never fails: what is not understood is told as fault 8, in the format that was understood.
    pub(super) fn parse(variant: ApiVariant, aliases: &Aliases, query: &str) -> Self {
        let (mut gate, mut lang) = (String::new(), None);
        for pair in query.split('&') {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            if key.eq_ignore_ascii_case("gate") && gate.is_empty() {
                gate = percent_decode(value);
            } else if key.eq_ignore_ascii_case("lang") {
                lang = match value.to_ascii_lowercase().as_str() {
                    "pol" | "pl" => Some(Lang::Pol),
                    "eng" | "en" => Some(Lang::Eng),
                    _ => lang,
                };
            }
        }
        let mut parts = gate.trim_matches('/').split('/');
        let name = [parts.next(), parts.next()].map(|part| part.unwrap_or_default().trim()).join("/");
        let version = parts.next().unwrap_or_default();
        let format = match parts.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("/").as_str() {
            "json" => Some(Format::Json),
            "soap" => Some(Format::Soap),
            "soap/wsdl" => Some(Format::Wsdl),
            _ => None,
        };
        let known = match variant {
            ApiVariant::Customer => aliases.resolve(&name),
            ApiVariant::Ajax => Method::from_ajax_name(&name),
        };
        let method = known.filter(|_| is_version(version));
        let name = if method.is_some() { format!("{name}/{version}") } else { String::new() };
        Self { method, format, lang: lang.unwrap_or_default(), lang_given: lang.is_some(), name }
    }
}

/// Any positive integer stands for the newest version (customer protocol §2.1).
fn is_version(text: &str) -> bool {
    (1..=9).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit()) && text.bytes().any(|b| b != b'0')
}

/// `%2F` and its like; bytes that are no UTF-8 become marks that no name holds.
fn percent_decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        match (first, tail) {
            (b'%', [high, low, after @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                bytes.push(hex(*high) << 4 | hex(*low));
                rest = after;
            }
            (b'+', _) => bytes.push(b' '),
            _ => bytes.push(*first),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

const fn hex(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        b'a'..=b'f' => digit - b'a' + 10,
        _ => digit.wrapping_sub(b'A').wrapping_add(10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(query: &str) -> (Option<Method>, Option<Format>, Lang) {
        let target = Target::parse(ApiVariant::Customer, &Aliases::default(), query);
        (target.method, target.format, target.lang)
    }

    #[test]
    fn a_query_names_gate_method_version_format_and_language() {
        let order = Some(Method::OrdersAdd);
        for (query, wanted) in [
            ("gate=Orders/add/1/json", (order, Some(Format::Json), Lang::Pol)),
            ("gate=Orders%2Fadd%2F1%2Fjson", (order, Some(Format::Json), Lang::Pol)),
            ("gate=orders%2fADD/170/SOAP&lang=eng", (order, Some(Format::Soap), Lang::Eng)),
            ("lang=pol&gate=Orders/add/1/soap/wsdl", (order, Some(Format::Wsdl), Lang::Pol)),
            ("GATE=Orders/add/007/soap/wsdl&lang=en", (order, Some(Format::Wsdl), Lang::Eng)),
            ("gate=/Orders/add/1/json/", (order, Some(Format::Json), Lang::Pol)),
            ("gate=Orders/add/0/json", (None, Some(Format::Json), Lang::Pol)),
            ("gate=Orders/add/-1/json", (None, Some(Format::Json), Lang::Pol)),
            ("gate=Orders/add/x/json", (None, Some(Format::Json), Lang::Pol)),
            ("gate=Orders/add/1/xml", (order, None, Lang::Pol)),
            ("gate=Orders/add/1", (order, None, Lang::Pol)),
            ("gate=Nothing/here/1/soap", (None, Some(Format::Soap), Lang::Pol)),
            ("gate=%zz%&lang=deu", (None, None, Lang::Pol)),
            ("", (None, None, Lang::Pol)),
        ] {
            assert_eq!(parse(query), wanted, "{query}");
        }
    }

    #[test]
    fn the_ajax_api_has_its_own_names() {
        let parse = |query| Target::parse(ApiVariant::Ajax, &Aliases::default(), query).method;
        assert_eq!(parse("gate=dropshipping/basketImport/1/json"), Some(Method::BasketAdd));
        assert_eq!(parse("gate=Basket/add/1/json"), None);
    }
}
