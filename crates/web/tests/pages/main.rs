//! Every template with every sample in every language, checked as a browser and a screen reader would need it.

mod html;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crossdock_app::checkout::FieldProblem;
use crossdock_domain::address::{AddressField, FieldError};
use crossdock_web::render::Renderer;
use crossdock_web::render::contexts::FormErrors;
use crossdock_web::render::contexts::samples::render_all;

fn pages_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../pages")
}

/// All files with this extension below a folder.
fn files(dir: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).expect("a folder of pages") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|e| e == extension) {
            found.push(path);
        }
    }
    found
}

#[test]
fn every_page_renders_with_every_sample_in_every_language_and_is_well_formed() {
    let renderer = Renderer::strict(None).unwrap();
    let languages: Vec<_> = renderer.languages().map(str::to_owned).collect();
    assert!(languages.contains(&"en".to_owned()));
    for lang in languages {
        let pages = render_all(&renderer, &lang);
        assert!(pages.len() > 30, "samples got lost: {}", pages.len());
        for (name, page) in pages {
            let page = page.unwrap_or_else(|error| panic!("{name} in {lang}: {error}"));
            let mistakes = html::mistakes(&page);
            assert!(mistakes.is_empty(), "{name} in {lang}: {mistakes:#?}\n{page}");
            assert!(page.contains(&format!("<html lang=\"{lang}\" dir=")), "{name}");
        }
    }
}

#[test]
fn every_template_has_samples() {
    let renderer = Renderer::strict(None).unwrap();
    let samples: BTreeSet<_> = render_all(&renderer, "en").into_iter().map(|(name, _)| name).collect();
    for path in files(&pages_dir().join("templates/checkout"), "html") {
        let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if stem != "base" && stem != "parts" {
            assert!(samples.iter().any(|name| name.starts_with(&format!("{stem}-"))), "{stem} has no sample");
        }
    }
}

#[test]
fn merchant_html_never_reaches_a_page_alive() {
    let renderer = Renderer::strict(None).unwrap();
    for (name, page) in render_all(&renderer, "en") {
        let page = page.unwrap();
        assert!(!page.contains("<script>alert"), "{name}");
        assert!(!page.contains("<b onmouseover"), "{name}");
        assert!(!page.contains("javascript:"), "{name}");
    }
}

#[test]
fn a_footer_stands_only_on_pages_without_money_and_its_scripts_carry_the_nonce() {
    let renderer = Renderer::strict(None).unwrap();
    let pages = render_all(&renderer, "en");
    let (_, page) = pages.iter().find(|(name, _)| name == "items-one").unwrap();
    let page = page.as_ref().unwrap();
    assert!(page.contains("<script nonce=c2FtcGxl-nonce>window.shop = 1</script>"));
    assert!(page.contains("<script nonce=c2FtcGxl-nonce src=\"https://shop.example.com/a.js\">"));
}

/// Keys of the messages in a Fluent file.
fn defined_keys(text: &str) -> BTreeSet<String> {
    let starts = text.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_alphabetic()));
    starts.filter_map(|line| line.split_once(" =")).map(|(key, _)| key.to_owned()).collect()
}

/// Everything in quotes of this kind that could be a key.
fn quoted(text: &str, quote: char) -> impl Iterator<Item = &str> {
    let is_key = |part: &&str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    text.split(quote).filter(is_key)
}

#[test]
fn every_text_is_used_and_every_used_text_exists() {
    let texts = files(&pages_dir().join("translations/en"), "ftl");
    let defined: BTreeSet<String> =
        texts.iter().flat_map(|path| defined_keys(&fs::read_to_string(path).unwrap())).collect();
    let mut mentioned = BTreeSet::new();
    let folder = pages_dir().join("templates");
    for path in files(&folder, "html").into_iter().chain(files(&folder, "txt")) {
        let text = fs::read_to_string(&path).unwrap();
        mentioned.extend(quoted(&text, '\'').map(str::to_owned));
        for (at, call) in text.match_indices("t('") {
            let other_word = text[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
            let key = text[at + call.len()..].split('\'').next().unwrap();
            assert!(other_word || defined.contains(key), "{}: no text {key:?}", path.display());
        }
    }
    for path in files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), "rs") {
        let text = fs::read_to_string(&path).unwrap();
        mentioned.extend(quoted(&text, '"').map(str::to_owned));
    }
    let unused: Vec<_> = defined.difference(&mentioned).collect();
    assert!(unused.is_empty(), "texts that nothing shows: {unused:?}");
}

