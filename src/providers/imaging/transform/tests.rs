use image::{ExtendedColorType, ImageEncoder, Rgb};

use super::*;

/// White page with a black rectangle.
fn page(width: u32, height: u32, ink: PixelRect) -> RgbImage {
    let inside = |x, y| (ink.left..ink.left + ink.width).contains(&x) && (ink.top..ink.top + ink.height).contains(&y);
    RgbImage::from_fn(width, height, |x, y| if inside(x, y) { Rgb([10, 10, 10]) } else { Rgb([250, 250, 250]) })
}

fn jpeg(picture: &RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 92).encode_image(picture).unwrap();
    bytes
}

#[test]
fn a_page_is_cropped_to_its_ink_with_a_margin_of_40_pixels() {
    let ink_at = PixelRect { left: 300, top: 100, width: 50, height: 20 };

    assert_eq!(ink_bounds(&page(1000, 800, ink_at)), PixelRect { left: 260, top: 60, width: 130, height: 100 });
    let corner = PixelRect { left: 0, top: 790, width: 1, height: 1 };
    assert_eq!(ink_bounds(&page(1000, 800, corner)), PixelRect { left: 0, top: 750, width: 41, height: 50 });
    let none = PixelRect { left: 0, top: 0, width: 0, height: 0 };
    assert_eq!(ink_bounds(&page(1000, 800, none)), PixelRect { left: 0, top: 0, width: 1000, height: 800 });
}

#[test]
fn grey_counts_as_ink_from_the_contract_threshold() {
    let dot = |level: u8| {
        let mut picture = RgbImage::from_pixel(200, 200, Rgb([255; 3]));
        picture.put_pixel(100, 100, Rgb([level; 3]));
        ink_bounds(&picture).width
    };

    assert_eq!((dot(225), dot(224)), (200, 81));
}

#[test]
fn the_long_edge_is_scaled_down_to_1800_and_never_up() {
    let all = PixelRect { left: 0, top: 0, width: 3600, height: 1000 };
    let large = encode_clean_page(page(3600, 1000, all), Orientation::NoTransforms).unwrap();
    let small =
        encode_clean_page(page(300, 200, PixelRect { width: 300, height: 200, ..all }), Orientation::NoTransforms)
            .unwrap();

    let size = |bytes: Vec<u8>| decode(bytes).unwrap().0.dimensions();
    assert_eq!((size(large), size(small)), ((1800, 500), (300, 200)));
}

#[test]
fn contrast_stretching_ignores_the_outermost_per_cent() {
    let mut picture = RgbImage::from_fn(100, 100, |x, _| Rgb([if x < 50 { 100 } else { 150 }; 3]));
    for x in 0..50 {
        picture.put_pixel(x, 0, Rgb([0; 3]));
        picture.put_pixel(50 + x, 0, Rgb([255; 3]));
    }

    stretch_contrast(&mut picture);

    assert_eq!((picture.get_pixel(0, 50)[0], picture.get_pixel(99, 50)[0]), (0, 255));
    let mut plain = RgbImage::from_pixel(10, 10, Rgb([77; 3]));
    stretch_contrast(&mut plain);
    assert_eq!(plain.get_pixel(5, 5)[0], 77, "a uniform image has no contrast to stretch");
}

#[test]
fn transparent_pixels_are_blended_with_white() {
    let mut picture = image::RgbaImage::from_pixel(3, 1, image::Rgba([0, 0, 0, 255]));
    picture.put_pixel(1, 0, image::Rgba([200, 0, 0, 0]));
    picture.put_pixel(2, 0, image::Rgba([0, 0, 0, 128]));

    let paper = flatten_on_white(DynamicImage::ImageRgba8(picture));

    assert_eq!(paper.into_raw(), [0, 0, 0, 255, 255, 255, 127, 127, 127]);
}

#[test]
fn a_truncated_jpeg_is_detected_at_every_length() {
    let whole = jpeg(&page(64, 64, PixelRect { left: 8, top: 8, width: 9, height: 9 }));

    assert!(has_end_marker(&whole));
    assert!(has_end_marker(&[whole.as_slice(), b"data appended by a camera"].concat()));
    for cut in 0..whole.len() {
        assert!(!has_end_marker(&whole[..cut]), "{cut} of {}", whole.len());
    }
    assert_eq!(decode(whole[..whole.len() - 2].to_vec()).unwrap_err(), PhotoDecodeError::Damaged);
}

#[test]
fn oversized_images_are_rejected_by_their_header() {
    assert_eq!((check_size(10_000, 10_000), check_size(20_000, 5_000)), (Ok(()), Ok(())));
    for (width, height) in [(10_001, 10_000), (20_001, 1), (1, 20_001), (50_000, 50_000)] {
        assert_eq!(check_size(width, height), Err(PhotoDecodeError::TooManyPixels), "{width} x {height}");
    }
    let mut png = Vec::new();
    image::codecs::png::PngEncoder::new(&mut png).write_image(&[0], 1, 1, ExtendedColorType::L8).unwrap();
    png[16..24].copy_from_slice(&[50_000_u32.to_be_bytes(), 50_000_u32.to_be_bytes()].concat());
    let crc = crc32(&png[12..29]);
    png[29..33].copy_from_slice(&crc.to_be_bytes());
    assert_eq!(decode(png).unwrap_err(), PhotoDecodeError::TooManyPixels);
    let size = [50_000_u16.to_le_bytes(); 2].concat();
    let gif = [b"GIF89a".as_slice(), &size, b"\0\0\0\x2c\0\0\0\0", &size, b"\0\x02\0;"].concat();
    assert_eq!(decode(gif).unwrap_err(), PhotoDecodeError::TooManyPixels);
}

/// CRC of a PNG chunk (ISO/IEC 15948 annex D).
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { 0xedb8_8320 ^ (crc >> 1) } else { crc >> 1 })
    };
    !bytes.iter().fold(u32::MAX, step)
}
