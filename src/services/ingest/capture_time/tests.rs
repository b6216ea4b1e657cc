use std::io::{Cursor, Read, Seek, SeekFrom};

use jiff::Timestamp;
use jiff::civil::date;
use proptest::prelude::*;

use super::format_detection;
use crate::services::ingest::capture_time::format_detection::read_capture_time;
use crate::services::ingest::dating::CaptureTime;

/// Point in time at which the fixtures are read.
fn now() -> Timestamp {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

fn read(bytes: &[u8]) -> Option<CaptureTime> {
    read_capture_time(Cursor::new(bytes), now())
}

#[expect(clippy::unnecessary_wraps, reason = "compared with what is read")]
fn local(text: &str) -> Option<CaptureTime> {
    Some(CaptureTime::Local(text.parse().unwrap()))
}

#[expect(clippy::unnecessary_wraps, reason = "compared with what is read")]
fn instant(text: &str) -> Option<CaptureTime> {
    Some(CaptureTime::Instant(text.parse().unwrap()))
}

/// Big-endian TIFF with ASCII fields: `DateTime` in IFD 0, the others in the EXIF IFD.
fn tiff(fields: &[(u16, &str)]) -> Vec<u8> {
    let (main, sub): (Vec<_>, Vec<_>) = fields.iter().partition(|(tag, _)| *tag == 0x0132);
    let mut bytes = b"MM\0\x2a\0\0\0\x08".to_vec();
    let main_length = 2 + 12 * (main.len() + 1) + 4;
    let sub_at = 8 + main_length;
    let mut data_at = sub_at + 2 + 12 * sub.len() + 4;
    let mut data = Vec::new();
    for (ifd, has_link) in [(&main, true), (&sub, false)] {
        bytes.extend(u16::try_from(ifd.len() + usize::from(has_link)).unwrap().to_be_bytes());
        for (tag, text) in ifd {
            let text = [text.as_bytes(), b"\0"].concat();
            bytes.extend(tag.to_be_bytes());
            bytes.extend([0, 2]);
            bytes.extend(u32::try_from(text.len()).unwrap().to_be_bytes());
            bytes.extend(u32::try_from(data_at).unwrap().to_be_bytes());
            data_at += text.len();
            data.extend(text);
        }
        if has_link {
            bytes.extend(b"\x87\x69\0\x04\0\0\0\x01");
            bytes.extend(u32::try_from(sub_at).unwrap().to_be_bytes());
        }
        bytes.extend([0; 4]);
    }
    bytes.extend(data);
    bytes
}

fn jpeg(tiff: &[u8]) -> Vec<u8> {
    let length = u16::try_from(tiff.len() + 8).unwrap().to_be_bytes();
    [b"\xff\xd8\xff\xe1", &length[..], b"Exif\0\0", tiff, b"\xff\xda\0\x02\xff\xd9"].concat()
}

fn png(tiff: &[u8]) -> Vec<u8> {
    let length = u32::try_from(tiff.len()).unwrap().to_be_bytes();
    let other = [b"\0\0\x10\0IDAT", &[0; 4096][..], b"CRC_"].concat();
    [b"\x89PNG\r\n\x1a\n", &other[..], &length[..], b"eXIf", tiff, b"CRC_\0\0\0\0IENDCRC_"].concat()
}

fn riff(form: [u8; 4], chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut body = form.to_vec();
    for (name, content) in chunks {
        body.extend(*name);
        body.extend(u32::try_from(content.len()).unwrap().to_le_bytes());
        body.extend(*content);
        body.extend(vec![0; content.len() % 2]);
    }
    [b"RIFF", &u32::try_from(body.len()).unwrap().to_le_bytes()[..], &body].concat()
}

fn boxed(kind: [u8; 4], content: &[u8]) -> Vec<u8> {
    [&u32::try_from(content.len() + 8).unwrap().to_be_bytes()[..], &kind, content].concat()
}

fn heic(tiff: &[u8]) -> Vec<u8> {
    let ftyp = boxed(*b"ftyp", b"heic\0\0\0\0mif1heic");
    let infe = boxed(*b"infe", b"\x02\0\0\0\0\x01\0\0Exif\0");
    let iinf = boxed(*b"iinf", &[b"\0\0\0\0\0\x01", &infe[..]].concat());
    // Version 1, item in `idat` (construction method 1), offsets and lengths of 4 bytes.
    let length = u32::try_from(tiff.len() + 4).unwrap().to_be_bytes();
    let iloc = boxed(*b"iloc", &[b"\x01\0\0\0\x44\0\0\x01\0\x01\0\x01\0\0\0\x01\0\0\0\0", &length[..]].concat());
    let idat = boxed(*b"idat", &[b"\0\0\0\0", tiff].concat());
    let meta = boxed(*b"meta", &[&b"\0\0\0\0"[..], &iinf, &iloc, &idat].concat());
    [ftyp, meta].concat()
}

/// Movie header of version 0 or 1 with a creation time in seconds since 1904.
fn mvhd(seconds: u64) -> Vec<u8> {
    let content = match u32::try_from(seconds) {
        Ok(seconds) => [b"\0\0\0\0", &seconds.to_be_bytes()[..], &[0; 92]].concat(),
        Err(_) => [b"\x01\0\0\0", &seconds.to_be_bytes()[..], &[0; 100]].concat(),
    };
    boxed(*b"mvhd", &content)
}

/// Metadata box of `QuickTime` with a creation date.
fn quicktime_meta(text: &str) -> Vec<u8> {
    let names = [&b"com.apple.quicktime.make"[..], b"com.apple.quicktime.creationdate"];
    let names = names.map(|name| boxed(*b"mdta", name)).concat();
    let data = boxed(*b"data", &[b"\0\0\0\x01\0\0\0\0", text.as_bytes()].concat());
    let items =
        [boxed(*b"\0\0\0\x01", &boxed(*b"data", b"\0\0\0\x01\0\0\0\0Apple")), boxed(*b"\0\0\0\x02", &data)].concat();
    let keys = boxed(*b"keys", &[&b"\0\0\0\0\0\0\0\x02"[..], &names].concat());
    boxed(*b"meta", &[boxed(*b"hdlr", &[0; 25]), keys, boxed(*b"ilst", &items)].concat())
}

/// MP4 whose media data comes before the movie box.
fn mp4(children: &[u8]) -> Vec<u8> {
    [boxed(*b"ftyp", b"M4A \0\0\0\0isom"), boxed(*b"mdat", &[0x55; 5000]), boxed(*b"moov", children)].concat()
}

fn seconds_since_1904(text: &str) -> u64 {
    let at: Timestamp = text.parse().unwrap();
    u64::try_from(at.as_second() + 2_082_844_800).unwrap()
}

fn webm(nanoseconds: i64) -> Vec<u8> {
    let date = [b"\x44\x61\x88", &nanoseconds.to_be_bytes()[..]].concat();
    let info = [b"\x2a\xd7\xb1\x83\x0f\x42\x40", &date[..]].concat();
    let info = [b"\x15\x49\xa9\x66", &[0x80 | u8::try_from(info.len()).unwrap()][..], &info].concat();
    // The segment of a live recording has no length.
    let void = b"\xec\x85abcde";
    [&b"\x1a\x45\xdf\xa3\x87\x42\x82\x84webm"[..], b"\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff", void, &info]
        .concat()
}

fn vorbis_comment(comment: &str) -> Vec<u8> {
    let length = |text: &str| u32::try_from(text.len()).unwrap().to_le_bytes();
    [&length("app")[..], b"app", &1_u32.to_le_bytes(), &length(comment), comment.as_bytes()].concat()
}

fn flac(comment: &str) -> Vec<u8> {
    let comment = vorbis_comment(comment);
    let length = &u32::try_from(comment.len()).unwrap().to_be_bytes()[1..];
    [b"fLaC\0\0\0\x22", &[0; 34][..], b"\x84", length, &comment].concat()
}

/// MP3 with the frames of the older version of the tag.
fn old_mp3(frames: &[(&[u8; 4], &str)]) -> Vec<u8> {
    let frame = |(id, text): &(&[u8; 4], &str)| {
        // UTF-16 with a byte order mark.
        let text: Vec<u8> = [1, 0xff, 0xfe].into_iter().chain(text.bytes().flat_map(|byte| [byte, 0])).collect();
        [&id[..], &u32::try_from(text.len()).unwrap().to_be_bytes(), b"\0\0", &text].concat()
    };
    let frames: Vec<u8> = frames.iter().flat_map(frame).collect();
    [b"ID3\x03\0\0\0\0\0", &[u8::try_from(frames.len()).unwrap()][..], &frames].concat()
}

/// Ogg pages of an Opus stream, one packet each.
fn opus(comment: &str) -> Vec<u8> {
    let head = b"OpusHead\x01\x01\0\0\x80\xbb\0\0\0\0\0".to_vec();
    let tags = [b"OpusTags", &vorbis_comment(comment)[..]].concat();
    let pages = [(2_u8, head), (0, tags), (4, vec![0xfc; 3])];
    pages
        .iter()
        .zip(0_u32..)
        .flat_map(|((flags, packet), number)| {
            let header = [b"OggS\0", &[*flags][..], &[0; 8], b"\x01\0\0\0", &number.to_le_bytes(), &[0; 4]].concat();
            [&header[..], &[1, u8::try_from(packet.len()).unwrap()], packet].concat()
        })
        .collect()
}

fn mp3(date: &str) -> Vec<u8> {
    let text = [b"\x03", date.as_bytes()].concat();
    let frame = [b"TDRC\0\0\0", &[u8::try_from(text.len()).unwrap()][..], b"\0\0", &text].concat();
    let tag = [b"ID3\x04\0\0\0\0\0", &[u8::try_from(frame.len()).unwrap()][..], &frame].concat();
    let audio = [b"\xff\xfb\x90\x64", &[0; 413][..]].concat();
    [tag, audio.clone(), audio].concat()
}

fn wav(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let format = b"\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0";
    riff(*b"WAVE", &[&[(b"fmt ", &format[..]), (b"data", &[0; 101])], chunks].concat())
}

fn bext(date: &str, time: &str) -> Vec<u8> {
    [&[0; 320][..], date.as_bytes(), time.as_bytes(), &[0; 264]].concat()
}

#[test]
fn exif_is_read_from_every_container() {
    let taken = tiff(&[(0x9003, "2019:07:04 21:15:00"), (0x9011, "+02:00"), (0x0132, "2024:01:01 10:00:00")]);
    let expected = local("2019-07-04T21:15:00");
    let webp = riff(*b"WEBP", &[(b"VP8 ", &[0; 11]), (b"EXIF", &taken)]);

    for (name, bytes) in
        [("jpeg", jpeg(&taken)), ("png", png(&taken)), ("webp", webp), ("heic", heic(&taken)), ("tiff", taken.clone())]
    {
        assert_eq!(read(&bytes), expected, "{name}");
    }
}

#[test]
fn the_moment_of_the_exposure_comes_first() {
    let both = tiff(&[(0x9004, "2019:07:05 08:00:00"), (0x0132, "2024:01:01 10:00:00")]);
    assert_eq!(read(&jpeg(&both)), local("2019-07-05T08:00:00"));
    let blank = tiff(&[(0x9003, "    :  :     :  :  "), (0x0132, "2024:01:01 10:00:00")]);
    assert_eq!(read(&jpeg(&blank)), local("2024-01-01T10:00:00"));
    let odd_offset = tiff(&[(0x9003, "2019:07:04 21:15:00"), (0x9011, "   :  ")]);
    assert_eq!(read(&jpeg(&odd_offset)), local("2019-07-04T21:15:00"));
}

#[test]
fn clocks_that_were_never_set_are_ignored() {
    for text in [
        "1970:01:01 00:00:00",
        "1904:01:01 00:00:00",
        "1980:01:01 00:00:00",
        "2026:11:23 00:00:00",
        "0000:00:00 00:00:00",
    ] {
        assert_eq!(read(&jpeg(&tiff(&[(0x9003, text)]))), None, "{text}");
        let fallback = tiff(&[(0x9003, text), (0x0132, "2024:01:01 10:00:00")]);
        assert_eq!(read(&jpeg(&fallback)), local("2024-01-01T10:00:00"), "{text}");
    }
    for seconds in [0, 1, seconds_since_1904("1970-01-01T00:00:00Z"), u64::MAX] {
        assert_eq!(read(&mp4(&mvhd(seconds))), None, "{seconds}");
    }
}

#[test]
fn movie_headers_are_points_in_time() {
    let seconds = seconds_since_1904("2024-03-05T23:30:00Z");
    let long = [b"\x01\0\0\0", &seconds.to_be_bytes()[..], &[0; 100]].concat();
    let large_box = [b"\0\0\0\x01mdat", &(16_u64 + 4).to_be_bytes()[..], b"data"].concat();
    let late = [boxed(*b"ftyp", b"qt  \0\0\0\0qt  "), large_box, boxed(*b"moov", &mvhd(seconds))].concat();

    for bytes in [mp4(&mvhd(seconds)), mp4(&boxed(*b"mvhd", &long)), late] {
        assert_eq!(read(&bytes), instant("2024-03-05T23:30:00Z"));
    }
}

#[test]
fn the_date_of_the_phone_comes_before_the_movie_header() {
    let header = mvhd(seconds_since_1904("2024-03-05T23:30:00Z"));
    let meta = quicktime_meta("2024-03-06T00:30:00+0100");
    let user = boxed(*b"udta", &boxed(*b"meta", &[b"\0\0\0\0", &meta[8..]].concat()));

    for children in [[header.clone(), meta].concat(), [header.clone(), user].concat()] {
        assert_eq!(read(&mp4(&children)), local("2024-03-06T00:30:00"));
    }
    let item = boxed(*b"\xa9day", &boxed(*b"data", b"\0\0\0\x01\0\0\0\x002024-01-01"));
    let comment = boxed(*b"meta", &[b"\0\0\0\0", &boxed(*b"hdlr", &[0; 25])[..], &boxed(*b"ilst", &item)].concat());
    let comment = boxed(*b"udta", &comment);
    assert_eq!(read(&mp4(&[header.clone(), comment.clone()].concat())), instant("2024-03-05T23:30:00Z"));
    assert_eq!(read(&mp4(&[mvhd(0), comment].concat())), Some(CaptureTime::Day(date(2024, 1, 1))));
    assert_eq!(read(&mp4(&[header, quicktime_meta("soon")].concat())), instant("2024-03-05T23:30:00Z"));
}

#[test]
fn matroska_counts_nanoseconds_since_2001() {
    assert_eq!(read(&webm(731_374_200_000_000_000)), instant("2024-03-05T23:30:00Z"));
    assert_eq!(read(&webm(i64::MIN)), None);
    assert_eq!(read(&webm(0)), instant("2001-01-01T00:00:00Z"));
}

#[test]
fn recordings_have_dates_in_their_tags() {
    assert_eq!(read(&flac("DATE=2024-03-05T07:30:00+01:00")), local("2024-03-05T07:30:00"));
    assert_eq!(read(&opus("date=2024-03-05")), Some(CaptureTime::Day(date(2024, 3, 5))));
    assert_eq!(read(&mp3("2024-03-05T07:30:00")), local("2024-03-05T07:30:00"));
    let parts: [(&[u8; 4], &str); 3] = [(b"TYER", "2024"), (b"TDAT", "0503"), (b"TIME", "0730")];
    assert_eq!(read(&old_mp3(&parts)), local("2024-03-05T07:30:00"));
    assert_eq!(read(&old_mp3(&parts[..2])), Some(CaptureTime::Day(date(2024, 3, 5))));
    for year_only in [flac("DATE=2024"), opus("TITLE=2024-03-05"), mp3("2024")] {
        assert_eq!(read(&year_only), None);
    }
}

#[test]
fn wav_has_a_broadcast_extension_or_a_comment() {
    let (dated, odd) = (bext("2024-03-05", "07:30:12"), bext("2024_03_05", "        "));
    let info = [b"INFOICRD\x0b\0\0\0", &b"2024-03-05\0\0"[..]].concat();

    assert_eq!(read(&wav(&[(b"bext", &dated)])), local("2024-03-05T07:30:12"));
    assert_eq!(read(&wav(&[(b"bext", &odd)])), None);
    assert_eq!(read(&wav(&[(b"LIST", &info)])), Some(CaptureTime::Day(date(2024, 3, 5))));
    assert_eq!(read(&wav(&[])), None);
}

/// Counts the bytes that are read.
struct CountingReader<'a>(Cursor<&'a [u8]>, &'a mut u64);

impl Read for CountingReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.0.read(buffer)?;
        *self.1 += read as u64;
        Ok(read)
    }
}

