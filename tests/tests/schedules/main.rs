//! Ten thousand schedules of faults, drawn at random from a seed: whatever happens on the way, each load ends as a simple
//! model of it says, with every value in its own field.
//!
//! One of them alone: `SCHEDULE=1234 cargo test --test schedules`. They keep all processors busy, and so they have a binary
//! of their own: no case with a clock in it runs beside them.

mod service;

use secret_config::ProblemKind::{self, Denied, Missing, Refused, Throttled, Undecryptable, Unreachable};
use secret_config::{LoadError, Loader, Secret, SecretConfig};
use service::{Batch, Fault, Held, Service};
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;
use std::{env, thread};

const SCHEDULES: u64 = 10_000;

/// In every value that a store has, and in no report.
const CANARY: &str = "Wm5Tq8Xr2Lz7";

#[derive(Debug, SecretConfig)]
#[config(prefix = "run/{env}")]
struct Run {
    #[secret]
    p01: Secret<String>,
    #[secret]
    p02: Secret<String>,
    #[secret]
    p03: Secret<String>,
    #[secret]
    p04: Secret<String>,
    #[secret]
    p05: Secret<String>,
    #[secret]
    p06: Secret<String>,
    #[secret]
    p07: Secret<String>,
    #[secret]
    p08: Secret<String>,
    #[secret]
    p09: Option<Secret<String>>,
    #[secret]
    p10: Option<Secret<String>>,
    #[secret]
    p11: Option<Secret<String>>,
    #[secret]
    p12: Option<Secret<String>>,
    #[secret(secretsmanager)]
    s1: Secret<String>,
    #[secret(secretsmanager)]
    s2: Secret<String>,
    #[secret(secretsmanager)]
    s3: Option<Secret<String>>,
    #[secret(secretsmanager, stage = "AWSPREVIOUS")]
    old: Option<Secret<String>>,
    #[config(nested)]
    document: Document,
}

#[derive(Debug, SecretConfig)]
#[config(document(secretsmanager = "{prefix}/document"))]
struct Document {
    #[secret]
    user: Secret<String>,
    #[secret]
    password: Secret<String>,
}

fn text(secret: &Secret<String>) -> &str {
    secret.expose_secret()
}

impl Run {
    fn values(self) -> BTreeMap<&'static str, Option<String>> {
        let required = |secret: Secret<String>| Some(text(&secret).to_owned());
        let optional = |secret: Option<Secret<String>>| secret.as_ref().map(text).map(str::to_owned);
        BTreeMap::from([
            ("p01", required(self.p01)),
            ("p02", required(self.p02)),
            ("p03", required(self.p03)),
            ("p04", required(self.p04)),
            ("p05", required(self.p05)),
            ("p06", required(self.p06)),
            ("p07", required(self.p07)),
            ("p08", required(self.p08)),
            ("p09", optional(self.p09)),
            ("p10", optional(self.p10)),
            ("p11", optional(self.p11)),
            ("p12", optional(self.p12)),
            ("s1", required(self.s1)),
            ("s2", required(self.s2)),
            ("s3", optional(self.s3)),
            ("old", optional(self.old)),
            ("document.user", required(self.document.user)),
            ("document.password", required(self.document.password)),
        ])
    }
}

/// A field, the store's name for it, and whether it may be absent.
struct Field {
    path: &'static str,
    name: &'static str,
    is_optional: bool,
}

const fn field(path: &'static str, name: &'static str, is_optional: bool) -> Field {
    Field { path, name, is_optional }
}

