//! The first page says when the store does not ship to the country that the link asks for.

use axum::http::StatusCode;
use crossdock_testkit::samples;

use crate::site::Site;

#[tokio::test]
async fn a_country_that_is_not_served_is_told_and_no_other_is_preselected() {
    let site = Site::new().await;
    site.app.change_settings(|settings| settings.no_ship_countries = vec![samples::country("US")]).await;
    for (country, selected) in
        [("US", None), ("usa", None), ("United+States", None), ("UK", Some("GB")), ("Deutschland", Some("DE"))]
    {
        let cart = site.app.cart().await;
        let page = site.get(&format!("/?tempCartUUID={cart}&store=999&country={country}")).await;
        assert_eq!(page.status, StatusCode::OK);
        let told = page.body.contains("the store does not ship to United States");
        assert_eq!(told, selected.is_none(), "{country}");
        let chosen = match selected {
            Some(code) => format!("<option value=\"{code}\" selected>"),
            None => "<option value=\"\" selected>".to_owned(),
        };
        assert!(page.body.contains(&chosen), "{country}: {}", page.body);
    }
}
