//! Where a snapshot's bytes live: mapped from a file, or owned (the built-in dataset, and tests). Both begin at an address that is a
//! multiple of eight, so rows can be read in place.

use std::fs::File;

use memmap2::Mmap;

pub(crate) enum Storage {
    Mapped(Mmap),
    Owned {
        /// `u64` for the alignment; the last word may have unused bytes.
        words: Vec<u64>,
        length: usize,
    },
}

impl Storage {
    #[expect(unsafe_code, reason = "mapping a file is inherently unsafe: another process may change it")]
    pub(crate) fn map(file: &File) -> std::io::Result<Self> {
        // SAFETY: the mapping is read-only and private to this value. Snapshot files are never changed after they are renamed into
        // place (a new one is a new file), and the content is validated before use; all later access is bounds-checked and reads plain
        // old data, for which every bit pattern is valid. If somebody truncates the file in place the process gets SIGBUS, which ends it
        // and does not corrupt it; strings are validated UTF-8 at opening and read through checked conversions only.
        let map = unsafe { Mmap::map(file)? };
        Ok(Self::Mapped(map))
    }

    pub(crate) fn owned(bytes: &[u8]) -> Self {
        let mut words = vec![0_u64; bytes.len().div_ceil(8)];
        bytemuck::cast_slice_mut::<u64, u8>(&mut words)[..bytes.len()].copy_from_slice(bytes);
        Self::Owned { words, length: bytes.len() }
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        match self {
            Self::Mapped(map) => map,
            Self::Owned { words, length } => &bytemuck::cast_slice(words)[..*length],
        }
    }
}
