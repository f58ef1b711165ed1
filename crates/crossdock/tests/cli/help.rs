//! Every command explains itself.

use crate::support::Shell;

/// Paths of all commands, as help lists them.
fn commands(shell: &Shell, path: &str) -> Vec<String> {
    let help = shell.run(&format!("{path} --help")).good();
    let Some((_, list)) = help.split_once("Commands:\n") else { return vec![path.to_owned()] };
    let names = list.lines().take_while(|line| !line.is_empty()).filter(|line| !line.starts_with("   "));
    let names = names.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help");
    names.flat_map(|name| commands(shell, format!("{path} {name}").trim())).collect()
}

#[test]
fn every_command_has_help_with_an_example_that_fits_the_terminal() {
    let shell = Shell::new();
    let commands = commands(&shell, "");
    assert!(commands.len() > 25, "{commands:?}");
    for command in commands {
        let help = shell.run(&format!("{command} --help")).good();
        assert!(help.contains(&format!("  crossdock {command}")) || help.contains(" crossdock "), "{command}: {help}");
        assert!(help.contains("Example"), "{command} has no example");
        assert!(help.contains("--data-dir <DIR>") && help.contains("--config <FILE>"), "{command}");
        assert!(help.lines().all(|line| line.chars().count() <= 100), "{command}: {help}");
    }
}

#[test]
fn exit_codes_are_told() {
    let help = Shell::new().run("--help").good();
    let (_, codes) = help.split_once("Exit codes:\n").expect("a list");
    assert_eq!(codes.lines().count(), 5, "{codes}");
}

#[test]
fn wrong_usage_ends_with_code_2() {
    let shell = Shell::new();
    for line in
        ["", "frobnicate", "store", "store add", "store add 0 --name x --currency USD", "serve --listen nowhere"]
    {
        let ended = shell.run(line);
        assert_eq!(ended.code, 2, "{line}: {ended:?}");
    }
}

#[test]
fn the_api_description_and_completions_need_no_installation() {
    let shell = Shell::new();
    let openapi = shell.run("openapi").json();
    assert!(openapi["paths"]["/v1/createTempCart"].is_object());
    for name in ["bash", "zsh", "fish"] {
        assert!(shell.run(&format!("completions {name}")).good().contains("test-order"), "{name}");
    }
    assert_eq!(std::fs::read_dir(shell.path(".")).expect("a directory").count(), 0, "nothing was written");
}
