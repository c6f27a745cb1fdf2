//! The tools as subcommands of a program of the user's: arguments, exit codes, printing. What they tell is the business
//! of `operator` and of the loader; nothing here is known below.
//!
//! ```no_run
//! use secret_config::{Secret, SecretConfig};
//! use std::process::ExitCode;
//!
//! #[derive(SecretConfig)]
//! #[config(prefix = "orders/{env}", environments = ["dev", "prod"])]
//! struct AppConfig {
//!     #[secret]
//!     stripe_key: Secret<String>,
//! }
//!
//! #[tokio::main]
//! async fn main() -> ExitCode {
//!     secret_config::cli::run::<AppConfig>().await
//! }
//! ```
//!
//! The [guide](crate::_operations) has a chapter on it.

mod arguments;
mod check;
mod completions;
mod console;
mod diff;
mod exit;
mod explain;
mod failure;
mod manifest;
mod paint;
#[cfg(feature = "aws")]
mod policy;
mod report;
mod steps;
mod template;
#[cfg(feature = "aws")]
mod writing;

pub use console::{Colours, Console, Echo, Progress};
pub use exit::Exit;

use crate::{Loader, SecretConfig};
use arguments::Arguments;
use clap::ArgMatches;
use paint::Paint;
use serde::Serialize;
use std::ffi::OsString;
use std::fmt::Display;
use std::process::ExitCode;

/// Runs the subcommand that the process's arguments name, for the config `T`.
///
/// The exit code is 0 if all is well, 1 if something is wrong with the config or what it needs, and 2 if the command could
/// not run.
///
/// ```no_run
/// use secret_config::SecretConfig;
/// use std::process::ExitCode;
///
/// #[derive(SecretConfig)]
/// struct AppConfig {
///     #[config(default = 8080)]
///     port: u16,
/// }
///
/// #[tokio::main]
/// async fn main() -> ExitCode {
///     secret_config::cli::run::<AppConfig>().await
/// }
/// ```
pub async fn run<T: SecretConfig>() -> ExitCode {
    run_with::<T>(std::env::args_os(), |loader| loader).await
}

/// The same with other arguments, the program's name first, and with more that is said to every load: an endpoint, a layer,
/// a source of your own. What the arguments say of a load wins over it.
///
/// ```no_run
/// # use secret_config::SecretConfig;
/// # #[derive(SecretConfig)]
/// # struct AppConfig {
/// #     #[config(default = 8080)]
/// #     port: u16,
/// # }
/// # async fn run() -> std::process::ExitCode {
/// secret_config::cli::run_with::<AppConfig>(std::env::args_os(), |loader| loader.root("/etc/orders")).await
/// # }
/// ```
pub async fn run_with<T: SecretConfig>(
    arguments: impl IntoIterator<Item = impl Into<OsString>>,
    prepare: impl Fn(Loader<T>) -> Loader<T>,
) -> ExitCode {
    run_on(arguments, prepare, &mut Console::of_process()).await.into()
}

/// The same, on a console that need not be the process's, such as one in a test.
///
/// ```
/// use secret_config::SecretConfig;
/// use secret_config::cli::{Console, Exit, run_on};
///
/// #[derive(SecretConfig)]
/// struct AppConfig {
///     #[config(default = 8080)]
///     port: u16,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let (mut out, mut error) = (Vec::new(), Vec::new());
/// let mut console = Console::new(&mut out, &mut error);
/// let arguments = ["orders", "template", "toml", "--env", "prod"];
/// assert_eq!(run_on::<AppConfig>(arguments, |loader| loader, &mut console).await, Exit::Ok);
/// drop(console);
/// assert!(String::from_utf8_lossy(&out).ends_with("#port = 8080\n"));
/// # }
/// ```
pub async fn run_on<T: SecretConfig>(
    arguments: impl IntoIterator<Item = impl Into<OsString>>,
    prepare: impl Fn(Loader<T>) -> Loader<T>,
    console: &mut Console<'_>,
) -> Exit {
    let arguments: Vec<OsString> = arguments.into_iter().map(Into::into).collect();
    let program = arguments::program(&arguments);
    let command = arguments::command(T::SPEC, &program);
    let is_json = arguments::ask_for_json(&arguments);
    let told = match command.clone().try_get_matches_from(arguments) {
        Ok(matches) => {
            let arguments = Arguments::of(&matches);
            let paint = Paint::new(console.shows_colours(arguments.colours));
            let session = Session {
                #[cfg(feature = "aws")]
                program: &program,
                arguments,
                paint,
                prepare: &prepare,
            };
            match matches.subcommand() {
                Some(("completions", matches)) => completions::run(command, &program, matches, is_json),
                Some((name, matches)) => session.run(name, matches, console).await,
                // clap has asked for one.
                None => Told::nothing(Exit::CouldNotRun),
            }
        }
        Err(error) if error.use_stderr() => failure::of_arguments(&error, is_json),
        // Help is asked for.
        Err(help) => Told::file("help", help.render().to_string(), is_json),
    };
    console.tell(&if is_json { told.with_a_document() } else { told })
}

