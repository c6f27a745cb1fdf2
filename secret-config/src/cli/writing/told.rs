//! What the three say in the end: text for a person; for a program one JSON document whatever came of it, which it tells by
//! its `outcome`.

use crate::cli::{Exit, Told, failure};
use crate::error::LoadError;
use serde::Serialize;

/// What came of it.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Outcome {
    /// The plan was asked for.
    Planned,
    /// Nothing was to be written.
    Unchanged,
    /// A person saw the plan, and did not agree.
    Declined,
    /// All that a load needs is there now.
    Written,
    /// It was tried, and not all of it is written; each write tells how it ended.
    Incomplete,
    /// It did not come to that.
    Error,
}

#[derive(Serialize)]
struct With<'a, T> {
    #[serde(flatten)]
    told: &'a T,
    outcome: Outcome,
}

pub(super) fn json(outcome: Outcome, told: &impl Serialize) -> Told {
    failure::json(&With { told, outcome })
}

/// Why nothing could be written.
pub(super) enum Stop {
    /// The arguments or the input say why.
    Refused(Vec<Complaint>),
    /// A load would fail with it, or the stores could not be asked.
    Load(LoadError),
    /// What a load would fail with, of values: in other words than those of a load.
    Values { heading: String, error: LoadError },
}

/// One thing that is wrong with the arguments or the input. Nothing of a value is in it.
#[derive(Debug, Serialize)]
pub(super) struct Complaint {
    kind: &'static str,
    fields: Vec<String>,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_step: Option<String>,
}

impl Complaint {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { kind: "arguments", fields: Vec::new(), message: message.into(), next_step: None }
    }

    pub(super) fn field(mut self, field: impl Into<String>) -> Self {
        self.fields.push(field.into());
        self
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.next_step = Some(help.into());
        self
    }
}

impl From<Complaint> for Stop {
    fn from(complaint: Complaint) -> Self {
        Self::Refused(vec![complaint])
    }
}

impl From<LoadError> for Stop {
    fn from(error: LoadError) -> Self {
        Self::Load(error)
    }
}

#[derive(Serialize)]
struct Failure<'a, P> {
    version: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    environment: Option<&'a str>,
    problems: P,
}

impl Stop {
    pub(super) fn told(&self, is_json: bool) -> Told {
        let error = match self {
            Self::Refused(complaints) if is_json => {
                let failure = Failure { version: 1, environment: None, problems: complaints };
                return json(Outcome::Error, &failure).exit(Exit::CouldNotRun);
            }
            Self::Refused(complaints) => {
                let told: String = complaints.iter().map(Complaint::told).collect();
                return Told::error(told, Exit::CouldNotRun);
            }
            Self::Load(error) | Self::Values { error, .. } => error,
        };
        let exit = failure::exit(error.problems());
        if is_json {
            let (environment, problems) = (error.environment(), failure::problems(error.problems()));
            return json(Outcome::Error, &Failure { version: 1, environment, problems }).exit(exit);
        }
        match self {
            Self::Values { heading, .. } => {
                let problems: String = error.problems().iter().map(|problem| format!("  {problem}\n")).collect();
                Told::error(format!("error: {heading}\n{problems}"), exit)
            }
            _ => failure::of(error, false),
        }
    }
}

impl Complaint {
    pub(super) fn told(&self) -> String {
        let help = self.next_step.iter().map(|help| format!("  {help}\n"));
        format!("error: {}\n", self.message) + &help.collect::<String>()
    }
}
