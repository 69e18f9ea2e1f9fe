//! The door: a file's bytes in, piece by piece.

use super::{
    Encoding, Finishing, IngestError, IngestOptions,
    column::Builder,
    decode::{self, Decoder},
    engine::{Engine, MAX_RECORD},
    finishing::File,
    format, layout,
    settings::Settings,
};
use crate::base::{Digest, Hasher};

/// The dialect is found in so much of the file's beginning.
pub(super) const WINDOW: usize = 256 << 10;
/// Bytes that are gathered before they are scanned, and at most decoded at once.
const PIECE: usize = 256 << 10;

/// Reads one file once. Push its bytes in order, in pieces of any size, then finish.
#[derive(Debug)]
pub struct Reader {
    name: String,
    settings: Settings,
    hasher: Hasher,
    bytes: u64,
    /// The file's first bytes, until they are enough to tell what it is.
    head: Vec<u8>,
    decoder: Option<Decoder>,
    encoding: Option<Encoding>,
    /// Text that has not been taken in, and where it starts in the file.
    text: Vec<u8>,
    file_offset: u64,
    /// Look at the text again when it is so long.
    wanted: usize,
    engine: Option<Box<Engine>>,
    earlier: Option<Earlier>,
}

/// What a first pass leaves to the second.
#[derive(Debug)]
struct Earlier {
    digest: Digest,
    builders: Vec<Builder>,
}

/// How a pass ends.
#[derive(Debug)]
pub enum Outcome {
    /// All is read; the columns are described next.
    Done(Box<Finishing>),
    /// A column that began with numbers holds text further on: push the whole file again into this reader, which knows
    /// the types now and ends in `Done`.
    Again(Box<Reader>),
}

impl Reader {
    /// A reader for a file of this name (which is only for people).
    ///
    /// # Errors
    /// `BadOption` naming the field.
    pub fn new(name: &str, options: &IngestOptions) -> Result<Self, IngestError> {
        Ok(Self::with(name.into(), Settings::new(options)?, None))
    }

    fn with(name: String, settings: Settings, earlier: Option<Earlier>) -> Self {
        Self {
            name,
            settings,
            hasher: Hasher::default(),
            bytes: 0,
            head: Vec::new(),
            decoder: None,
            encoding: None,
            text: Vec::new(),
            file_offset: 0,
            wanted: WINDOW,
            engine: None,
            earlier,
        }
    }

