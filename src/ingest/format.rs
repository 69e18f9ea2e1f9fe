//! Files that are no CSV: known by their first bytes, or by what control characters they hold.

use super::IngestError;

/// Bytes looked at.
pub(super) const HEAD: usize = 64;

/// Refuses what other programs write under any name.
///
/// # Errors
/// `WrongFormat` saying what the file is and what to do.
pub(super) fn refuse_known(head: &[u8]) -> Result<(), IngestError> {
    const UNPACK: &str = "Unpack it and open the CSV inside.";
    const EXPORT: &str = "Open it in the program it comes from and export it as CSV.";
    const CONVERT: &str = "Convert it to CSV first, for instance with pandas' to_csv.";
    let (what, remedy) = match head {
        [b'P', b'K', 3 | 5 | 7, ..] if contains(head, b"[Content_Types].xml") || contains(head, b"xl/") => {
            ("an Excel workbook (.xlsx)", "Open it in a spreadsheet program and save the sheet as CSV.")
        }
        [b'P', b'K', 3 | 5 | 7, ..] => ("a ZIP archive or an Office document", "Unpack it, or save the sheet as CSV."),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => ("an old Office document (.xls)", EXPORT),
        [0x1f, 0x8b, ..] => ("a gzip archive", UNPACK),
        [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, ..] => ("a bzip2 archive", UNPACK),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => ("a Zstandard archive", UNPACK),
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => ("an xz archive", UNPACK),
        [b'7', b'z', 0xbc, 0xaf, ..] => ("a 7-Zip archive", UNPACK),
        [b'P', b'A', b'R', b'1', ..] => ("a Parquet file", CONVERT),
        [b'A', b'R', b'R', b'O', b'W', b'1', ..] => ("an Arrow file", CONVERT),
        [0x89, b'H', b'D', b'F', ..] => ("an HDF5 file", CONVERT),
        _ if head.starts_with(b"SQLite format 3\0") => ("an SQLite database", "Export the table as CSV."),
        _ if head.starts_with(b"%PDF-") => ("a PDF document", EXPORT),
        _ => return Ok(()),
    };
    Err(IngestError::WrongFormat { what, remedy })
}

fn contains(head: &[u8], name: &[u8]) -> bool {
    head.windows(name.len()).any(|window| window == name)
}

/// Refuses text that is mostly control characters. A NUL here and there is text.
///
/// # Errors
/// `Binary` with the counts.
pub(super) fn refuse_binary(text: &[u8]) -> Result<(), IngestError> {
    let control = text.iter().filter(|byte| matches!(byte, 0..=8 | 14..=26 | 28..=31)).count();
    if control > 8 && control * 20 > text.len() {
        return Err(IngestError::Binary { control, seen: text.len() });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_named() {
        let what = |head: &[u8]| refuse_known(head).map_err(|error| error.to_string());
        assert!(
            what(b"PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0\0\0\0\0\0\0\0\0\0\0\0\0\x13\0[Content_Types].xml")
                .unwrap_err()
                .contains("Excel")
        );
        assert!(what(b"PK\x03\x04").unwrap_err().contains("ZIP"));
        assert!(what(b"PAR1\x15").unwrap_err().contains("Parquet"));
        assert!(what(b"\x1f\x8b\x08").unwrap_err().contains("gzip"));
        assert!(what(b"PKG,name\n1,2\n").is_ok());
        assert!(what(b"PAR,name\n").is_ok());
    }

    #[test]
    fn binary_is_refused_and_a_nul_is_not() {
        assert!(refuse_binary(b"a,b\n1,\0x\n2,3\n").is_ok());
        let image: Vec<u8> = (0..=255).cycle().take(4096).collect();
        assert!(matches!(refuse_binary(&image), Err(IngestError::Binary { seen: 4096, .. })));
    }
}
