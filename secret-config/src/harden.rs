//! What a process can ask of its operating system so that its memory is not written to a file.

use std::{fmt, io};

/// Asks the operating system to write no core file of this process, and to let no other one look into it.
///
/// A choice of the binary, made in the first line of `main`; the library never makes it. It lasts as long as the process
/// and cannot be taken back. A debugger, `gcore`, `perf` and crash reporters of another process of the same user no
/// longer work. Programs that it starts inherit the limit on core files, and not the rest.
///
/// It does what can be done and tells what could not: nothing here is a reason to stop.
///
/// - On Unix the limit on core files becomes zero. That does not bind a crash handler that the kernel starts (a pipe in
///   `/proc/sys/kernel/core_pattern`, as systemd and Ubuntu have).
/// - On Linux the process is no longer dumpable, which binds those too; its `/proc/PID/mem` belongs to root.
///
/// Root still reads everything, and so does whoever reads the swap.
///
/// ```
/// let hardened = secret_config::harden();
/// if !hardened.is_complete() {
///     eprintln!("{hardened}");
/// }
/// ```
pub fn harden() -> Hardened {
    Hardened { core_files: no_core_files(), dumps: no_dumps() }
}

/// What [`harden`] could do, and what not. Its `Display` is one line for a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "it tells what could not be done"]
pub struct Hardened {
    core_files: Step,
    dumps: Step,
}

/// With the number of the system's error; `None` where the system has no such thing.
type Step = Option<Result<(), i32>>;

impl Hardened {
    /// Whether everything that is known for any system could be done.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.is_without_core_files() && self.is_undumpable()
    }

    /// Whether the limit on core files is zero.
    #[must_use]
    pub fn is_without_core_files(&self) -> bool {
        self.core_files == Some(Ok(()))
    }

    /// Whether the kernel neither dumps this process nor lets others look into it.
    #[must_use]
    pub fn is_undumpable(&self) -> bool {
        self.dumps == Some(Ok(()))
    }
}

impl fmt::Display for Hardened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut tell = |what, step| match step {
            Some(Ok(())) => write!(f, "{what}: off"),
            Some(Err(error)) => write!(f, "{what}: {}", io::Error::from_raw_os_error(error)),
            None => write!(f, "{what}: cannot be switched off on this system"),
        };
        tell("core files", self.core_files)?;
        tell(", dumps by others", self.dumps)
    }
}

#[cfg(unix)]
fn no_core_files() -> Step {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let nothing = Rlimit { current: Some(0), maximum: Some(0) };
    Some(setrlimit(Resource::Core, nothing).map_err(rustix::io::Errno::raw_os_error))
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn no_dumps() -> Step {
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};
    Some(set_dumpable_behavior(DumpableBehavior::NotDumpable).map_err(rustix::io::Errno::raw_os_error))
}

#[cfg(not(unix))]
fn no_core_files() -> Step {
    None
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn no_dumps() -> Step {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn it_tells_what_could_not_be_done() {
        let hardened = Hardened { core_files: Some(Err(1)), dumps: None };
        assert!(!hardened.is_complete());
        let told = hardened.to_string();
        assert!(told.starts_with("core files: Operation not permitted"), "{told}");
        assert!(told.ends_with("dumps by others: cannot be switched off on this system"), "{told}");
    }
}
