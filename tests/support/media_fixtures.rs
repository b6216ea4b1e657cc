//! Generated pages and recordings: handwriting-like fonts, a synthetic voice, and the formats that phones send.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::World;

const SCRIPT: &str = "/usr/share/fonts/opentype/dancingscript/DancingScript-Regular.otf";
const BOLD: &str = "/usr/share/fonts/opentype/dancingscript/DancingScript-Bold.otf";

/// A generated page of handwriting.
pub struct Page {
    pub file: &'static str,
    font: &'static str,
    points: u32,
    text: &'static str,
    /// Date in its text.
    pub date: &'static str,
    /// Words that Tesseract recognises in this font and size.
    pub words: &'static [&'static str],
}

/// One page of each format; one has an Exif orientation, as from a phone held sideways.
pub const PAGES: [Page; 6] = [
    Page {
        file: "river.jpg",
        font: SCRIPT,
        points: 58,
        text: "Thursday 14 May 2026\nWe walked along the river until the\nold mill and counted the herons.\nMarta found a blue feather.",
        date: "2026-05-14",
        words: &["along", "found", "blue", "feather"],
    },
    Page {
        file: "garden.jpg",
        font: BOLD,
        points: 58,
        text: "12 June 2026\nThe garden is full of bees today.\nI planted tomatoes and wrote a letter\nto my brother in Lisbon.",
        date: "2026-06-12",
        words: &["garden", "bees", "planted"],
    },
    Page {
        file: "rain.webp",
        font: SCRIPT,
        points: 64,
        text: "5 July 2026\nRain all day. I read by the window\nand baked bread with walnuts.",
        date: "2026-07-05",
        words: &["window", "bread"],
    },
    Page {
        file: "train.gif",
        font: BOLD,
        points: 60,
        text: "18 August 2026\nThe train was late again but the\nmountains were clear at sunset.",
        date: "2026-08-18",
        words: &["train", "again"],
    },
    Page {
        file: "office.heic",
        font: BOLD,
        points: 54,
        text: "2 September 2026\nFirst day at the new office. Quiet\nroom, kind people, good coffee.",
        date: "2026-09-02",
        words: &["office", "Quiet"],
    },
    Page {
        file: "winter.png",
        font: SCRIPT,
        points: 60,
        text: "9 October 2026\nGrandmother told me about the winter\nof the great snow and the lost dog.",
        date: "2026-10-09",
        words: &["about", "winter"],
    },
];

impl Page {
    /// Renders the page into the inbox and returns the path of the image.
    pub fn render(&self, world: &World) -> PathBuf {
        let (png, file) = (world.path("inbox").join(format!("{}.png", self.file)), world.path("inbox").join(self.file));
        let points = self.points.to_string();
        let layout = ["-font", self.font, "-pointsize", &points, "-interline-spacing", "14", "-fill", "#1a1a40"];
        let mut draw = Command::new("convert");
        draw.args(["-size", "1400x1000", "xc:white"]).args(layout);
        run(draw.args(["-gravity", "NorthWest", "-annotate", "+80+80", self.text]).arg(&png));
        match (self.file, extension(self.file)) {
            ("garden.jpg", _) => {
                run(Command::new("convert").arg(&png).args(["-rotate", "-90", "-strip", "-quality", "90"]).arg(&file));
                let sideways = with_orientation(&std::fs::read(&file).unwrap(), 6);
                std::fs::write(&file, sideways).unwrap();
            }
            (_, "heic") => {
                run(Command::new("heif-enc").args(["-q", "85"]).arg(&png).arg("-o").arg(&file));
            }
            _ => run(Command::new("convert").arg(&png).args(["-quality", "90"]).arg(&file)),
        }
        file
    }
}

/// Inserts an Exif orientation (Exif 2.3, tag 0x0112) into a JPEG, as a camera does.
fn with_orientation(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let tiff = [
        &b"II*\0\x08\0\0\0\x01\0"[..],
        &[0x12, 0x01, 0x03, 0x00, 0x01, 0x00, 0x00, 0x00, orientation, 0x00, 0x00, 0x00],
        &[0; 4],
    ];
    let exif = [&b"Exif\0\0"[..], &tiff.concat()].concat();
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xff, 0xe1], &length, &exif, &jpeg[2..]].concat()
}

/// Synthesises speech into the inbox, in the format of the file extension, and returns the path.
pub fn speak(world: &World, name: &str, text: &str) -> PathBuf {
    let (spoken, file) = (world.path("inbox/spoken.wav"), world.path("inbox").join(name));
    run(Command::new("espeak-ng").args(["-v", "en", "-w"]).arg(&spoken).arg(text));
    let codec: &[&str] = match extension(name) {
        "ogg" => &["-c:a", "libopus"],
        _ => &[],
    };
    run(Command::new("ffmpeg").args(["-loglevel", "error", "-y", "-i"]).arg(spoken).args(codec).arg(&file));
    file
}

fn extension(name: &str) -> &str {
    name.rsplit_once('.').unwrap().1
}

fn run(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Returns whether the tools and fonts are installed; prints the missing ones.
pub fn tools_available(needed: &[&str]) -> bool {
    let fonts = [SCRIPT, BOLD].into_iter().filter(|font| !Path::new(font).exists());
    let missing: Vec<&str> = needed.iter().copied().filter(|tool| !is_installed(tool)).chain(fonts).collect();
    if !missing.is_empty() {
        println!("SKIPPED: this machine has no {}", missing.join(", "));
    }
    missing.is_empty()
}

fn is_installed(tool: &str) -> bool {
    ["/usr/bin", "/usr/local/bin", "/bin"].iter().any(|folder| Path::new(folder).join(tool).exists())
}
