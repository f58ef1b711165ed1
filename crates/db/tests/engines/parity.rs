//! Both engines have the same tables: columns, nullability, keys, references.

use std::collections::{BTreeMap, BTreeSet};

use crossdock_db::Db;
use crossdock_db::removal::{OWNER_TABLES, WHOLESALER_TABLES};
use tokio_postgres::Client;

use crate::harness::{PostgresScratch, Scratch, SqliteScratch, with_scratch};

/// A foreign key: own columns, parent, its columns.
type Reference = (Vec<String>, String, Vec<String>);

/// What a table is, in words that both engines share.
#[derive(Debug, Default, PartialEq, Eq)]
struct Table {
    /// Name, kind and whether it may be null, in their order.
    columns: Vec<(String, &'static str, bool)>,
    primary_key: Vec<String>,
    unique: BTreeSet<Vec<String>>,
    references: BTreeSet<Reference>,
}

type Schema = BTreeMap<String, Table>;

fn strings(connection: &rusqlite::Connection, sql: &str) -> Vec<String> {
    let mut statement = connection.prepare(sql).unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

fn sqlite_schema(connection: &rusqlite::Connection) -> Schema {
    let tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
    strings(connection, tables).into_iter().map(|name| (name.clone(), sqlite_table(connection, &name))).collect()
}

fn sqlite_table(connection: &rusqlite::Connection, name: &str) -> Table {
    let mut table = Table::default();
    let booleans = strings(connection, &format!("SELECT sql FROM sqlite_schema WHERE name = '{name}'")).concat();
    let mut columns = connection.prepare(&format!("PRAGMA table_info({name})")).unwrap();
    let mut rows = columns.query([]).unwrap();
    let mut key = BTreeMap::new();
    while let Some(row) = rows.next().unwrap() {
        let column: String = row.get("name").unwrap();
        let kind: String = row.get("type").unwrap();
        let kind = match kind.as_str() {
            // The check is what makes a number a truth value there.
            "INTEGER" if booleans.contains(&format!("CHECK ({column} IN (0, 1))")) => "boolean",
            "INTEGER" | "BIGINT" => "bigint",
            "TEXT" => "text",
            other => panic!("{name}.{column} has the type {other}"),
        };
        if let at @ 1.. = row.get::<_, i64>("pk").unwrap() {
            key.insert(at, column.clone());
        }
        table.columns.push((column, kind, !row.get::<_, bool>("notnull").unwrap()));
    }
    table.primary_key = key.into_values().collect();
    let unique =
        format!("SELECT name FROM pragma_index_list('{name}') WHERE \"unique\" AND origin = 'u' AND NOT partial");
    for index in strings(connection, &unique) {
        table
            .unique
            .insert(strings(connection, &format!("SELECT name FROM pragma_index_info('{index}') ORDER BY seqno")));
    }
    let mut references: BTreeMap<String, Reference> = BTreeMap::new();
    let list =
        format!("SELECT id || '', \"table\", \"from\", \"to\" FROM pragma_foreign_key_list('{name}') ORDER BY id, seq");
    let mut list = connection.prepare(&list).unwrap();
    let mut rows = list.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        let entry = references.entry(row.get(0).unwrap()).or_default();
        entry.0.push(row.get(2).unwrap());
        entry.1 = row.get(1).unwrap();
        entry.2.push(row.get(3).unwrap());
    }
    table.references = references.into_values().collect();
    table
}

async fn postgres_schema(client: &Client) -> Schema {
    let mut schema = Schema::new();
    let columns = "SELECT table_name::text, column_name::text, data_type::text, is_nullable = 'YES' \
         FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name, ordinal_position";
    for row in client.query(columns, &[]).await.unwrap() {
        let (table, column, kind, nullable): (String, String, String, bool) =
            (row.get(0), row.get(1), row.get(2), row.get(3));
        let kind = match kind.as_str() {
            "bigint" => "bigint",
            "boolean" => "boolean",
            "text" => "text",
            other => panic!("{table}.{column} has the type {other}"),
        };
        schema.entry(table).or_default().columns.push((column, kind, nullable));
    }
    let names = |keys: &str, table: &str| {
        format!(
            "ARRAY(SELECT a.attname::text FROM unnest({keys}) WITH ORDINALITY k (n, at) \
             JOIN pg_attribute a ON a.attrelid = {table} AND a.attnum = k.n ORDER BY k.at)"
        )
    };
    let constraints = format!(
        "SELECT conrelid::regclass::text, contype::text, {}, COALESCE(confrelid::regclass::text, ''), {} \
         FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype IN ('p', 'u', 'f')",
        names("conkey", "conrelid"),
        names("confkey", "confrelid")
    );
    for row in client.query(&constraints, &[]).await.unwrap() {
        let (table, kind, parent): (String, String, String) = (row.get(0), row.get(1), row.get(3));
        let (columns, parent_columns): (Vec<String>, Vec<String>) = (row.get(2), row.get(4));
        let table = schema.get_mut(&table).unwrap();
        match kind.as_str() {
            "p" => table.primary_key = columns,
            "u" => drop(table.unique.insert(columns)),
            _ => drop(table.references.insert((columns, parent, parent_columns))),
        }
    }
    schema
}

#[tokio::test]
async fn postgres_and_sqlite_have_the_same_tables() {
    with_scratch(async |postgres: &PostgresScratch| {
        let sqlite = SqliteScratch::create().await.unwrap();
        Db::open(&sqlite.options()).await.unwrap().close().await;
        Db::open(&postgres.options()).await.unwrap().close().await;
        let theirs = postgres_schema(&postgres.connect().await).await;
        let ours = sqlite_schema(&sqlite.connect());
        assert_eq!(ours.keys().collect::<Vec<_>>(), theirs.keys().collect::<Vec<_>>());
        for (name, table) in &ours {
            assert_eq!(Some(table), theirs.get(name), "{name}");
        }
        assert!(ours.len() > 10);
    })
    .await;
}

/// Whoever adds a table that names a wholesaler adds it to a list in `removal.rs`, before the tables that it refers to.
#[tokio::test]
async fn everything_of_a_wholesaler_is_deleted_with_it_children_first() {
    with_scratch(async |scratch: &SqliteScratch| {
        Db::open(&scratch.options()).await.unwrap().close().await;
        let schema = sqlite_schema(&scratch.connect());
        let has = |table: &Table, column: &str| table.columns.iter().any(|(name, ..)| name == column);
        let naming = |column: &str| -> BTreeSet<&str> {
            schema.iter().filter(|(_, table)| has(table, column)).map(|(name, _)| name.as_str()).collect()
        };
        let listed = |tables: &[&'static str]| tables.iter().copied().collect::<BTreeSet<_>>();
        assert_eq!(listed(WHOLESALER_TABLES), naming("wholesaler_id"));
        assert_eq!(listed(OWNER_TABLES), naming("owner"));
        let order: Vec<&str> = OWNER_TABLES.iter().chain(WHOLESALER_TABLES).copied().chain(["wholesalers"]).collect();
        let place = |name: &str| order.iter().position(|table| *table == name);
        for (name, table) in &schema {
            for (_, parent, _) in &table.references {
                if let Some(parent_place) = place(parent) {
                    let own = place(name).unwrap_or_else(|| panic!("{name} refers to {parent} and is in no list"));
                    assert!(own < parent_place || name == parent, "{name} is deleted after {parent}");
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn every_sqlite_table_is_strict() {
    with_scratch(async |scratch: &SqliteScratch| {
        Db::open(&scratch.options()).await.unwrap().close().await;
        let loose =
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND NOT strict AND name NOT LIKE 'sqlite_%'";
        assert_eq!(strings(&scratch.connect(), loose), Vec::<String>::new());
    })
    .await;
}
