//! [`Console`]: where commands write. One place prints, so that a reader that went away is no failure anywhere.

use super::{Exit, Told};
use crate::secret::Secret;
use std::ffi::OsString;
use std::fmt;
use std::io::{self, ErrorKind, IsTerminal, Read, Write};
#[cfg(feature = "aws")]
use zeroize::Zeroizing;

/// Where a command writes what it tells, and its errors.
///
/// ```
/// use secret_config::cli::{Colours, Console};
///
/// let (mut out, mut error) = (Vec::new(), Vec::new());
/// let console = Console::new(&mut out, &mut error).with_colours(Colours::Always);
/// # drop(console);
/// ```
pub struct Console<'a> {
    out: Box<dyn Write + 'a>,
    error: Box<dyn Write + 'a>,
    colours: Colours,
    input: Box<dyn Read + 'a>,
    person: Option<Person<'a>>,
    #[cfg_attr(not(feature = "aws"), allow(dead_code, reason = "only writes take so long"))]
    progress: Progress,
}

/// Whoever answers questions.
type Person<'a> = Box<dyn FnMut(&str, Echo) -> io::Result<Secret<String>> + 'a>;

/// Whether a terminal shows what is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Echo {
    /// It does.
    Shown,
    /// It does not, since it is a secret.
    Hidden,
}

/// How the progress of writes is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Progress {
    /// A line for each, with its number.
    #[default]
    Lines,
    /// A bar that is drawn anew after each, below the lines.
    Bar,
}

/// Whether what is written has colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Colours {
    /// Always.
    Always,
    /// Never.
    #[default]
    Never,
}

impl Colours {
    fn of(is_terminal: bool, variable: impl Fn(&str) -> Option<OsString>) -> Self {
        if is_drawn_on(is_terminal, variable) { Self::Always } else { Self::Never }
    }
}

impl Progress {
    fn of(is_terminal: bool, variable: impl Fn(&str) -> Option<OsString>) -> Self {
        if is_drawn_on(is_terminal, variable) { Self::Bar } else { Self::Lines }
    }
}

/// Whether more than lines of text is for the place that is written to, and wanted there.
fn is_drawn_on(is_terminal: bool, variable: impl Fn(&str) -> Option<OsString>) -> bool {
    let is_set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
    let is_dumb = variable("TERM").is_some_and(|terminal| terminal == "dumb");
    is_terminal && !is_set("NO_COLOR") && !is_dumb
}

impl Console<'static> {
    /// The process's. It has colours if standard output is a terminal that shows them, a bar if standard error is one, and
    /// neither of them if `NO_COLOR` is set.
    pub fn of_process() -> Self {
        let variable = |name: &str| std::env::var_os(name);
        let colours = Colours::of(io::stdout().is_terminal(), variable);
        let progress = Progress::of(io::stderr().is_terminal(), variable);
        let console = Self::new(io::stdout(), io::stderr()).with_colours(colours).with_progress(progress);
        let console = console.with_input(io::stdin());
        match io::stdin().is_terminal() {
            true => console.with_person(at_terminal),
            false => console,
        }
    }
}

impl<'a> Console<'a> {
    /// One of two writers, without colours.
    pub fn new(out: impl Write + 'a, error: impl Write + 'a) -> Self {
        let (out, error, input) = (Box::new(out), Box::new(error), Box::new(io::empty()));
        Self { out, error, colours: Colours::Never, input, person: None, progress: Progress::Lines }
    }

    /// What `--stdin` reads, and `set` where there is no person. Nothing, if not said.
    #[must_use]
    pub fn with_input(mut self, input: impl Read + 'a) -> Self {
        self.input = Box::new(input);
        self
    }

    /// Who answers questions. Without one, nothing is asked.
    #[must_use]
    pub fn with_person(mut self, person: impl FnMut(&str, Echo) -> io::Result<Secret<String>> + 'a) -> Self {
        self.person = Some(Box::new(person));
        self
    }

