//! JSON of strangers, judged by its bytes before anything is built of it: how deep it is, how many elements it has, and what it would
//! weigh as a tree. `{"":0},` has seven bytes and becomes seven hundred, so that a small body of small elements costs what a
//! body of the largest size must not.
//!
//! The rule that all entries keep: nobody who has shown no valid key makes us build more than [`FREE`] bytes plus [`FACTOR`]
//! times what was sent. A body beyond that is *heavy*: [`head`] takes the keys out of it, and the rest is read when they are
//! proved.

use std::borrow::Cow;
use std::fmt;

use tokio::runtime::{Handle, RuntimeFlavor};

/// What a tree may weigh whatever the size of its body, in bytes.
pub(crate) const FREE: usize = 256 * 1024;
/// What a tree may weigh for each byte of its body; with the body itself it is ten times the size.
pub(crate) const FACTOR: usize = 9;

/// Bodies above this size are read beside the async threads: below it takes a millisecond or so.
const AT_ONCE: usize = 65_536;
/// Most levels that are told apart; no limit of depth is above it.
const LEVELS: usize = 65;
/// Most elements of a [`head`]: there are a dozen keys, and clients that put all their fields at the top.
const HEAD_ELEMENTS: usize = 500;

/// A leaf of the map that an object becomes: 11 names and values.
const LEAF: usize = 640;
/// Names that fit into the first leaf.
const LEAF_NAMES: usize = 11;
/// What a further name costs: leaves are split in halves.
const NAME: usize = 130;
/// A text or number of its own, however short.
const SCALAR: usize = 24;
/// The first places of a list.
const LIST: usize = 128;
/// A further place, while the list is moved to a larger one.
const PLACE: usize = 96;

/// What an entry takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct JsonLimits {
    /// Deepest nesting, at most 64.
    pub(crate) depth: usize,
    /// Most elements: objects, lists, and what commas separate.
    pub(crate) elements: usize,
}

/// Why a body is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JsonExcess {
    /// More levels than this.
    Depth(usize),
    /// More elements than this.
    Elements(usize),
    /// Heavy, where nobody can prove a key.
    Weight,
}

impl fmt::Display for JsonExcess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Depth(most) => write!(f, "the body is nested more than {most} levels deep"),
            Self::Elements(most) => write!(f, "the body has more than {most} elements; send it in parts"),
            Self::Weight => f.write_str("the body has too many elements for a request without a secret"),
        }
    }
}

/// What a body would weigh as a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct JsonWeight {
    /// Bytes, estimated from above.
    pub(crate) tree: usize,
    /// More than a stranger may make us build.
    pub(crate) heavy: bool,
}

/// Whether something of this weight is more than a stranger may make us build of a body of this size.
pub(crate) const fn is_heavy(weight: usize, size: usize) -> bool {
    weight > FREE + FACTOR * size
}

/// Weighs a body, which need not be well-formed: what the parser refuses half-way has cost less.
pub(crate) fn weigh(body: &[u8], limits: JsonLimits) -> Result<JsonWeight, JsonExcess> {
    // What each open object or list holds by now.
    let mut held = [(false, 0_usize); LEVELS];
    let (mut depth, mut elements, mut tree) = (0_usize, 0_usize, 0_usize);
    let deepest = limits.depth.min(LEVELS - 1);
    let mut bytes = body.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => skip_text(&mut bytes),
            b'{' | b'[' => {
                depth += 1;
                elements += 1;
                if depth > deepest {
                    return Err(JsonExcess::Depth(deepest));
                }
                held[depth] = (*byte == b'{', 0);
                tree += if *byte == b'[' { LIST } else { 0 };
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            b':' => {
                let (_, names) = &mut held[depth];
                *names += 1;
                tree += 2 * SCALAR
                    + match *names {
                        1 => LEAF,
                        names if names > LEAF_NAMES => NAME,
                        _ => 0,
                    };
            }
            b',' => {
                elements += 1;
                let (is_object, places) = &mut held[depth];
                if !*is_object {
                    *places += 1;
                    tree += SCALAR + if *places >= 4 { PLACE } else { 0 };
                }
            }
            _ => {}
        }
        if elements > limits.elements {
            return Err(JsonExcess::Elements(limits.elements));
        }
    }
    Ok(JsonWeight { tree, heavy: is_heavy(tree, body.len()) })
}

