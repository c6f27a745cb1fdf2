//! Every way in which a program that loads its config shows anything.

use crate::{NAMES, search};
use miette::JSONReportHandler;
use secret_config::{LoadError, Loader, SecretConfig, operator};
use secret_config_tests::canary::{Form, Search, Sighting};
use secret_config_tests::traces::Traces;
use std::error::Error;
use std::fmt::{Debug, Write};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;
use std::{env, panic, process};

/// Looks for the canaries in every outlet. A cell is one outlet that was looked at for one load.
pub(crate) struct Watch {
    process: MutexGuard<'static, Process>,
    search: Search,
    /// The canaries that the next loads have to do with.
    here: Vec<&'static str>,
    pub(crate) found: Vec<Leak>,
    pub(crate) cells: usize,
    only: Option<String>,
    stops: bool,
}

/// Where a canary showed: never the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Leak {
    pub(crate) place: String,
    pub(crate) outlet: &'static str,
    pub(crate) sighting: Sighting,
}

/// What a process has one of, for all its tests.
struct Process {
    traces: Traces,
}

/// What a panic prints, while a load is watched.
static PANICS: Mutex<Option<String>> = Mutex::new(None);

fn panics() -> MutexGuard<'static, Option<String>> {
    PANICS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How a load ended.
pub(crate) enum Ended<T> {
    Loaded(T),
    Failed,
    Panicked,
}

impl Watch {
    /// Waits for its turn: there is one subscriber and one panic hook.
    pub(crate) fn new(search: Search) -> Self {
        static PROCESS: OnceLock<Mutex<Process>> = OnceLock::new();
        let process = PROCESS.get_or_init(|| {
            let otherwise = panic::take_hook();
            panic::set_hook(Box::new(move |panic| match &mut *panics() {
                Some(printed) => writeln!(printed, "{panic} {panic:?}").expect("a String takes anything"),
                None => otherwise(panic),
            }));
            Mutex::new(Process { traces: Traces::install() })
        });
        let process = process.lock().unwrap_or_else(PoisonError::into_inner);
        process.traces.take();
        let (here, found) = (Vec::new(), Vec::new());
        Self { process, search, here, found, cells: 0, only: None, stops: false }
    }

    /// Looks for all canaries; or does what `mutations` asks for, which has no time for that: `CANARY_ONLY` is the one place
    /// to look at, and with `CANARY_STOP` the first leak is the last.
    pub(crate) fn as_asked() -> Self {
        let (only, stops) = (env::var("CANARY_ONLY").ok(), env::var_os("CANARY_STOP").is_some());
        let search = if only.is_some() { Search::default() } else { search(0..NAMES.len()) };
        Self { only, stops, ..Self::new(search) }
    }

    /// The next loads have to do with these canaries.
    pub(crate) fn go_to(&mut self, numbers: [usize; 3]) {
        self.here = numbers.map(|number| NAMES[number]).to_vec();
        // One place needs no other canaries, and the search for all of them takes seconds to make.
        if self.only.is_some() {
            self.search = search(numbers);
        }
    }

    pub(crate) fn is_wanted(&self, place: &str) -> bool {
        self.only.as_ref().is_none_or(|only| only == place)
    }

    /// Looks at one outlet.
    pub(crate) fn look(&mut self, place: &str, outlet: &'static str, text: &str) {
        self.cells += 1;
        let leak = |sighting| Leak { place: place.to_owned(), outlet, sighting };
        // The length of a canary that is not here is a number like others, such as the column of a syntax error.
        let is_here = |sighting: &Sighting| sighting.form != Form::Length || self.here.contains(&sighting.canary);
        self.found.extend(self.search.find(text).into_iter().filter(is_here).map(leak));
        if self.stops && !self.found.is_empty() {
            println!("canary: {} cells, {} leaks ({outlet}; {place})", self.cells, self.found.len());
            process::exit(1);
        }
    }

    /// Loads, and looks at every outlet of what comes of it.
    pub(crate) async fn load<T>(&mut self, place: &str, loader: Loader<T>) -> Ended<T>
    where
        T: SecretConfig + Debug + Send + 'static,
    {
        *panics() = Some(String::new());
        // A task of its own, as a server has it: what is said of a task that panicked is an outlet too.
        let joined = tokio::spawn(loader.load()).await;
        let ended = match joined {
            Ok(Ok(config)) => {
                self.look(place, "Debug of the config", &format!("{config:?}"));
                self.look(place, "pretty Debug of the config", &format!("{config:#?}"));
                Ended::Loaded(config)
            }
            Ok(Err(error)) => {
                self.look_at_error(place, &error);
                Ended::Failed
            }
            Err(error) => {
                self.look(place, "a task that panicked", &format!("{error} {error:?}"));
                let payload = error.into_panic();
                let text = payload.downcast_ref::<String>().cloned();
                self.look(place, "a panic's payload", &text.unwrap_or_default());
                Ended::Panicked
            }
        };
        let printed = panics().take().unwrap_or_default();
        self.look(place, "what a panic prints", &printed);
        self.look_at_traces(place);
        ended
    }

