//! Codes of articles as spreadsheets and feeds write them, without what was put around them.

use crossdock_domain::notation::is_shortened;

/// Blanks that people and spreadsheets put between the digits of an EAN.
const fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\u{2007}' | '\u{200b}' | '\u{feff}')
}

/// The code that a cell or an attribute holds; `None` when it is blank.
///
/// `'590…` and `="590…"`, which keep a spreadsheet from reading a number, lose what keeps it; a code of digits loses the blanks
/// between them. What a spreadsheet has made a number of is refused: its last digits are lost.
pub(crate) fn article_code(text: &str) -> Result<Option<String>, String> {
    let bare = |text: &str| text.trim_matches(|c: char| c.is_whitespace() || is_blank(c)).to_owned();
    let mut code = bare(text);
    if let Some(quoted) = code.strip_prefix("=\"").and_then(|code| code.strip_suffix('"')) {
        code = bare(quoted);
    }
    if let Some(marked) = code.strip_prefix('\'') {
        code = bare(marked);
    }
    if code.is_empty() {
        return Ok(None);
    }
    if is_shortened(&code) {
        let text = "was shortened by a spreadsheet, its last digits are lost; format the column as text and enter the code again";
        return Err(format!("{code:?} {text}"));
    }
    if code.chars().any(is_blank) && code.chars().all(|c| c.is_ascii_digit() || is_blank(c)) {
        code.retain(|c| !is_blank(c));
    }
    Ok(Some(code))
}

/// Whether a code has the form of a GTIN (EAN-8, UPC-A, EAN-13, GTIN-14) and a check digit that does not belong to it.
pub(super) fn has_wrong_check_digit(code: &str) -> bool {
    if !matches!(code.len(), 8 | 12 | 13 | 14) || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let weighed = code.bytes().rev().enumerate().map(|(at, byte)| {
        let digit = u32::from(byte - b'0');
        if at % 2 == 0 { digit } else { 3 * digit }
    });
    weighed.sum::<u32>() % 10 != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_lose_what_spreadsheets_put_around_them() {
        for (text, code) in [
            ("5901234123457", "5901234123457"),
            (" 5901234123457\u{a0}", "5901234123457"),
            ("'5901234123457", "5901234123457"),
            ("=\"5901234123457\"", "5901234123457"),
            ("=\" 5901234123457 \"", "5901234123457"),
            ("590 123 412 3457", "5901234123457"),
            ("590\u{a0}123\u{202f}4123457", "5901234123457"),
            ("\u{feff}A-1", "A-1"),
            ("Shirt red", "Shirt red"),
            ("12E5", "12E5"),
            ("0012", "0012"),
        ] {
            assert_eq!(article_code(text), Ok(Some(code.to_owned())), "{text:?}");
        }
        for text in ["", " ", "'", "=\"\"", "\u{a0}"] {
            assert_eq!(article_code(text), Ok(None), "{text:?}");
        }
        for text in ["5,90123E+12", "5.90123E+12", "'5,90123E+12", "6E+12", "5,9e12"] {
            assert!(article_code(text).is_err_and(|reason| reason.contains("spreadsheet")), "{text:?}");
        }
    }

    #[test]
    fn check_digits_are_those_of_the_standard() {
        for code in ["5901234123457", "96385074", "036000291452", "15901234123454", "123", "590123412345X", "A-1"] {
            assert!(!has_wrong_check_digit(code), "{code}");
        }
        for code in ["5901234123458", "96385075", "036000291453"] {
            assert!(has_wrong_check_digit(code), "{code}");
        }
    }
}
