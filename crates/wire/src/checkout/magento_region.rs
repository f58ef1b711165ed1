//! `magento-region`: a helper that only the Magento modules call (reference §15).

/// Knows no regions: the modules then go on with what they have. Nothing is looked up, so nothing is checked.
pub(super) fn answer() -> String {
    "{}".to_owned()
}
