//! Rebuilds the crate when a page file is added or removed; changed files are noticed by the embedding itself.

fn main() {
    println!("cargo::rerun-if-changed=../../pages");
    println!("cargo::rerun-if-changed=build.rs");
}
