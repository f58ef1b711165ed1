//! Any query and any body of the Admin API is read without a panic, whatever is asked of it.
#![no_main]

use crossdock_wire::admin::is_readable;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    is_readable("POST", "", bytes);
    if let Ok(query) = std::str::from_utf8(bytes) {
        is_readable("GET", query, b"");
    }
});
