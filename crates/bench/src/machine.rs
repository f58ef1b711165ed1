//! What was measured on: a number without its machine means nothing.

use std::fs;
use std::path::Path;

use serde::Serialize;

use crate::process;

/// The machine and how busy it was.
#[derive(Debug, Clone, Serialize)]
pub struct Machine {
    /// Model of the processor.
    pub cpu: String,
    /// Processors that this process may use.
    pub cores: usize,
    /// Installed memory in megabytes.
    pub memory_mb: u64,
    /// Kernel.
    pub kernel: String,
    /// Load averages of 1, 5 and 15 minutes before.
    pub load_before: String,
    /// The same after the last measurement.
    pub load_after: String,
    /// Size of the product's program in bytes; `None` when it is not beside this one.
    pub binary_bytes: Option<u64>,
}

const UNKNOWN: &str = "unknown";

fn read(path: &str) -> Option<String> {
    fs::read_to_string(path).ok()
}

/// The value of the first line `key : value` of a file of the proc file system.
fn value_of(text: &str, key: &str) -> Option<String> {
    text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        (name.trim() == key).then(|| value.trim().to_owned())
    })
}

fn kilobytes(text: &str, key: &str) -> Option<u64> {
    value_of(text, key)?.split_whitespace().next()?.parse().ok()
}

/// Load averages of 1, 5 and 15 minutes.
pub fn load_average() -> String {
    let text = read("/proc/loadavg").unwrap_or_default();
    let averages: Vec<&str> = text.split_whitespace().take(3).collect();
    if averages.is_empty() { UNKNOWN.to_owned() } else { averages.join(" ") }
}

impl Machine {
    /// This machine, at this moment.
    pub fn here() -> Self {
        let cpu = read("/proc/cpuinfo").and_then(|text| value_of(&text, "model name"));
        let memory = read("/proc/meminfo").and_then(|text| kilobytes(&text, "MemTotal"));
        let kernel = read("/proc/sys/kernel/osrelease").map(|text| format!("Linux {}", text.trim()));
        let binary = fs::metadata(process::program()).ok();
        Self {
            cpu: cpu.unwrap_or_else(|| UNKNOWN.to_owned()),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            memory_mb: memory.unwrap_or(0) / 1024,
            kernel: kernel.unwrap_or_else(|| UNKNOWN.to_owned()),
            load_before: load_average(),
            load_after: String::new(),
            binary_bytes: binary.map(|file| file.len()),
        }
    }
}

/// Memory of a process in kilobytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Memory {
    /// Resident at this moment.
    pub resident_kb: u64,
    /// The most that was ever resident.
    pub peak_kb: u64,
}

/// Memory of the process with this number; `None` where there is no proc file system.
pub fn memory_of(process: u32) -> Option<Memory> {
    let status = Path::new("/proc").join(process.to_string()).join("status");
    let text = fs::read_to_string(status).ok()?;
    Some(Memory { resident_kb: kilobytes(&text, "VmRSS")?, peak_kb: kilobytes(&text, "VmHWM")? })
}

/// Processor time that the threads of this process have used, apart from those of this name, in nanoseconds. A thread that
/// ends takes its time with it. `None` where there is no proc file system.
pub fn thread_time_without(name: &str) -> Option<u64> {
    let mut sum = 0;
    for task in fs::read_dir("/proc/self/task").ok()? {
        let task = task.ok()?.path();
        // A thread may end between the listing and the look.
        let Ok(thread) = fs::read_to_string(task.join("comm")) else { continue };
        let Ok(times) = fs::read_to_string(task.join("schedstat")) else { continue };
        if thread.trim() != name {
            sum += times.split_whitespace().next()?.parse::<u64>().ok()?;
        }
    }
    Some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_by_their_name() {
        let text = "VmPeak:\t  9 kB\nVmRSS:\t   1234 kB\nmodel name\t: Some CPU @ 2: fast\n";
        assert_eq!(kilobytes(text, "VmRSS"), Some(1234));
        assert_eq!(value_of(text, "model name").as_deref(), Some("Some CPU @ 2: fast"));
        assert_eq!(kilobytes(text, "VmHWM"), None);
    }
}
