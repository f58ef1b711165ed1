//! Asking before something that cannot be undone.

use std::io::{self, IsTerminal as _, Write as _};

use crate::exit::Failure;

/// Whether [`confirmed`] would ask.
pub fn asks(yes: bool) -> bool {
    !yes && io::stdin().is_terminal()
}

/// Asks whether to go on, where a person can answer; a script has decided already. `yes` is the option of that name.
pub fn confirmed(yes: bool, what: &str) -> anyhow::Result<()> {
    if !asks(yes) {
        return Ok(());
    }
    let mut err = io::stderr().lock();
    write!(err, "This will {what}. Go on? [y/N] ")?;
    err.flush()?;
    agreed(&mut io::stdin().lock())
}

fn agreed(answers: &mut impl io::BufRead) -> anyhow::Result<()> {
    let mut answer = String::new();
    answers.read_line(&mut answer)?;
    if matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes") {
        return Ok(());
    }
    Err(Failure::refused("nothing was done").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_yes_is_a_yes() {
        for (answer, goes_on) in
            [("y\n", true), ("YES\n", true), (" yes ", true), ("\n", false), ("", false), ("n\n", false)]
        {
            assert_eq!(agreed(&mut answer.as_bytes()).is_ok(), goes_on, "{answer:?}");
        }
    }
}