/// Puts U+FFFD where half a surrogate pair is escaped alone: what is left of an emoji that a client cut in two. The parser would
/// refuse the whole body for it.
pub(crate) fn mend_surrogates(body: &[u8]) -> Cow<'_, [u8]> {
    const UNIT: usize = 6;
    let unit = |at: usize| {
        let digits = body.get(at..at + UNIT)?.strip_prefix(br"\u")?;
        digits.iter().try_fold(0, |unit, digit| Some(unit * 16 + char::from(*digit).to_digit(16)?))
    };
    let mut mended = Cow::Borrowed(body);
    let mut at = 0;
    while let Some(next) = body.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == b'\\')) {
        at += next;
        at += match unit(at) {
            Some(0xd800..=0xdbff) if matches!(unit(at + UNIT), Some(0xdc00..=0xdfff)) => 2 * UNIT,
            Some(0xd800..=0xdfff) => {
                mended.to_mut()[at..at + UNIT].copy_from_slice(br"\ufffd");
                UNIT
            }
            // What is escaped may be a backslash.
            _ => 2,
        };
    }
    mended
}

/// Goes behind the end of a text whose first quote was read.
fn skip_text(bytes: &mut std::slice::Iter<'_, u8>) {
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' => drop(bytes.next()),
            b'"' => return,
            _ => {}
        }
    }
}

/// A body without what lies deep: the fields of the outermost object, and of the objects in it, as far as they are no lists and no
/// further objects, which become `null`. All keys of all dialects are there. `None` when that is still too much.
pub(crate) fn head(body: &[u8]) -> Option<Vec<u8>> {
    let mut kept = Vec::new();
    let mut depth = 0_usize;
    // The level below which everything is left out.
    let mut left_out: Option<usize> = None;
    let mut rest = body;
    while let Some((byte, behind)) = rest.split_first() {
        let mut taken = 1;
        match byte {
            b'"' => {
                let mut bytes = behind.iter();
                skip_text(&mut bytes);
                taken = rest.len() - bytes.len();
            }
            b'{' | b'[' => {
                if left_out.is_none() && (*byte == b'[' || depth >= 2) {
                    left_out = Some(depth);
                    kept.extend_from_slice(b"null");
                }
                depth += 1;
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if left_out == Some(depth) {
                    left_out = None;
                    rest = behind;
                    continue;
                }
            }
            _ => {}
        }
        if left_out.is_none() {
            kept.extend_from_slice(&rest[..taken]);
        }
        rest = &rest[taken..];
    }
    let limits = JsonLimits { depth: 2, elements: HEAD_ELEMENTS };
    weigh(&kept, limits).is_ok().then_some(kept)
}

