//! The package of an office file: a ZIP goes in, or the compound file that a password or an old program makes of it; its members come
//! out decompressed, under the limits, with the relations between them and the document's properties.

use std::io::{Cursor, Read as _};

use rustc_hash::FxHashMap;
use zip::ZipArchive;
use zip::result::ZipError;

use super::xml::{Node, walk};
use super::{Budget, Out, PROPERTIES, Trouble};

/// What may be decompressed however small the file is: 1 MiB.
const FREE_BYTES: u64 = 1 << 20;

/// Members beyond which a package is given up. A document of a thousand pages with a picture on each has some thousands.
const MAX_MEMBERS: usize = 20_000;

/// The mark at the beginning of a compound file.
pub(super) const COMPOUND: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

/// A relation of a part to another, or to an address outside.
#[derive(Clone, Debug)]
pub(super) struct Relation {
    pub(super) id: String,
    /// The last step of its type, such as `header`.
    pub(super) kind: String,
    /// A member, or an address.
    pub(super) target: String,
    pub(super) is_external: bool,
}

/// A package whose members are read under limits.
pub(super) struct Package<'b> {
    archive: ZipArchive<Cursor<&'b [u8]>>,
    names: Vec<String>,
    /// Where the members are, by their names in small letters.
    index: FxHashMap<String, usize>,
    /// Bytes that may still be decompressed.
    left: u64,
    /// Which limit that is, in words.
    limit: String,
    member: u64,
}

impl<'b> Package<'b> {
    /// Opens a package. `kind` is what the file should be, for the reason why it is not.
    pub(super) fn open(bytes: &'b [u8], kind: &str, budget: &Budget) -> Result<Self, Trouble> {
        if bytes.starts_with(&COMPOUND) {
            return Err(compound(bytes, kind));
        }
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| {
            Trouble::Damaged(format!("its package (ZIP) cannot be opened, it is damaged or cut off: {error}"))
        })?;
        if archive.len() > MAX_MEMBERS {
            return Err(Trouble::TooLarge(format!("more than {MAX_MEMBERS} members in its package")));
        }
        let names = (0..archive.len()).map(|index| match archive.name_for_index(index) {
            Some(Ok(name)) => name.trim_start_matches('/').replace('\\', "/"),
            _ => String::new(),
        });
        let names: Vec<String> = names.collect();
        let index = names.iter().enumerate().map(|(at, name)| (name.to_ascii_lowercase(), at)).collect();
        let by_ratio = (bytes.len() as u64).saturating_mul(budget.limits.ratio).saturating_add(FREE_BYTES);
        let limit = if by_ratio < budget.bytes_left {
            format!("the limit of {} decompressed bytes for each byte of the file", budget.limits.ratio)
        } else {
            format!("the limit of {} decompressed bytes", budget.bytes_left)
        };
        Ok(Self { archive, names, index, left: by_ratio.min(budget.bytes_left), limit, member: budget.limits.file_bytes })
    }

    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// The name of a member however its letters are written.
    pub(super) fn find(&self, name: &str) -> Option<&str> {
        self.names.get(*self.index.get(&name.to_ascii_lowercase())?).map(String::as_str)
    }

    /// A member, decompressed; nothing where there is none.
    pub(super) fn read(&mut self, name: &str) -> Result<Option<Vec<u8>>, Trouble> {
        let Some(index) = self.index.get(&name.to_ascii_lowercase()) else { return Ok(None) };
        self.read_at(*index).map(Some)
    }

    fn read_at(&mut self, index: usize) -> Result<Vec<u8>, Trouble> {
        let name = self.names.get(index).cloned().unwrap_or_default();
        let damaged = |error: &dyn std::fmt::Display| Trouble::Damaged(format!("{name}: {error}"));
        let member = match self.archive.by_index(index) {
            Ok(member) => member,
            Err(ZipError::InvalidPassword) => return Err(Trouble::Encrypted),
            Err(ZipError::UnsupportedArchive(reason)) if reason == ZipError::PASSWORD_REQUIRED => {
                return Err(Trouble::Encrypted);
            }
            Err(error) => return Err(damaged(&error)),
        };
        let most = self.left.min(self.member);
        let mut bytes = Vec::new();
        let outcome = member.take(most.saturating_add(1)).read_to_end(&mut bytes);
        let read = bytes.len() as u64;
        self.left = self.left.saturating_sub(read);
        if read > most {
            let limit =
                if most < self.member { self.limit.clone() } else { format!("the limit of {} bytes a member", self.member) };
            return Err(Trouble::TooLarge(format!("{name}: {limit}")));
        }
        outcome.map_err(|error| damaged(&error))?;
        Ok(bytes)
    }

    /// Decompresses everything once and throws it away, for a library that reads without limits.
    pub(super) fn measure(&mut self) -> Result<(), Trouble> {
        for index in 0..self.names.len() {
            match self.read_at(index) {
                // What is damaged the library finds itself, if it needs it.
                Ok(_) | Err(Trouble::Damaged(_)) => {}
                Err(trouble) => return Err(trouble),
            }
        }
        Ok(())
    }

    /// The relations of a part; none where it has none.
    pub(super) fn relations(&mut self, part: &str) -> Result<Vec<Relation>, Trouble> {
        let (folder, file) = part.rsplit_once('/').map_or(("", part), |(folder, file)| (folder, file));
        let name = if folder.is_empty() { format!("_rels/{file}.rels") } else { format!("{folder}/_rels/{file}.rels") };
        let Some(bytes) = self.read(&name)? else { return Ok(Vec::new()) };
        let mut relations = Vec::new();
        walk(&bytes, &name, |node| {
            if let Node::Open("Relationship", tag) = node {
                let target = tag.attribute("Target").unwrap_or_default();
                let is_external = tag.attribute("TargetMode").is_some_and(|mode| mode.eq_ignore_ascii_case("external"));
                relations.push(Relation {
                    id: tag.attribute("Id").unwrap_or_default(),
                    kind: tag.attribute("Type").unwrap_or_default().rsplit('/').next().unwrap_or_default().to_owned(),
                    target: if is_external { target } else { resolved(folder, &target) },
                    is_external,
                });
            }
            true
        })?;
        Ok(relations)
    }

    /// The main part: by the relations of the package, else by its usual name.
    pub(super) fn main_part(&mut self, usual: &str, out: &mut Out) -> String {
        if self.archive.has_duplicate_names() {
            out.trouble(Trouble::Damaged("two members of its package have one name, of which one was read".to_owned()));
        }
        let relations = self.relations("").unwrap_or_else(|trouble| {
            out.trouble(trouble);
            Vec::new()
        });
        let main = relations.into_iter().find(|relation| relation.kind == "officeDocument" && !relation.is_external);
        main.map(|relation| relation.target).filter(|target| self.find(target).is_some()).unwrap_or_else(|| usual.to_owned())
    }

    /// A member that is walked: nothing where it is missing, with the trouble noted where it cannot be read.
    pub(super) fn part(&mut self, name: &str, out: &mut Out) -> Option<Vec<u8>> {
        match self.read(name) {
            Ok(part) => part,
            Err(trouble) => {
                out.trouble(trouble);
                None
            }
        }
    }

    /// Takes what is embedded out, and counts the pictures.
    pub(super) fn embedded(&mut self, out: &mut Out) -> usize {
        let mut pictures = 0;
        let mut files = 0_u32;
        for name in self.names.clone() {
            let lower = name.to_ascii_lowercase();
            let is_folder = |folder: &str| lower.contains(&format!("/{folder}/"));
            if lower.ends_with('/') || has_extension(&lower, "rels") {
                continue;
            }
            if is_folder("media") || lower.starts_with("pictures/") {
                pictures += 1;
            } else if is_folder("embeddings") || lower.contains("/afchunk") {
                files += 1;
                if files > out.budget.files_left {
                    out.trouble(Trouble::TooLarge(format!("files inside it: the limit of {}", out.budget.limits.files)));
                    break;
                }
                if let Some(bytes) = self.part(&name, out) {
                    out.inside.push((name.rsplit('/').next().unwrap_or(&name).to_owned(), bytes));
                }
            } else if lower.ends_with("vbaproject.bin") {
                out.note("macros were not read");
            }
        }
        pictures
    }

    /// The properties that may name somebody, one a line.
    pub(super) fn properties(&mut self, out: &mut Out) {
        out.owed = 2;
        for name in ["docProps/core.xml", "docProps/app.xml", "docProps/custom.xml", "meta.xml"] {
            let Some(bytes) = self.part(name, out) else { continue };
            out.label(PROPERTIES);
            let mut title: Option<String> = None;
            let mut value = String::new();
            let outcome = walk(&bytes, name, |node| {
                match node {
                    Node::Open(name, tag) => {
                        let custom = matches!(name, "property" | "user-defined").then(|| tag.attribute("name")).flatten();
                        if let Some(custom) = custom.or_else(|| property(name).map(str::to_owned)) {
                            title = Some(custom);
                            value.clear();
                        }
                    }
                    Node::Text(text) if title.is_some() => value.push_str(text),
                    Node::Close(name) if matches!(name, "property" | "user-defined") || property(name).is_some() => {
                        if let Some(title) = title.take()
                            && !value.trim().is_empty()
                        {
                            return out.line(&format!("{title}: {}", value.trim()));
                        }
                    }
                    _ => {}
                }
                true
            });
            if let Err(trouble) = outcome {
                out.trouble(trouble);
            }
        }
    }
}

