//! Converts a Day One entry to a draft.

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use regex::Regex;
use serde::Deserialize;

use crate::app::context::Ctx;
use crate::domain::calendar::EntryMinute;
use crate::domain::text;
use crate::error::{Error, Result};
use crate::import_export::batch_importer::SourceText;
use crate::services::ingest;
use crate::storage::notebook::entries::EntryDating;

/// Origin of the date, which the journal states for every entry.
const DATE_ORIGIN: &str = "front_matter";
/// Tag for starred entries.
const STARRED: &str = "starred";

/// Entry of the JSON export; fields that are not used are ignored.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DayOneEntry {
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
    photos: Vec<DayOneAttachment>,
    #[serde(default)]
    audios: Vec<DayOneAttachment>,
    #[serde(default)]
    videos: Vec<serde::de::IgnoredAny>,
    #[serde(default)]
    pdf_attachments: Vec<serde::de::IgnoredAny>,
    #[serde(default)]
    location: Option<DayOneLocation>,
    #[serde(default)]
    weather: Option<DayOneWeather>,
}

/// Reference to a photograph or recording.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DayOneAttachment {
    /// MD5 of the content and stem of the file name.
    #[serde(default)]
    pub(super) md5: String,
    #[serde(default)]
    order_in_entry: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DayOneLocation {
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
struct DayOneWeather {
    #[serde(default)]
    conditions_description: Option<String>,
    #[serde(default)]
    temperature_celsius: Option<f64>,
}

/// Result of converting an entry.
pub(super) struct ConvertedEntry {
    pub(super) draft: ingest::EntryDraft,
    /// True if its time zone is known, so that its date is certain.
    pub(super) is_dated: bool,
    /// Counts of fields appended to the text as a line.
    pub(super) kept: [(&'static str, usize); 2],
}

/// Markdown link to a Day One attachment.
static ATTACHMENT_LINK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"!\[[^\]\n]*\]\(dayone-moment:[^)\n]*\)[ \t]*\n?").expect("the constant pattern is valid")
});

/// Characters that Day One escapes unnecessarily.
static UNNEEDED_ESCAPE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\\([.!()+\-])").expect("the constant pattern is valid"));

impl DayOneEntry {
    /// Returns its name for the report: date and id, no content.
    pub(super) fn name(&self) -> String {
        let id: String = self.uuid.chars().filter(char::is_ascii_alphanumeric).take(40).collect();
        format!("{} {id}", text::preview(&self.creation_date, 10)).trim_end().to_owned()
    }

    /// Returns photographs in display order, then recordings.
    pub(super) fn attachments(&self) -> Vec<DayOneAttachment> {
        let mut photos = self.photos.clone();
        photos.sort_by_key(|photo| photo.order_in_entry);
        photos.extend(self.audios.iter().cloned());
        photos
    }

    /// Counts attachments that are not imported.
    pub(super) fn unsupported_counts(&self) -> [(&'static str, usize); 2] {
        [("videos", self.videos.len()), ("documents", self.pdf_attachments.len())]
    }

    /// Converts the entry to a draft.
    ///
    /// # Errors
    /// `Invalid` for an entry without a valid date, or without text and attachments.
    pub(super) fn convert(&self, ctx: &Ctx) -> Result<ConvertedEntry> {
        let written: Timestamp = self.creation_date.parse().map_err(|error| {
            Error::invalid("its creationDate is not a valid timestamp").hint("export it again").caused_by(error)
        })?;
        let zone = self.time_zone.as_deref().and_then(|name| TimeZone::get(name).ok());
        let is_dated = zone.is_some();
        let local = written.to_zoned(zone.unwrap_or(TimeZone::UTC)).datetime();
        let minute = EntryMinute::from_clock(local.hour(), local.minute());
        let text = ATTACHMENT_LINK.replace_all(&self.text, "");
        let text = UNNEEDED_ESCAPE.replace_all(text.trim(), "$1").into_owned();
        let (title, body) = split_title(&text);
        let (place, weather) = (self.place(), self.weather());
        let kept = [("places", usize::from(place.is_some())), ("weather", usize::from(weather.is_some()))];
        let surroundings = [place, weather].into_iter().flatten().collect::<Vec<_>>().join(" · ");
        let mut body = body.to_owned();
        if body.is_empty() {
            body = self.placeholder_text().ok_or_else(|| {
                Error::invalid("it has no text, photograph or recording").hint("skip it, or enter it by hand")
            })?;
        }
        if !surroundings.is_empty() {
            body.extend(["\n\n— ", &surroundings]);
        }
        let tags: Vec<String> = self.tags.iter().cloned().chain(self.starred.then(|| STARRED.to_owned())).collect();
        let raw = if self.text.trim().is_empty() { &body } else { &self.text };
        let draft = SourceText {
            raw,
            body: &body,
            title,
            tags: &tags,
            date: local.date(),
            label: &format!("import:day-one {}", self.name()),
            media_type: "text/markdown",
            dating: EntryDating { minute, guessed: !is_dated, origin: DATE_ORIGIN },
            content: &["day-one", &self.uuid, &self.creation_date, &self.text],
            identity: (!self.uuid.is_empty()).then(|| format!("day-one:{}", self.uuid)),
        }
        .to_draft(ctx)?;
        Ok(ConvertedEntry { draft, is_dated, kept })
    }

    /// Returns the placeholder text of an entry with only photographs or recordings.
    fn placeholder_text(&self) -> Option<String> {
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
        let levels = [&location.place_name, &location.locality_name, &location.administrative_area, &location.country];
        let mut place: Vec<String> = Vec::new();
        for name in levels.into_iter().flatten().map(|name| text::preview(name, 100)) {
            if !name.is_empty() && !place.contains(&name) {
                place.push(name);
            }
        }
        if !place.is_empty() {
            return Some(place.join(", "));
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

/// Splits a heading on the first line off as the title, if other text follows.
fn split_title(text: &str) -> (Option<&str>, &str) {
    let Some((first, rest)) = text.split_once('\n') else { return (None, text) };
    match first.strip_prefix("# ") {
        Some(title) if !title.trim().is_empty() && !rest.trim().is_empty() => (Some(title.trim()), rest.trim()),
        _ => (None, text),
    }
}
