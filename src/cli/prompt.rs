//! Questions to a person at a terminal. Everything a question can ask has a
//! flag, so scripts never meet one.

use std::io;

use dialoguer::console::Term;
use dialoguer::{Confirm, Input, Select};

use super::interrupt;
use super::view::sanitize;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum PromptError {
    /// The person pressed Ctrl-C or Esc.
    #[error("cancelled; nothing was changed")]
    Cancelled,
    /// Nobody is there to ask.
    #[error("{question}: no terminal to ask on; give {flag}")]
    NoTerminal {
        /// What would have been asked.
        question: String,
        /// The flag that answers it.
        flag: String,
    },
    /// There is nothing to choose from.
    #[error("{question}: there is nothing to choose from")]
    NoChoice {
        /// What would have been asked.
        question: String,
    },
    /// The terminal failed.
    #[error("cannot ask on the terminal: {0}")]
    Terminal(#[source] io::Error),
}

/// A question, and the flag that answers it without asking.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// What is asked, without a colon or question mark: `Title`.
    pub text: &'a str,
    /// The flag to name where nobody can be asked: `--title`.
    pub flag: &'a str,
}

/// Says what is wrong with an answer, which is then asked for again.
pub type Check<'a> = &'a dyn Fn(&str) -> Result<(), String>;

/// Accepts every answer.
///
/// # Errors
/// None.
pub fn anything(_: &str) -> Result<(), String> {
    Ok(())
}

/// Accepts every answer that is not blank.
///
/// # Errors
/// For a blank one.
pub fn not_blank(answer: &str) -> Result<(), String> {
    if answer.trim().is_empty() {
        Err("this can't be empty".to_owned())
    } else {
        Ok(())
    }
}

/// Someone to ask. Never while a lock is held.
pub trait Prompter {
    /// Asks for a line of text, again until `check` accepts it. `default` is
    /// the answer to a bare Enter; without one, a bare Enter is an empty text.
    ///
    /// # Errors
    /// See [`PromptError`].
    fn text(
        &mut self,
        question: Question<'_>,
        default: Option<&str>,
        check: Check<'_>,
    ) -> Result<String, PromptError>;

    /// Asks for yes or no. `default` is the answer to a bare Enter; without
    /// one, a key must be pressed.
    ///
    /// # Errors
    /// See [`PromptError`].
    fn confirm(
        &mut self,
        question: Question<'_>,
        default: Option<bool>,
    ) -> Result<bool, PromptError>;

    /// Asks for one of `items`, and gives its place. `default` is the place
    /// where the choice starts.
    ///
    /// # Errors
    /// See [`PromptError`].
    fn select(
        &mut self,
        question: Question<'_>,
        items: &[String],
        default: usize,
    ) -> Result<usize, PromptError>;
}

/// Asks on the terminal, with standard error as the screen: standard output
/// is for results.
#[derive(Debug, Default)]
pub struct Terminal(());

impl Terminal {
    /// A person at the terminal. Choose this only where standard input and
    /// standard error are terminals, and [`NoTerminal`] elsewhere.
    #[must_use]
    pub fn new() -> Self {
        Self(())
    }
}

impl Prompter for Terminal {
    fn text(
        &mut self,
        question: Question<'_>,
        default: Option<&str>,
        check: Check<'_>,
    ) -> Result<String, PromptError> {
        let mut input = Input::<String>::new()
            .with_prompt(sanitize::line(question.text))
            .allow_empty(true)
            .validate_with(|answer: &String| check(answer));
        if let Some(default) = default {
            input = input.default(sanitize::line(default).into_owned());
        }
        ask(|term| input.interact_text_on(term).map(Some))
    }

    fn confirm(
        &mut self,
        question: Question<'_>,
        default: Option<bool>,
    ) -> Result<bool, PromptError> {
        let mut confirm = Confirm::new().with_prompt(format!("{}?", sanitize::line(question.text)));
        if let Some(default) = default {
            confirm = confirm.default(default);
        }
        ask(|term| confirm.interact_on_opt(term))
    }

    fn select(
        &mut self,
        question: Question<'_>,
        items: &[String],
        default: usize,
    ) -> Result<usize, PromptError> {
        let last = items
            .len()
            .checked_sub(1)
            .ok_or_else(|| PromptError::NoChoice {
                question: question.text.to_owned(),
            })?;
        let items: Vec<_> = items.iter().map(|item| sanitize::line(item)).collect();
        let select = Select::new()
            .with_prompt(sanitize::line(question.text))
            .items(&items)
            .default(default.min(last));
        ask(|term| select.interact_on_opt(term))
    }
}

/// Asks, and leaves the terminal as it was whatever comes of it: dialoguer
/// hides the cursor, and shows it again only after an answer.
fn ask<T>(interact: impl FnOnce(&Term) -> dialoguer::Result<Option<T>>) -> Result<T, PromptError> {
    // Ctrl-C reaches a prompt as a signal that dialoguer raises itself.
    let _hold = interrupt::hold().map_err(PromptError::Terminal)?;
    let term = Term::stderr();
    let answer = interact(&term);
    if !matches!(answer, Ok(Some(_))) {
        let restored = term.show_cursor().and_then(|()| term.write_line(""));
        restored.map_err(PromptError::Terminal)?;
    }
    match answer.map_err(io::Error::from) {
        Ok(Some(answer)) => Ok(answer),
        Ok(None) => Err(PromptError::Cancelled),
        Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(PromptError::Cancelled),
        Err(error) => Err(PromptError::Terminal(error)),
    }
}

/// Nobody to ask: every question is an error that names the flag to give.
#[derive(Debug, Default, Clone, Copy)]
pub struct NoTerminal;

impl NoTerminal {
    fn refuse<T>(question: Question<'_>) -> Result<T, PromptError> {
        Err(PromptError::NoTerminal {
            question: question.text.to_owned(),
            flag: question.flag.to_owned(),
        })
    }
}

impl Prompter for NoTerminal {
    fn text(
        &mut self,
        question: Question<'_>,
        _: Option<&str>,
        _: Check<'_>,
    ) -> Result<String, PromptError> {
        Self::refuse(question)
    }

    fn confirm(&mut self, question: Question<'_>, _: Option<bool>) -> Result<bool, PromptError> {
        Self::refuse(question)
    }

    fn select(
        &mut self,
        question: Question<'_>,
        _: &[String],
        _: usize,
    ) -> Result<usize, PromptError> {
        Self::refuse(question)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    const TITLE: Question<'_> = Question {
        text: "Title",
        flag: "--title",
    };

    #[test]
    fn without_a_terminal_every_question_names_its_flag() {
        let mut nobody = NoTerminal;
        let errors = [
            nobody.text(TITLE, Some("x"), &anything).unwrap_err(),
            nobody.confirm(TITLE, Some(true)).unwrap_err(),
            nobody.select(TITLE, &["a".into()], 0).unwrap_err(),
        ];
        for error in errors {
            assert_eq!(
                error.to_string(),
                "Title: no terminal to ask on; give --title"
            );
        }
    }

    #[test]
    fn a_choice_of_nothing_is_an_error_and_not_a_hang() {
        let error = Terminal::new().select(TITLE, &[], 0).unwrap_err();
        assert!(matches!(error, PromptError::NoChoice { .. }));
    }

    #[test]
    fn blank_answers_are_told_apart() {
        assert!(not_blank(" \t").is_err());
        assert!(not_blank(" x ").is_ok());
    }
}
