//! A Python with packages from PyPI, in a virtual environment under `target/`: installed once, for all who ask.

use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The Python that has these packages, given as pip's requirements. The first process installs them while the others
/// wait for the lock; the system gives the lock back if the owner dies, and the marker, written last, tells a whole
/// installation of the same packages from half of one and from others.
///
/// # Errors
///
/// If it cannot be installed; the message says what to do.
pub fn with_packages(name: &str, requirements: &str) -> Result<PathBuf, String> {
    let home = home(name);
    let python = home.join(if cfg!(windows) { r"Scripts\python.exe" } else { "bin/python" });
    let marker = home.join("installed");
    fs::create_dir_all(home.parent().expect("it lies in the target directory")).expect("the target directory is ours");
    let lock = File::create(target_directory().join(format!("{name}.lock"))).expect("the target directory is ours");
    lock.lock().expect("a file can be locked");
    if fs::read_to_string(&marker).ok().as_deref() != Some(requirements) {
        install(&home, &python, requirements, &lock)?;
        fs::write(marker, requirements).expect("the target directory is ours");
    }
    Ok(python)
}

/// Where the environment of this name is kept.
pub fn home(name: &str) -> PathBuf {
    target_directory().join(name)
}

/// The target directory of this very build: the binary lies in it, wherever it was put. Cargo tags it as a cache.
pub fn target_directory() -> PathBuf {
    let binary = env::current_exe().expect("a process knows its binary");
    let tagged = binary.ancestors().find(|directory| directory.join("CACHEDIR.TAG").is_file());
    match (tagged, env::var_os("CARGO_TARGET_DIR")) {
        (Some(directory), _) => directory.to_owned(),
        (None, Some(directory)) => directory.into(),
        (None, None) => Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"),
    }
}

/// The lock is handed down as the input of the commands: if this process is killed they go on, and so does the lock.
fn install(home: &Path, python: &Path, requirements: &str, lock: &File) -> Result<(), String> {
    let system = system_python()?;
    let has_venv = Command::new(system).args(["-c", "import ensurepip, venv"]).stdin(Stdio::null()).output();
    if !has_venv.is_ok_and(|output| output.status.success()) {
        return Err("this Python cannot make a virtual environment: \
                    on Debian and Ubuntu, `apt-get install python3 python3-venv`"
            .to_owned());
    }
    let run = |what: &str, command: &mut Command| {
        let input = lock.try_clone().expect("a handle can be doubled");
        let output = command.stdin(input).output().map_err(|error| format!("{what}: {error}"))?;
        let is_done = output.status.success();
        is_done.then_some(()).ok_or_else(|| format!("{what} failed:\n{}", String::from_utf8_lossy(&output.stderr)))
    };
    run("making a virtual environment", Command::new(system).args(["-m", "venv", "--clear"]).arg(home))?;
    let list = home.join("requirements.txt");
    fs::write(&list, requirements).expect("the target directory is ours");
    run(
        "installing from PyPI",
        Command::new(python)
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"])
            .arg(list),
    )
}

fn system_python() -> Result<&'static str, String> {
    let is_python_3 = |name: &&str| {
        let version = "import sys; sys.exit(sys.version_info < (3, 10))";
        let asked = Command::new(name).args(["-c", version]).stdin(Stdio::null()).output();
        asked.is_ok_and(|output| output.status.success())
    };
    ["python3", "python"].into_iter().find(is_python_3).ok_or_else(|| {
        "there is no Python 3.10 or newer: on Debian and Ubuntu, `apt-get install python3 python3-venv`".to_owned()
    })
}
