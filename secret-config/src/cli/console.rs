//! [`Console`]: where commands write. One place prints, so that a reader that went away is no failure anywhere.

use super::{Exit, Told};
use std::fmt;
use std::io::{self, ErrorKind, IsTerminal, Write};

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

impl Console<'static> {
    /// The process's. It has colours if standard output is a terminal that shows them, and `NO_COLOR` is not set.
    pub fn of_process() -> Self {
        let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let is_dumb = std::env::var_os("TERM").is_some_and(|terminal| terminal == "dumb");
        let colours = match io::stdout().is_terminal() && !is_set("NO_COLOR") && !is_dumb {
            true => Colours::Always,
            false => Colours::Never,
        };
        Self::new(io::stdout(), io::stderr()).with_colours(colours)
    }
}

impl<'a> Console<'a> {
    /// One of two writers, without colours.
    pub fn new(out: impl Write + 'a, error: impl Write + 'a) -> Self {
        Self { out: Box::new(out), error: Box::new(error), colours: Colours::Never }
    }

    /// Whether there are colours, if the arguments do not say.
    #[must_use]
    pub fn with_colours(mut self, colours: Colours) -> Self {
        self.colours = colours;
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
