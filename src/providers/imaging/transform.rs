//! Image transformations: bounded decoding, cropping, scaling, contrast stretching, JPEG encoding.
//!
//! The orientation is applied last, when the image is small; cropping and scaling do not depend on it.

use std::io::Cursor;

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, RgbImage};

use crate::providers::imaging::decode_error::PhotoDecodeError;

/// Maximum bytes of a photograph, before and after conversion.
pub(super) const MAX_PHOTO_BYTES: usize = 10 << 20;
/// Maximum pixels of a side and of the image.
const MAX_SIDE: u32 = 20_000;
const MAX_PIXELS: u64 = 100_000_000;
/// Maximum bytes a decoder may allocate.
const MAX_ALLOC_BYTES: u64 = 900 << 20;
/// Maximum pixels of the long edge of the result, for a cleaned page and for an upright image.
const MAX_PAGE_EDGE: u32 = 1800;
const MAX_UPRIGHT_EDGE: u32 = 8000;
/// Minimum darkness of ink, as luma below white.
const INK_DARKNESS: u8 = 30;
/// Margin around the ink in pixels.
const INK_MARGIN: u32 = 40;
/// Per cent of the darkest and of the brightest pixels ignored when the contrast is stretched.
const CUTOFF_PERCENT: u64 = 1;
/// JPEG qualities, tried in turn until the result fits the size limit.
const JPEG_QUALITIES: [u8; 4] = [92, 85, 70, 50];

/// Rectangle of an image in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct PixelRect {
    left: u32,
    top: u32,
    width: u32,
    height: u32,
}

/// Rejects an image with too many pixels.
pub(super) fn check_size(width: u32, height: u32) -> Result<(), PhotoDecodeError> {
    if width > MAX_SIDE || height > MAX_SIDE || u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(PhotoDecodeError::TooManyPixels);
    }
    Ok(())
}

/// Decodes a JPEG, PNG, GIF (first frame) or WebP, detected by content, and returns its orientation.
pub(super) fn decode(bytes: Vec<u8>) -> Result<(RgbImage, Orientation), PhotoDecodeError> {
    let format = image::guess_format(&bytes).map_err(|_| PhotoDecodeError::UnknownFormat)?;
    if format == ImageFormat::Jpeg && !has_end_marker(&bytes) {
        return Err(PhotoDecodeError::Damaged);
    }
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MAX_ALLOC_BYTES);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder()?;
    let (width, height) = decoder.dimensions();
    check_size(width, height)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let picture = DynamicImage::from_decoder(decoder)?;
    if picture.width() == 0 || picture.height() == 0 {
        return Err(PhotoDecodeError::Damaged);
    }
    Ok((flatten_on_white(picture), orientation))
}

/// Encodes an upright image.
pub(super) fn encode_upright(picture: RgbImage, orientation: Orientation) -> Result<Vec<u8>, PhotoDecodeError> {
    let full = PixelRect { left: 0, top: 0, width: picture.width(), height: picture.height() };
    encode(crop_and_scale(picture, full, MAX_UPRIGHT_EDGE)?, orientation)
}

/// Encodes a cleaned page: cropped to the ink, scaled down, contrast stretched.
pub(super) fn encode_clean_page(picture: RgbImage, orientation: Orientation) -> Result<Vec<u8>, PhotoDecodeError> {
    let ink = ink_bounds(&picture);
    let mut page = crop_and_scale(picture, ink, MAX_PAGE_EDGE)?;
    stretch_contrast(&mut page);
    encode(page, orientation)
}

/// Returns true if a JPEG has its end marker; the decoder would fill missing data with grey (ITU-T T.81 annex B).
fn has_end_marker(bytes: &[u8]) -> bool {
    let mut at = 2;
    while let Some(&[mark, kind]) = bytes.get(at..at + 2).and_then(|pair| pair.first_chunk()) {
        match (mark, kind) {
            (0xff, 0xd9) => return true,
            // Padding, and markers without a length.
            (0xff, 0xff) => at += 1,
            (0xff, 0x01 | 0xd0..=0xd8) => at += 2,
            (0xff, 0xc0..=0xfe) => {
                let Some(&length) = bytes.get(at + 2..at + 4).and_then(|pair| pair.first_chunk::<2>()) else {
                    return false;
                };
                at += 2 + usize::from(u16::from_be_bytes(length)).max(2);
            }
            // Entropy-coded data, up to the next marker.
            _ => match bytes[at..].iter().position(|&byte| byte == 0xff) {
                Some(0) => at += 2,
                Some(skipped) => at += skipped,
                None => return false,
            },
        }
    }
    false
}

