//! Pages: templates, translations and static files, embedded in the binary and replaceable by a folder on disk.
//!
//! A page is a typed context ([`contexts`]) and a template of the same name. To add one: write the context with its
//! samples, the template under `pages/templates/`, its texts into every `pages/translations/*/`, and list the page in
//! `contexts/samples.rs`; the tests then render it in every language. Nothing here knows requests or use cases.

mod assets;
pub mod contexts;
mod emails;
mod format;
mod markup;
mod translate;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Kwargs, Serde, Value};
use minijinja::{Environment, ErrorKind, UndefinedBehavior, context};

pub use assets::StaticFile;
use assets::{Assets, StaticFiles};
use contexts::{Page, progress};
use crossdock_domain::clock::Timestamp;
use crossdock_domain::country::Country;
use crossdock_domain::text::plain_text;
use translate::{Language, Translations};

/// The language every text exists in.
pub const FALLBACK_LANGUAGE: &str = "en";

/// Why pages cannot be loaded or shown.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// The folder on disk that replaces pages cannot be read.
    #[error("cannot read page file {path}")]
    Read {
        /// File or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A page file is not UTF-8.
    #[error("page file {0} is not UTF-8 text")]
    NotText(String),
    /// A translation file has mistakes.
    #[error("translation {file}: {mistakes}")]
    Translation {
        /// Path below the pages folder.
        file: String,
        /// What the parser said.
        mistakes: String,
    },
    /// A template has a mistake, or does not fit its context.
    #[error("template {template}: {}", chain(.source))]
    Template {
        /// Name of the template.
        template: String,
        /// What the engine said.
        source: minijinja::Error,
    },
}

/// Renders pages; built once at start, cheap to share.
#[derive(Debug)]
pub struct Renderer {
    /// One environment per language: its functions speak that language, so that macros need no context.
    environments: BTreeMap<String, Environment<'static>>,
    directions: BTreeMap<String, &'static str>,
    /// Languages that have the texts of pages, not those of mails alone.
    page_languages: BTreeSet<String>,
    statics: Arc<StaticFiles>,
}

impl Renderer {
    /// Loads everything. Files below `override_dir` replace embedded ones of the same path; they are read now and not
    /// again. A missing translation shows its key.
    pub fn new(override_dir: Option<PathBuf>) -> Result<Self, RenderError> {
        Self::build(override_dir, false)
    }

    /// Like [`Renderer::new`], but a missing translation is an error. For tests.
    pub fn strict(override_dir: Option<PathBuf>) -> Result<Self, RenderError> {
        Self::build(override_dir, true)
    }

    fn build(override_dir: Option<PathBuf>, strict: bool) -> Result<Self, RenderError> {
        let assets = Assets::load(override_dir)?;
        let translations = Translations::load(&assets, strict)?;
        let statics = Arc::new(StaticFiles::load(&assets));
        let mut environments = BTreeMap::new();
        let mut directions = BTreeMap::new();
        let mut page_languages = BTreeSet::new();
        for language in translations.languages() {
            let mut environment = environment(&assets, language, &statics)?;
            // With debugging on, errors carry the values of a page, and those are personal data.
            environment.set_debug(strict);
            environments.insert(language.tag().to_owned(), environment);
            directions.insert(language.tag().to_owned(), language.direction());
            if language.has_pages() {
                page_languages.insert(language.tag().to_owned());
            }
        }
        Ok(Self { environments, directions, page_languages, statics })
    }

    /// Tags of all languages that pages can be shown in.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.page_languages.iter().map(String::as_str)
    }

    /// Tags of all languages that mails can be written in.
    pub fn mail_languages(&self) -> impl Iterator<Item = &str> {
        self.environments.keys().map(String::as_str)
    }

    /// Renders one page in the language of its layout, or in English when there is no such language.
    pub fn render<P: Page>(&self, page: &P) -> Result<String, RenderError> {
        let layout = page.layout();
        let lang = if self.page_languages.contains(&layout.lang) { layout.lang.as_str() } else { FALLBACK_LANGUAGE };
        let failed = |source| RenderError::Template { template: P::TEMPLATE.to_owned(), source };
        let environment = self.environments.get(lang).ok_or_else(|| {
            failed(minijinja::Error::new(ErrorKind::TemplateNotFound, "no language is loaded, not even English"))
        })?;
        let context = context! {
            page => Value::from(Serde(page)),
            layout => Value::from(Serde(layout)),
            lang => lang,
            dir => self.directions.get(lang).copied().unwrap_or("ltr"),
            title_key => page.title_key(),
            has_errors => page.has_errors(),
            may_leave => P::MAY_LEAVE,
            steps => Value::from(Serde(progress(P::STEP, &layout.base, P::MAY_LEAVE))),
            footer => layout.footer_html.as_deref().filter(|_| P::MERCHANT_FOOTER),
        };
        environment.get_template(P::TEMPLATE).and_then(|template| template.render(context)).map_err(failed)
    }

    /// The file behind `/static/<hash>/<name>`.
    pub fn static_file(&self, hash: &str, name: &str) -> Option<StaticFile> {
        self.statics.get(hash, name)
    }

    /// Path of a static file; it changes with the content, so that browsers may keep what they have.
    pub fn static_url(&self, name: &str) -> Option<String> {
        self.statics.url(name)
    }
}

fn environment(
    assets: &Assets,
    language: &Arc<Language>,
    statics: &Arc<StaticFiles>,
) -> Result<Environment<'static>, RenderError> {
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    env.set_syntax(syntax.map_err(|source| RenderError::Template { template: String::new(), source })?);

    env.set_formatter(markup::escape);
    let speaker = Arc::clone(language);
    env.add_function("t", move |key: &str, arguments: Kwargs| speaker.text(key, &arguments));
    let speaker = Arc::clone(language);
    env.add_filter("date", move |at: Serde<Timestamp>| speaker.date(*at));
    env.add_filter("money", |amount: Serde<format::Amount>| amount.to_text());
    env.add_filter("quantity", |number: &str| format::quantity(number));
    env.add_filter("safe_html", |text: &str| Value::from_safe_string(markup::safe_html(text)));
    env.add_filter("plain", |text: &str| plain_text(text));
    env.add_filter("needs", |country: &str, part: &str| needs(country, part));
    env.add_filter("paragraphs", |text: &str| markup::paragraphs(text));
    env.add_filter("merchant_footer", |html: &str, nonce: &str| {
        Value::from_safe_string(markup::with_nonce(html, nonce))
    });
    let files = Arc::clone(statics);
    env.add_function("static_url", move |name: &str| {
        files.url(name).ok_or_else(|| minijinja::Error::new(ErrorKind::InvalidOperation, "no such static file"))
    });

    for (name, source) in assets.texts("templates/")? {
        env.add_template_owned(name.clone(), source)
            .map_err(|source| RenderError::Template { template: name, source })?;
    }
    Ok(env)
}

/// Whether addresses of a country must have a `city`, `state` or `zip`; for a country not yet chosen, the usual.
fn needs(country: &str, part: &str) -> bool {
    Country::from_code(country).is_none_or(|country| match part {
        "city" => country.needs_city(),
        "state" => country.needs_state(),
        "zip" => country.needs_postal_code(),
        _ => true,
    })
}

/// The engine hides the place of a mistake in the chain of causes.
fn chain(error: &minijinja::Error) -> String {
    use std::error::Error;
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}
