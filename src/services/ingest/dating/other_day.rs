//! Words of sentences that are about another day than the one they were written on: deadlines, birthdays, reminders.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::domain::date_reader::fold;

/// Words that make every date of their sentence one of another day, by language.
const SENTENCE_WORDS: &[&str] = &[
    "tomorrow until deadline born birthday remember remind reminder reminders appointment appointments expires expired \
     expiry expiration since scheduled upcoming wedding married anniversary died booked will renew renewal rsvp",
    "übermorgen fällig frist abgabefrist abgabe termin termine geburtstag geboren erinnern erinnerung erinnere hochzeit \
     geheiratet gestorben gültig läuft vergessen nächsten nächste nächstes spätestens",
    "demain échéance anniversaire rappel rappeler rappelle souviens délai rendez mariage jusqu jusque expire limite",
    "vence vencimiento plazo nació cumpleaños recordar recuerda recordatorio cita boda falleció murió caduca límite",
    "domani scadenza scade nacque compleanno ricordare ricorda promemoria appuntamento matrimonio entro",
    "uiterlijk geboren verjaardag herinner herinnering afspraak vervalt vervaldatum bruiloft overleden overmorgen",
    "amanhã prazo vencimento nasceu aniversário lembrar lembre lembrete casamento faleceu validade",
    "jutro pojutrze termin urodzony urodzona urodził urodziła urodziny pamiętaj pamiętać przypomnienie ważny ważne ślub \
     zmarł zmarła najpóźniej",
    "imorgon senast född fyller födelsedag påminnelse förfaller bröllop påminn",
    "завтра послезавтра срок дедлайн родился родилась рождения напомнить напоминание помнить свадьба умер умерла \
     истекает",
];

/// Phrases of several words, and of languages without blanks between words.
const PHRASES: &[&str] = &[
    "i morgon",
    "kom ihag",
    "date limite",
    "fecha limite",
    "due on",
    "due by",
    "is due",
    "due date",
    "valid thru",
    "明天",
    "后天",
    "截止",
    "到期",
    "出生",
    "生日",
    "记得",
    "記得",
    "提醒",
    "期限",
    "预约",
    "預約",
    "明日",
    "締め切り",
    "締切",
    "まで",
    "生まれ",
    "誕生日",
    "忘れず",
    "予約",
    "リマインド",
];

/// Words with accents that would be other words without them: `né` is born, `ne` is not.
const ACCENTED_WORDS: &[&str] = &["né", "née", "nés", "nato", "nata", "dû", "dés"];

/// Words directly before a date that make it one of another day.
const WORDS_BEFORE: &[&str] = &[
    "by",
    "until",
    "till",
    "before",
    "after",
    "due",
    "yesterday",
    "bis",
    "vor",
    "nach",
    "seit",
    "ab",
    "gestern",
    "avant",
    "apres",
    "depuis",
    "hier",
    "antes",
    "despues",
    "desde",
    "hasta",
    "ayer",
    "prima",
    "dopo",
    "dal",
    "fino",
    "ieri",
    "voor",
    "tot",
    "na",
    "sinds",
    "vanaf",
    "gisteren",
    "ate",
    "depois",
    "ontem",
    "przed",
    "po",
    "od",
    "do",
    "wczoraj",
    "fore",
    "efter",
    "sedan",
    "fran",
    "igar",
    "до",
    "после",
    "с",
    "к",
    "вчера",
];

/// Words directly before a date that make it the day of the entry, whatever else the sentence says.
const TODAY_WORDS: &[&str] =
    &["today", "heute", "hui", "hoy", "oggi", "vandaag", "hoje", "dzisiaj", "dzis", "idag", "сегодня", "今天", "今日"];

/// Words for tomorrow that are also the morning, and the words before them that say so.
const MORNINGS: &[(&str, &[&str])] = &[
    (
        "morgen",
        &[
            "heute", "gestern", "am", "guten", "jeden", "den", "der", "s", "de", "deze", "elke", "in", "vrije",
            "diesen", "dieser", "goede", "einem", "ein",
        ],
    ),
    ("manana", &["la", "esta", "una", "cada", "de", "por"]),
];

