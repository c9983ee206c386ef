//! Child processes that end in time, whatever they do.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::answer::{Answer, Done};
use crate::ports::is_listened_at;
use crate::processor::{self, on_core};

/// How long a child may run; a server, from when it starts and from each time that it is used.
const LIMIT: Duration = Duration::from_secs(120);

/// Runs `command` to its end and returns what it wrote to standard output.
pub(crate) fn output(command: &mut Command) -> Result<Vec<u8>> {
    let (mut child, mut stdout) = Bounded::spawn(command)?;
    let mut output = Vec::new();
    stdout.read_to_end(&mut output)?;
    let status = child.wait()?;
    ensure!(status.success(), "{} ended with {status}", command.get_program().display());
    Ok(output)
}

/// A server, which ends on SIGTERM.
#[derive(Debug)]
pub(crate) struct Server {
    child: Bounded,
    pub(crate) address: SocketAddr,
}

impl Server {
    /// Starts one that says `listening on ADDRESS` in its first line.
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        let (child, stdout) = Bounded::spawn(command)?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let address = line.trim_end().strip_prefix("listening on ").and_then(|it| it.parse().ok());
        let name = command.get_program().display();
        let address =
            address.with_context(|| format!("{name} said {line:?}, not where it listens"))?;
        Ok(Self { child, address })
    }

    /// Starts one that is told to listen at `address`, and waits until it does.
    pub(crate) fn start_at(command: &mut Command, address: SocketAddr) -> Result<Self> {
        let (mut child, _) = Bounded::spawn(command)?;
        while !is_listened_at(address)? {
            if let Some(status) = child.ended()? {
                bail!("{} ended with {status}", command.get_program().display());
            }
            thread::sleep(Duration::from_millis(1));
        }
        Ok(Self { child, address })
    }

    /// What the server spends on what `client` does from another core.
    pub(crate) fn measure(
        &self,
        client: impl FnOnce(SocketAddr) -> Result<Answer>,
    ) -> Result<Done> {
        let pid = self.child.pid()?;
        self.child.renew();
        let before = processor::of_process(pid)?;
        let answer = on_core(1, || client(self.address))?;
        let cpu = processor::of_process(pid)?.saturating_sub(before);
        Ok(Done::with_cpu(answer, cpu))
    }

    /// Asks the server to end and waits until it has.
    pub(crate) fn stop(mut self) -> Result<()> {
        kill(self.child.pid()?, Signal::SIGTERM)?;
        let status = self.child.wait()?;
        let is_fine = status.success() || status.signal() == Some(Signal::SIGTERM as i32);
        ensure!(is_fine, "the server ended with {status}");
        Ok(())
    }
}

/// A child that is killed when it runs too long, and when it is dropped.
#[derive(Debug)]
struct Bounded {
    child: Child,
    /// Present until the child is waited for: only until then does its id belong to it.
    watch: Option<Watch>,
}

impl Bounded {
    fn spawn(command: &mut Command) -> Result<(Self, ChildStdout)> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", command.get_program().display()))?;
        let stdout = child.stdout.take().expect("standard output was piped");
        let mut bounded = Self { child, watch: None };
        bounded.watch = Some(Watch::new(bounded.pid()?));
        Ok((bounded, stdout))
    }

    fn pid(&self) -> Result<Pid> {
        Ok(Pid::from_raw(self.child.id().try_into()?))
    }

    /// Lets the child run for as long as if it were started now.
    fn renew(&self) {
        if let Some(watch) = &self.watch {
            watch.renew();
        }
    }

    /// How the child has ended, if it has.
    fn ended(&mut self) -> Result<Option<ExitStatus>> {
        let status = self.child.try_wait()?;
        if status.is_some() {
            self.watch = None;
        }
        Ok(status)
    }

    /// Waits until the child has ended; looks so often at first that waiting costs no time.
    fn wait(&mut self) -> Result<ExitStatus> {
        self.watch = None;
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            match start.elapsed() {
                short if short < Duration::from_millis(5) => thread::yield_now(),
                long if long < LIMIT => thread::sleep(Duration::from_millis(1)),
                _ => self.child.kill()?,
            }
        }
    }
}

impl Drop for Bounded {
    fn drop(&mut self) {
        self.watch = None;
        // Both do nothing where the child was waited for.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A thread that kills a process after [`LIMIT`], unless it is renewed or dropped before.
#[derive(Debug)]
struct Watch {
    renewals: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Watch {
    fn new(pid: Pid) -> Self {
        let (renewals, renewed) = mpsc::channel::<()>();
        let thread = thread::spawn(move || {
            loop {
                match renewed.recv_timeout(LIMIT) {
                    Ok(()) => {}
                    Err(RecvTimeoutError::Disconnected) => return,
                    Err(RecvTimeoutError::Timeout) => break,
                }
            }
            eprintln!("process {pid} is killed after {} s", LIMIT.as_secs());
            let _ = kill(pid, Signal::SIGKILL);
        });
        Self { renewals: Some(renewals), thread: Some(thread) }
    }

    fn renew(&self) {
        if let Some(renewals) = &self.renewals {
            // Nobody receives it where the process was killed, which its user finds out.
            let _ = renewals.send(());
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.renewals = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;
    use std::time::Duration;

    use super::{Server, output};
    use crate::answer::Answer;
    use crate::ports::free;
    use crate::processor::{self, Whose};

    #[test]
    fn the_output_of_a_program_is_returned() {
        assert_eq!(output(Command::new("echo").arg("hello")).unwrap(), b"hello\n");
    }

    #[test]
    fn a_program_that_fails_or_is_missing_is_an_error() {
        let error = output(&mut Command::new("false")).unwrap_err();
        assert_eq!(error.to_string(), "false ended with exit status: 1");
        let error = output(&mut Command::new("no-such-program")).unwrap_err();
        assert_eq!(error.to_string(), "cannot start no-such-program");
    }

    #[test]
    fn a_server_is_stopped_by_a_signal() {
        let script = "echo listening on 127.0.0.1:7; exec sleep 600";
        let server = Server::start(Command::new("sh").args(["-c", script])).unwrap();
        assert_eq!(server.address.port(), 7);
        server.stop().unwrap();
    }

    #[test]
    fn a_server_that_ends_before_it_listens_is_an_error() {
        let error = Server::start_at(&mut Command::new("false"), free().unwrap()).unwrap_err();
        assert_eq!(error.to_string(), "false ended with exit status: 1");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn what_a_server_spends_is_told_apart_from_what_its_client_does() {
        let script = "echo listening on 127.0.0.1:7; exec sleep 600";
        let server = Server::start(Command::new("sh").args(["-c", script])).unwrap();
        let answer = Answer { items: 3, sum: 4 };
        let before = processor::time(Whose::Own).unwrap();
        let done = server
            .measure(|_| {
                while processor::time(Whose::Own)? < before + Duration::from_millis(200) {}
                Ok(answer)
            })
            .unwrap();
        assert_eq!(done.answer, answer);
        assert!(done.cpu.unwrap() < Duration::from_millis(100), "{done:?}");
        server.stop().unwrap();
    }

    #[test]
    fn a_server_that_says_something_else_is_an_error() {
        let error = Server::start(Command::new("echo").arg("no")).unwrap_err();
        assert_eq!(error.to_string(), "echo said \"no\\n\", not where it listens");
    }
}