    /// Whether there are colours, if the arguments do not say.
    #[must_use]
    pub fn with_colours(mut self, colours: Colours) -> Self {
        self.colours = colours;
        self
    }

    /// How the progress of writes is shown. As lines, if not said.
    #[must_use]
    pub fn with_progress(mut self, progress: Progress) -> Self {
        self.progress = progress;
        self
    }

    pub(super) fn shows_colours(&self, asked: Option<Colours>) -> bool {
        asked.unwrap_or(self.colours) == Colours::Always
    }

    /// Writes what a command has told.
    pub(super) fn tell(&mut self, told: &Told) -> Exit {
        let is_written = write(&mut self.out, &told.out);
        if let Err(error) = is_written {
            let _ = writeln!(self.error, "error: cannot write: {error}");
            return Exit::CouldNotRun;
        }
        // Where errors go cannot be told otherwise.
        let _ = write(&mut self.error, &told.error);
        told.exit
    }
}

/// What the commands need that write to stores.
#[cfg(feature = "aws")]
impl Console<'_> {
    pub(super) fn has_person(&self) -> bool {
        self.person.is_some()
    }

    pub(super) fn progress(&self) -> Progress {
        self.progress
    }

    /// The answer of the person, if there is one.
    pub(super) fn ask(&mut self, question: &str, echo: Echo) -> Option<io::Result<Secret<String>>> {
        self.person.as_mut().map(|person| person(question, echo))
    }

    pub(super) fn agrees(&mut self, question: &str) -> bool {
        let answer = self.ask(question, Echo::Shown);
        answer.is_some_and(|answer| {
            answer.is_ok_and(|answer| matches!(answer.expose_secret().trim(), "y" | "Y" | "yes" | "Yes"))
        })
    }

    /// All of the input.
    pub(super) fn read(&mut self) -> io::Result<Zeroizing<String>> {
        let mut text = Zeroizing::new(String::new());
        self.input.read_to_string(&mut text)?;
        Ok(text)
    }

    /// Tells a person how it goes, beside what the command has to say in the end.
    pub(super) fn say(&mut self, text: &str) {
        let _ = write(&mut self.error, text);
    }
}

/// A reader that went away, such as `head`, has read what it wanted.
fn write(to: &mut dyn Write, text: &str) -> io::Result<()> {
    match to.write_all(text.as_bytes()).and_then(|()| to.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

impl fmt::Debug for Console<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Console").field("colours", &self.colours).finish_non_exhaustive()
    }
}

/// Asks at the process's terminal.
fn at_terminal(question: &str, echo: Echo) -> io::Result<Secret<String>> {
    if echo == Echo::Hidden {
        return rpassword::prompt_password(question).map(Secret::new);
    }
    write(&mut io::stderr(), question)?;
    let mut answer = String::new();
    if io::stdin().read_line(&mut answer)? == 0 {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    Ok(Secret::new(answer.trim_end_matches(['\n', '\r']).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_for_terminals_that_show_them_and_people_who_want_them() {
        let with = |name: &'static str, value: &'static str| move |asked: &str| (asked == name).then(|| value.into());
        assert_eq!(Colours::of(true, |_| None), Colours::Always);
        assert_eq!(Colours::of(false, |_| None), Colours::Never);
        assert_eq!(Colours::of(true, with("NO_COLOR", "1")), Colours::Never);
        assert_eq!(Colours::of(true, with("NO_COLOR", "")), Colours::Always);
        assert_eq!(Colours::of(true, with("TERM", "dumb")), Colours::Never);
        assert_eq!(Progress::of(true, |_| None), Progress::Bar);
        assert_eq!(Progress::of(false, |_| None), Progress::Lines);
        assert_eq!(Progress::of(true, with("NO_COLOR", "1")), Progress::Lines);
        assert_eq!(Progress::of(true, with("TERM", "dumb")), Progress::Lines);
    }
}
