# Thin recipes over the same commands that CI runs. `just` alone lists them.

_list:
    @just --list --unsorted

# Crossdock with a sample store, cart and credentials on http://127.0.0.1:8080
demo *args:
    cargo run --release -- demo {{ args }}

# Everything that CI checks; `just test --fast` leaves out the slow part
test *args:
    scripts/test {{ args }}

# Rewrite sources in the house's format
fmt:
    cargo fmt --all

# Format check and clippy, warnings are errors
lint:
    scripts/test --only fmt --only clippy

# API documentation of the crates, warnings are errors
docs:
    scripts/test --only doc

# Licences, banned crates and sources
deny:
    scripts/test --only deny

# Browser tests against the real program
e2e *args:
    scripts/test --only build --only e2e {{ args }}

# Load test with its comparison to a bare server
bench *args:
    cargo build --release -p crossdock -p crossdock-bench
    "${CARGO_TARGET_DIR:-target}/release/crossdock-bench" {{ args }}

# Write the generated files anew (OpenAPI, configuration reference)
generate:
    cargo build --release --bin crossdock
    CROSSDOCK_BIN="${CARGO_TARGET_DIR:-target}/release/crossdock" scripts/generate
