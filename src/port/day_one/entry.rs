//! An entry as Day One writes it, and what it becomes.

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use regex::Regex;
use serde::Deserialize;

use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Result;
use crate::ingest;
use crate::model::text;
use crate::port::taking::Written;

/// Tag of entries that were starred.
const STARRED: &str = "starred";

/// What of an entry is read; there is much more in it that depends on the version of the program.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Entry {
    #[serde(default)]
    uuid: String,
    #[serde(default)]
    text: String,
    creation_date: String,
    #[serde(default)]
    time_zone: Option<String>,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    starred: bool,
    #[serde(default)]
    photos: Vec<Medium>,
    #[serde(default)]
    audios: Vec<Medium>,
    #[serde(default)]
    videos: Vec<serde::de::IgnoredAny>,
    #[serde(default)]
    pdf_attachments: Vec<serde::de::IgnoredAny>,
    #[serde(default)]
    location: Option<Location>,
    #[serde(default)]
    weather: Option<Weather>,
}

/// A photograph or recording.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Medium {
    /// Names its file, and says what its content is.
    #[serde(default)]
    pub(super) md5: String,
    #[serde(default)]
    order_in_entry: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(default)]
    place_name: Option<String>,
    #[serde(default)]
    locality_name: Option<String>,
    #[serde(default)]
    administrative_area: Option<String>,
    #[serde(default)]
    country: Option<String>,
    #[serde(default)]
    latitude: Option<f64>,
    #[serde(default)]
    longitude: Option<f64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Weather {
    #[serde(default)]
    conditions_description: Option<String>,
    #[serde(default)]
    temperature_celsius: Option<f64>,
}

/// What an entry became.
pub(super) struct Read {
    pub(super) draft: ingest::Draft,
    /// Whether its day is certain: its time zone is known.
    pub(super) is_dated: bool,
    /// What became a line of the text.
    pub(super) kept: [(&'static str, usize); 2],
}

/// A link to something that only Day One can show.
static MOMENT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"!\[[^\]\n]*\]\(dayone-moment:[^)\n]*\)[ \t]*\n?").expect("the form of a link is a constant and valid")
});

/// Signs that Day One escapes although they mean nothing where they stand.
static ESCAPED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\\([.!()+\-])").expect("the form of an escape is a constant and valid"));

impl Entry {
    /// Returns what it is called in the report: never what it says.
    pub(super) fn name(&self) -> String {
        let id: String = self.uuid.chars().filter(char::is_ascii_alphanumeric).take(40).collect();
        format!("{} {id}", text::preview(&self.creation_date, 10)).trim_end().to_owned()
    }

    /// Returns the photographs and recordings, in their order.
    pub(super) fn shown(&self) -> Vec<Medium> {
        let mut photos = self.photos.clone();
        photos.sort_by_key(|photo| photo.order_in_entry);
        photos.extend(self.audios.iter().cloned());
        photos
    }

    /// Counts what has no place here.
    pub(super) fn not_kept(&self) -> [(&'static str, usize); 2] {
        [("videos", self.videos.len()), ("documents", self.pdf_attachments.len())]
    }

    /// Makes a draft of it.
    ///
    /// # Errors
    /// `Invalid` for an entry without a date, or one that says and shows nothing.
    pub(super) fn read(&self, ctx: &Ctx) -> Result<Read> {
        let written: Timestamp = self.creation_date.parse().map_err(|error| {
            Error::invalid("its creationDate is no instant").hint("export it again").caused_by(error)
        })?;
        let zone = self.time_zone.as_deref().and_then(|name| TimeZone::get(name).ok());
        let is_dated = zone.is_some();
        let date = written.to_zoned(zone.unwrap_or(TimeZone::UTC)).date();
        let text = MOMENT.replace_all(&self.text, "");
        let text = ESCAPED.replace_all(text.trim(), "$1").into_owned();
        let (title, body) = titled(&text);
        let (place, weather) = (self.place(), self.weather());
        let kept = [("places", usize::from(place.is_some())), ("weather", usize::from(weather.is_some()))];
        let surroundings = [place, weather].into_iter().flatten().collect::<Vec<_>>().join(" · ");
        let mut body = body.to_owned();
        if body.is_empty() {
            body = self.in_place_of_text().ok_or_else(|| {
                Error::invalid("it has neither a text nor a photograph").hint("leave it, or write it anew")
            })?;
        }
        if !surroundings.is_empty() {
            body.extend(["\n\n— ", &surroundings]);
        }
        let tags: Vec<String> = self.tags.iter().cloned().chain(self.starred.then(|| STARRED.to_owned())).collect();
        let raw = if self.text.trim().is_empty() { &body } else { &self.text };
        let draft = Written {
            raw,
            body: &body,
            title,
            tags: &tags,
            date,
            label: &format!("import:day-one {}", self.name()),
            media_type: "text/markdown",
            identity: &["day-one", &self.uuid, &self.creation_date, &self.text],
        }
        .draft(ctx)?;
        Ok(Read { draft, is_dated, kept })
    }

    /// Returns what stands for the text of an entry that only shows something.
    fn in_place_of_text(&self) -> Option<String> {
        match (self.photos.len(), self.audios.len()) {
            (0, 0) => None,
            (1, 0) => Some("(a photograph)".to_owned()),
            (0, 1) => Some("(a recording)".to_owned()),
            (photos, 0) => Some(format!("({photos} photographs)")),
            (0, recordings) => Some(format!("({recordings} recordings)")),
            (photos, recordings) => Some(format!("({photos} photographs, {recordings} recordings)")),
        }
    }

    fn place(&self) -> Option<String> {
        let location = self.location.as_ref()?;
        let names = [&location.place_name, &location.locality_name, &location.administrative_area, &location.country];
        let mut named: Vec<String> = Vec::new();
        for name in names.into_iter().flatten().map(|name| text::preview(name, 100)) {
            if !name.is_empty() && !named.contains(&name) {
                named.push(name);
            }
        }
        if !named.is_empty() {
            return Some(named.join(", "));
        }
        let (latitude, longitude) = (location.latitude?, location.longitude?);
        Some(format!("{latitude:.5}, {longitude:.5}"))
    }

    fn weather(&self) -> Option<String> {
        let weather = self.weather.as_ref()?;
        let words = weather.conditions_description.as_ref().map(|words| text::preview(words, 100));
        let degrees = weather.temperature_celsius.map(|degrees| format!("{degrees:.0} °C"));
        let parts: Vec<String> = words.filter(|words| !words.is_empty()).into_iter().chain(degrees).collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

/// Takes a heading in the first line for the title, if there is more than that.
fn titled(text: &str) -> (Option<&str>, &str) {
    let Some((first, rest)) = text.split_once('\n') else { return (None, text) };
    match first.strip_prefix("# ") {
        Some(title) if !title.trim().is_empty() && !rest.trim().is_empty() => (Some(title.trim()), rest.trim()),
        _ => (None, text),
    }
}
