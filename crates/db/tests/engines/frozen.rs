//! Released migrations stay as they are: databases remember the checksums of those that made them.

use crossdock_db::MIGRATIONS;
use sha2::{Digest as _, Sha256};

/// Every migration that was released: its name, and the SHA-256 of its text for SQLite and for PostgreSQL.
const FROZEN: &[(&str, [&str; 2])] = &[
    (
        "0001_checkout",
        [
            "2d0ad685a3b822531afe1d0fa56633b8c2792a4e40d916ed71532dbfaaeba95d",
            "d0eeec84f3abde3a4612fd64575cfc291050cdc182443de66a778b043b2ef421",
        ],
    ),
    (
        "0002_landed_cost",
        [
            "e3ede9df64d4a81feabfbeaae3100569375750ceb6720392819bfe43965f2be2",
            "25fb0a2f27efa68d25ce6bf05bbb52724a7edabf27eedc41caa648d6ecb8c6eb",
        ],
    ),
    (
        "0003_wholesale",
        [
            "0c0f7b050f3ece1966a6e982b427843d9fbc50b549ef5984cbdd42de4eaffed0",
            "e140956346cee7e34bd751912699337bf547d4eb4007072528241481e9460345",
        ],
    ),
    (
        "0004_webhooks",
        [
            "2da5a8731613c83cb31f67b6673bfeb200cfe1cab575305bccdd7012592d6441",
            "f8bd13f780d13f8c5a2bb532a784f9c85ac5c799ead0b0796f1ca289570da3a5",
        ],
    ),
    (
        "0005_admin_api",
        [
            "3f7121024318290c3f9f97e8caf9bc679b067dd6c385a251e2235235600e377f",
            "7cb127929a8e1089de5a10a503c7f71da0a415a046369dc2615f63ed727d80b7",
        ],
    ),
    (
        "0006_feed_tokens",
        [
            "196a89e9d90078dc4a3f7562a8a5c500d5e89751c51f2c1ca9f22ac08d98b16e",
            "ecac0c5463dc4c87079440efe1e771c4b9790d0955df7123c72934c16db04208",
        ],
    ),
    (
        "0007_order_search",
        [
            "082e41807e4acacd9e9d2c412bce48071d99185b822680cfb8d815a40cc89668",
            "18e931c8848ca684cf6a2f6e59c7088c61063516d987added1c9e2e2c8853597",
        ],
    ),
    (
        "0008_admin_logins",
        [
            "09aca9752ce3b3f1eeefe06c11f17bf631606d99b092f082252a3340d50d1e1e",
            "09aca9752ce3b3f1eeefe06c11f17bf631606d99b092f082252a3340d50d1e1e",
        ],
    ),
    (
        "0009_sandboxes",
        [
            "7553ff30b6e4589af22aa8ca8d56f0845a991e83aec4c92e9f3626d2f167f56a",
            "b984dc5759092e6933cf0efa7d17460e3cc87c3eed14a4a07c307a3e7246d2ce",
        ],
    ),
    (
        "0010_catalogue",
        [
            "e6555b9cdb34665ed86fdfc1fcb047270a78ef92180a1f97c2c001b47ebade1b",
            "cefda7126a9e6f2cef5b856f0c61d8a32cdeae6a03a0879c7fcb97733cefa70e",
        ],
    ),
    (
        "0011_order_lists",
        [
            "ee0f16f6908c82e1a4d579d29fe272e92f08634fff60c83bd68759258c1d13cc",
            "ee0f16f6908c82e1a4d579d29fe272e92f08634fff60c83bd68759258c1d13cc",
        ],
    ),
    (
        "0012_one_event_table",
        [
            "edef79a9d419edc58da4725703ac48760db8f88a54fa0a8ff13b2245d0b62999",
            "edef79a9d419edc58da4725703ac48760db8f88a54fa0a8ff13b2245d0b62999",
        ],
    ),
    (
        "0013_job_queues",
        [
            "b62cd2c4210cf591392716eeb42584468f6d34524840d4f6abc1ff2f23c50a40",
            "e1d6e2a24e4f8021375aa9686c1c9d434e0079f71331e5057b095fa41fd2ab2d",
        ],
    ),
    (
        "0014_currency_rates",
        [
            "b30b2009c1360abb532bc8188ce725e165bfd26ea5b227605faf373c28389d00",
            "3cdc1892f6727a88bc9b66cf3389f2892e0e6e094def2d0d6f28c6a498437429",
        ],
    ),
];

fn checksum(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn released_migrations_are_never_edited() {
    for (name, [sqlite, postgres]) in FROZEN {
        let step = MIGRATIONS.iter().find(|step| step.name == *name);
        let step = step.unwrap_or_else(|| panic!("{name}: released migrations are never removed"));
        for (engine, text, sum) in [("sqlite", step.sqlite, sqlite), ("postgres", step.postgres, postgres)] {
            let advice = "released migrations are never edited; append a new one";
            assert_eq!(checksum(text), *sum, "{engine}/{name}.sql: {advice}");
        }
    }
}

#[test]
fn every_migration_is_frozen() {
    for step in MIGRATIONS {
        let (name, sqlite, postgres) = (step.name, checksum(step.sqlite), checksum(step.postgres));
        let known = FROZEN.iter().any(|(frozen, _)| *frozen == name);
        assert!(known, "add it here before it is released: (\"{name}\", [\"{sqlite}\", \"{postgres}\"])");
    }
}
