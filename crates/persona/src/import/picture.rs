//! Pictures: the bytes of a JPEG, PNG, WebP or GIF go in; hashes under which copies meet come out, with what the file says of its making.
//! No face is looked for and nothing is told of who is seen.
//!
//! The hash is the pHash of the literature: the picture in greys at 16 × 16, its discrete cosine transform, of that the 8 × 8 lowest
//! frequencies, each against their median. On the pictures of the tests below its copies lie at most 6 of 64 bits apart and other pictures
//! at least 20 (31 in the mean); by gradient that is 3 and 15, by the mean grey 2 and 9. The widest gap was chosen, as a wrong match costs
//! a person more than a missed one.
//!
//! The hash of the background is the same over the picture with its middle filled by the grey of the rest. Pictures that are even all over,
//! or outside the middle, have no hash: they would all meet.

use std::io::Cursor;

use exif::{In, Tag};
use image::imageops::FilterType;
use image::{DynamicImage, GrayImage, ImageDecoder as _, ImageReader};
use image_hasher::{HashAlg, HasherConfig};

use super::files::xmp;
use crate::people::{Builder, NewDocument, PersonId, Source};
use crate::problem::ProblemKind;
use crate::vocabulary::{DocKind, Field};

/// The side of the small picture that hashes are made of.
const SIDE: u32 = 64;

/// Of the small picture, the columns and rows of the middle: three fifths each way.
const MIDDLE: std::ops::Range<u32> = 13..51;

/// Mean square of the distance from the mean grey below which an area is even. Noise of compression lies below, any object above.
const EVEN: f64 = 16.0;

/// What is taken of a picture at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PictureLimits {
    /// Bytes of the file.
    pub file_bytes: usize,
    /// Pixels, asked before any is unpacked. Telephones take up to 50 million and a few up to 200 million.
    pub pixels: u64,
    /// Bytes that unpacking may take.
    pub memory_bytes: u64,
}

impl Default for PictureLimits {
    fn default() -> Self {
        Self { file_bytes: 32 << 20, pixels: 64_000_000, memory_bytes: 512 << 20 }
    }
}

/// Why a picture gives nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PictureError {
    /// Too many bytes.
    #[error("it has {0} bytes, more than {1}")]
    Bytes(usize, usize),
    /// Too many pixels.
    #[error("it has {0} × {1} pixels, more than {2} in all")]
    Pixels(u32, u32, u64),
    /// None of the kinds that are read.
    #[error("it is no JPEG, PNG, WebP or GIF")]
    Kind,
    /// It cannot be unpacked.
    #[error("it cannot be unpacked: {0}")]
    Damaged(String),
}

/// What is read of a picture. Empty texts are not stated.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Picture {
    /// Hash of the whole, 16 hexadecimal digits; `None` when it is even all over.
    pub image_hash: Option<String>,
    /// Hash of the background; `None` when that is even.
    pub base_hash: Option<String>,
    /// The program that made the file.
    pub producer: String,
    /// When the photo was taken.
    pub created: String,
    /// Where, in degrees north.
    pub gps_lat: String,
    /// Where, in degrees east.
    pub gps_lon: String,
}

impl Picture {
    /// Reads a picture.
    pub fn read(bytes: &[u8], limits: &PictureLimits) -> Result<Self, PictureError> {
        if bytes.len() > limits.file_bytes {
            return Err(PictureError::Bytes(bytes.len(), limits.file_bytes));
        }
        let small = small(bytes, limits)?;
        let mut picture = Self::default();
        picture.making(bytes);
        if !is_even(&small, |_, _| true) {
            picture.image_hash = hash(&small);
        }
        let outside = |x, y| !(MIDDLE.contains(&x) && MIDDLE.contains(&y));
        if !is_even(&small, outside) {
            let (sum, count) = (small.enumerate_pixels().filter(|(x, y, _)| outside(*x, *y)))
                .fold((0_u32, 0_u32), |(sum, count), (_, _, pixel)| (sum + u32::from(pixel.0[0]), count + 1));
            let mut base = small;
            for (x, y, pixel) in base.enumerate_pixels_mut() {
                if !outside(x, y) {
                    pixel.0[0] = (sum / count.max(1)) as u8;
                }
            }
            picture.base_hash = hash(&base);
        }
        Ok(picture)
    }

