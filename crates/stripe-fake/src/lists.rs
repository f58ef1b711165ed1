//! Lists: newest first, by pages.

use serde_json::{Value, json};

use crate::error::ApiError;
use crate::form::Params;
use crate::shelf::Shelf;
use crate::state::State;

/// Parameters of every list.
const PAGING: &[&str] = &["limit", "starting_after", "ending_before"];
/// Parameters of lists that can be cut by time.
const CREATED: &[&str] = &["created", "created[gt]", "created[gte]", "created[lt]", "created[lte]"];

/// A page of the objects that fit. `filters` are the parameters that `fits` knows.
pub fn page<T>(
    state: &State,
    shelf: &Shelf<T>,
    params: &Params,
    path: &str,
    filters: &[&str],
    fits: impl Fn(&T, &Value) -> bool,
) -> Result<Value, ApiError> {
    params.allow(&[PAGING, CREATED, filters].concat())?;
    let limit = params.number("limit")?.unwrap_or(10);
    let limit = usize::try_from(limit).ok().filter(|limit| (1..=100).contains(limit)).ok_or_else(|| {
        ApiError::parameter("limit", "Invalid limit: must be between 1 and 100.").code("parameter_invalid_integer")
    })?;
    let mut bounds = [None; 5];
    for (bound, name) in bounds.iter_mut().zip(CREATED) {
        *bound = params.number(name)?;
    }
    let [exactly, after, from, before, until] = bounds;
    let in_time = |at: i64| {
        exactly.is_none_or(|bound| at == bound)
            && after.is_none_or(|bound| at > bound)
            && from.is_none_or(|bound| at >= bound)
            && before.is_none_or(|bound| at < bound)
            && until.is_none_or(|bound| at <= bound)
    };
    let cursor = |name: &str| match params.text(name) {
        Some(id) if shelf.get(id).is_none() => Err(ApiError::missing("object", id, name)),
        found => Ok(found),
    };
    let (starting_after, ending_before) = (cursor("starting_after")?, cursor("ending_before")?);
    if starting_after.is_some() && ending_before.is_some() {
        return Err(ApiError::parameter(
            "ending_before",
            "You may only specify one of starting_after and ending_before.",
        ));
    }
    let mut rows: Vec<Value> = Vec::new();
    for (id, object) in shelf.iter().rev() {
        let shown = state.shown(id);
        let marker = starting_after == Some(id) || ending_before == Some(id);
        if marker || in_time(shown["created"].as_i64().unwrap_or(0)) && fits(object, &shown) {
            rows.push(shown);
        }
    }
    let place = |id: &str| rows.iter().position(|row| row["id"] == id).unwrap_or(0);
    let (first, last, more) = if let Some(id) = starting_after {
        let first = place(id) + 1;
        (first, rows.len().min(first + limit), rows.len() > first + limit)
    } else if let Some(id) = ending_before {
        let last = place(id);
        (last.saturating_sub(limit), last, last > limit)
    } else {
        (0, rows.len().min(limit), rows.len() > limit)
    };
    Ok(json!({ "object": "list", "data": rows[first..last], "has_more": more, "url": path }))
}