/// What a command has to say, and how it ended.
struct Told {
    out: String,
    error: String,
    exit: Exit,
}

impl Told {
    fn nothing(exit: Exit) -> Self {
        Self { out: String::new(), error: String::new(), exit }
    }

    fn ok(out: impl Into<String>) -> Self {
        Self { out: out.into(), ..Self::nothing(Exit::Ok) }
    }

    fn line(shown: impl Display) -> Self {
        Self::ok(format!("{}\n", shown.to_string().trim_end_matches('\n')))
    }

    fn error(error: impl Into<String>, exit: Exit) -> Self {
        Self { error: error.into(), ..Self::nothing(exit) }
    }

    /// Text that whoever asked for it may keep under this name.
    fn file(name: &str, text: String, is_json: bool) -> Self {
        match is_json {
            true => failure::json(&File { version: 1, name, text }),
            false => Self::ok(text),
        }
    }

    /// With `--json` there is one document on the standard output, however a command ended.
    fn with_a_document(self) -> Self {
        match self.out.is_empty() {
            true => failure::of_command(&self.error, true).exit(self.exit),
            false => self,
        }
    }

    fn exit(self, exit: Exit) -> Self {
        Self { exit, ..self }
    }
}

#[derive(Serialize)]
struct File<'a> {
    version: u32,
    name: &'a str,
    text: String,
}

/// What the commands have in common: how a load is made, and how it is shown.
struct Session<'a, T> {
    #[cfg(feature = "aws")]
    program: &'a str,
    arguments: Arguments,
    paint: Paint,
    prepare: &'a dyn Fn(Loader<T>) -> Loader<T>,
}

impl<T: SecretConfig> Session<'_, T> {
    #[cfg_attr(not(feature = "aws"), expect(unused_variables, reason = "only commands that write to stores ask"))]
    async fn run(&self, name: &str, matches: &ArgMatches, console: &mut Console<'_>) -> Told {
        let told = match name {
            "manifest" => manifest::run(self, matches),
            "explain" => explain::run(self, matches).await,
            "check" => Ok(check::run(self, matches).await),
            "diff" => Ok(diff::run(self, matches).await),
            "report" => Ok(report::run(self, matches).await),
            #[cfg(feature = "aws")]
            "init" | "promote" | "set" => Ok(writing::run(name, self, matches, console).await),
            #[cfg(feature = "aws")]
            "policy" => policy::run(self, matches),
            "template" => template::run(self, matches),
            // clap knows no other.
            _ => Ok(Told::nothing(Exit::CouldNotRun)),
        };
        told.unwrap_or_else(|error| failure::of(&error, self.arguments.json))
    }

    /// The load that the arguments ask for.
    fn loader(&self, environment: &str) -> Loader<T> {
        let mut loader = (self.prepare)(T::loader(environment));
        if let Some(root) = &self.arguments.root {
            loader = loader.root(root);
        }
        #[cfg(feature = "aws")]
        {
            if let Some(region) = &self.arguments.region {
                loader = loader.region(region);
            }
            if let Some(url) = &self.arguments.endpoint_url {
                loader = loader.endpoint_url(url);
            }
        }
        loader
    }
}
