//! The first file of a zip archive: `eurofxref.zip` holds `eurofxref.csv` and nothing else. Only what that needs: stored or
//! deflated, not encrypted, not split.

use std::io::Read as _;

use flate2::read::DeflateDecoder;

use super::{LARGEST_FILE, RowProblem, whole};

/// Bytes of the header before name and extra field.
const HEADER: usize = 30;

/// Unpacks it. The length in the header is not believed: an archive may unfold to much more than it says.
pub(super) fn first_file(archive: &[u8]) -> Result<Vec<u8>, RowProblem> {
    let broken = || whole("the zip archive is damaged".to_owned());
    let number = |at: usize| archive.get(at..at + 2).map(|bytes| u16::from_le_bytes([bytes[0], bytes[1]]));
    let long = |at: usize| Some(usize::from(number(at)?) | usize::from(number(at + 2)?) << 16);
    let (flags, method) = (number(6).ok_or_else(broken)?, number(8).ok_or_else(broken)?);
    let start = HEADER + usize::from(number(26).ok_or_else(broken)?) + usize::from(number(28).ok_or_else(broken)?);
    let body = archive.get(start..).ok_or_else(broken)?;
    if flags & 1 != 0 {
        return Err(whole("the zip archive is encrypted".to_owned()));
    }
    let mut out = Vec::new();
    match method {
        0 => {
            let length = long(18).ok_or_else(broken)?;
            out.extend_from_slice(body.get(..length).ok_or_else(broken)?);
        }
        8 => {
            let most = LARGEST_FILE as u64 + 1;
            DeflateDecoder::new(body).take(most).read_to_end(&mut out).map_err(|_| broken())?;
        }
        other => return Err(whole(format!("the zip archive uses the method {other}; unpack it first"))),
    }
    if out.starts_with(b"PK\x03\x04") {
        return Err(whole("an archive inside an archive; unpack it first".to_owned()));
    }
    Ok(out)
}