    /// What the file says of its making: EXIF, and the words that programs leave in PNG and XMP.
    fn making(&mut self, bytes: &[u8]) {
        let read = exif::Reader::new().continue_on_error(true).read_from_container(&mut Cursor::new(bytes));
        // Damage in the metadata of a picture is no damage of the picture.
        if let Ok(exif) = read.or_else(|error| error.distill_partial_result(|_| {})) {
            let text = |tag| exif.get_field(tag, In::PRIMARY).map(ascii).unwrap_or_default();
            self.producer = text(Tag::Software);
            let taken = [(Tag::DateTimeOriginal, Tag::OffsetTimeOriginal), (Tag::DateTimeDigitized, Tag::OffsetTimeDigitized)];
            self.created = taken
                .into_iter()
                .map(|(time, zone)| moment(&text(time), &text(zone)))
                .find(|time| !time.is_empty())
                .unwrap_or_default();
            let latitude = degrees(&exif, Tag::GPSLatitude, Tag::GPSLatitudeRef, "S", 90.0);
            let longitude = degrees(&exif, Tag::GPSLongitude, Tag::GPSLongitudeRef, "W", 180.0);
            // Programs that take the place out leave zeros.
            if let (Some(latitude), Some(longitude)) = (latitude, longitude)
                && (latitude != 0.0 || longitude != 0.0)
            {
                self.gps_lat = format!("{latitude:.5}");
                self.gps_lon = format!("{longitude:.5}");
            }
        }
        if self.producer.is_empty() {
            self.producer = png_software(bytes);
        }
        if self.producer.is_empty()
            && let Some(start) = memchr::memmem::find(bytes, b"<x:xmpmeta")
        {
            let packet = bytes.get(start..start + (64 << 10)).unwrap_or(&bytes[start..]);
            self.producer = xmp(&String::from_utf8_lossy(packet), "xmp:CreatorTool");
        }
    }

    /// The facts for a document.
    pub(crate) fn facts(&self) -> Vec<(Field, u8, &str)> {
        let facts = [
            (Field::ImageHash, self.image_hash.as_deref().unwrap_or_default()),
            (Field::BaseHash, self.base_hash.as_deref().unwrap_or_default()),
            (Field::Producer, &self.producer),
            (Field::Created, &self.created),
            (Field::GpsLat, &self.gps_lat),
            (Field::GpsLon, &self.gps_lon),
        ];
        facts.into_iter().filter(|(_, text)| !text.is_empty()).map(|(field, text)| (field, 0, text)).collect()
    }
}

/// Reads a picture of a person into a document: a photo, or the scan of an identity document. `time` is when it was handed in; empty when
/// that is not known. A picture that cannot be read is a problem.
pub fn import_picture(
    person: PersonId,
    (kind, time): (DocKind, &str),
    bytes: &[u8],
    limits: &PictureLimits,
    source: Source,
    to: &mut Builder,
) {
    match Picture::read(bytes, limits) {
        Ok(picture) => {
            let facts = picture.facts();
            if facts.is_empty() {
                return to.problem(source, ProblemKind::File("the picture is even all over".to_owned()));
            }
            to.document(person, &NewDocument { time, facts: &facts, ..NewDocument::new(kind) }, source);
        }
        Err(error) => to.problem(source, ProblemKind::File(error.to_string())),
    }
}

