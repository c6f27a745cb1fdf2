//! [`Exit`]: how a command ended.

use std::process::ExitCode;

/// How a command ended, for the program that called it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: all is well.
    Ok,
    /// 1: something is wrong with the config or what it needs.
    Problems,
    /// 2: the command could not run: its arguments are wrong, or no store could be asked.
    CouldNotRun,
}

impl Exit {
    /// The code.
    pub fn code(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::Problems => 1,
            Self::CouldNotRun => 2,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        exit.code().into()
    }
}
