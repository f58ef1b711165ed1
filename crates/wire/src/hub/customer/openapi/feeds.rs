//! The feeds for shops, in the document of the Customer API: their readers are the same.

use crate::schema::openapi::document::{Content, Operation, Paths, Place, parameter, response};
use crate::schema::openapi::typed;

/// Their tag.
pub(super) const TAG: &str = "Feeds";

/// Path, summary.
const FEEDS: [(&str, &str); 2] = [
    ("/feeds/full.xml", "The whole catalogue as a shop reads it: names, descriptions, pictures, prices, stock"),
    ("/feeds/light.xml", "Prices and stock alone"),
];

const ABOUT: &str = "\
XML in the style of IOF, with the prices of the account that the token belongs to. Kept for a minute; sends an `ETag` and \
answers `If-None-Match`; packed with gzip for whoever takes it. The token may also be sent as the password of Basic \
authentication. `crossdock feed add-token` makes tokens.";

const SINCE: &str = "\
Only what has changed since this moment, which RFC 3339 or seconds since 1970 tell; goods that are no longer sold are told as \
well. Take `generated` of the last feed.";

/// Adds them.
pub(super) fn add(paths: &mut Paths) {
    let query = |name: &str, about: &str| parameter(name, Place::Query, false, about, typed(&["string"]));
    for (path, summary) in FEEDS {
        let operation = Operation {
            id: path.trim_start_matches('/').replace(['/', '.'], "_"),
            tag: TAG,
            summary,
            about: ABOUT.to_owned(),
            parameters: vec![query("token", "A feed token."), query("since", SINCE)],
            responses: [
                ("200", response("The feed.", Some(Content::text("application/xml")))),
                ("304", response("Nothing has changed since the version that the client knows.", None)),
                ("400", response("`since` is no moment that has been.", None)),
                ("401", response("No token, or one that is unknown or was revoked.", None)),
                ("503", response("The feed cannot be made now.", None)),
            ]
            .into(),
            ..Operation::default()
        };
        paths.add("GET", path, operation);
    }
}
