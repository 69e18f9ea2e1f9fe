//! ZIP files with the same bytes for the same content.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::{ExportError, ExportFile};

/// The files as a ZIP (a path that ends with `/` is an empty folder), in the order of their paths, all of them dated 1980-01-01: what is in it decides its bytes, not when
/// it was made.
///
/// # Errors
/// `Archive`: two files of one path, or more than the format can hold.
pub fn zip(files: &[ExportFile]) -> Result<Vec<u8>, ExportError> {
    let mut sorted: Vec<&ExportFile> = files.iter().collect();
    sorted.sort_by(|a, b| a.path.cmp(&b.path));
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for file in sorted {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::DEFAULT)
            .unix_permissions(if file.is_executable { 0o755 } else { 0o644 });
        if file.path.ends_with('/') {
            writer.add_directory(&file.path, options.unix_permissions(0o755))?;
            continue;
        }
        writer.start_file(&file.path, options)?;
        writer.write_all(&file.bytes).map_err(zip::result::ZipError::from)?;
    }
    Ok(writer.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn the_same_files_are_the_same_bytes_in_any_order() {
        let files = [ExportFile::new("b/y.txt", "y"), ExportFile::script("a.sh", "#!/bin/sh\n")];
        let mut turned = files.clone();
        turned.reverse();
        let bytes = zip(&files).unwrap();
        assert_eq!(bytes, zip(&turned).unwrap());
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let names: Vec<_> =
            (0..archive.len()).map(|i| archive.by_index(i).unwrap().name().unwrap().into_owned()).collect();
        assert_eq!(names, ["a.sh", "b/y.txt"]);
        let mut script = archive.by_name("a.sh").unwrap();
        assert_eq!(script.unix_mode().map(|mode| mode & 0o777), Some(0o755));
        let mut text = String::new();
        script.read_to_string(&mut text).unwrap();
        assert_eq!(text, "#!/bin/sh\n");
    }

    #[test]
    fn two_files_of_one_path_are_refused() {
        assert!(zip(&[ExportFile::new("a", "1"), ExportFile::new("a", "2")]).is_err());
    }
}