/// Does work on a body of this size; what takes long is done where no other request waits for it.
pub(crate) fn beside<T>(size: usize, work: impl FnOnce() -> T) -> T {
    let can_move = || Handle::try_current().is_ok_and(|handle| handle.runtime_flavor() == RuntimeFlavor::MultiThread);
    if size > AT_ONCE && can_move() { tokio::task::block_in_place(work) } else { work() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    const LIMITS: JsonLimits = JsonLimits { depth: 64, elements: 20_000 };

    fn head_of(body: &str) -> Value {
        serde_json::from_slice(&head(body.as_bytes()).expect("modest")).expect("JSON")
    }

    /// What a tree weighs at least: what its maps, lists and texts hold, without what allocators round up.
    fn weight_of(value: &Value) -> usize {
        let own = size_of::<Value>();
        match value {
            Value::Null | Value::Bool(_) => 0,
            Value::Number(number) => number.to_string().len(),
            Value::String(text) => text.len(),
            Value::Array(items) => items.capacity() * own + items.iter().map(weight_of).sum::<usize>(),
            Value::Object(map) => {
                let leaves = map.len().div_ceil(LEAF_NAMES);
                leaves * (LEAF_NAMES * (own + size_of::<String>()))
                    + map.iter().map(|(name, value)| name.len() + weight_of(value)).sum::<usize>()
            }
        }
    }

    #[test]
    fn depth_and_number_of_elements_are_limited_whatever_is_in_texts() {
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(weigh(nested(64).as_bytes(), LIMITS).is_ok());
        assert_eq!(weigh(nested(65).as_bytes(), LIMITS), Err(JsonExcess::Depth(64)));
        assert_eq!(weigh("[".repeat(1_000_000).as_bytes(), LIMITS), Err(JsonExcess::Depth(64)));
        let many = |items: usize| format!("[{}0]", "0,".repeat(items));
        assert!(weigh(many(LIMITS.elements - 1).as_bytes(), LIMITS).is_ok());
        assert_eq!(weigh(many(LIMITS.elements).as_bytes(), LIMITS), Err(JsonExcess::Elements(20_000)));
        let text = format!("{{\"a\":\"{}\\\"{}\\\\\"}}", "[{,".repeat(30_000), "[");
        assert!(weigh(text.as_bytes(), LIMITS).is_ok(), "brackets inside texts count for nothing");
    }

    #[test]
    fn small_elements_are_heavy_and_carts_are_not() {
        for element in ["{\"\":0},", "[0],", "0,", "{},", "\"\",", "[[[]]],"] {
            let body = format!("[{}0]", element.repeat(19_000 / element.matches([',', '{', '[']).count()));
            let weight = weigh(body.as_bytes(), LIMITS).expect("within the limits");
            assert!(weight.heavy, "{element}: {weight:?} of {}", body.len());
        }
        let flat: String = (0..19_000).map(|n| format!("\"{n}\":0,")).collect();
        assert!(weigh(format!("{{{flat}\"\":0}}").as_bytes(), LIMITS).expect("within the limits").heavy);
        let line = r#"{"description":"A","quantity":1,"unitPrice":1},"#;
        let cart = format!(r#"{{"store":999,"items":[{}{{}}]}}"#, line.repeat(500));
        assert!(!weigh(cart.as_bytes(), LIMITS).expect("within the limits").heavy, "the shortest cart of 500 lines");
    }

    #[test]
    fn the_head_has_the_keys_and_nothing_that_is_deep() {
        let body = r#" {"store":1,"a":[{"secret":"x"},[1]],"params":{"k":"\"}","deep":{"x":[1]},"l":[2],"z":null},"secret":"s"} "#;
        let wanted = r#"{"store":1,"a":null,"params":{"k":"\"}","deep":null,"l":null,"z":null},"secret":"s"}"#;
        assert_eq!(head_of(body), serde_json::from_str::<Value>(wanted).expect("JSON"));
        assert_eq!(head_of("[1,2]"), Value::Null);
        let many: String = (0..600).map(|n| format!("\"{n}\":0,")).collect();
        assert_eq!(head(format!("{{{many}\"a\":0}}").as_bytes()), None);
        for broken in ["", "{", "]]]", "{\"a", "\\", "\"\\", "{]}[", "nul"] {
            assert!(head(broken.as_bytes()).is_some(), "{broken}");
        }
    }

    proptest! {
        #[test]
        fn no_tree_weighs_more_than_was_estimated(body in json(), repeat in 1_usize..40) {
            let body = format!("[{}]", vec![body; repeat].join(","));
            let limits = JsonLimits { depth: 64, elements: usize::MAX };
            let estimate = weigh(body.as_bytes(), limits).expect("no limits").tree;
            let value: Value = serde_json::from_str(&body).expect("JSON");
            prop_assert!(weight_of(&value) <= estimate + body.len(), "{} of {estimate}: {body}", weight_of(&value));
        }

        #[test]
        fn a_head_is_json_when_its_body_is(body in json()) {
            let head = head(body.as_bytes());
            prop_assert!(head.is_none_or(|head| serde_json::from_slice::<Value>(&head).is_ok()));
        }

        #[test]
        fn no_scraps_make_it_panic(scraps in proptest::collection::vec(
            proptest::sample::select(vec!["{", "}", "[", "]", ",", ":", "\"", "\\", "a", "0", " ", "ż"]), 0..80)) {
            let body = scraps.concat();
            let _ = (weigh(body.as_bytes(), LIMITS), head(body.as_bytes()));
        }
    }

    /// Small JSON of every shape.
    fn json() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            Just("0".to_owned()),
            Just("\"\"".to_owned()),
            Just("null".to_owned()),
            Just("{}".to_owned()),
            Just("[]".to_owned()),
            Just("1.5e3".to_owned())
        ];
        leaf.prop_recursive(5, 60, 14, |inner| {
            let items = proptest::collection::vec(inner, 0..14);
            prop_oneof![
                items.clone().prop_map(|items| format!("[{}]", items.join(","))),
                items.prop_map(|items| {
                    let fields: Vec<String> =
                        items.iter().enumerate().map(|(n, item)| format!("\"{n}\":{item}")).collect();
                    format!("{{{}}}", fields.join(","))
                }),
            ]
        })
    }

    #[test]
    fn halves_of_surrogate_pairs_are_replaced_and_nothing_else() {
        for (sent, wanted) in [
            (r#""a\ud83d""#, r#""a\ufffd""#),
            (r#""\uDE00b""#, r#""\ufffdb""#),
            (r#""\ud83d\ud83d\ude00""#, r#""\ufffd\ud83d\ude00""#),
            (r#""\ud83d\ude00""#, r#""\ud83d\ude00""#),
            (r#""\ud83d\n\ude00""#, r#""\ufffd\n\ufffd""#),
            (r#""\\ud83d""#, r#""\\ud83d""#),
            (r#""\\\ud83d""#, r#""\\\ufffd""#),
            (r#""\u00e9\"\ud83""#, r#""\u00e9\"\ud83""#),
            (r"\ud83d", r"\ufffd"),
            ("", ""),
            ("\\", "\\"),
        ] {
            assert_eq!(String::from_utf8_lossy(&mend_surrogates(sent.as_bytes())), wanted, "{sent}");
        }
    }
}
