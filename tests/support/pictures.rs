//! Generates valid and malformed images and recordings.

use std::io::Cursor;
use std::path::Path;
use std::process::Command;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

/// Returns a white page with a bar in the upper left corner; `ink` is the bar's grey value.
pub fn page(width: u32, height: u32, ink: u8) -> RgbImage {
    let bar = |x: u32, y: u32| x < width / 2 && y < height / 4;
    RgbImage::from_fn(width, height, |x, y| if bar(x, y) { Rgb([ink, ink, ink]) } else { Rgb([255; 3]) })
}

pub fn encode(picture: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(picture.clone()).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

pub fn jpeg(width: u32, height: u32, ink: u8) -> Vec<u8> {
    encode(&page(width, height, ink), ImageFormat::Jpeg)
}

pub fn png(width: u32, height: u32, ink: u8) -> Vec<u8> {
    encode(&page(width, height, ink), ImageFormat::Png)
}

/// Returns a JPEG of exactly this many bytes; trailing bytes, as some cameras append them, fill it up.
pub fn jpeg_of_size(bytes: usize, ink: u8) -> Vec<u8> {
    let mut jpeg = jpeg(64, 64, ink);
    assert!(jpeg.len() <= bytes);
    jpeg.resize(bytes, b'.');
    jpeg
}

/// Adds Exif to a JPEG: the orientation (0x0112), a description (0x010e) and a GPS block (0x8825).
pub fn with_exif(jpeg: &[u8], orientation: u8, description: &str) -> Vec<u8> {
    let text = [description.as_bytes(), b"\0"].concat();
    let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        [&tag.to_le_bytes()[..], &kind.to_le_bytes(), &count.to_le_bytes(), &value].concat()
    };
    let (text_at, gps_at) = (50_u32, 50 + u32::try_from(text.len()).unwrap());
    let tiff = [
        b"II*\0\x08\0\0\0\x03\0".to_vec(),
        entry(0x010e, 2, u32::try_from(text.len()).unwrap(), text_at.to_le_bytes()),
        entry(0x0112, 3, 1, [orientation, 0, 0, 0]),
        entry(0x8825, 4, 1, gps_at.to_le_bytes()),
        vec![0; 4],
        text,
        b"\x01\0".to_vec(),
        entry(0x0001, 2, 2, *b"N\0\0\0"),
        vec![0; 4],
    ]
    .concat();
    let exif = [b"Exif\0\0".as_slice(), &tiff].concat();
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xff, 0xe1], &length, &exif, &jpeg[2..]].concat()
}

/// Returns a PNG of a few bytes whose header declares this size.
pub fn png_bomb(width: u32, height: u32) -> Vec<u8> {
    let mut png = png(1, 1, 0);
    png[16..24].copy_from_slice(&[width.to_be_bytes(), height.to_be_bytes()].concat());
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { 0xedb8_8320 ^ (crc >> 1) } else { crc >> 1 })
    };
    let crc = !png[12..29].iter().fold(u32::MAX, step);
    png[29..33].copy_from_slice(&crc.to_be_bytes());
    png
}

/// Returns a GIF of a few bytes whose header declares this size.
pub fn gif_bomb(width: u16, height: u16) -> Vec<u8> {
    let size = [width.to_le_bytes(), height.to_le_bytes()].concat();
    [b"GIF89a".as_slice(), &size, b"\0\0\0\x2c\0\0\0\0", &size, b"\0\x02\0;"].concat()
}

/// Creates a HEIC image with `heif-enc`; `None` if it is not installed.
pub fn heic(folder: &Path, width: u32, height: u32) -> Option<Vec<u8>> {
    let (from, to) = (folder.join("source.jpg"), folder.join("encoded.heic"));
    std::fs::write(&from, jpeg(width, height, 0)).unwrap();
    let output = Command::new("heif-enc").arg(&from).arg("-o").arg(&to).output().ok()?;
    assert!(output.status.success(), "{output:?}");
    Some(std::fs::read(to).unwrap())
}

/// Returns a WAV file of this many bytes in which every sample has the same value.
pub fn wav(bytes: usize, sample: u8) -> Vec<u8> {
    let mut wav = [
        b"RIFF".as_slice(),
        &u32::try_from(bytes - 8).unwrap().to_le_bytes(),
        b"WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0data",
        &u32::try_from(bytes - 44).unwrap().to_le_bytes(),
    ]
    .concat();
    wav.resize(bytes, sample);
    wav
}
