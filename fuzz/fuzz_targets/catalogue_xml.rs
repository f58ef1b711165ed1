//! Any catalogue in XML is read without a panic.
#![no_main]

use std::io::Cursor;

use crossdock_wire::catalogue::{Format, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = read(Format::Xml, Box::new(Cursor::new(bytes.to_vec()))).count();
});