/// The picture in greys, upright, of one size.
fn small(bytes: &[u8], limits: &PictureLimits) -> Result<GrayImage, PictureError> {
    let damaged = |error: &dyn std::fmt::Display| PictureError::Damaged(error.to_string());
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|error| damaged(&error))?;
    if reader.format().is_none() {
        return Err(PictureError::Kind);
    }
    let mut held = image::Limits::default();
    held.max_alloc = Some(limits.memory_bytes);
    reader.limits(held);
    let mut decoder = reader.into_decoder().map_err(|error| match error {
        image::ImageError::Unsupported(_) => PictureError::Kind,
        other => damaged(&other),
    })?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > limits.pixels {
        return Err(PictureError::Pixels(width, height, limits.pixels));
    }
    if width == 0 || height == 0 {
        return Err(PictureError::Damaged("it has no pixels".to_owned()));
    }
    let orientation = decoder.orientation().unwrap_or(image::metadata::Orientation::NoTransforms);
    let image = DynamicImage::from_decoder(decoder).map_err(|error| damaged(&error))?;
    // What can be seen through is white, as viewers show it: programs put any colour below.
    let has_alpha = image.color().has_alpha();
    let mut image = if width > 1024 || height > 1024 { image.thumbnail(1024, 1024) } else { image };
    if has_alpha {
        let mut over = image.into_luma_alpha8();
        for pixel in over.pixels_mut() {
            let [grey, alpha] = pixel.0.map(u32::from);
            pixel.0 = [((grey * alpha + 255 * (255 - alpha)) / 255) as u8, 255];
        }
        image = DynamicImage::ImageLumaA8(over);
    }
    let mut image = DynamicImage::ImageLuma8(image.into_luma8()).resize_exact(SIDE, SIDE, FilterType::Triangle);
    image.apply_orientation(orientation);
    Ok(image.into_luma8())
}

fn hash(small: &GrayImage) -> Option<String> {
    let hasher = HasherConfig::with_bytes_type::<[u8; 8]>()
        .hash_size(8, 8)
        .hash_alg(HashAlg::Median)
        .preproc_dct()
        .resize_filter(FilterType::Triangle)
        .to_hasher();
    let hash = hasher.hash_image(small);
    let bytes: [u8; 8] = hash.as_bytes().try_into().ok()?;
    Some(format!("{:016x}", u64::from_be_bytes(bytes)))
}

fn is_even(small: &GrayImage, within: impl Fn(u32, u32) -> bool) -> bool {
    let greys: Vec<f64> =
        small.enumerate_pixels().filter(|(x, y, _)| within(*x, *y)).map(|(_, _, pixel)| f64::from(pixel.0[0])).collect();
    let mean = greys.iter().sum::<f64>() / greys.len() as f64;
    greys.iter().map(|grey| (grey - mean) * (grey - mean)).sum::<f64>() / (greys.len() as f64) < EVEN
}

fn ascii(field: &exif::Field) -> String {
    let exif::Value::Ascii(lines) = &field.value else { return String::new() };
    let text = lines.iter().map(|line| String::from_utf8_lossy(line)).collect::<Vec<_>>().join(" ");
    text.trim_matches(|c: char| c.is_whitespace() || c == '\0').chars().take(256).collect()
}

/// `2026:03:01 12:00:00` and `+09:00` as RFC 3339; empty when it is no moment.
fn moment(time: &str, zone: &str) -> String {
    let Some((day, clock)) = time.split_once(' ') else { return String::new() };
    let with_zone = format!("{}T{clock}{}", day.replace(':', "-"), zone.trim());
    let without = format!("{}T{clock}", day.replace(':', "-"));
    [with_zone, without].into_iter().find(|text| crate::time::Time::parse(text).is_ok()).unwrap_or_default()
}

fn degrees(exif: &exif::Exif, tag: Tag, side: Tag, negative: &str, most: f64) -> Option<f64> {
    let exif::Value::Rational(parts) = &exif.get_field(tag, In::PRIMARY)?.value else { return None };
    let [degrees, minutes, seconds] = parts.as_slice() else { return None };
    let value = degrees.to_f64() + minutes.to_f64() / 60.0 + seconds.to_f64() / 3600.0;
    let sign = if exif.get_field(side, In::PRIMARY).map(ascii)?.eq_ignore_ascii_case(negative) { -1.0 } else { 1.0 };
    (value.is_finite() && value <= most).then_some(sign * value)
}