const FIELDS: [Field; 18] = [
    field("p01", "/run/dev/p01", false),
    field("p02", "/run/dev/p02", false),
    field("p03", "/run/dev/p03", false),
    field("p04", "/run/dev/p04", false),
    field("p05", "/run/dev/p05", false),
    field("p06", "/run/dev/p06", false),
    field("p07", "/run/dev/p07", false),
    field("p08", "/run/dev/p08", false),
    field("p09", "/run/dev/p09", true),
    field("p10", "/run/dev/p10", true),
    field("p11", "/run/dev/p11", true),
    field("p12", "/run/dev/p12", true),
    field("s1", "run/dev/s1", false),
    field("s2", "run/dev/s2", false),
    field("s3", "run/dev/s3", true),
    field("old", "run/dev/old", true),
    field("document.user", "run/dev/document", false),
    field("document.password", "run/dev/document", false),
];

impl Field {
    fn service(&self) -> &'static str {
        if self.name.starts_with('/') { "ssm" } else { "secretsmanager" }
    }
}

/// SplitMix64: good enough for dice, and the same everywhere.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, sides: u64) -> u64 {
        self.next() % sides
    }

    /// True this often of a hundred times.
    fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[usize::try_from(self.below(of.len() as u64)).expect("it is small")]
    }
}

/// One schedule: what there is, what happens, and which fields the program sets itself.
struct Schedule {
    held: HashMap<String, Held>,
    set: BTreeMap<&'static str, String>,
    batch: Batch,
    next: HashMap<&'static str, VecDeque<Fault>>,
    outage: Option<(&'static str, Fault)>,
    latency: Vec<Duration>,
    /// After so many turns a first load is dropped.
    dropped_after: Option<u64>,
}

impl Schedule {
    fn draw(seed: u64) -> Self {
        let mut dice = Dice(seed);
        // Half of the worlds are whole, so that what goes wrong on the way can be seen.
        let chance = dice.pick(&[0, 0, 5, 10]);
        let mut held = HashMap::new();
        for field in &FIELDS {
            let value = match field.name.ends_with("document") {
                true => format!(r#"{{"user":"user {seed} {CANARY}","password":"password {seed} {CANARY}"}}"#),
                false => format!("{} {seed} {CANARY}", field.name),
            };
            let kept = match dice.percent(chance) {
                true if field.service() == "ssm" => dice.pick(&[0, 1, 2]),
                true => dice.pick(&[0, 1, 2, 3, 4]),
                false => 5,
            };
            held.insert(
                field.name.to_owned(),
                match kept {
                    0 => Held::Nothing,
                    1 => Held::Denied,
                    2 => Held::Undecryptable,
                    3 => Held::Deleted,
                    4 if !field.is_optional => Held::Empty,
                    _ => Held::Value(value),
                },
            );
        }
        let sets = dice.pick(&[0, 40, 80, 90]);
        let set = FIELDS.iter().filter(|_| dice.percent(sets)).map(|field| (field.path, format!("set {}", field.path)));
        let set: BTreeMap<_, _> = set.collect();
        let mut next = HashMap::new();
        for operation in ["GetParameters", "BatchGetSecretValue", "GetSecretValue"] {
            let mut faults = VecDeque::new();
            if dice.percent(50) {
                // No call meets more than these: what fails for a moment is asked for at least three times in all, and
                // throttling is waited out.
                let transient = dice.below(3);
                faults.extend((0..transient).map(|_| dice.pick(&Fault::TRANSIENT)));
                if dice.percent(20) {
                    faults.extend([Fault::Throttled; 6]);
                }
                if dice.percent(60) {
                    faults.push_back(dice.pick(&Fault::OF_ANSWERS));
                }
            }
            next.insert(operation, faults);
        }
        let fault = if dice.percent(30) { Fault::Throttled } else { dice.pick(&Fault::TRANSIENT) };
        let outage = dice.percent(4).then(|| (dice.pick(&["ssm", "secretsmanager"]), fault));
        Self {
            held,
            set,
            batch: match dice.below(10) {
                0 => Batch::Denied,
                1 => Batch::Unknown,
                _ => Batch::Allowed,
            },
            next,
            outage,
            latency: (0..7).map(|_| Duration::from_millis(dice.pick(&[0, 1, 5, 40, 300]))).collect(),
            dropped_after: dice.percent(10).then(|| 1 + dice.below(30)),
        }
    }

    fn loader(&self, service: &Service, seed: u64) -> Loader<Run> {
        let loader = Run::loader("dev").aws(&service.sdk_config(seed)).root("no/such/directory");
        // Long enough for every throttling: time is paused, and passes at once.
        let loader = loader.env_vars::<&str, &str>([]).deadline(Duration::from_secs(120));
        self.set.iter().fold(loader, |loader, (path, value)| loader.set(*path, value.as_str()))
    }

    /// The fields that are looked up.
    fn asked(&self) -> impl Iterator<Item = &'static Field> {
        FIELDS.iter().filter(|field| !self.set.contains_key(field.path))
    }

