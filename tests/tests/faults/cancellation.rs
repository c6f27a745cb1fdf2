//! A load that is dropped, at any point: it leaves no task, no connection and no call behind, and the next one works.

use super::*;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;
use tokio::runtime::{Builder, Runtime};

/// The server has a runtime of its own, so that every task of the other one is the load's.
struct World {
    _server: Runtime,
    client: Runtime,
    faulty: Faulty,
}

impl World {
    fn new() -> Self {
        let server = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let client = Builder::new_current_thread().enable_all().build().unwrap();
        let faulty = server.block_on(seeded());
        Self { _server: server, client, faulty }
    }

    /// Waits until nothing is left of the loads before: no task here, no connection there.
    fn assert_nothing_is_left(&self, after: &str) {
        let tasks = || self.client.metrics().num_alive_tasks();
        let start = Instant::now();
        while tasks() > 0 || self.faulty.open_connections() > 0 {
            let left = (tasks(), self.faulty.open_connections());
            assert!(start.elapsed() < Duration::from_secs(3), "{after}: {} tasks and {} connections", left.0, left.1);
            self.pause(Duration::from_millis(2));
        }
    }

    /// No call comes in any more.
    fn assert_silence(&self, after: &str) {
        let calls = self.faulty.calls().len();
        self.pause(Duration::from_millis(300));
        assert_eq!(self.faulty.calls().len(), calls, "calls after {after}");
    }

    /// Time in which whatever is left can go on.
    fn pause(&self, time: Duration) {
        self.client.block_on(async { tokio::time::sleep(time).await });
    }

    fn assert_loads(&self) {
        assert_whole(self.client.block_on(load(&self.faulty)));
    }

    /// Lets a load and its tasks have so many turns and drops it. Answers whether it ended by itself before.
    fn drop_after(&self, turns: usize, loader: Loader<Config>) -> bool {
        self.client.block_on(async {
            let mut load = pin!(loader.load());
            for _ in 0..turns {
                let is_over = poll_fn(|context| Poll::Ready(Pin::new(&mut load).poll(context).is_ready())).await;
                if is_over {
                    return true;
                }
                tokio::task::yield_now().await;
            }
            false
        })
    }
}

#[test]
fn a_load_that_ends_leaves_nothing_behind() {
    let world = World::new();
    world.assert_loads();
    world.assert_nothing_is_left("a load");
    world.faulty.always("*", Answer::new(500, ""));
    assert!(world.client.block_on(load_soon(&world.faulty)).is_err());
    world.assert_nothing_is_left("a load that failed");
    world.assert_silence("a load that failed");
}

#[test]
fn a_load_that_is_dropped_unpolled_does_nothing() {
    let world = World::new();
    let load = load(&world.faulty);
    drop(load);
    world.assert_silence("a load that never began");
    assert_eq!((world.faulty.calls().len(), world.faulty.opened_connections()), (0, 0));
}

#[test]
fn a_load_may_be_dropped_after_any_number_of_turns() {
    let world = World::new();
    let mut turns = 1;
    while !world.drop_after(turns, loader(&world.faulty)) {
        world.assert_nothing_is_left(&format!("{turns} turns"));
        // Each of the first ones, and then fewer: most turns are spent on waiting for the server.
        turns += 1 + turns / 8;
        assert!(turns < 1_000_000, "a load has no end");
    }
    assert!(turns > 3, "a load is over after {turns} turns: nothing was dropped in its middle");
    world.assert_silence("a load that was dropped");
    world.assert_loads();
}

#[test]
fn a_load_may_be_dropped_at_any_time() {
    let world = World::new();
    // Slow answers: a load takes some 40 ms, and is dropped in each of them.
    world.faulty.always("*", Fault::Slow { piece: 100, pause: Duration::from_millis(4) });
    for time in (0..40).map(Duration::from_millis) {
        let load = loader::<Config>(&world.faulty).load();
        let _ = world.client.block_on(async { tokio::time::timeout(time, load).await });
        world.assert_nothing_is_left(&format!("{time:?}"));
    }
    world.assert_silence("loads that were dropped");
    world.faulty.recover();
    world.assert_loads();
}

#[test]
fn a_load_may_be_dropped_while_it_waits_to_ask_again() {
    for fault in [Answer::new(503, "").into(), Fault::Reset(At::Body), Fault::Stalled(At::Start)] {
        let world = World::new();
        world.faulty.always("*", fault);
        for time in [5, 20, 60, 150, 400].map(Duration::from_millis) {
            let load = loader::<Config>(&world.faulty).load();
            let dropped = world.client.block_on(async { tokio::time::timeout(time, load).await });
            assert!(dropped.is_err() || time > Duration::from_millis(100), "it ended in {time:?}");
            world.assert_nothing_is_left(&format!("{time:?}"));
        }
        world.assert_silence("loads that wanted to ask again");
        world.faulty.recover();
        world.assert_loads();
    }
}

#[test]
fn a_load_may_be_dropped_while_a_call_is_split() {
    let world = World::new();
    world.faulty.aws.deny("ssm:GetParameters", "/app/dev/token");
    world.faulty.aws.deny("secretsmanager:BatchGetSecretValue", "*");
    let mut turns = 1;
    while !world.drop_after(turns, loader(&world.faulty)) {
        world.assert_nothing_is_left(&format!("{turns} turns"));
        // Each of the first ones, and then fewer: most turns are spent on waiting for the server.
        turns += 1 + turns / 8;
        assert!(turns < 1_000_000, "a load has no end");
    }
    world.assert_silence("a load that was dropped");
    world.faulty.aws.allow_all();
    world.assert_loads();
}

#[test]
fn what_the_process_remembers_is_not_what_a_dropped_load_believed() {
    let world = World::new();
    // Dropped before the batch call is answered: nothing is known of it.
    world.faulty.always("BatchGetSecretValue", Fault::Stalled(At::Start));
    for _ in 0..3 {
        let load = loader::<Config>(&world.faulty).load();
        let dropped = world.client.block_on(async { tokio::time::timeout(Duration::from_millis(80), load).await });
        assert!(dropped.is_err());
    }
    world.faulty.recover();
    world.assert_loads();
    assert_eq!(world.faulty.count("GetSecretValue"), 0);
}

#[test]
fn many_loads_may_be_dropped_together() {
    let world = World::new();
    world.faulty.always("*", Fault::Slow { piece: 200, pause: Duration::from_millis(2) });
    world.client.block_on(async {
        let mut loads = tokio::task::JoinSet::new();
        for _ in 0..20 {
            let load = loader::<Config>(&world.faulty).load();
            loads.spawn(async { load.await.is_ok() });
        }
        tokio::time::sleep(Duration::from_millis(15)).await;
        loads.shutdown().await;
    });
    world.assert_nothing_is_left("twenty loads");
    world.assert_silence("twenty loads");
    world.assert_loads();
}