impl Seek for CountingReader<'_> {
    fn seek(&mut self, position: SeekFrom) -> std::io::Result<u64> {
        self.0.seek(position)
    }
}

#[test]
fn a_large_recording_is_not_read_as_a_whole() {
    let mut bytes = [boxed(*b"ftyp", b"M4A \0\0\0\0isom"), boxed(*b"mdat", &vec![0; 20 << 20])].concat();
    bytes.extend(boxed(*b"moov", &mvhd(seconds_since_1904("2024-03-05T23:30:00Z"))));
    let mut count = 0;

    let found = read_capture_time(CountingReader(Cursor::new(&bytes), &mut count), now());

    assert!(found.is_some() && count < 1000, "{count} bytes were read");
}

fn fixtures() -> Vec<Vec<u8>> {
    let taken = tiff(&[(0x9003, "2019:07:04 21:15:00"), (0x9011, "+02:00")]);
    let movie = [mvhd(seconds_since_1904("2024-03-05T23:30:00Z")), quicktime_meta("2024-03-06T00:30:00+0100")].concat();
    vec![
        jpeg(&taken),
        png(&taken),
        heic(&taken),
        riff(*b"WEBP", &[(b"EXIF", &taken)]),
        taken,
        mp4(&movie),
        webm(731_374_200_000_000_000),
        flac("DATE=2024-03-05"),
        opus("DATE=2024-03-05"),
        mp3("2024-03-05"),
        wav(&[(b"bext", &bext("2024-03-05", "07:30:12"))]),
        wav(&[(b"LIST", b"INFOICRD\x0b\0\0\x002024-03-05\0\0")]),
    ]
}

proptest! {
    #[test]
    fn damaged_files_are_read_within_the_limit(
        which in 0_usize..12,
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
        length in any::<prop::sample::Index>(),
        cuts in any::<bool>(),
    ) {
        let mut bytes = fixtures().swap_remove(which);
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if cuts {
            bytes.truncate(length.index(bytes.len()));
        }
        let mut count = 0;
        read_capture_time(CountingReader(Cursor::new(&bytes), &mut count), now());
        prop_assert!(count <= format_detection::MAX_READ);
    }

    #[test]
    fn any_bytes_are_read(which in 0_usize..12, tail in proptest::collection::vec(any::<u8>(), 0..300)) {
        let head = fixtures().swap_remove(which);
        let bytes = [&head[..12], &tail].concat();
        read(&bytes);
    }
}