    /// Looks at what is said where nothing needs to be loaded.
    pub(crate) async fn check<T: SecretConfig>(&mut self, place: &str, loader: Loader<T>) {
        match loader.check().await {
            Ok(check) => {
                let check = check.with_max_age(Duration::ZERO);
                self.look(place, "check", &format!("{check} {check:?} {check:#?} {}", check.github()));
                self.look(place, "check as JSON", &serde_json::to_string_pretty(&check).expect("it can be shown"));
            }
            Err(error) => self.look_at_error(place, &error),
        }
        self.look_at_traces(place);
    }

    /// Looks at what is said where two are compared.
    pub(crate) async fn compare<T: SecretConfig>(&mut self, place: &str, [one, other]: [Loader<T>; 2]) {
        match operator::diff(one, other).await {
            Ok(diff) => {
                self.look(place, "diff", &format!("{diff} {diff:?} {diff:#?}"));
                self.look(place, "diff as JSON", &serde_json::to_string_pretty(&diff).expect("it can be shown"));
                self.look(place, "diff as a page", &diff.html());
            }
            Err(error) => self.look_at_error(place, &error),
        }
        self.look_at_traces(place);
    }

    /// Looks at what is said of several.
    pub(crate) async fn report<T: SecretConfig>(&mut self, place: &str, loaders: [Loader<T>; 2]) {
        match operator::report(loaders).await {
            Ok(report) => {
                let report = report.with_max_age(Duration::ZERO);
                self.look(place, "report", &format!("{report:?} {report:#?}"));
                self.look(place, "report as JSON", &serde_json::to_string_pretty(&report).expect("it can be shown"));
                self.look(place, "report as a page", &report.html());
            }
            Err(error) => self.look_at_error(place, &error),
        }
        self.look_at_traces(place);
    }

    fn look_at_traces(&mut self, place: &str) {
        // The SDK counts the caches of a process, and comes by every number.
        let traced = self.process.traces.take().replace("IdentityCachePartition(", "IdentityCachePartition_");
        self.look(place, "tracing", &traced);
    }

    /// Looks at what is said of where values came from.
    pub(crate) async fn explain<T: SecretConfig>(&mut self, place: &str, loader: Loader<T>) {
        match loader.explain().await {
            Ok(explanation) => self.look(place, "explain", &format!("{explanation} {explanation:?} {explanation:#?}")),
            Err(error) => self.look_at_error(place, &error),
        }
        self.process.traces.take();
    }

    fn look_at_error(&mut self, place: &str, error: &LoadError) {
        self.look(place, "Display", &error.to_string());
        self.look(place, "Debug", &format!("{error:?}"));
        self.look(place, "pretty Debug", &format!("{error:#?}"));
        self.look(place, "sources", &sources(error));
        for problem in error.problems() {
            self.look(place, "a problem", &format!("{problem} {problem:?} {problem:#?} {}", sources(problem)));
            let parts = format!("{:?} {} {:?}", problem.fields(), problem.message(), problem.next_step());
            self.look(place, "a problem's parts", &parts);
        }
        let report = miette::Report::new(error.clone());
        self.look(place, "miette", &format!("{report} {report:?} {report:#?}"));
        let mut json = String::new();
        let handler = JSONReportHandler::new();
        handler.render_report(&mut json, error).expect("a String takes anything");
        for problem in error.problems() {
            handler.render_report(&mut json, problem).expect("a String takes anything");
        }
        self.look(place, "miette as JSON", &json);
        let failed = |error: &LoadError| -> Result<(), LoadError> { Err(error.clone()) };
        let unwrapped = panic::catch_unwind(|| failed(error).unwrap());
        let payload = unwrapped.unwrap_err();
        self.look(place, "unwrap", payload.downcast_ref::<String>().expect("unwrap writes a text"));
    }
}

/// What every cause of an error says.
fn sources(error: &dyn Error) -> String {
    let mut text = String::new();
    let mut next = error.source();
    while let Some(source) = next {
        write!(text, "{source} {source:?} {source:#?} ").expect("a String takes anything");
        next = source.source();
    }
    text
}
