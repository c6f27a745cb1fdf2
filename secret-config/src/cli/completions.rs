//! `completions`: for shells.

use super::arguments::examples;
use super::{Exit, Told};
use clap::{Arg, ArgMatches, Command, value_parser};
use clap_complete::{Generator, Shell};

pub(super) fn command(program: &str) -> Command {
    let bash = format!("completions bash > ~/.local/share/bash-completion/completions/{program}");
    let zsh = format!("completions zsh > \"${{fpath[1]}}/_{program}\"");
    let fish = format!("completions fish > ~/.config/fish/completions/{program}.fish");
    Command::new("completions")
        .about("Write the script with which a shell completes the commands")
        .arg(Arg::new("shell").value_name("SHELL").required(true).value_parser(value_parser!(Shell)).help("The shell"))
        .after_help(examples(program, &[(&bash, ""), (&zsh, ""), (&fish, "")]))
}

pub(super) fn run(mut command: Command, program: &str, matches: &ArgMatches, is_json: bool) -> Told {
    let Some(shell) = matches.get_one::<Shell>("shell") else { return Told::nothing(Exit::CouldNotRun) };
    let mut script = Vec::new();
    clap_complete::generate(*shell, &mut command, program, &mut script);
    Told::file(&shell.file_name(program), String::from_utf8_lossy(&script).into_owned(), is_json)
}
