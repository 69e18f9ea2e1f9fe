//! A file's bytes in the browser: slices of a `Blob`, the next ones already on their way while one is parsed.

use std::collections::VecDeque;

use js_sys::{ArrayBuffer, Promise, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, Response, WorkerGlobalScope};

use crate::base::ErrorReport;
use crate::pipeline::ByteSource;
use crate::web::js;

/// Bytes a slice: large enough to keep the disk busy, small enough to keep memory flat.
const SLICE: u64 = 8 << 20;
/// Slices under way at once.
const AHEAD: usize = 2;

/// A `Blob` read in slices. Cloning shares the blob.
#[derive(Debug, Clone)]
pub struct BlobSource {
    name: String,
    blob: Blob,
    length: u64,
    next: u64,
    under_way: VecDeque<Promise>,
}

impl BlobSource {
    /// A source over a file or any other blob.
    #[must_use]
    pub fn new(name: String, blob: Blob) -> Self {
        let length = blob.size() as u64;
        Self { name, blob, length, next: 0, under_way: VecDeque::new() }
    }

    /// A source over text.
    ///
    /// # Errors
    /// `file.unreadable` when the browser makes no blob of it.
    pub fn from_text(name: String, text: &str) -> Result<Self, ErrorReport> {
        let parts = js_sys::Array::of1(&JsValue::from_str(text));
        let blob = Blob::new_with_str_sequence(&parts).map_err(|error| unreadable(&name, &error))?;
        Ok(Self::new(name, blob))
    }

    /// A source over bytes.
    ///
    /// # Errors
    /// `file.unreadable` when the browser makes no blob of them.
    pub fn from_bytes(name: String, bytes: &[u8]) -> Result<Self, ErrorReport> {
        let parts = js_sys::Array::of1(&Uint8Array::from(bytes));
        let blob = Blob::new_with_u8_array_sequence(&parts).map_err(|error| unreadable(&name, &error))?;
        Ok(Self::new(name, blob))
    }

    /// One of the page's own files.
    ///
    /// # Errors
    /// `file.unreachable` when it cannot be had.
    pub async fn fetch(name: String, url: &str) -> Result<Self, ErrorReport> {
        let scope: WorkerGlobalScope = js_sys::global().unchecked_into();
        let response = JsFuture::from(scope.fetch_with_str(url)).await.map_err(|_| unreachable(&name))?;
        let response: Response = response.unchecked_into();
        if !response.ok() {
            return Err(unreachable(&name));
        }
        let blob = response.blob().map_err(|error| unreadable(&name, &error))?;
        let blob = JsFuture::from(blob).await.map_err(|error| unreadable(&name, &error))?;
        Ok(Self::new(name, blob.unchecked_into()))
    }

    /// A `.gz` file unpacked by the browser; any other file as it is.
    ///
    /// # Errors
    /// `file.bad_gzip` when the archive is damaged.
    pub async fn unpacked(self) -> Result<Self, ErrorReport> {
        let Some(name) = self.name.strip_suffix(".gz").map(str::to_owned) else { return Ok(self) };
        let bad = |_| {
            let message = format!("{} is not a whole gzip file. Pack it again, or open the CSV itself.", self.name);
            ErrorReport::new("file.bad_gzip", message)
        };
        let stream = js::gunzip(&self.blob).map_err(bad)?;
        let response = Response::new_with_opt_readable_stream(Some(&stream)).map_err(bad)?;
        let blob = JsFuture::from(response.blob().map_err(bad)?).await.map_err(bad)?;
        Ok(Self::new(name, blob.unchecked_into()))
    }

    /// The bytes of one range, on their own.
    ///
    /// # Errors
    /// `file.unreadable` when the file has changed or is gone.
    pub async fn range(&self, range: std::ops::Range<u64>) -> Result<Vec<u8>, ErrorReport> {
        let end = range.end.min(self.length);
        let promise = self.slice(range.start, end)?;
        bytes(&self.name, promise).await
    }

    fn slice(&self, start: u64, end: u64) -> Result<Promise, ErrorReport> {
        let slice = self.blob.slice_with_f64_and_f64(start as f64, end as f64);
        Ok(slice.map_err(|error| unreadable(&self.name, &error))?.array_buffer())
    }
}

impl ByteSource for BlobSource {
    fn name(&self) -> &str {
        &self.name
    }

    fn len(&self) -> u64 {
        self.length
    }

    async fn rewind(&mut self) -> Result<(), ErrorReport> {
        self.next = 0;
        self.under_way.clear();
        Ok(())
    }

    async fn next(&mut self) -> Result<Option<Vec<u8>>, ErrorReport> {
        while self.under_way.len() < AHEAD && self.next < self.length {
            let end = (self.next + SLICE).min(self.length);
            let promise = self.slice(self.next, end)?;
            self.under_way.push_back(promise);
            self.next = end;
        }
        match self.under_way.pop_front() {
            Some(promise) => bytes(&self.name, promise).await.map(Some),
            None => Ok(None),
        }
    }
}

async fn bytes(name: &str, promise: Promise) -> Result<Vec<u8>, ErrorReport> {
    let buffer = JsFuture::from(promise).await.map_err(|error| unreadable(name, &error))?;
    Ok(Uint8Array::new(&buffer.unchecked_into::<ArrayBuffer>()).to_vec())
}

fn unreadable(name: &str, error: &JsValue) -> ErrorReport {
    let detail = js::message(error);
    let message =
        format!("{name} could not be read ({detail}). If it was changed, moved or is a folder, open it again.");
    ErrorReport::new("file.unreadable", message)
}

fn unreachable(name: &str) -> ErrorReport {
    let message =
        format!("{name} could not be loaded. Check the connection and reload the page, or open a file of yours.");
    ErrorReport::new("file.unreachable", message)
}
