//! Memory use of a server process.

/// Returns a value of `/proc/PID/status` in KiB, such as `VmHWM`, the peak resident size.
pub fn process_kib(pid: u32, name: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