/// The text `Software` of a PNG.
fn png_software(bytes: &[u8]) -> String {
    let Some(mut rest) = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n") else { return String::new() };
    while let Some((length, tail)) = rest.split_first_chunk::<4>() {
        let length = u32::from_be_bytes(*length) as usize;
        let Some(content) = tail.get(4..4_usize.saturating_add(length)) else { break };
        match &tail[..4] {
            b"tEXt" if content.starts_with(b"Software\0") => {
                return content[9..].iter().map(|byte| char::from(*byte)).take(256).collect();
            }
            b"IEND" => break,
            _ => {}
        }
        rest = tail.get(8_usize.saturating_add(length)..).unwrap_or_default();
    }
    String::new()
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::codecs::jpeg::JpegEncoder;
    use image::imageops::FilterType;
    use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

    use super::{Picture, PictureError, PictureLimits, import_picture, moment};
    use crate::import::testing::{builder, finish, lines};
    use crate::people::Source;
    use crate::vocabulary::DocKind;

    /// Numbers without meaning, from a seed.
    struct Dice(u64);

    impl Dice {
        fn roll(&mut self, most: u32) -> u32 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            (self.0 >> 33) as u32 % most
        }
    }

    /// A picture of overlapping discs before a background of stripes and blots; `base` makes the background, `middle` what stands in the middle.
    fn picture(base: u64, middle: u64) -> DynamicImage {
        let (width, height) = (480, 360);
        let mut image = RgbImage::new(width, height);
        let mut dice = Dice(base * 7919 + 17);
        let (fx, fy) = (dice.roll(5) as f32 + 1.0, dice.roll(5) as f32 + 1.0);
        for (x, y, pixel) in image.enumerate_pixels_mut() {
            let wave = ((x as f32 / width as f32 * fx + y as f32 / height as f32 * fy).sin() * 60.0 + 120.0) as u8;
            *pixel = Rgb([wave, wave / 2 + 60, 200 - wave / 2]);
        }
        let mut discs = |dice: &mut Dice, count: u32, inside: bool| {
            for _ in 0..count {
                let (x, y) =
                    if inside { (190 + dice.roll(100), 120 + dice.roll(120)) } else { (dice.roll(width), dice.roll(height)) };
                let radius = if inside { 20 + dice.roll(25) } else { 25 + dice.roll(60) };
                let colour = Rgb([dice.roll(256) as u8, dice.roll(256) as u8, dice.roll(256) as u8]);
                for dy in 0..2 * radius {
                    for dx in 0..2 * radius {
                        let (px, py) = (i64::from(x + dx) - i64::from(radius), i64::from(y + dy) - i64::from(radius));
                        let far = (i64::from(dx) - i64::from(radius)).pow(2) + (i64::from(dy) - i64::from(radius)).pow(2);
                        if far < i64::from(radius).pow(2)
                            && (0..i64::from(width)).contains(&px)
                            && (0..i64::from(height)).contains(&py)
                        {
                            image.put_pixel(px as u32, py as u32, colour);
                        }
                    }
                }
            }
        };
        discs(&mut dice, 9, false);
        discs(&mut Dice(middle * 104_729 + 5), 6, true);
        DynamicImage::ImageRgb8(image)
    }

    fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut out = Cursor::new(Vec::new());
        image.write_to(&mut out, format).unwrap();
        out.into_inner()
    }

    fn jpeg(image: &DynamicImage, quality: u8) -> Vec<u8> {
        let mut out = Vec::new();
        image.write_with_encoder(JpegEncoder::new_with_quality(&mut out, quality)).unwrap();
        out
    }

    fn read(bytes: &[u8]) -> Picture {
        Picture::read(bytes, &PictureLimits::default()).unwrap()
    }

    fn far(a: Option<&str>, b: Option<&str>) -> u32 {
        let bits = |text: Option<&str>| u64::from_str_radix(text.unwrap(), 16).unwrap();
        (bits(a) ^ bits(b)).count_ones()
    }

    #[test]
    fn copies_stay_near() {
        let mut worst = 0;
        for seed in 0..5 {
            let image = picture(seed, seed);
            let first = read(&encoded(&image, ImageFormat::Png));
            assert_eq!(first.image_hash.as_ref().unwrap().len(), 16);
            for (what, bytes) in [
                ("compressed", jpeg(&image, 40)),
                ("compressed hard", jpeg(&image, 15)),
                ("smaller", jpeg(&image.resize_exact(160, 120, FilterType::Lanczos3), 70)),
                ("larger", jpeg(&image.resize_exact(900, 675, FilterType::CatmullRom), 70)),
                ("another shape", jpeg(&image.resize_exact(300, 300, FilterType::Triangle), 80)),
                ("brighter", jpeg(&image.brighten(20), 80)),
                ("more contrast", jpeg(&image.adjust_contrast(15.0), 80)),
                ("grey", jpeg(&DynamicImage::ImageLuma8(image.to_luma8()), 80)),
                ("webp", encoded(&image, ImageFormat::WebP)),
                ("gif", encoded(&image, ImageFormat::Gif)),
            ] {
                let copy = read(&bytes);
                let distance = far(first.image_hash.as_deref(), copy.image_hash.as_deref());
                worst = worst.max(distance);
                assert!(distance <= 6, "{seed} {what}: {distance}");
                let distance = far(first.base_hash.as_deref(), copy.base_hash.as_deref());
                assert!(distance <= 8, "{seed} {what}, background: {distance}");
            }
        }
        assert!(worst > 0, "the copies are no copies");
    }

    #[test]
    fn other_pictures_lie_far() {
        let pictures: Vec<Picture> = (0..24).map(|seed| read(&jpeg(&picture(seed, seed), 80))).collect();
        let mut sum = 0;
        let mut pairs = 0;
        for (index, a) in pictures.iter().enumerate() {
            for b in &pictures[index + 1..] {
                let distance = far(a.image_hash.as_deref(), b.image_hash.as_deref());
                assert!(distance > 10, "{distance}");
                sum += distance;
                pairs += 1;
            }
        }
        assert!(sum / pairs >= 24, "{}", sum / pairs);
    }

    #[test]
    fn one_background_behind_two_faces() {
        for seed in 0..4 {
            let (a, b) = (read(&jpeg(&picture(seed, 100 + seed), 80)), read(&jpeg(&picture(seed, 200 + seed), 60)));
            let other = read(&jpeg(&picture(seed + 50, 100 + seed), 80));
            let same = far(a.base_hash.as_deref(), b.base_hash.as_deref());
            let different = far(a.base_hash.as_deref(), other.base_hash.as_deref());
            assert!(same <= 8 && different > 12, "{seed}: {same} {different}");
        }
    }

    #[test]
    fn even_pictures_meet_nobody() {
        let even = DynamicImage::ImageRgb8(RgbImage::from_pixel(300, 300, Rgb([250, 250, 250])));
        assert_eq!(read(&jpeg(&even, 60)), Picture::default());
        // A head before a white wall: the head is hashed, the wall is not.
        let mut head = RgbImage::from_pixel(300, 300, Rgb([250, 250, 250]));
        for (x, y, pixel) in head.enumerate_pixels_mut() {
            if (100..200).contains(&x) && (90..210).contains(&y) {
                *pixel = Rgb([(x % 97) as u8, 80, (y % 50) as u8]);
            }
        }
        let read = read(&jpeg(&DynamicImage::ImageRgb8(head), 80));
        assert!(read.image_hash.is_some());
        assert_eq!(read.base_hash, None);
    }

    #[test]
    fn what_is_seen_through_is_white() {
        let clear = |below: u8| {
            let mut image = image::RgbaImage::from_pixel(64, 64, image::Rgba([below, below, below, 0]));
            for (x, y, pixel) in image.enumerate_pixels_mut() {
                if x < 20 && y < 30 || x > 50 {
                    *pixel = image::Rgba([200, 10, 10, 255]);
                }
            }
            read(&encoded(&DynamicImage::ImageRgba8(image), ImageFormat::Png))
        };
        assert_eq!(clear(0), clear(255));
    }

    #[test]
    fn bounds_hold_before_anything_is_unpacked() {
        let bytes = encoded(&picture(1, 1), ImageFormat::Png);
        let limits = PictureLimits { pixels: 1000, ..PictureLimits::default() };
        assert_eq!(Picture::read(&bytes, &limits), Err(PictureError::Pixels(480, 360, 1000)));
        let limits = PictureLimits { file_bytes: 100, ..PictureLimits::default() };
        assert_eq!(Picture::read(&bytes, &limits), Err(PictureError::Bytes(bytes.len(), 100)));
        // A PNG that says to have 60,000 × 60,000 pixels and holds none of them.
        let mut bomb = bytes.clone();
        bomb[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
        let crc = crc(&bomb[12..29]);
        bomb[29..33].copy_from_slice(&crc.to_be_bytes());
        assert!(matches!(Picture::read(&bomb, &PictureLimits::default()), Err(PictureError::Pixels(60_000, 60_000, _))));
    }

    fn crc(bytes: &[u8]) -> u32 {
        let step = |crc: u32, byte: &u8| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
        };
        !bytes.iter().fold(u32::MAX, step)
    }

    #[test]
    fn damaged_pictures_are_told() {
        let whole = encoded(&picture(1, 1), ImageFormat::Png);
        assert_eq!(Picture::read(b"no picture at all", &PictureLimits::default()), Err(PictureError::Kind));
        assert_eq!(Picture::read(b"", &PictureLimits::default()), Err(PictureError::Kind));
        for length in [9, 30, 60, whole.len() / 2] {
            let read = Picture::read(&whole[..length], &PictureLimits::default());
            assert!(matches!(read, Err(PictureError::Damaged(_))), "{length}: {read:?}");
        }
        let mut to = builder();
        let source = Source { file: to.file("7__photo.png"), line: 0 };
        let person = to.person("7", source);
        import_picture(person, (DocKind::Photo, ""), &whole[..60], &PictureLimits::default(), source, &mut to);
        import_picture(person, (DocKind::Photo, ""), &whole, &PictureLimits::default(), source, &mut to);
        let (people, problems) = finish(to);
        let got = lines(&people, &problems);
        assert!(got.contains("! 7__photo.png: the file is not read in full: it cannot be unpacked"), "{got}");
        assert_eq!(got.matches("image_hash=").count(), 1);
    }

    /// A JPEG with an EXIF segment: program, time, offset and place.
    fn with_exif(
        image: &DynamicImage,
        program: &str,
        time: &str,
        latitude: [u32; 3],
        south: bool,
        orientation: u16,
    ) -> Vec<u8> {
        let mut tiff: Vec<u8> = b"II*\0\x08\0\0\0".to_vec();
        // The first directory has 4 entries and ends at 8 + 2 + 48 + 4 = 62; texts follow.
        let mut texts: Vec<u8> = Vec::new();
        let mut text = |content: &[u8]| {
            let at = 62 + texts.len() as u32;
            texts.extend_from_slice(content);
            if texts.len() % 2 == 1 {
                texts.push(0);
            }
            at
        };
        let entry = |out: &mut Vec<u8>, tag: u16, kind: u16, count: u32, value: [u8; 4]| {
            out.extend(tag.to_le_bytes());
            out.extend(kind.to_le_bytes());
            out.extend(count.to_le_bytes());
            out.extend(value);
        };
        let program = format!("{program}\0");
        let program_at = text(program.as_bytes());
        let time = format!("{time}\0");
        let time_at = text(time.as_bytes());
        let mut angles = Vec::new();
        for part in latitude {
            angles.extend(part.to_le_bytes());
            angles.extend(1_u32.to_le_bytes());
        }
        let angles_at = text(&angles);
        let mut exif = 1_u16.to_le_bytes().to_vec();
        entry(&mut exif, 0x9003, 2, time.len() as u32, time_at.to_le_bytes());
        exif.extend([0; 4]);
        let exif_at = text(&exif);
        let mut gps = 4_u16.to_le_bytes().to_vec();
        entry(&mut gps, 1, 2, 2, [if south { b'S' } else { b'N' }, 0, 0, 0]);
        entry(&mut gps, 2, 5, 3, angles_at.to_le_bytes());
        entry(&mut gps, 3, 2, 2, *b"E\0\0\0");
        entry(&mut gps, 4, 5, 3, angles_at.to_le_bytes());
        gps.extend([0; 4]);
        let gps_at = text(&gps);
        tiff.extend(4_u16.to_le_bytes());
        let [low, high] = orientation.to_le_bytes();
        entry(&mut tiff, 0x0112, 3, 1, [low, high, 0, 0]);
        entry(&mut tiff, 0x0131, 2, program.len() as u32, program_at.to_le_bytes());
        entry(&mut tiff, 0x8769, 4, 1, exif_at.to_le_bytes());
        entry(&mut tiff, 0x8825, 4, 1, gps_at.to_le_bytes());
        tiff.extend([0; 4]);
        tiff.extend(texts);
        let plain = jpeg(image, 80);
        let mut out = plain[..2].to_vec();
        out.extend([0xff, 0xe1]);
        out.extend((tiff.len() as u16 + 8).to_be_bytes());
        out.extend(b"Exif\0\0");
        out.extend(tiff);
        out.extend(&plain[2..]);
        out
    }

    #[test]
    fn exif_says_what_made_it() {
        let image = picture(3, 3);
        let got = read(&with_exif(&image, "Some Editor 1.0", "2026:03:01 12:00:00", [33, 30, 0], true, 1));
        assert_eq!(got.producer, "Some Editor 1.0");
        assert_eq!(got.created, "2026-03-01T12:00:00");
        assert_eq!((got.gps_lat.as_str(), got.gps_lon.as_str()), ("-33.50000", "33.50000"));
        // Zeros are no place, and a time that is none is left out.
        let got = read(&with_exif(&image, "", "0000:00:00 00:00:00", [0, 0, 0], false, 1));
        assert_eq!((got.created.as_str(), got.gps_lat.as_str()), ("", ""));
    }

    #[test]
    fn a_picture_that_lies_on_its_side_is_the_same() {
        let image = picture(5, 5);
        let upright = read(&jpeg(&image, 90));
        // 6: to be turned right by a quarter, so it is kept turned left.
        let lying = read(&with_exif(&image.rotate270(), "Camera", "2026:03:01 12:00:00", [0, 0, 0], false, 6));
        assert!(far(upright.image_hash.as_deref(), lying.image_hash.as_deref()) <= 4);
    }

    #[test]
    fn a_text_of_png_names_the_program() {
        let mut bytes = encoded(&picture(2, 2), ImageFormat::Png);
        let content = b"tEXtSoftware\0Some Editor";
        let mut chunk = (content.len() as u32 - 4).to_be_bytes().to_vec();
        chunk.extend(content);
        chunk.extend(crc(content).to_be_bytes());
        // Behind the header, which ends at 33.
        bytes.splice(33..33, chunk);
        assert_eq!(read(&bytes).producer, "Some Editor");
    }

    #[test]
    fn moments_of_cameras() {
        assert_eq!(moment("2026:03:01 12:00:00", "+09:00"), "2026-03-01T12:00:00+09:00");
        assert_eq!(moment("2026:03:01 12:00:00", "east"), "2026-03-01T12:00:00");
        assert_eq!(moment("", ""), "");
    }
}
