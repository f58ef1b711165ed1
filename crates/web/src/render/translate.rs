//! Texts of pages: Fluent files by language, with English behind every other language.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crossdock_domain::clock::Timestamp;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use minijinja::value::{Kwargs, Value};
use minijinja::{Error, ErrorKind};
use unic_langid::{CharacterDirection, LanguageIdentifier};

use super::assets::Assets;
use super::{FALLBACK_LANGUAGE, RenderError};

/// Months as keys, January first.
const MONTHS: [&str; 12] = [
    "month-1", "month-2", "month-3", "month-4", "month-5", "month-6", "month-7", "month-8", "month-9", "month-10",
    "month-11", "month-12",
];

/// One language that pages can be shown in.
pub(super) struct Language {
    tag: String,
    rtl: bool,
    /// It has more than the texts of mails.
    pages: bool,
    bundle: FluentBundle<FluentResource>,
    /// Asked when a text is missing here.
    fallback: Option<Arc<Language>>,
    /// A missing text is an error instead of its key.
    strict: bool,
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Language").field("tag", &self.tag).finish_non_exhaustive()
    }
}

impl Language {
    pub(super) fn tag(&self) -> &str {
        &self.tag
    }

    /// Whether pages can be shown in it; a folder with nothing but `mail.ftl` is for mails.
    pub(super) fn has_pages(&self) -> bool {
        self.pages
    }

    /// Value of the `dir` attribute.
    pub(super) fn direction(&self) -> &'static str {
        if self.rtl { "rtl" } else { "ltr" }
    }

    /// The text of `key` with its arguments filled in.
    pub(super) fn text(&self, key: &str, arguments: &Kwargs) -> Result<String, Error> {
        let mut values = FluentArgs::new();
        for name in arguments.args() {
            values.set(name.to_owned(), fluent_value(&arguments.get::<Value>(name)?));
        }
        self.format(key, &values)
    }

    /// `November 21, 2026` in UTC.
    pub(super) fn date(&self, at: Timestamp) -> Result<String, Error> {
        // The calendar belongs to the domain; its protocol form `yyyy-MM-dd …` is fixed.
        let text = at.to_protocol_string();
        let mut parts = text.split([' ', '-']).map_while(|part| part.parse::<usize>().ok());
        let (Some(year), Some(month), Some(day)) = (parts.next(), parts.next(), parts.next()) else { return Ok(text) };
        let month =
            MONTHS.get(month.wrapping_sub(1)).map_or(Ok(String::new()), |key| self.format(key, &FluentArgs::new()))?;
        let mut values = FluentArgs::new();
        values.set("year", year.to_string());
        values.set("month", month);
        values.set("day", day);
        self.format("date-long", &values)
    }

    fn format(&self, key: &str, values: &FluentArgs<'_>) -> Result<String, Error> {
        if let Some(pattern) = self.bundle.get_message(key).and_then(|message| message.value()) {
            let mut mistakes = Vec::new();
            let text = self.bundle.format_pattern(pattern, Some(values), &mut mistakes).into_owned();
            if self.strict && !mistakes.is_empty() {
                return Err(Error::new(ErrorKind::InvalidOperation, format!("text {key:?}: {mistakes:?}")));
            }
            return Ok(text);
        }
        if self.strict {
            let text = format!("text {key:?} is missing in language {:?}", self.tag);
            return Err(Error::new(ErrorKind::InvalidOperation, text));
        }
        if let Some(fallback) = &self.fallback {
            return fallback.format(key, values);
        }
        tracing::warn!(key, language = self.tag, "text is missing");
        Ok(key.to_owned())
    }
}

fn fluent_value(value: &Value) -> FluentValue<'static> {
    if value.is_number()
        && let Ok(number) = i64::try_from(value.clone())
    {
        return FluentValue::from(number);
    }
    FluentValue::from(value.to_string())
}

/// All languages.
#[derive(Debug)]
pub(super) struct Translations(Vec<Arc<Language>>);

