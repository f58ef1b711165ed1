//! Versions of the API that answers here are shaped for.

/// The version of an account that names none.
pub const DEFAULT: &str = "2026-06-24.dahlia";

/// All of one code name: releases of it only add.
const KNOWN: &[&str] =
    &["2026-03-25.dahlia", "2026-04-22.dahlia", "2026-05-27.dahlia", DEFAULT, "2026-07-29.dahlia", "2026-08-26.dahlia"];

/// Whether answers fit this version.
pub fn is_known(version: &str) -> bool {
    KNOWN.contains(&version)
}
