//! Where it was measured.

use crate::process::{Programs, output};
use serde::Serialize;
use std::fs;
use std::path::Path;

/// What figures depend on besides the code.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Machine {
    pub(crate) cores: usize,
    pub(crate) cpu: String,
    pub(crate) memory_gib: Option<u64>,
    pub(crate) kernel: String,
    pub(crate) file_system: String,
    pub(crate) git: String,
    pub(crate) desk: String,
    /// Processes that wanted a core, over the last minute: before, and after.
    pub(crate) load: [Option<f64>; 2],
}

impl Machine {
    /// This one; what can't be found out reads "unknown".
    pub(crate) fn look(programs: &Programs, folder: &Path) -> Self {
        let unknown = || "unknown".to_owned();
        let said = |mut command| match output(&mut command) {
            Ok(text) => text.trim().to_owned(),
            Err(_) => unknown(),
        };
        let kernel = fs::read_to_string("/proc/sys/kernel/osrelease");
        Self {
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            cpu: after("/proc/cpuinfo", "model name").unwrap_or_else(unknown),
            memory_gib: after("/proc/meminfo", "MemTotal")
                .and_then(|text| text.strip_suffix(" kB")?.parse::<u64>().ok())
                .map(|kilobytes| (kilobytes + (1 << 19)) >> 20),
            kernel: kernel.map_or_else(|_| unknown(), |text| text.trim().to_owned()),
            file_system: file_system(folder).unwrap_or_else(unknown),
            git: said(programs.git(folder, &["--version"])),
            desk: said(programs.desk(folder, &["--version"])),
            load: [load(), None],
        }
    }

    /// One line for people.
    pub(crate) fn line(&self) -> String {
        let memory = self
            .memory_gib
            .map_or(String::new(), |gib| format!(", {gib} GiB"));
        let load = match self.load {
            [Some(before), Some(after)] => format!("; load {before} before, {after} after"),
            _ => String::new(),
        };
        format!(
            "{} × {}{memory}, Linux {}, {}; {}; {}{load}",
            self.cores, self.cpu, self.kernel, self.file_system, self.git, self.desk
        )
        .replace("Linux unknown, ", "")
    }
}

/// The load average of the last minute.
pub(crate) fn load() -> Option<f64> {
    let text = fs::read_to_string("/proc/loadavg").ok()?;
    text.split(' ').next()?.parse().ok()
}

/// The value behind `NAME:` in one of Linux's files.
fn after(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

/// The kind of the file system that holds a folder: of the mount points above
/// it, the deepest, and of two at one place the later.
fn file_system(folder: &Path) -> Option<String> {
    let folder = folder.canonicalize().ok()?;
    let mounts = fs::read_to_string("/proc/mounts").ok()?;
    let kinds = mounts.lines().filter_map(|line| {
        let mut words = line.split(' ').skip(1);
        let (place, kind) = (Path::new(words.next()?), words.next()?);
        folder
            .starts_with(place)
            .then(|| (place.components().count(), kind.to_owned()))
    });
    kinds.max_by_key(|(depth, _)| *depth).map(|(_, kind)| kind)
}
