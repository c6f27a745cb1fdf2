//! `init`, `promote` and `set`: the plan is shown, a person agrees, then it is written, and each write is told.

mod arguments;
mod fields;
mod progress;
mod told;
mod values;

pub(super) use arguments::{init, promote, set};

use super::arguments::value;
use super::{Console, Exit, Session, Told, failure};
use crate::SecretConfig;
use crate::error::LoadError;
use crate::loader::Loader;
use crate::operator::{Action, Creation, Existing, Promotion, Values, WriteOptions};
use clap::ArgMatches;
use fields::{By, Named};
use progress::Progress;
use told::{Complaint, Outcome, Stop};
use values::Given;

/// Runs one of the three.
pub(super) async fn run<T: SecretConfig>(
    name: &str,
    session: &Session<'_, T>,
    matches: &ArgMatches,
    console: &mut Console<'_>,
) -> Told {
    let command = Running { name, session, matches };
    command.run(console).await.unwrap_or_else(|stop| stop.told(session.arguments.json))
}

/// One of the three, with what it was given.
struct Running<'r, 's, T> {
    name: &'r str,
    session: &'r Session<'s, T>,
    matches: &'r ArgMatches,
}

impl<T: SecretConfig> Running<'_, '_, T> {
    async fn run(&self, console: &mut Console<'_>) -> Result<Told, Stop> {
        values::refuse_in_arguments(self.name, self.matches)?;
        let is_alone = self.matches.get_flag("yes") || self.matches.get_flag("plan");
        if self.name != "set" && self.matches.get_flag("stdin") && !is_alone {
            return Err(Complaint::new("`--stdin` needs `--yes`: whoever would be asked is not there")
                .help("see with `--plan` what would be written, then give `--yes`")
                .into());
        }
        let mut given = match self.name {
            "set" => Given::default(),
            _ => values::of_several(self.matches, console)?,
        };
        let named = self.named(&given);
        fields::check(self.target(), &named)?;
        values::refuse_twice(&named)?;
        let mut promotion = self.plan(&named).await?;
        if self.name == "promote" {
            let copies = self.copies(&promotion, &given.values).await?;
            given.values.extend(copies);
            promotion = promotion.telling_copies_of(&given.values);
        }
        let is_keyless = self.keyless(&promotion);
        if self.matches.get_flag("plan") {
            let mut told = self.show(Outcome::Planned, &promotion);
            told.error.extend(is_keyless.iter().map(Complaint::told));
            return Ok(told);
        }
        if promotion.creations().is_empty() {
            return Ok(self.show(Outcome::Unchanged, &promotion));
        }
        if let Some(complaint) = is_keyless {
            return Err(complaint.into());
        }
        console.say(&shown(&promotion));
        if !self.matches.get_flag("yes") && !agrees(console)? {
            let why = "nothing was written\n";
            let told = if self.is_json() { told::json(Outcome::Declined, &promotion) } else { Told::nothing(Exit::Ok) };
            return Ok(Told { error: why.to_owned(), ..told.exit(Exit::Problems) });
        }
        match self.name {
            "set" => given.values = values::of_one(self.matches, console, &promotion)?,
            _ if self.matches.get_flag("stdin") => {}
            _ => values::ask(console, &promotion, &mut given.values),
        }
        self.write(&promotion, &given.values, console).await
    }

    fn is_json(&self) -> bool {
        self.session.arguments.json
    }

    /// The variables here are those of a person's shell, and not those of the service.
    fn loader(&self, argument: &str) -> Loader<T> {
        self.session.loader(value(self.matches, argument)).env_vars::<&str, &str>([])
    }

    /// Of the environment that is written to.
    fn target(&self) -> Loader<T> {
        self.loader(if self.name == "promote" { "other" } else { "env" })
    }

    /// The fields that are to be copied, beside those that are shared.
    fn copied(&self) -> impl Iterator<Item = &String> {
        let fields = (self.name == "promote").then(|| self.matches.get_many("copy")).flatten();
        fields.into_iter().flatten()
    }

    /// All fields that somebody spelt.
    fn named(&self, given: &Given) -> Vec<Named> {
        let set = (self.name == "set").then(|| value(self.matches, "field").to_owned());
        let arguments = set.into_iter().chain(self.copied().cloned()).map(|field| Named { field, by: By::Argument });
        arguments.chain(given.named.iter().cloned()).collect()
    }

    /// What is missing, and what is named though it is not.
    async fn plan(&self, named: &[Named]) -> Result<Promotion, LoadError> {
        let existing = if self.matches.get_flag("overwrite") { Existing::Replace } else { Existing::Keep };
        let fields = named.iter().map(|named| named.field.clone());
        if self.name == "set" {
            return self.target().standing(fields, existing).await;
        }
        let missing = self.target().missing().await?;
        let is_told = |field: &String| {
            let mut lacking = missing.creations().iter().flat_map(Creation::fields);
            let mut wrong = missing.problems().iter().flat_map(crate::error::Problem::fields);
            lacking.any(|lacking| lacking == field) || wrong.any(|wrong| wrong == field)
        };
        let there: Vec<String> = fields.filter(|field| !is_told(field)).collect();
        match there.is_empty() {
            true => Ok(missing),
            false => Ok(missing.and(self.target().standing(there, existing).await?)),
        }
    }

