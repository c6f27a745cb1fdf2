//! What one failure of a moment costs.

use crate::{DELAY, RUNS, loader, median, server};
use secret_config::testing::Failure;
use secret_config_tests::emulator;
use std::time::Instant;

pub(crate) async fn retry() {
    for (name, failure) in [("500", Failure::InternalError), ("reset", Failure::CloseConnection)] {
        let mut runs = Vec::new();
        for _ in 0..RUNS {
            let aws = server(10, 0).await;
            aws.set_delay(DELAY);
            aws.fail_next("GetParameters", failure.clone());
            let start = Instant::now();
            let config = emulator::sdk_config(aws.endpoint_url());
            loader(10, 0, &config).load().await.map(drop).expect("the second call succeeds");
            runs.push((start.elapsed(), aws.calls().len()));
        }
        let (time, calls) = median(runs);
        println!(
            r#"{{"bench":"retry","client":"secret-config","failure":"{name}","ratio":{:.2},"limit":4,"calls":{calls}}}"#,
            time.as_secs_f64() / DELAY.as_secs_f64()
        );
    }
}
