//! The engine's surroundings on a terminal: a file, a clock, a line a step.

use std::cell::RefCell;
use std::fs::File;
use std::io::{Read, Seek, Write};
use std::path::Path;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use super::print;
use crate::base::ErrorReport;
use crate::pipeline::{ByteSource, Host, PipelineEvent};

/// Bytes read at once.
const BLOCK: usize = 4 << 20;

/// A file on disk.
pub(super) struct FileSource {
    name: String,
    file: File,
    length: u64,
}

impl FileSource {
    /// Opens the file.
    pub(super) fn open(path: &Path) -> Result<Self, ErrorReport> {
        let opened = File::open(path).and_then(|file| Ok((file.metadata()?.len(), file)));
        let (length, file) = opened.map_err(|error| super::unreadable(path, &error))?;
        let name =
            path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
        Ok(Self { name, file, length })
    }

    fn failed(&self, error: &std::io::Error) -> ErrorReport {
        super::unreadable(Path::new(&self.name), error)
    }
}

impl ByteSource for FileSource {
    fn name(&self) -> &str {
        &self.name
    }

    fn len(&self) -> u64 {
        self.length
    }

    async fn rewind(&mut self) -> Result<(), ErrorReport> {
        self.file.rewind().map_err(|error| self.failed(&error))
    }

    async fn next(&mut self) -> Result<Option<Vec<u8>>, ErrorReport> {
        let mut block = vec![0; BLOCK];
        let mut filled = 0;
        while filled < block.len() {
            let read =
                self.file.read(block.get_mut(filled..).unwrap_or_default()).map_err(|error| self.failed(&error))?;
            if read == 0 {
                break;
            }
            filled += read;
        }
        block.truncate(filled);
        Ok((!block.is_empty()).then_some(block))
    }
}

/// A terminal: prints a line for each step that ends, and tells who else listens.
pub(super) struct TerminalHost<'a, W> {
    out: RefCell<&'a mut W>,
    hear: &'a dyn Fn(&PipelineEvent),
    origin: Instant,
    started: i64,
}

impl<'a, W: Write> TerminalHost<'a, W> {
    #[expect(clippy::disallowed_methods, reason = "this is where the native program's clock is passed in")]
    pub(super) fn new(out: &'a mut W, hear: &'a dyn Fn(&PipelineEvent)) -> Self {
        Self { out: RefCell::new(out), hear, origin: Instant::now(), started: now() }
    }

    /// When it was made, in Unix milliseconds.
    pub(super) fn started(&self) -> i64 {
        self.started
    }
}

impl<W: Write> Host for TerminalHost<'_, W> {
    fn seconds(&self) -> f64 {
        self.origin.elapsed().as_secs_f64()
    }

    fn now(&self) -> i64 {
        now()
    }

    fn emit(&self, event: PipelineEvent) {
        // A closed pipe does not stop the run: its result may still be written to a file.
        let _ = print::event(&event, &mut **self.out.borrow_mut());
        (self.hear)(&event);
    }

    fn is_cancelled(&self) -> bool {
        false
    }

    async fn pause(&self) {}
}

/// Unix milliseconds.
#[expect(clippy::disallowed_methods, reason = "this is where the native program's clock is passed in")]
pub(super) fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// Random bytes from the system.
pub(super) fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    // Ids must differ, they need not be secret: without a generator the clock has to do.
    if getrandom::fill(&mut bytes).is_err() {
        let clock = now().to_le_bytes();
        bytes.iter_mut().zip(clock.iter().cycle()).for_each(|(byte, clock)| *byte = *clock);
    }
    bytes
}

/// Runs a future that never waits for anything but this thread: native sources and pauses are always ready.
pub(super) fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
}