/// Whether a member's name ends so, in whatever letters.
pub(super) fn has_extension(name: &str, extension: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, held)| held.eq_ignore_ascii_case(extension))
}

/// What a property is called in text.
fn property(name: &str) -> Option<&'static str> {
    Some(match name {
        "creator" | "initial-creator" => "Author",
        "lastModifiedBy" => "Last modified by",
        "printed-by" => "Printed by",
        "title" => "Title",
        "subject" => "Subject",
        "description" => "Comments",
        "keywords" | "keyword" => "Keywords",
        "category" => "Category",
        "Company" => "Company",
        "Manager" => "Manager",
        "HyperlinkBase" => "Hyperlink base",
        _ => return None,
    })
}

/// A target beside a folder, or from the root where it begins with a slash.
fn resolved(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let mut steps: Vec<&str> = if target.starts_with('/') { Vec::new() } else { folder.split('/').collect() };
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    steps.retain(|step| !step.is_empty());
    steps.join("/")
}

/// What a compound file is that should have been a package.
pub(super) fn compound(bytes: &[u8], kind: &str) -> Trouble {
    let Ok(file) = cfb::CompoundFile::open(Cursor::new(bytes)) else {
        return Trouble::Damaged("a compound file that is damaged or cut off".to_owned());
    };
    if file.exists("/EncryptedPackage") || file.exists("/EncryptionInfo") {
        Trouble::Encrypted
    } else if file.exists("/WordDocument") {
        Trouble::Unsupported("a Word document of the form before 2007 (DOC): save it as DOCX".to_owned())
    } else if file.exists("/PowerPoint Document") {
        Trouble::Unsupported("a presentation of the form before 2007 (PPT): save it as PPTX".to_owned())
    } else {
        Trouble::Unsupported(format!("a compound file that is no {kind}"))
    }
}