impl Translations {
    /// Reads `translations/<tag>/*.ftl`.
    pub(super) fn load(assets: &Assets, strict: bool) -> Result<Self, RenderError> {
        let mut files: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
        for (name, text) in assets.texts("translations/")? {
            if let Some((tag, _)) = name.split_once('/') {
                files.entry(tag.to_owned()).or_default().push((name.clone(), text));
            }
        }
        let build = |tag: &str, files: &[(String, String)], fallback: Option<Arc<Language>>| {
            language(tag, files, fallback, strict).map(Arc::new)
        };
        let english = build(FALLBACK_LANGUAGE, files.get(FALLBACK_LANGUAGE).map_or(&[], Vec::as_slice), None)?;
        let mut languages = vec![Arc::clone(&english)];
        for (tag, files) in files.iter().filter(|(tag, _)| *tag != FALLBACK_LANGUAGE) {
            languages.push(build(tag, files, Some(Arc::clone(&english)))?);
        }
        Ok(Self(languages))
    }

    pub(super) fn languages(&self) -> impl Iterator<Item = &Arc<Language>> {
        self.0.iter()
    }
}

fn language(
    tag: &str,
    files: &[(String, String)],
    fallback: Option<Arc<Language>>,
    strict: bool,
) -> Result<Language, RenderError> {
    let invalid = |file: &str, mistakes: String| RenderError::Translation { file: file.to_owned(), mistakes };
    let identifier: LanguageIdentifier =
        tag.parse().map_err(|_| invalid(tag, "the folder's name is no language tag".to_owned()))?;
    let rtl = identifier.character_direction() == CharacterDirection::RTL;
    let mut bundle = FluentBundle::new_concurrent(vec![identifier]);
    // Isolation marks keep foreign names apart in right-to-left text; elsewhere they only get in the way of copying.
    bundle.set_use_isolating(rtl);
    for (file, text) in files {
        let resource =
            FluentResource::try_new(text.clone()).map_err(|(_, mistakes)| invalid(file, format!("{mistakes:?}")))?;
        bundle.add_resource(resource).map_err(|mistakes| invalid(file, format!("{mistakes:?}")))?;
    }
    let pages = files.iter().any(|(file, _)| file.rsplit('/').next() != Some("mail.ftl"));
    Ok(Language { tag: tag.to_owned(), rtl, pages, bundle, fallback, strict })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(strict: bool) -> Translations {
        let dir = tempfile::tempdir().unwrap();
        for (tag, text) in [("ar", "only-here = نص\n"), ("de", "month-3 = März\n")] {
            let folder = dir.path().join("translations").join(tag);
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join("x.ftl"), text).unwrap();
        }
        Translations::load(&Assets::load(Some(dir.path().to_owned())).unwrap(), strict).unwrap()
    }

    fn pick<'a>(translations: &'a Translations, tag: &str) -> &'a Language {
        translations.languages().find(|language| language.tag() == tag).unwrap()
    }

    #[test]
    fn a_text_missing_in_a_language_is_shown_in_english_and_else_as_its_key() {
        let translations = load(false);
        let none = FluentArgs::new();
        assert_eq!(pick(&translations, "de").format("month-3", &none).unwrap(), "März");
        assert_eq!(pick(&translations, "de").format("month-4", &none).unwrap(), "April");
        assert_eq!(pick(&translations, "de").format("no-such-text", &none).unwrap(), "no-such-text");
    }

    #[test]
    fn a_missing_text_is_an_error_when_strict() {
        let translations = load(true);
        assert!(pick(&translations, "de").format("month-4", &FluentArgs::new()).is_err());
        assert!(pick(&translations, "en").format("no-such-text", &FluentArgs::new()).is_err());
    }

    #[test]
    fn direction_follows_the_script() {
        let translations = load(false);
        assert_eq!(pick(&translations, "ar").direction(), "rtl");
        assert_eq!(pick(&translations, "de").direction(), "ltr");
    }

    #[test]
    fn dates_are_written_out() {
        let translations = load(false);
        let at = Timestamp(1_458_081_402_000_000);
        assert_eq!(pick(&translations, "en").date(at).unwrap(), "March 15, 2016");
    }
}
