//! What is made of the pixels: decoded within bounds, cropped, scaled, stretched, encoded.
//!
//! A photograph is turned the right way up last, when it is small: cropping and scaling come to the same either way round.

use std::io::Cursor;

use fast_image_resize::FilterType;
use fast_image_resize::PixelType;
use fast_image_resize::ResizeAlg;
use fast_image_resize::ResizeOptions;
use fast_image_resize::Resizer;
use fast_image_resize::images::Image;
use fast_image_resize::images::ImageRef;
use image::DynamicImage;
use image::ImageDecoder;
use image::ImageFormat;
use image::ImageReader;
use image::Limits;
use image::RgbImage;
use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;

use crate::providers::imaging::MAX_BYTES;
use crate::providers::imaging::failure::Failure;

/// Pixels of a side, and of all.
const MAX_SIDE: u32 = 20_000;
const MAX_PIXELS: u64 = 100_000_000;
/// Bytes that a decoder may take.
const MAX_ALLOCATED: u64 = 900 << 20;
/// Pixels of the long edge of what is sent: of a page that is to be read, and of a picture that is sent as it is.
const PAGE_EDGE: u32 = 1800;
const UPRIGHT_EDGE: u32 = 8000;
/// Darker than this against white is ink.
const INK: u8 = 30;
/// Pixels that are left around the ink.
const PADDING: u32 = 40;
/// Per cent of the pixels at each end of the scale that do not count when the contrast is stretched.
const CUTOFF: u64 = 1;
/// Of what is sent; the others are tried in turn on a picture that would be too large.
const QUALITIES: [u8; 4] = [92, 85, 70, 50];

/// Part of a picture, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Area {
    left: u32,
    top: u32,
    width: u32,
    height: u32,
}

/// Refuses a picture of too many pixels.
pub(super) fn check_size(width: u32, height: u32) -> Result<(), Failure> {
    if width > MAX_SIDE || height > MAX_SIDE || u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(Failure::Pixels);
    }
    Ok(())
}

/// Decodes what is a JPEG, PNG, GIF (its first picture) or WebP by its content, and tells how it lies.
pub(super) fn decode(bytes: Vec<u8>) -> Result<(RgbImage, Orientation), Failure> {
    let format = image::guess_format(&bytes).map_err(|_| Failure::Foreign)?;
    if format == ImageFormat::Jpeg && !ends(&bytes) {
        return Err(Failure::Broken);
    }
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MAX_ALLOCATED);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder()?;
    let (width, height) = decoder.dimensions();
    check_size(width, height)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let picture = DynamicImage::from_decoder(decoder)?;
    if picture.width() == 0 || picture.height() == 0 {
        return Err(Failure::Broken);
    }
    Ok((on_white(picture), orientation))
}

/// Makes a picture that is sent as it is.
pub(super) fn upright(picture: RgbImage, orientation: Orientation) -> Result<Vec<u8>, Failure> {
    let whole = Area { left: 0, top: 0, width: picture.width(), height: picture.height() };
    encode(scaled(picture, whole, UPRIGHT_EDGE)?, orientation)
}

/// Makes a page that is easy to read: cropped to the ink, scaled down, the contrast stretched.
pub(super) fn clean(picture: RgbImage, orientation: Orientation) -> Result<Vec<u8>, Failure> {
    let ink = ink(&picture);
    let mut page = scaled(picture, ink, PAGE_EDGE)?;
    stretch(&mut page);
    encode(page, orientation)
}

/// Tells whether a JPEG has its end: the decoder fills up with grey what is missing (ITU-T T.81 annex B).
fn ends(bytes: &[u8]) -> bool {
    let mut at = 2;
    while let Some(&[mark, kind]) = bytes.get(at..at + 2).and_then(|pair| pair.first_chunk()) {
        match (mark, kind) {
            (0xff, 0xd9) => return true,
            // Padding, and marks that stand alone.
            (0xff, 0xff) => at += 1,
            (0xff, 0x01 | 0xd0..=0xd8) => at += 2,
            (0xff, 0xc0..=0xfe) => {
                let Some(&length) = bytes.get(at + 2..at + 4).and_then(|pair| pair.first_chunk::<2>()) else {
                    return false;
                };
                at += 2 + usize::from(u16::from_be_bytes(length)).max(2);
            }
            // Within the coded picture, up to the next mark.
            _ => match bytes[at..].iter().position(|&byte| byte == 0xff) {
                Some(0) => at += 2,
                Some(skipped) => at += skipped,
                None => return false,
            },
        }
    }
    false
}

/// Lays what is transparent on white, as paper is.
fn on_white(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let picture = picture.into_rgba8();
    let (width, height) = picture.dimensions();
    let over = |sample: u8, alpha: u8| {
        let mixed = u16::from(sample) * u16::from(alpha) + 255 * (255 - u16::from(alpha));
        u8::try_from((mixed + 127) / 255).unwrap_or(u8::MAX)
    };
    let mut samples = picture.into_raw();
    // In place: a pixel shrinks from four samples to three, so what is written lies behind what is read.
    let (mut from, mut to) = (0, 0);
    while from + 4 <= samples.len() {
        let alpha = samples[from + 3];
        for channel in 0..3 {
            samples[to + channel] = over(samples[from + channel], alpha);
        }
        (from, to) = (from + 4, to + 3);
    }
    samples.truncate(to);
    RgbImage::from_raw(width, height, samples).unwrap_or_default()
}

