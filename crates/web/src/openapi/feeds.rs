//! The feeds for shops, in the document of the Customer API: their readers are the same.

use utoipa::openapi::path::{HttpMethod, OperationBuilder, ParameterBuilder, ParameterIn};
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{ContentBuilder, Paths, Required};

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
    for (path, summary) in FEEDS {
        let id = path.trim_start_matches('/').replace(['/', '.'], "_");
        let operation = OperationBuilder::new()
            .tag(TAG)
            .operation_id(Some(id))
            .summary(Some(summary))
            .description(Some(ABOUT))
            .parameter(parameter("token", "A feed token."))
            .parameter(parameter("since", SINCE))
            .response("200", document())
            .response("304", plain("Nothing has changed since the version that the client knows."))
            .response("400", plain("`since` is no moment that has been."))
            .response("401", plain("No token, or one that is unknown or was revoked."))
            .response("503", plain("The feed cannot be made now."));
        paths.add_path_operation(path, vec![HttpMethod::Get], operation.build());
    }
}

fn parameter(name: &str, about: &str) -> ParameterBuilder {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .description(Some(about))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
}

fn document() -> Response {
    let text = ObjectBuilder::new().schema_type(Type::String).build();
    let content = ContentBuilder::new().schema(Some(text)).build();
    ResponseBuilder::new().description("The feed.").content("application/xml", content).build()
}

fn plain(about: &str) -> Response {
    ResponseBuilder::new().description(about).build()
}
