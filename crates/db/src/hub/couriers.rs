//! Couriers and their pickup points.

use crossdock_domain::country::Country;
use crossdock_domain::wholesale::{Coordinates, Courier, CourierId, PickupPoint, WholesalerId};

use crate::error::DbError;
use crate::json::{json, json_rows};
use crate::row::{FromRow, columns};
use crate::sql::statements;
use crate::tx::Tx;
use crate::value::{Row, params};

columns!(CourierColumns, courier, "couriers": id, name, active, settings);
columns!(PointColumns, "pickup_points": document);

statements! {
    PUT = { "INSERT INTO couriers (wholesaler_id, id, name, active, settings) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (wholesaler_id, id) DO UPDATE SET name = excluded.name, active = excluded.active, \
             settings = excluded.settings" }
    ONE = { "SELECT ", courier!(), " FROM couriers WHERE wholesaler_id = $1 AND id = $2" }
    OF_WHOLESALER = { "SELECT ", courier!(), " FROM couriers WHERE wholesaler_id = $1 ORDER BY id" }
    // All rows ride in one parameter: [courier, id, country, zip, latitude, longitude, active, document].
    PUT_POINTS = {
        sqlite "INSERT INTO pickup_points (wholesaler_id, courier_id, id, country, zip, latitude_micro, longitude_micro, \
            active, document) SELECT $1, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, \
            value ->> 6, value ->> 7 FROM json_each($2) WHERE true \
            ON CONFLICT (wholesaler_id, courier_id, id) DO UPDATE SET country = excluded.country, zip = excluded.zip, \
            latitude_micro = excluded.latitude_micro, longitude_micro = excluded.longitude_micro, \
            active = excluded.active, document = excluded.document",
        postgres "INSERT INTO pickup_points (wholesaler_id, courier_id, id, country, zip, latitude_micro, longitude_micro, \
            active, document) SELECT CAST($1 AS BIGINT), (r ->> 0)::bigint, r ->> 1, r ->> 2, r ->> 3, (r ->> 4)::bigint, \
            (r ->> 5)::bigint, (r ->> 6)::boolean, r ->> 7 FROM jsonb_array_elements($2::jsonb) AS r \
            ON CONFLICT (wholesaler_id, courier_id, id) DO UPDATE SET country = excluded.country, zip = excluded.zip, \
            latitude_micro = excluded.latitude_micro, longitude_micro = excluded.longitude_micro, \
            active = excluded.active, document = excluded.document"
    }
    POINT = { "SELECT document FROM pickup_points WHERE wholesaler_id = $1 AND courier_id = $2 AND id = $3" }
    POINTS = { "SELECT document FROM pickup_points WHERE wholesaler_id = $1 AND courier_id = $2 ORDER BY id \
                LIMIT $3 OFFSET $4" }
    COUNT_POINTS = { "SELECT COUNT(*) FROM pickup_points WHERE wholesaler_id = $1 AND courier_id = $2" }
    POINTS_BY_ZIP = { "SELECT document FROM pickup_points WHERE wholesaler_id = $1 AND courier_id = $2 AND country = $3 \
                       AND zip >= $4 AND zip < $5 AND active ORDER BY zip, id LIMIT $6" }
    POINTS_IN_BOX = { "SELECT document FROM pickup_points WHERE wholesaler_id = $1 AND courier_id = $2 \
        AND latitude_micro BETWEEN $3 AND $4 AND longitude_micro BETWEEN $5 AND $6 AND active" }
}

struct CourierRow(Courier);

impl FromRow for CourierRow {
    type Columns = CourierColumns;

    fn from_row(row: &Row<'_>, at: &CourierColumns) -> Result<Self, DbError> {
        let id: i64 = row.get(at.id)?;
        let bad = |column| DbError::Inconsistent { table: "couriers", column, id: id.to_string() };
        Ok(Self(Courier {
            id: CourierId(id),
            name: row.get(at.name)?,
            active: row.get(at.active)?,
            settings: serde_json::from_str(row.text(at.settings)?).map_err(|_| bad("settings"))?,
        }))
    }
}

struct PointRow(PickupPoint);

impl FromRow for PointRow {
    type Columns = PointColumns;

    fn from_row(row: &Row<'_>, at: &PointColumns) -> Result<Self, DbError> {
        let bad = |text: &str| DbError::Inconsistent {
            table: "pickup_points",
            column: "document",
            id: text.chars().take(80).collect(),
        };
        let text = row.text(at.document)?;
        serde_json::from_str(text).map(Self).map_err(|_| bad(text))
    }
}