    /// Takes the next bytes of the file in.
    ///
    /// # Errors
    /// What stops the file: see `IngestError`. The reader is of no use after one.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), IngestError> {
        self.hasher.update(bytes);
        self.bytes += bytes.len() as u64;
        bytes.chunks(PIECE).try_for_each(|piece| self.take(piece))
    }

    /// Rows of the table so far.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.engine.as_ref().map_or(0, |engine| engine.n_rows)
    }

    /// Ends the pass: no more bytes follow.
    ///
    /// # Errors
    /// As `push`, and what only the end shows: an empty file, a file that changed between two passes.
    pub fn finish(mut self) -> Result<Outcome, IngestError> {
        if self.decoder.is_none() {
            self.start()?;
        }
        if let Some(decoder) = &mut self.decoder {
            decoder.finish(&mut self.text);
        }
        self.check_utf8()?;
        self.advance(true)?;
        let Some(engine) = self.engine.take() else { return Err(IngestError::EmptyFile) };
        let digest = self.hasher.digest();
        if let Some(earlier) = &self.earlier {
            if earlier.digest != digest {
                return Err(IngestError::FileChanged);
            }
        } else if engine.builders.iter().any(|builder| builder.is_lost(true)) {
            let builders = engine.builders.into_iter().map(Builder::again).collect();
            let earlier = Some(Earlier { digest, builders });
            return Ok(Outcome::Again(Box::new(Self::with(self.name, self.settings, earlier))));
        }
        let is_utf8 = self.decoder.as_ref().is_none_or(Decoder::is_utf8);
        let file = File { name: self.name, bytes: self.bytes, digest, encoding: self.encoding, is_utf8 };
        Ok(Outcome::Done(Box::new(Finishing::new(file, &self.settings, *engine))))
    }

    fn take(&mut self, piece: &[u8]) -> Result<(), IngestError> {
        let Some(decoder) = &mut self.decoder else {
            self.head.extend_from_slice(piece);
            return if self.head.len() < format::HEAD { Ok(()) } else { self.start() };
        };
        decoder.push(piece, &mut self.text);
        self.check_utf8()?;
        self.advance(false)
    }

    /// Looks at the file's first bytes, and decodes them.
    fn start(&mut self) -> Result<(), IngestError> {
        let head = std::mem::take(&mut self.head);
        format::refuse_known(&head)?;
        let mark = decode::byte_order_mark(&head);
        let mark = mark.filter(|(encoding, _)| self.settings.encoding.is_none_or(|fixed| fixed == *encoding));
        self.encoding = self.settings.encoding.or(mark.map(|(encoding, _)| encoding));
        let mark_len = mark.map_or(0, |(_, len)| len);
        self.file_offset = mark_len as u64;
        self.decoder = Some(Decoder::new(self.encoding));
        self.take(head.get(mark_len..).unwrap_or_default())
    }

    fn check_utf8(&self) -> Result<(), IngestError> {
        let is_broken = self.decoder.as_ref().is_some_and(|decoder| !decoder.is_utf8());
        if !is_broken || self.settings.encoding != Some(Encoding::Utf8) {
            return Ok(());
        }
        let valid = std::str::from_utf8(&self.text).map_or_else(|error| error.valid_up_to(), str::len);
        let lines = super::bits::count_lines(self.text.get(..valid).unwrap_or_default());
        Err(IngestError::NotUtf8 { line: self.engine.as_ref().map_or(1, |engine| engine.line()) + lines })
    }

    /// Takes in the whole records of the text.
    fn advance(&mut self, at_end: bool) -> Result<(), IngestError> {
        if self.text.len() < self.wanted && !at_end {
            return Ok(());
        }
        if self.engine.is_none() {
            return self.begin(at_end);
        }
        let (Some(engine), Some(decoder)) = (&mut self.engine, &self.decoder) else { return Ok(()) };
        let consumed = engine.run(&self.text, 0, self.file_offset, at_end, decoder)?;
        self.drop_text(consumed);
        Ok(())
    }

    fn drop_text(&mut self, consumed: usize) {
        if let Some(decoder) = &self.decoder {
            self.file_offset += decoder.file_len(self.text.get(..consumed).unwrap_or_default());
        }
        self.text.drain(..consumed);
        // A record that is not whole yet is scanned again when its text has doubled: linear in all.
        self.wanted = (2 * self.text.len()).clamp(PIECE, MAX_RECORD + 1);
    }

    /// Finds the layout in the file's beginning, and takes that in.
    fn begin(&mut self, at_end: bool) -> Result<(), IngestError> {
        // Exactly as much as was wanted, however the pieces were cut.
        let is_whole = at_end && self.text.len() <= self.wanted;
        let window = self.text.get(..self.wanted).unwrap_or(&self.text);
        format::refuse_binary(window)?;
        let Some(layout) = layout::find(window, is_whole, &self.settings)? else {
            if self.wanted >= MAX_RECORD {
                return Err(IngestError::RecordTooLong { line: 1, mebibytes: MAX_RECORD >> 20 });
            }
            self.wanted *= 2;
            return self.advance(at_end);
        };
        let Some(decoder) = &self.decoder else { return Ok(()) };
        let mut is_text = vec![false; layout.names.len()];
        loop {
            let start = layout.start;
            let mut engine = Engine::new(layout.clone(), &self.settings, &is_text);
            let is_first = self.earlier.is_none();
            if let Some(earlier) = &mut self.earlier {
                if earlier.builders.len() != engine.builders.len() {
                    return Err(IngestError::FileChanged);
                }
                engine.builders = std::mem::take(&mut earlier.builders);
            }
            let consumed = engine.run(&self.text, start, self.file_offset, at_end, decoder)?;
            // What is lost already is begun again as text, so that most files are read once.
            let lost = engine.builders.iter().zip(&mut is_text).filter(|(builder, _)| builder.is_lost(at_end));
            if is_first && lost.map(|(_, is_text)| *is_text = true).count() > 0 {
                continue;
            }
            self.engine = Some(Box::new(engine));
            self.drop_text(consumed);
            return Ok(());
        }
    }
}