    /// What becomes of a field: its value, nothing, or a problem.
    fn expected(&self, field: &Field) -> Result<Option<String>, ProblemKind> {
        if let Some(value) = self.set.get(field.path) {
            return Ok(Some(value.clone()));
        }
        match self.outage {
            Some((service, Fault::Throttled)) if service == field.service() => return Err(Throttled),
            Some((service, _)) if service == field.service() => return Err(Unreachable),
            _ => {}
        }
        match &self.held[field.name] {
            Held::Value(document) if field.name.ends_with("document") => {
                let document: HashMap<String, String> = serde_json::from_str(document).expect("it is JSON");
                Ok(document.get(field.path.trim_start_matches("document.")).cloned())
            }
            Held::Value(value) => Ok(Some(value.clone())),
            Held::Nothing if field.is_optional => Ok(None),
            Held::Nothing | Held::Empty => Err(Missing),
            Held::Denied => Err(Denied),
            Held::Undecryptable => Err(Undecryptable),
            Held::Deleted => Err(Refused),
        }
    }

    /// More calls than this were never needed.
    fn bound(&self) -> usize {
        let names = |service: &str| {
            let of_service = self.asked().filter(|field| field.service() == service);
            of_service.map(|field| field.name).collect::<BTreeSet<_>>().len()
        };
        // A call that is split to the end, and each secret alone after the batch; then one for each fault, and one for
        // each entry that was lost.
        let needed = 2 * names("ssm") + 1 + names("secretsmanager");
        let faults: usize = self.next.values().map(VecDeque::len).sum();
        // In an outage each of the first calls is made again until the attempts or the time are used up.
        let outage = if self.outage.is_some() { 60 } else { 0 };
        needed + 2 * faults + outage
    }
}

/// Why a schedule did not end as the model says.
fn run(seed: u64) -> Pin<Box<dyn Future<Output = Result<(), String>>>> {
    Box::pin(async move {
        let schedule = Schedule::draw(seed);
        let service = Service::new(schedule.held.clone());
        {
            let mut state = service.lock();
            state.batch = schedule.batch;
            state.next = schedule.next.clone();
            state.outage = schedule.outage;
            state.latency = schedule.latency.clone();
        }
        if let Some(turns) = schedule.dropped_after {
            drop_after(turns, schedule.loader(&service, seed)).await;
            // Calls are tasks, which the runtime ends at its next turn.
            tokio::task::yield_now().await;
            let mut state = service.lock();
            if state.under_way > 0 {
                return Err(format!("a dropped load left {} calls", state.under_way));
            }
            state.next = schedule.next.clone();
            state.lost.clear();
            state.calls.clear();
        }
        let result = schedule.loader(&service, seed).load().await;
        compare(&schedule, &service, result)
    })
}

async fn drop_after(turns: u64, loader: Loader<Run>) {
    let mut load = pin!(loader.load());
    let mut left = turns;
    std::future::poll_fn(|context| {
        left -= 1;
        match load.as_mut().poll(context) {
            Poll::Pending if left > 0 => Poll::Pending,
            _ => Poll::Ready(()),
        }
    })
    .await;
}

fn compare(schedule: &Schedule, service: &Service, result: Result<Run, LoadError>) -> Result<(), String> {
    let state = service.lock();
    if state.calls.len() > schedule.bound() {
        return Err(format!("{} calls, not {}: {:?}", state.calls.len(), schedule.bound(), state.calls));
    }
    if state.under_way > 0 {
        return Err(format!("{} calls are still under way", state.under_way));
    }
    let mut values = BTreeMap::new();
    let mut problems = BTreeMap::new();
    for field in &FIELDS {
        match schedule.expected(field) {
            Ok(value) => drop(values.insert(field.path, value)),
            Err(kind) => drop(problems.insert(field.path.to_owned(), kind)),
        }
    }
    match result {
        Ok(_) if !problems.is_empty() => Err(format!("it loaded in spite of {problems:?}")),
        // Both are texts of this test, and no secrets.
        Ok(config) => match config.values() {
            found if found == values => Ok(()),
            found => Err(format!("the values are {found:?}, not {values:?}")),
        },
        Err(error) if format!("{error} {:?}", error.problems()).contains(CANARY) => {
            Err("the report shows a value".to_owned())
        }
        Err(error) => {
            let told = error.problems().iter();
            let told = told.flat_map(|problem| problem.fields().iter().map(|field| (field.clone(), problem.kind())));
            let mut told: BTreeMap<_, _> = told.collect();
            // What an answer left out may be told as unreachable, or asked for again.
            for field in FIELDS.iter().filter(|field| state.lost.contains(field.name)) {
                if told.get(field.path) == Some(&Unreachable) && !problems.contains_key(field.path) {
                    told.remove(field.path);
                }
            }
            match told == problems {
                true => Ok(()),
                false => Err(format!("{told:?} are told, not {problems:?}; calls {:?}\n{error}", state.calls)),
            }
        }
    }
}

/// Those of `seeds` that did not end as the model says.
fn failures(seeds: impl Iterator<Item = u64>) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let failure = |seed| runtime.block_on(run(seed)).err().map(|failure| format!("schedule {seed}: {failure}"));
    seeds.filter_map(failure).collect()
}