/// Postal codes are searched for without blanks and hyphens, in capitals.
pub fn bare_zip(zip: &str) -> String {
    zip.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase()
}

fn points(rows: Vec<PointRow>) -> Vec<PickupPoint> {
    rows.into_iter().map(|row| row.0).collect()
}

impl Tx {
    /// Stores a courier, new or known.
    pub async fn put_courier(&mut self, wholesaler: WholesalerId, courier: &Courier) -> Result<(), DbError> {
        let values =
            params![wholesaler.get(), courier.id.0, courier.name.as_str(), courier.active, json(&courier.settings)?];
        self.execute(&PUT, values).await.map(drop)
    }

    /// One courier.
    pub async fn courier(&mut self, wholesaler: WholesalerId, id: CourierId) -> Result<Option<Courier>, DbError> {
        let row: Option<CourierRow> = self.fetch_optional(&ONE, params![wholesaler.get(), id.0]).await?;
        Ok(row.map(|row| row.0))
    }

    /// Every courier of a wholesaler, by number.
    pub async fn couriers(&mut self, wholesaler: WholesalerId) -> Result<Vec<Courier>, DbError> {
        let rows: Vec<CourierRow> = self.fetch_all(&OF_WHOLESALER, params![wholesaler.get()]).await?;
        Ok(rows.into_iter().map(|row| row.0).collect())
    }

    /// Stores pickup points, new or known. Their couriers must be there; no point may be named twice.
    pub async fn put_pickup_points(&mut self, wholesaler: WholesalerId, points: &[PickupPoint]) -> Result<(), DbError> {
        let mut rows = Vec::with_capacity(points.len());
        for point in points {
            rows.push((
                point.courier,
                point.id.as_str(),
                point.country,
                bare_zip(&point.zip),
                point.place.latitude_micro,
                point.place.longitude_micro,
                point.active,
                json(point)?,
            ));
        }
        self.execute(&PUT_POINTS, params![wholesaler.get(), json_rows(&rows)?]).await.map(drop)
    }

    /// One pickup point.
    pub async fn pickup_point(
        &mut self,
        wholesaler: WholesalerId,
        courier: CourierId,
        id: &str,
    ) -> Result<Option<PickupPoint>, DbError> {
        let row: Option<PointRow> = self.fetch_optional(&POINT, params![wholesaler.get(), courier.0, id]).await?;
        Ok(row.map(|row| row.0))
    }

    /// Pickup points of a courier by their codes, and how many there are in all.
    pub async fn pickup_points(
        &mut self,
        wholesaler: WholesalerId,
        courier: CourierId,
        limit: i64,
        offset: i64,
    ) -> Result<(Vec<PickupPoint>, i64), DbError> {
        let rows = self.fetch_all(&POINTS, params![wholesaler.get(), courier.0, limit, offset]).await?;
        let total: Option<i64> = self.fetch_optional(&COUNT_POINTS, params![wholesaler.get(), courier.0]).await?;
        Ok((points(rows), total.unwrap_or(0)))
    }

    /// Open pickup points whose postal code begins like this.
    pub async fn pickup_points_by_zip(
        &mut self,
        wholesaler: WholesalerId,
        courier: CourierId,
        country: Country,
        prefix: &str,
        limit: i64,
    ) -> Result<Vec<PickupPoint>, DbError> {
        let from = bare_zip(prefix);
        // Behind every letter and digit.
        let to = format!("{from}~");
        let values = params![wholesaler.get(), courier.0, country.code(), from, to, limit];
        Ok(points(self.fetch_all(&POINTS_BY_ZIP, values).await?))
    }

    /// Open pickup points between two corners, in no order.
    pub async fn pickup_points_within(
        &mut self,
        wholesaler: WholesalerId,
        courier: CourierId,
        south_west: Coordinates,
        north_east: Coordinates,
    ) -> Result<Vec<PickupPoint>, DbError> {
        let values = params![
            wholesaler.get(),
            courier.0,
            south_west.latitude_micro,
            north_east.latitude_micro,
            south_west.longitude_micro,
            north_east.longitude_micro
        ];
        Ok(points(self.fetch_all(&POINTS_IN_BOX, values).await?))
    }
}