#[test]
fn every_mistake_in_an_address_has_a_text() {
    use AddressField as F;
    let english = fs::read_to_string(pages_dir().join("translations/en/checkout.ftl")).unwrap();
    let defined = defined_keys(&english);
    let fields = [
        F::Name,
        F::Company,
        F::Email,
        F::Phone,
        F::AltPhone,
        F::Address1,
        F::Address2,
        F::City,
        F::State,
        F::Zip,
        F::Country,
        F::Note,
    ];
    for field in fields {
        for error in [
            FieldError::Required,
            FieldError::TooLong,
            FieldError::Invalid,
            FieldError::NotServiced,
            FieldError::Contradicts,
        ] {
            let mut errors = FormErrors::default();
            errors.add_address(FieldProblem { billing: false, field, error });
            let error = errors.iter().next().unwrap();
            assert!(defined.contains(error.key) && defined.contains(error.label_key), "{error:?}");
        }
    }
}

#[test]
fn the_check_of_pages_finds_mistakes() {
    let page = |body: &str| format!("<!doctype html><html><body><h1>x</h1>{body}</body></html>");
    assert_eq!(html::mistakes(&page("<p id=\"a\">x</p>")), [""; 0]);
    for bad in [
        "<p><b>x</p></b>",
        "<p>open",
        "<p id=\"a\">x</p><p id=\"a\">x</p>",
        "<input id=\"a\" type=\"text\">",
        "<label for=\"a\">x</label>",
        "<img src=\"x\">",
        "<p style=\"x\">x</p>",
        "<p onclick=\"x\">x</p>",
        "<a href=\"#a\">x</a>",
        "<h1>second</h1>",
        "a < b",
    ] {
        assert_ne!(html::mistakes(&page(bad)), [""; 0], "{bad}");
    }
}

#[test]
fn every_language_has_exactly_the_texts_of_english() {
    let folder = pages_dir().join("translations");
    let texts_of = |path: &Path| defined_keys(&fs::read_to_string(path).unwrap());
    for entry in fs::read_dir(&folder).unwrap() {
        let dir = entry.unwrap().path();
        let translated = files(&dir, "ftl");
        let names: BTreeSet<_> = translated.iter().map(|path| path.file_name().unwrap()).collect();
        let english = files(&folder.join("en"), "ftl");
        let wanted: BTreeSet<_> = english.iter().map(|path| path.file_name().unwrap()).collect();
        // Mails alone, or everything.
        let mails_only = names.len() == 1 && names.iter().all(|name| *name == "mail.ftl");
        assert!(mails_only || names == wanted, "{}: {names:?}", dir.display());
        for path in translated {
            let (english, texts) = (texts_of(&folder.join("en").join(path.file_name().unwrap())), texts_of(&path));
            let differing: Vec<_> = english.symmetric_difference(&texts).collect();
            assert!(differing.is_empty(), "{}: {differing:?}", path.display());
        }
    }
}

#[test]
fn a_template_on_disk_replaces_ours_and_a_broken_one_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("templates/checkout");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("pending.html"), "own page: {{ t('pending-title') }}").unwrap();
    let renderer = Renderer::new(Some(dir.path().to_owned())).unwrap();
    let pages = render_all(&renderer, "en");
    let (_, page) = pages.iter().find(|(name, _)| name == "pending-usual").unwrap();
    assert_eq!(page.as_ref().unwrap(), "own page: We are checking your payment");

    fs::write(folder.join("pending.html"), "{% if %}").unwrap();
    let refused = Renderer::new(Some(dir.path().to_owned())).unwrap_err().to_string();
    assert!(refused.contains("checkout/pending.html"), "{refused}");
}

#[test]
fn an_unknown_language_is_shown_in_english() {
    let renderer = Renderer::strict(None).unwrap();
    for (name, page) in render_all(&renderer, "xx") {
        assert!(page.unwrap().contains("<html lang=\"en\" dir=\"ltr\">"), "{name}");
    }
}
