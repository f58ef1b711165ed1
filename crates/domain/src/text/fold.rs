//! One form for what people type: digits of every script, full-width letters, accents, blanks and dots. Whoever compares a
//! typed name or reads digits that a person typed goes through here, so that no two places disagree about what was meant.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The zeros of all scripts that write decimal digits (Unicode general category `Nd`); one to nine follow each.
const ZEROS: [char; 66] = [
    '0',
    '\u{660}',
    '\u{6F0}',
    '\u{7C0}',
    '\u{966}',
    '\u{9E6}',
    '\u{A66}',
    '\u{AE6}',
    '\u{B66}',
    '\u{BE6}',
    '\u{C66}',
    '\u{CE6}',
    '\u{D66}',
    '\u{DE6}',
    '\u{E50}',
    '\u{ED0}',
    '\u{F20}',
    '\u{1040}',
    '\u{1090}',
    '\u{17E0}',
    '\u{1810}',
    '\u{1946}',
    '\u{19D0}',
    '\u{1A80}',
    '\u{1A90}',
    '\u{1B50}',
    '\u{1BB0}',
    '\u{1C40}',
    '\u{1C50}',
    '\u{A620}',
    '\u{A8D0}',
    '\u{A900}',
    '\u{A9D0}',
    '\u{A9F0}',
    '\u{AA50}',
    '\u{ABF0}',
    '\u{FF10}',
    '\u{104A0}',
    '\u{10D30}',
    '\u{11066}',
    '\u{110F0}',
    '\u{11136}',
    '\u{111D0}',
    '\u{112F0}',
    '\u{11450}',
    '\u{114D0}',
    '\u{11650}',
    '\u{116C0}',
    '\u{11730}',
    '\u{118E0}',
    '\u{11950}',
    '\u{11C50}',
    '\u{11D50}',
    '\u{11DA0}',
    '\u{16A60}',
    '\u{16AC0}',
    '\u{16B50}',
    '\u{1D7CE}',
    '\u{1D7D8}',
    '\u{1D7E2}',
    '\u{1D7EC}',
    '\u{1D7F6}',
    '\u{1E140}',
    '\u{1E2F0}',
    '\u{1E950}',
    '\u{1FBF0}',
];

/// What a decimal digit of any script stands for: `７`, `٧` and `७` are 7. `None` for everything else, also for `²` and `Ⅶ`.
pub fn digit(c: char) -> Option<u8> {
    let next = ZEROS.partition_point(|zero| *zero <= c);
    let zero = ZEROS.get(next.checked_sub(1)?)?;
    u8::try_from(u32::from(c) - u32::from(*zero)).ok().filter(|value| *value < 10)
}

/// The plain form of one character: digits of every script, and the full-width letters and signs of East Asian keyboards,
/// become ASCII. Everything else stays.
pub fn plain_char(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{FF01}'..='\u{FF5E}' => u32::from(c).checked_sub(0xFEE0).and_then(char::from_u32).unwrap_or(c),
        _ => digit(c).map_or(c, |value| char::from(b'0' + value)),
    }
}

/// [`plain_char`] of every character.
pub fn plain_chars(text: &str) -> String {
    text.chars().map(plain_char).collect()
}

/// Whether a character is only there for the eye: soft hyphens, zero-width blanks and joiners, marks of direction. They come with
/// texts that were copied from a page.
pub fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// The words of a name without what spellings differ in: case, accents, dots, hyphens, apostrophes, full-width letters. Single
/// letters that follow each other with dots or blanks between are one word: `U.S.A.` is `usa`, but `n/a` is two.
pub fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    // Whether the last word is made of single letters, so that another one joins it.
    let mut initials = false;
    let mut end = |word: &mut String, joins: bool| {
        if word.is_empty() {
            initials &= joins;
            return;
        }
        let single = word.len() == 1 && word.starts_with(|c: char| c.is_ascii_alphabetic());
        match words.last_mut() {
            Some(last) if single && initials => last.push_str(word),
            _ => words.push(word.clone()),
        }
        initials = single && joins;
        word.clear();
    };
    for c in text.nfkd().filter(|c| !is_combining_mark(*c) && !is_invisible(*c)) {
        match c {
            'ß' | 'ẞ' => word.push_str("ss"),
            'æ' | 'Æ' => word.push_str("ae"),
            'œ' | 'Œ' => word.push_str("oe"),
            'ł' | 'Ł' => word.push('l'),
            'ø' | 'Ø' => word.push('o'),
            'đ' | 'Đ' | 'ð' | 'Ð' => word.push('d'),
            'ı' => word.push('i'),
            '\'' | '’' | '‘' | 'ʻ' | 'ʼ' | '`' | '´' => {}
            c if c.is_alphanumeric() => word.extend(plain_char(c).to_lowercase().filter(|c| !is_combining_mark(*c))),
            c => end(&mut word, c == '.' || c.is_whitespace()),
        }
    }
    end(&mut word, true);
    words
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn digits_of_every_script_are_read() {
        assert!(ZEROS.is_sorted());
        for text in ["0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९", "๐๑๒๓๔๕๖๗๘๙", "０１２３４５６７８９"]
        {
            let read: Vec<u8> = text.chars().filter_map(digit).collect();
            assert_eq!(read, (0..10).collect::<Vec<u8>>(), "{text}");
        }
        for c in ['a', '²', 'Ⅶ', '①', '/', ':', '七', '\0', char::MAX] {
            assert_eq!(digit(c), None, "{c}");
        }
        assert_eq!(plain_chars("ＳＷ１Ａ　１ＡＡ ＠ ३"), "SW1A 1AA @ 3");
    }

    #[test]
    fn spellings_of_a_name_have_the_same_words() {
        for (text, wanted) in [
            ("U.S.A.", "usa"),
            ("u s a", "usa"),
            ("P. R. China", "pr china"),
            ("Côte d’Ivoire", "cote divoire"),
            ("CÔTE D'IVOIRE", "cote divoire"),
            ("ＧＥＲＭＡＮＹ", "germany"),
            ("Groß-Gerau", "gross gerau"),
            ("Türki\u{AD}ye\u{200B}", "turkiye"),
            ("İSTANBUL", "istanbul"),
            ("Łódź", "lodz"),
            ("N/A", "n a"),
            ("n. / a.", "n a"),
            (" -.-", ""),
        ] {
            assert_eq!(words(text).join(" "), wanted, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_taken(text in any::<String>()) {
            prop_assert!(words(&text).iter().all(|word| !word.is_empty() && word.chars().all(char::is_alphanumeric)));
            prop_assert!(plain_chars(&text).chars().all(|c| digit(c).is_none() || c.is_ascii_digit()));
        }
    }
}