/// Blends transparent pixels with white.
fn flatten_on_white(picture: DynamicImage) -> RgbImage {
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
    // In place: a pixel shrinks from four samples to three, so writing never overtakes reading.
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

/// Returns the bounds of the ink with a margin, or the full page without ink.
fn ink_bounds(picture: &RgbImage) -> PixelRect {
    let (width, height) = picture.dimensions();
    let (mut left, mut right, mut top, mut bottom) = (width, 0, height, 0);
    for (y, row) in (0..).zip(picture.as_raw().chunks_exact(3 * width as usize)) {
        let dark = |pixel: &[u8]| 255 - luma(pixel) > INK_DARKNESS;
        let mut pixels = row.chunks_exact(3);
        let Some(first) = pixels.position(dark) else { continue };
        let last = pixels.rposition(dark).map_or(first, |after| first + 1 + after);
        left = left.min(u32::try_from(first).unwrap_or(0));
        right = right.max(u32::try_from(last).unwrap_or(width) + 1);
        top = top.min(y);
        bottom = y + 1;
    }
    if right == 0 {
        return PixelRect { left: 0, top: 0, width, height };
    }
    let (left, top) = (left.saturating_sub(INK_MARGIN), top.saturating_sub(INK_MARGIN));
    let (right, bottom) = ((right + INK_MARGIN).min(width), (bottom + INK_MARGIN).min(height));
    PixelRect { left, top, width: right - left, height: bottom - top }
}

/// Returns the luma of a pixel (ITU-R BT.601).
fn luma(pixel: &[u8]) -> u8 {
    let [red, green, blue] = [pixel[0], pixel[1], pixel[2]].map(u32::from);
    u8::try_from((299 * red + 587 * green + 114 * blue) / 1000).unwrap_or(u8::MAX)
}

/// Crops to an area and scales it down until its long edge fits.
fn crop_and_scale(picture: RgbImage, area: PixelRect, edge: u32) -> Result<RgbImage, PhotoDecodeError> {
    let long = area.width.max(area.height);
    let (width, height) = picture.dimensions();
    if long <= edge {
        let full = (area.width, area.height) == (width, height);
        return Ok(if full {
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
    let from =
        ImageRef::new(width, height, picture.as_raw(), PixelType::U8x3).map_err(|_| PhotoDecodeError::Damaged)?;
    let mut to = Image::new(to_width, to_height, PixelType::U8x3);
    let [left, top, width, height] = [area.left, area.top, area.width, area.height].map(f64::from);
    let options =
        ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3)).crop(left, top, width, height);
    Resizer::new().resize(&from, &mut to, &options).map_err(|_| PhotoDecodeError::Damaged)?;
    RgbImage::from_raw(to_width, to_height, to.into_vec()).ok_or(PhotoDecodeError::Damaged)
}

/// Stretches the contrast of each channel, ignoring [`CUTOFF_PERCENT`] per cent of the pixels at either end.
fn stretch_contrast(picture: &mut RgbImage) {
    let mut counts = [[0_u64; 256]; 3];
    for pixel in picture.as_raw().chunks_exact(3) {
        for (count, &sample) in counts.iter_mut().zip(pixel) {
            count[usize::from(sample)] += 1;
        }
    }
    let tables = counts.map(|counts| contrast_table(&counts));
    for pixel in picture.chunks_exact_mut(3) {
        for (sample, table) in pixel.iter_mut().zip(&tables) {
            *sample = table[usize::from(*sample)];
        }
    }
}

fn contrast_table(counts: &[u64; 256]) -> [u8; 256] {
    let cut = counts.iter().sum::<u64>() * CUTOFF_PERCENT / 100;
    // First level from either end with pixels beyond the cutoff.
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

/// Applies the orientation and encodes a JPEG without metadata.
fn encode(picture: RgbImage, orientation: Orientation) -> Result<Vec<u8>, PhotoDecodeError> {
    let mut picture = DynamicImage::ImageRgb8(picture);
    picture.apply_orientation(orientation);
    for quality in JPEG_QUALITIES {
        let mut jpeg = Vec::new();
        picture.write_with_encoder(JpegEncoder::new_with_quality(&mut jpeg, quality))?;
        if jpeg.len() <= MAX_PHOTO_BYTES {
            return Ok(jpeg);
        }
    }
    Err(PhotoDecodeError::TooManyBytes)
}

#[cfg(test)]
mod tests;