#[test]
fn ten_thousand_schedules_of_faults_end_as_the_model_says() {
    if let Some(seed) = env::var("SCHEDULE").ok().and_then(|seed| seed.parse().ok()) {
        assert_eq!(failures([seed].into_iter()), Vec::<String>::new());
        return;
    }
    let threads = thread::available_parallelism().map_or(1, |threads| threads.get() as u64);
    let failures: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..threads)
            .map(|thread| scope.spawn(move || failures((0..SCHEDULES).filter(|seed| seed % threads == thread))))
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("no schedule panics")).collect()
    });
    let shown: Vec<_> = failures.iter().take(5).map(String::as_str).collect();
    assert!(failures.is_empty(), "{} of {SCHEDULES} failed:\n{}", failures.len(), shown.join("\n"));
}

#[test]
fn the_schedules_are_varied() {
    let drawn: Vec<_> = (0..1000).map(Schedule::draw).collect();
    let share = |is: fn(&Schedule) -> bool| drawn.iter().filter(|schedule| is(schedule)).count();
    let loads = share(|schedule| FIELDS.iter().all(|field| schedule.expected(field).is_ok()));
    assert!((200..=800).contains(&loads), "{loads} of 1000 should load");
    assert!(share(|schedule| schedule.asked().count() == FIELDS.len()) > 100);
    assert!(share(|schedule| schedule.next.values().any(|faults| faults.len() > 6)) > 100);
    assert!(share(|schedule| schedule.outage.is_some()) > 15);
    for kind in [Missing, Denied, Undecryptable, Refused, Unreachable, Throttled] {
        let told = drawn.iter().filter(|schedule| FIELDS.iter().any(|field| schedule.expected(field) == Err(kind)));
        assert!(told.count() > 3, "{kind:?}");
    }
}