    /// What `promote` takes from the other environment: what is named, and what is shared.
    async fn copies(&self, promotion: &Promotion, given: &Values) -> Result<Values, Stop> {
        let planned: Vec<&str> = promotion.creations().iter().flat_map(Creation::fields).collect();
        let named: Vec<String> = self.copied().filter(|field| planned.contains(&field.as_str())).cloned().collect();
        let heading = || format!("nothing was written: cannot copy from `{}`", value(self.matches, "one"));
        let stop = |error| Stop::Values { heading: heading(), error };
        let mut copies = Values::new();
        if !named.is_empty() {
            copies = self.loader("one").copy(named).await.map_err(stop)?;
        }
        let has = |field: &str| copies.has(field) || given.has(field);
        let shared = self.loader("one").copy_shared(promotion, has).await.map_err(stop)?;
        copies.extend(shared);
        Ok(copies)
    }

    /// What AWS would encrypt with another key than it has, if nobody said with which.
    fn keyless(&self, promotion: &Promotion) -> Option<Complaint> {
        let keyless: Vec<_> = promotion.creations().iter().filter(|creation| creation.needs_kms_key()).collect();
        if keyless.is_empty() || self.matches.contains_id("kms-key") {
            return None;
        }
        let names: Vec<_> = keyless.iter().map(|creation| creation.name()).collect();
        let complaint = Complaint::new(format!(
            "`--kms-key` is missing: AWS would encrypt the new version of {} with the account's default key, and which one it \
             has now was not to be found out",
            names.join(", ")
        ));
        let complaint = keyless.iter().flat_map(|creation| creation.fields()).fold(complaint, Complaint::field);
        Some(complaint.help(
            "give the key that it has (`--kms-key alias/aws/ssm` is the account's default), or allow ssm:DescribeParameters on *",
        ))
    }

    /// The plan, and that nothing more came of it.
    fn show(&self, outcome: Outcome, promotion: &Promotion) -> Told {
        let is_kept = self.name == "set" && !promotion.kept().is_empty();
        let exit = if is_kept { Exit::Problems } else { exit(promotion) };
        match self.is_json() {
            true if exit == Exit::CouldNotRun => told::json(Outcome::Error, promotion).exit(exit),
            true => told::json(outcome, promotion).exit(exit),
            false if is_kept => Told::error(kept(promotion), exit),
            false => Told::ok(shown(promotion)).exit(exit),
        }
    }

    async fn write(&self, promotion: &Promotion, values: &Values, console: &mut Console<'_>) -> Result<Told, Stop> {
        // What no load could read is told before any of it is written.
        self.target().rehearse(values).map_err(|error| Stop::Values {
            heading: "nothing was written: a load could not read it".to_owned(),
            error,
        })?;
        let mut progress = Progress::of(promotion, console);
        let written = promotion.write(values, &self.options(), |write| progress.tell(write)).await;
        let is_kept = self.name == "set" && written.writes().iter().any(|write| write.action() == Action::Exists);
        let is_done = written.is_complete() && promotion.problems().is_empty() && !is_kept;
        let outcome = match () {
            () if is_kept => Outcome::Unchanged,
            () if written.is_complete() => Outcome::Written,
            () => Outcome::Incomplete,
        };
        let told = if self.is_json() { told::json(outcome, &written) } else { Told::nothing(Exit::Ok) };
        let mut told = told.exit(if is_done { Exit::Ok } else { Exit::Problems });
        if is_kept {
            told.error.push_str("it has a value, which is kept. `--overwrite` writes a new one\n");
        }
        let lacks_a_value = written.writes().iter().any(|write| write.action() == Action::WithoutValue);
        if lacks_a_value && !console.has_person() {
            told.error.push_str(
                "give values as lines of FIELD=VALUE with `--yes --stdin < file`, with `--generate FIELD=LENGTH`, or at a terminal\n",
            );
        }
        let kept: Vec<_> = promotion.kept().iter().flat_map(Creation::fields).collect();
        for field in written.unused().iter().filter(|field| !kept.contains(&field.as_str())) {
            told.error.push_str(&format!("nothing was to be written for {field}\n"));
        }
        Ok(told)
    }

    fn options(&self) -> WriteOptions {
        let mut options = WriteOptions::new();
        if let Some(key) = self.matches.get_one::<String>("kms-key") {
            options = options.kms_key(key);
        }
        for (key, value) in self.matches.get_many::<(String, String)>("tag").into_iter().flatten() {
            options = options.tag(key, value);
        }
        match self.matches.get_flag("overwrite") {
            true => options.overwrite(),
            false => options,
        }
    }
}

/// The plan, for a person.
fn shown(promotion: &Promotion) -> String {
    let hint = match promotion.kept() {
        [] => "",
        _ => "\nwhat has a value is kept. `--overwrite` writes a new one",
    };
    format!("{}{hint}\n", promotion.to_string().trim_end())
}

/// What `set` says of a value that it was not told to overwrite.
fn kept(promotion: &Promotion) -> String {
    let of = |creation: &Creation| {
        let fields: Vec<_> = creation.fields().collect();
        let version = creation.version().map(|version| format!(": version {version}")).unwrap_or_default();
        format!("{} has a value{version}; it is kept. `--overwrite` writes a new one\n", fields.join(", "))
    };
    promotion.kept().iter().map(of).collect()
}

fn agrees(console: &mut Console<'_>) -> Result<bool, Complaint> {
    match console.has_person() {
        true => Ok(console.agrees("Write this? [y/N] ")),
        false => Err(Complaint::new("nothing was written: nobody could be asked, and there is no --yes")
            .help("see with `--plan` what would be written, then give `--yes`")),
    }
}

/// Of a plan.
fn exit(promotion: &Promotion) -> Exit {
    match promotion.problems() {
        [] if promotion.has_all() => Exit::Ok,
        // What is lacking, nobody may have been able to say.
        problems if promotion.has_all() => failure::exit(problems),
        _ => Exit::Problems,
    }
}
