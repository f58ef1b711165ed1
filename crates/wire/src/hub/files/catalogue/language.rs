//! Languages as files name them: `pl`, `en-GB`, `pol`.

/// Codes of two letters (ISO 639-1) and of three (ISO 639-2).
const LANGUAGES: [(&str, &str); 80] = [
    ("af", "afr"),
    ("am", "amh"),
    ("ar", "ara"),
    ("az", "aze"),
    ("be", "bel"),
    ("bg", "bul"),
    ("bn", "ben"),
    ("bs", "bos"),
    ("ca", "cat"),
    ("cs", "ces"),
    ("cy", "cym"),
    ("da", "dan"),
    ("de", "deu"),
    ("el", "ell"),
    ("en", "eng"),
    ("es", "spa"),
    ("et", "est"),
    ("eu", "eus"),
    ("fa", "fas"),
    ("fi", "fin"),
    ("fo", "fao"),
    ("fr", "fra"),
    ("ga", "gle"),
    ("gl", "glg"),
    ("gu", "guj"),
    ("he", "heb"),
    ("hi", "hin"),
    ("hr", "hrv"),
    ("hu", "hun"),
    ("hy", "hye"),
    ("id", "ind"),
    ("is", "isl"),
    ("it", "ita"),
    ("ja", "jpn"),
    ("ka", "kat"),
    ("kk", "kaz"),
    ("km", "khm"),
    ("kn", "kan"),
    ("ko", "kor"),
    ("ky", "kir"),
    ("lb", "ltz"),
    ("lo", "lao"),
    ("lt", "lit"),
    ("lv", "lav"),
    ("mk", "mkd"),
    ("ml", "mal"),
    ("mn", "mon"),
    ("mr", "mar"),
    ("ms", "msa"),
    ("mt", "mlt"),
    ("my", "mya"),
    ("nb", "nob"),
    ("ne", "nep"),
    ("nl", "nld"),
    ("nn", "nno"),
    ("no", "nor"),
    ("pa", "pan"),
    ("pl", "pol"),
    ("ps", "pus"),
    ("pt", "por"),
    ("ro", "ron"),
    ("ru", "rus"),
    ("sk", "slk"),
    ("sl", "slv"),
    ("sq", "sqi"),
    ("sr", "srp"),
    ("sv", "swe"),
    ("sw", "swa"),
    ("ta", "tam"),
    ("te", "tel"),
    ("tg", "tgk"),
    ("th", "tha"),
    ("tk", "tuk"),
    ("tr", "tur"),
    ("uk", "ukr"),
    ("ur", "urd"),
    ("uz", "uzb"),
    ("vi", "vie"),
    ("zh", "zho"),
    ("zu", "zul"),
];

/// The code of three letters under which a text is kept; `None` when the text names no language.
pub(super) fn language_code(text: &str) -> Option<String> {
    let text = text.trim().to_ascii_lowercase();
    let language = text.split(['-', '_']).next().unwrap_or("");
    match language.len() {
        3 if language.bytes().all(|byte| byte.is_ascii_lowercase()) => Some(language.to_owned()),
        2 => LANGUAGES.iter().find(|(short, _)| *short == language).map(|(_, long)| (*long).to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_and_codes_of_two_and_three_letters_are_read() {
        for (text, code) in
            [("pl", "pol"), ("pl-PL", "pol"), ("en_GB", "eng"), ("EN", "eng"), ("pol", "pol"), (" deu ", "deu")]
        {
            assert_eq!(language_code(text).as_deref(), Some(code), "{text}");
        }
        for text in ["", "p", "xx", "polish", "12", "p1l"] {
            assert_eq!(language_code(text), None, "{text}");
        }
    }

    #[test]
    fn the_table_is_sorted_and_names_no_language_twice() {
        assert!(LANGUAGES.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }
}