static WORDS: LazyLock<HashSet<String>> =
    LazyLock::new(|| SENTENCE_WORDS.iter().flat_map(|row| row.split_whitespace()).map(fold).collect());

/// Returns whether a sentence is about another day. `date_start` is the byte at which its date begins.
pub(super) fn is_about_another_day(sentence: &str, date_start: usize) -> bool {
    if last_word(&sentence[..date_start]).is_some_and(|word| TODAY_WORDS.contains(&word.as_str())) {
        return false;
    }
    let folded = fold(sentence);
    let words: Vec<&str> = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let joined = words.join(" ");
    words.iter().any(|word| WORDS.contains(*word))
        || PHRASES.iter().any(|phrase| contains_phrase(&joined, phrase))
        || names_tomorrow(&words, sentence)
        || has_accented_word(sentence)
        || last_word(&sentence[..date_start]).is_some_and(|word| WORDS_BEFORE.contains(&word.as_str()))
}

/// Returns whether a phrase occurs; one in letters of words only between blanks.
fn contains_phrase(joined: &str, phrase: &str) -> bool {
    if phrase.is_ascii() {
        format!(" {joined} ").contains(&format!(" {phrase} "))
    } else {
        joined.contains(&fold(phrase))
    }
}

fn names_tomorrow(words: &[&str], sentence: &str) -> bool {
    MORNINGS.iter().any(|(tomorrow, mornings)| {
        let mut found = words.iter().enumerate().filter(|(_, word)| *word == tomorrow);
        // A German noun within a sentence is the morning.
        let is_noun = |at: usize| at > 0 && *tomorrow == "morgen" && sentence.contains("Morgen");
        found.any(|(at, _)| !is_noun(at) && at.checked_sub(1).is_none_or(|before| !mornings.contains(&words[before])))
    })
}

fn has_accented_word(sentence: &str) -> bool {
    let mut words = sentence.split(|c: char| !c.is_alphanumeric());
    words.any(|word| ACCENTED_WORDS.contains(&word.to_lowercase().as_str()))
}

/// Returns the last word before a date, articles left out.
fn last_word(before: &str) -> Option<String> {
    const ARTICLES: &[&str] = &[
        "the", "den", "dem", "der", "zum", "le", "du", "au", "el", "il", "al", "o", "a", "dnia", "on", "am", "dia",
        "de", "em",
    ];
    let folded = fold(before);
    let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.rev().find(|word| !ARTICLES.contains(word)).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_about_another_day_are_recognised() {
        let cases = [
            "Tomorrow, 5 March",
            "The passport is valid until 5 March",
            "due by the 5 March",
            "Abgabe am 5 März",
            "Morgen, 5 März",
            "bis zum 5 März",
            "né le 5 mars",
            "avant le 5 mars",
            "Mañana, 5 de marzo",
            "entro il 5 marzo",
            "uiterlijk 5 maart",
            "prazo: 5 de março",
            "do 5 marca",
            "senast 5 mars",
            "срок 5 марта",
            "截止2024年3月5日",
            "2024年3月5日まで",
        ];
        for sentence in cases {
            let start = sentence.find(|c: char| c.is_ascii_digit()).unwrap();
            assert!(is_about_another_day(sentence, start), "{sentence}");
        }
    }

    #[test]
    fn sentences_about_the_day_itself_are_not() {
        let cases = [
            "On 5 March we walked along the quay",
            "Heute, am 5 März, war ich am Morgen im Wald",
            "Je ne sais pas, 5 mars",
            "Por la mañana, 5 de marzo",
            "Vi åkte till Lund 5 mars",
            "Walked due to rain on 5 March",
            "Сегодня, 5 марта",
            "Heute, 5 März, hat Ola Geburtstag",
            "今天是2024年3月5日",
        ];
        for sentence in cases {
            let start = sentence.find(|c: char| c.is_ascii_digit()).unwrap();
            assert!(!is_about_another_day(sentence, start), "{sentence}");
        }
    }
}
