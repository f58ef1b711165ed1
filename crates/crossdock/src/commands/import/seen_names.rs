//! What a file has named so far: nothing may be in it twice, and sets may hold what is in it.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher};

use crossdock_wire::catalogue::{Item, RejectedRow};

/// Names of a file, kept as 64-bit hashes: a million products with all their codes take less than 100 MB. That two names of
/// a million share a hash, and a good product is refused for it, happens once in ten million files.
#[derive(Debug, Default)]
pub(super) struct SeenNames {
    names: Hashes,
    /// Codes of goods that a set may hold.
    goods: Hashes,
    /// Codes of sets.
    sets: Hashes,
}

/// They are hashes already.
type Hashes = HashSet<u64, BuildHasherDefault<IdentityHasher>>;

#[derive(Debug, Default)]
struct IdentityHasher(u64);

impl Hasher for IdentityHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        // Only whole numbers come here.
        debug_assert!(bytes.is_empty());
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

fn hash(kind: u8, name: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (kind, name.trim()).hash(&mut hasher);
    hasher.finish()
}

/// What must not be there twice.
const CODE: u8 = 0;
const NUMBER: u8 = 1;
const PRODUCER: u8 = 2;
const EXTERNAL: u8 = 3;
/// Any code of a size.
const ANY: u8 = 4;

impl SeenNames {
    /// Takes note of a product; what is in the file twice.
    pub(super) fn see(&mut self, item: &Item) -> Result<(), RejectedRow> {
        let rejected = |field: &str, reason: String| RejectedRow {
            line: item.line,
            code: item.code.clone(),
            field: field.to_owned(),
            reason,
        };
        let mut names = vec![(CODE, "code", item.code.clone())];
        names.extend(item.id.map(|id| (NUMBER, "id", id.to_string())));
        for size in &item.sizes {
            names.extend(size.producer_code.clone().map(|code| (PRODUCER, "producer_code", code)));
            names.extend(size.external_code.clone().map(|code| (EXTERNAL, "external_code", code)));
        }
        let mut hashes = Hashes::default();
        for (kind, field, name) in &names {
            let hash = hash(*kind, name);
            if self.names.contains(&hash) || !hashes.insert(hash) {
                let reason = match *kind {
                    CODE => format!("{name:?} is in the file twice; the rows of a product must stand together"),
                    _ => format!("{name:?} is in the file twice"),
                };
                return Err(rejected(field, reason));
            }
        }
        self.names.extend(hashes);
        Ok(())
    }

    /// Takes note of the codes by which sets may name its sizes.
    pub(super) fn offer(&mut self, item: &Item, id: Option<i64>) {
        for size in &item.sizes {
            let set = if size.components.is_empty() { &mut self.goods } else { &mut self.sets };
            let internal = id.map(|id| format!("{id}-{}", size.size.trim()));
            for code in internal.iter().chain(&size.producer_code).chain(&size.external_code) {
                set.insert(hash(ANY, code));
            }
        }
    }

    /// Whether the file holds goods of this code.
    pub(super) fn has_goods(&self, code: &str) -> bool {
        self.goods.contains(&hash(ANY, code))
    }

    /// Whether the file holds a set of this code.
    pub(super) fn has_bundle(&self, code: &str) -> bool {
        self.sets.contains(&hash(ANY, code))
    }
}
