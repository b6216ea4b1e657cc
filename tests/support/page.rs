//! Page images for tests: no readable text, distinct bytes for each number.

use std::io::Cursor;

/// Returns a PNG that shows the bits of `number` as black and white tiles.
pub fn numbered(number: u64) -> Vec<u8> {
    let page = image::GrayImage::from_fn(64, 64, |x, y| {
        let bit = (y / 8) * 8 + x / 8;
        image::Luma([if number >> bit & 1 == 1 { 20 } else { 230 }])
    });
    let mut png = Cursor::new(Vec::new());
    page.write_to(&mut png, image::ImageFormat::Png).unwrap();
    png.into_inner()
}

/// Returns the content type and the body of a multipart form with these pages.
pub fn form(pages: &[Vec<u8>]) -> (&'static str, Vec<u8>) {
    let mut body = Vec::new();
    for (page, number) in pages.iter().zip(1..) {
        let head = format!(
            "--limit\r\nContent-Disposition: form-data; name=\"images\"; filename=\"page-{number}.png\"\r\n\
             Content-Type: image/png\r\n\r\n"
        );
        body.extend(head.bytes());
        body.extend(page);
        body.extend(b"\r\n");
    }
    body.extend(b"--limit--\r\n");
    ("multipart/form-data; boundary=limit", body)
}
