//! Currencies and amounts as this provider counts them. They differ from ISO 4217 in places (MGA, ISK, UGX).

use crate::error::ApiError;

const ZERO_DECIMAL: &str = " bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf ";
const THREE_DECIMAL: &str = " bhd jod kwd omr tnd ";
/// Whole units only, but sent as if they had two decimals.
const WHOLE_BUT_SENT_WITH_TWO: &str = " isk ugx ";
const TWO_DECIMAL: &str = " usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bmd bnd bob brl bsd bwp byn bzd cad \
    cdf chf cny cop crc cve czk dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gtq gyd hkd hnl htg huf idr ils inr jmd \
    kes kgs khr kyd kzt lak lbp lkr lrd lsl mad mdl mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd pab \
    pen pgk php pkr pln qar ron rsd rub sar sbd scr sek sgd shp sle sos srd std szl thb tjs top try ttd twd tzs uah uyu \
    uzs wst xcd yer zar zmw ";

/// Smallest charge per currency; what is not listed has none here.
const LEAST: &[(&str, i64)] = &[
    ("usd", 50),
    ("eur", 50),
    ("cad", 50),
    ("aud", 50),
    ("chf", 50),
    ("sgd", 50),
    ("nzd", 50),
    ("brl", 50),
    ("inr", 50),
    ("gbp", 30),
    ("dkk", 250),
    ("nok", 300),
    ("sek", 300),
    ("jpy", 50),
    ("mxn", 1000),
    ("hkd", 400),
    ("aed", 200),
    ("pln", 200),
    ("czk", 1500),
    ("huf", 17_500),
    ("ron", 200),
    ("bgn", 100),
    ("myr", 200),
    ("thb", 1000),
];

/// Largest charge: eight digits.
const MOST: i64 = 99_999_999;

/// The currency as it is kept, in small letters.
pub fn currency(param: &str, text: &str) -> Result<String, ApiError> {
    let code = text.to_ascii_lowercase();
    let padded = format!(" {code} ");
    let known = [ZERO_DECIMAL, THREE_DECIMAL, WHOLE_BUT_SENT_WITH_TWO, TWO_DECIMAL].iter().any(|l| l.contains(&padded));
    if code.len() == 3 && known {
        return Ok(code);
    }
    Err(ApiError::parameter(param, format!("Invalid currency: {text}.")))
}

/// An amount that is to be charged.
pub fn charge(param: &str, amount: i64, currency: &str) -> Result<i64, ApiError> {
    let padded = format!(" {currency} ");
    if amount < 1 {
        let error = ApiError::parameter(param, "This value must be greater than or equal to 1.");
        return Err(error.code("parameter_invalid_integer"));
    }
    if THREE_DECIMAL.contains(&padded) && amount % 10 != 0 {
        let text = format!("Invalid amount: amounts in {currency} have three decimals, and the last digit must be 0.");
        return Err(ApiError::parameter(param, text));
    }
    if WHOLE_BUT_SENT_WITH_TWO.contains(&padded) && amount % 100 != 0 {
        let text = format!("Invalid amount: amounts in {currency} are whole units, sent with two decimals that are 0.");
        return Err(ApiError::parameter(param, text));
    }
    if let Some((_, least)) = LEAST.iter().find(|(code, _)| *code == currency)
        && amount < *least
    {
        return Err(ApiError::parameter(param, format!("Amount must be at least {}.", shown(*least, currency)))
            .code("amount_too_small"));
    }
    if amount > MOST {
        return Err(ApiError::parameter(param, format!("Amount must be no more than {}.", shown(MOST, currency)))
            .code("amount_too_large"));
    }
    Ok(amount)
}

/// `12.30 EUR`, for the page and for messages.
pub fn shown(amount: i64, currency: &str) -> String {
    let padded = format!(" {currency} ");
    let code = currency.to_ascii_uppercase();
    if ZERO_DECIMAL.contains(&padded) {
        return format!("{amount} {code}");
    }
    if WHOLE_BUT_SENT_WITH_TWO.contains(&padded) {
        return format!("{} {code}", amount / 100);
    }
    let (unit, width) = if THREE_DECIMAL.contains(&padded) { (1000, 3) } else { (100, 2) };
    format!("{}.{:0width$} {code}", amount / unit, amount % unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_by_the_provider_s_table() {
        for (amount, code, text) in [
            (1230, "eur", "12.30 EUR"),
            (500, "jpy", "500 JPY"),
            (5000, "kwd", "5.000 KWD"),
            (500, "isk", "5 ISK"),
            (700, "mga", "700 MGA"),
        ] {
            assert_eq!(charge("amount", amount, code).expect(text), amount);
            assert_eq!(shown(amount, code), text);
        }
        for (amount, code) in [
            (0, "usd"),
            (-5, "usd"),
            (49, "usd"),
            (1, "jpy"),
            (1_001, "kwd"),
            (550, "isk"),
            (150, "ugx"),
            (100_000_000, "usd"),
        ] {
            assert!(charge("amount", amount, code).is_err(), "{amount} {code}");
        }
        for code in ["xxx", "us", "usd eur", "", " us"] {
            assert!(currency("currency", code).is_err(), "{code}");
        }
        assert_eq!(currency("currency", "EUR").expect("known"), "eur");
    }
}
