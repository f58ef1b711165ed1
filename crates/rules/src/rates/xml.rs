//! `eurofxref-daily.xml`: nested `Cube` elements, the middle one with the day, the inner ones with currency and rate. No
//! document types and no entities: this file has neither, and both are ways to attack a reader.

use crossdock_domain::clock::Day;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::{PerBase, RowProblem, take, whole};

/// Day and rates; of several days the newest.
pub(super) fn read(text: &str) -> Result<(Day, PerBase), RowProblem> {
    let mut reader = Reader::from_str(text);
    let mut days: Vec<(Day, PerBase)> = Vec::new();
    loop {
        let line = line_at(text, reader.buffer_position());
        let event = reader.read_event().map_err(|error| RowProblem::new(line, "file", error.to_string()))?;
        match event {
            Event::Start(element) | Event::Empty(element) if element.local_name().as_ref() == "Cube" => {
                cube(&element, line, &mut days)?;
            }
            Event::DocType(_) => {
                return Err(RowProblem::new(line, "file", "a document type is not allowed here"));
            }
            Event::GeneralRef(_) => return Err(RowProblem::new(line, "file", "entities are not allowed here")),
            Event::Eof => break,
            _ => {}
        }
    }
    days.into_iter()
        .max_by_key(|(day, _)| *day)
        .ok_or_else(|| whole("no element Cube with a time; this is not the bank's file of rates".to_owned()))
}

fn cube(element: &BytesStart<'_>, line: u64, days: &mut Vec<(Day, PerBase)>) -> Result<(), RowProblem> {
    let (mut time, mut currency, mut rate) = (None, None, None);
    for attribute in element.attributes() {
        let attribute = attribute.map_err(|error| RowProblem::new(line, "Cube", error.to_string()))?;
        let value = attribute.value.into_owned();
        match attribute.key.as_ref() {
            "time" => time = Some(value),
            "currency" => currency = Some(value),
            "rate" => rate = Some(value),
            _ => {}
        }
    }
    if let Some(time) = time {
        let day = time.parse::<Day>().map_err(|error| RowProblem::new(line, "time", error.to_string()))?;
        days.push((day, PerBase::new()));
    }
    match (currency, rate) {
        (None, None) => Ok(()),
        (Some(currency), Some(rate)) => match days.last_mut() {
            Some((_, per_base)) => take(per_base, line, &currency, &rate),
            None => Err(RowProblem::new(line, "time", "a rate stands before any day")),
        },
        (Some(currency), None) => Err(RowProblem::new(line, "rate", format!("{currency} has no rate"))),
        (None, Some(rate)) => Err(RowProblem::new(line, "currency", format!("the rate {rate} has no currency"))),
    }
}

fn line_at(text: &str, position: u64) -> u64 {
    let end = usize::try_from(position).unwrap_or(usize::MAX).min(text.len());
    let before = &text.as_bytes()[..end];
    // The reader stops before the blanks in front of the element it reads next.
    let blanks = text.as_bytes()[end..].iter().take_while(|byte| byte.is_ascii_whitespace());
    let lines = before.iter().chain(blanks).filter(|byte| **byte == b'\n').count();
    1 + lines as u64
}