/// Finds what is written on, with some paper around it; all of a page without ink.
fn ink(picture: &RgbImage) -> Area {
    let (width, height) = picture.dimensions();
    let (mut left, mut right, mut top, mut bottom) = (width, 0, height, 0);
    for (y, row) in (0..).zip(picture.as_raw().chunks_exact(3 * width as usize)) {
        let dark = |pixel: &[u8]| 255 - grey(pixel) > INK;
        let mut pixels = row.chunks_exact(3);
        let Some(first) = pixels.position(dark) else { continue };
        let last = pixels.rposition(dark).map_or(first, |after| first + 1 + after);
        left = left.min(u32::try_from(first).unwrap_or(0));
        right = right.max(u32::try_from(last).unwrap_or(width) + 1);
        top = top.min(y);
        bottom = y + 1;
    }
    if right == 0 {
        return Area { left: 0, top: 0, width, height };
    }
    let (left, top) = (left.saturating_sub(PADDING), top.saturating_sub(PADDING));
    let (right, bottom) = ((right + PADDING).min(width), (bottom + PADDING).min(height));
    Area { left, top, width: right - left, height: bottom - top }
}

/// Luma of ITU-R BT.601.
fn grey(pixel: &[u8]) -> u8 {
    let [red, green, blue] = [pixel[0], pixel[1], pixel[2]].map(u32::from);
    u8::try_from((299 * red + 587 * green + 114 * blue) / 1000).unwrap_or(u8::MAX)
}

/// Cuts an area out and scales it down until its long edge fits.
fn scaled(picture: RgbImage, area: Area, edge: u32) -> Result<RgbImage, Failure> {
    let long = area.width.max(area.height);
    let (width, height) = picture.dimensions();
    if long <= edge {
        let whole = (area.width, area.height) == (width, height);
        return Ok(if whole {
            picture
        } else {
            image::imageops::crop_imm(&picture, area.left, area.top, area.width, area.height).to_image()
        });
    }
    let fit = |side: u32| {
        let side = (u64::from(side) * u64::from(edge) + u64::from(long) / 2) / u64::from(long);
        u32::try_from(side).unwrap_or(edge).max(1)
    };
    let (to_width, to_height) = (fit(area.width), fit(area.height));
    let from = ImageRef::new(width, height, picture.as_raw(), PixelType::U8x3).map_err(|_| Failure::Broken)?;
    let mut to = Image::new(to_width, to_height, PixelType::U8x3);
    let [left, top, width, height] = [area.left, area.top, area.width, area.height].map(f64::from);
    let options =
        ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3)).crop(left, top, width, height);
    Resizer::new().resize(&from, &mut to, &options).map_err(|_| Failure::Broken)?;
    RgbImage::from_raw(to_width, to_height, to.into_vec()).ok_or(Failure::Broken)
}

/// Stretches each colour so that all but [`CUTOFF`] per cent of the pixels at either end fill the scale.
fn stretch(picture: &mut RgbImage) {
    let mut counts = [[0_u64; 256]; 3];
    for pixel in picture.as_raw().chunks_exact(3) {
        for (count, &sample) in counts.iter_mut().zip(pixel) {
            count[usize::from(sample)] += 1;
        }
    }
    let tables = counts.map(|counts| table(&counts));
    for pixel in picture.chunks_exact_mut(3) {
        for (sample, table) in pixel.iter_mut().zip(&tables) {
            *sample = table[usize::from(*sample)];
        }
    }
}

fn table(counts: &[u64; 256]) -> [u8; 256] {
    let cut = counts.iter().sum::<u64>() * CUTOFF / 100;
    // The first level that is not all cut away, from either end.
    let end = |mut levels: Box<dyn Iterator<Item = usize>>| {
        let mut left = cut;
        levels.find(|&level| {
            let kept = counts[level] > left;
            left = left.saturating_sub(counts[level]);
            kept
        })
    };
    let (low, high) = (end(Box::new(0..256)).unwrap_or(0), end(Box::new((0..256).rev())).unwrap_or(255));
    let level = |level: usize| if high <= low { level } else { (level.clamp(low, high) - low) * 255 / (high - low) };
    std::array::from_fn(|at| u8::try_from(level(at)).unwrap_or(u8::MAX))
}

/// Turns a picture the right way up and writes it as a JPEG that holds nothing else.
fn encode(picture: RgbImage, orientation: Orientation) -> Result<Vec<u8>, Failure> {
    let mut picture = DynamicImage::ImageRgb8(picture);
    picture.apply_orientation(orientation);
    for quality in QUALITIES {
        let mut jpeg = Vec::new();
        picture.write_with_encoder(JpegEncoder::new_with_quality(&mut jpeg, quality))?;
        if jpeg.len() <= MAX_BYTES {
            return Ok(jpeg);
        }
    }
    Err(Failure::Large)
}

#[cfg(test)]
mod tests;
