//! Everything that is traced, down to TRACE.

use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;

/// Takes what every thread of the process traces.
#[derive(Clone, Default)]
pub struct Traces(Arc<Mutex<Vec<u8>>>);

impl Traces {
    /// Makes this the subscriber of the process.
    pub fn install() -> Self {
        let traces = Self::default();
        let layer = tracing_subscriber::fmt::layer().with_writer(traces.clone()).with_ansi(false);
        let subscriber = tracing_subscriber::registry().with(LevelFilter::TRACE).with(layer);
        tracing::subscriber::set_global_default(subscriber).expect("one test of a process installs it");
        traces
    }

    /// What was traced since the last time.
    pub fn take(&self) -> String {
        let bytes = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Write for Traces {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Traces {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
