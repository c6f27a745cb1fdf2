//! The next step for a value that is missing: this program's own command that creates it, as it was called here. What a
//! service says when it does not start names the AWS CLI instead, since it has no such command.

use super::Session;
use crate::SecretConfig;
use crate::error::Problem;
#[cfg(feature = "aws")]
use crate::error::ProblemKind;

impl<T: SecretConfig> Session<'_, T> {
    /// Names the command in each problem that it solves.
    #[cfg(feature = "aws")]
    pub(super) fn name_commands<'p>(&self, environment: &str, problems: impl IntoIterator<Item = &'p mut Problem>) {
        for problem in problems {
            let Some(command) = self.creating(environment, problem.fields()) else { continue };
            let step = match (problem.kind(), problem.next_step()) {
                (ProblemKind::Missing, _) => command,
                // The key may be misspelt as well.
                (ProblemKind::NoSuchKey, Some(step)) => format!("{step}; or write it: {command}"),
                _ => continue,
            };
            *problem = problem.clone().help(step);
        }
    }

    /// Without the AWS SDK there are no commands that write.
    #[cfg(not(feature = "aws"))]
    pub(super) fn name_commands<'p>(&self, _: &str, _: impl IntoIterator<Item = &'p mut Problem>) {}

    /// The command that creates what these fields need, if all of them are kept where it can write.
    #[cfg(feature = "aws")]
    fn creating(&self, environment: &str, fields: &[String]) -> Option<String> {
        let has_place = |field: &String| self.loader(environment).env_vars::<&str, &str>([]).place(field).is_ok();
        if !fields.iter().all(has_place) {
            return None;
        }
        match fields {
            [] => None,
            [field] => Some(self.line(&["set", field, "--env", environment])),
            _ => Some(self.line(&["init", "--env", environment])),
        }
    }

    /// A line of this program, with what was said of the load.
    #[cfg(feature = "aws")]
    fn line(&self, command: &[&str]) -> String {
        let arguments = &self.arguments;
        let root = arguments.root.as_ref().map(|root| root.to_string_lossy().into_owned());
        let mut line: Vec<_> = [self.program].iter().chain(command).map(|word| quoted(word)).collect();
        for (name, value) in
            [("--root", &root), ("--region", &arguments.region), ("--endpoint-url", &arguments.endpoint_url)]
        {
            if let Some(value) = value {
                line.extend([name.to_owned(), quoted(value)]);
            }
        }
        line.join(" ")
    }
}

/// A word as a shell takes it: the key of an entry may hold anything, and people paste commands.
#[cfg(feature = "aws")]
fn quoted(word: &str) -> String {
    let is_bare = |letter: char| letter.is_ascii_alphanumeric() || "_-./:@=+,%".contains(letter);
    match !word.is_empty() && word.chars().all(is_bare) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}

#[cfg(all(test, feature = "aws"))]
mod tests {
    use super::*;

    #[test]
    fn a_word_cannot_leave_its_quotes() {
        assert_eq!(quoted("tenants.acme.token"), "tenants.acme.token");
        assert_eq!(quoted("tenants.\"a b\".token"), "'tenants.\"a b\".token'");
        assert_eq!(quoted("a'; rm b"), "'a'\\''; rm b'");
        assert_eq!(quoted(""), "''");
    }
}
