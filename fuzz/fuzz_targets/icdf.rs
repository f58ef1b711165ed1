//! Any ICDF file is read without a panic, and one that is taken reads back the same when it is written as XML.
#![no_main]

use crossdock_wire::icdf::{Line, read, write_xml};
use libfuzzer_sys::fuzz_target;

/// Without the places in the file, which differ.
fn bare(lines: Vec<Line>) -> Vec<Line> {
    lines.into_iter().map(|line| Line { at: 0, products: bare(line.products.clone()), ..line }).collect()
}

fuzz_target!(|bytes: &[u8]| {
    let Ok(lines) = read(bytes) else { return };
    // XML cannot hold every character that CSV can.
    if bytes.iter().any(|byte| *byte < 0x20 && !b"\t\r\n".contains(byte)) || bytes.contains(&0xef) {
        return;
    }
    let again = read(write_xml(&lines).as_bytes()).expect("what was written is readable");
    assert_eq!(bare(again), bare(lines));
});
