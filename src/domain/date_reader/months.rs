//! Names of months and weekdays in twelve languages.

use std::collections::HashMap;
use std::sync::LazyLock;

use jiff::civil::Weekday;

use crate::domain::date_reader::tokens::fold;

/// Set of languages, one bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LanguageSet(u16);

impl LanguageSet {
    /// Every language.
    pub(super) const ALL: Self = Self(u16::MAX);
    pub(super) const ENGLISH: Self = Self(1);

    /// Returns whether a language is in both sets.
    pub(super) fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// Month or weekday named by a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct CalendarName {
    /// 1 to 12 for a month, 1 to 7 from Monday for a weekday.
    pub(super) number: i8,
    /// Languages that have the word.
    pub(super) languages: LanguageSet,
}

impl CalendarName {
    /// Returns the weekday of this number.
    pub(super) fn weekday(self) -> Option<Weekday> {
        Weekday::from_monday_one_offset(self.number).ok()
    }
}

/// Month names of each language, January first; alternatives are separated by blanks. Chinese and Japanese months are
/// numbers with 月.
const MONTHS: [&str; 10] = [
    "january jan|february feb febr|march mar|april apr|may|june jun|july jul|august aug|september sep sept|october oct|\
     november nov|december dec",
    "januar jänner jan jän|februar feber feb|märz mär mrz|april apr|mai|juni jun|juli jul|august aug|september sep sept|\
     oktober okt|november nov|dezember dez",
    "janvier janv jan|février févr fév fev|mars mar|avril avr|mai|juin|juillet juil|août|septembre sept sep|\
     octobre oct|novembre nov|décembre déc",
    "enero ene|febrero feb|marzo mar|abril abr|mayo may|junio jun|julio jul|agosto ago|septiembre setiembre sep sept set|\
     octubre oct|noviembre nov|diciembre dic",
    "gennaio gen genn|febbraio feb febbr|marzo mar|aprile apr|maggio mag magg|giugno giu|luglio lug|agosto ago|\
     settembre set sett|ottobre ott|novembre nov|dicembre dic",
    "januari jan|februari feb febr|maart mrt|april apr|mei|juni jun|juli jul|augustus aug|september sep sept|oktober okt|\
     november nov|december dec",
    "janeiro jan|fevereiro fev|março mar|abril abr|maio mai|junho jun|julho jul|agosto ago|setembro set|outubro out|\
     novembro nov|dezembro dez",
    "styczeń stycznia styczniu sty|luty lutego lutym lut|marzec marca marcu mar|kwiecień kwietnia kwietniu kwi|maj maja maju|\
     czerwiec czerwca czerwcu cze|lipiec lipca lipcu lip|sierpień sierpnia sierpniu sie|wrzesień września wrześniu wrz|\
     październik października październiku paź|listopad listopada listopadzie lis|grudzień grudnia grudniu gru",
    "januari jan|februari feb febr|mars mar|april apr|maj|juni jun|juli jul|augusti aug|september sep sept|oktober okt|\
     november nov|december dec",
    "январь января январе янв|февраль февраля феврале фев февр|март марта марте мар|апрель апреля апреле апр|май мая мае|\
     июнь июня июне июн|июль июля июле июл|август августа августе авг|сентябрь сентября сентябре сен сент|\
     октябрь октября октябре окт|ноябрь ноября ноябре ноя нояб|декабрь декабря декабре дек",
];

/// Weekday names of each language, Monday first. Ideographic weekdays are read elsewhere.
const WEEKDAYS: [&str; 10] = [
    "monday mon|tuesday tue tues|wednesday wed weds|thursday thu thur thurs|friday fri|saturday sat|sunday sun",
    "montag montags mo|dienstag di|mittwoch mi|donnerstag do|freitag fr|samstag sonnabend sa|sonntag so",
    "lundi lun|mardi mar|mercredi mer|jeudi jeu|vendredi ven|samedi sam|dimanche dim",
    "lunes lun|martes mar|miércoles mié mier|jueves jue|viernes vie|sábado sáb|domingo dom",
    "lunedì lun|martedì mar|mercoledì mer|giovedì gio|venerdì ven|sabato sab|domenica dom",
    "maandag ma|dinsdag di|woensdag wo woe|donderdag do|vrijdag vr|zaterdag za|zondag zo",
    "segunda seg|terça ter|quarta qua|quinta qui|sexta sex|sábado sáb|domingo dom",
    "poniedziałek poniedziałku pon|wtorek wtorku wt wto|środa środę środy śr śro|czwartek czwartku czw|\
     piątek piątku pt pią|sobota sobotę soboty sob|niedziela niedzielę niedzieli nd ndz niedz",
    "måndag måndagen mån|tisdag tisdagen tis|onsdag onsdagen ons|torsdag torsdagen tor tors|fredag fredagen fre|\
     lördag lördagen lör|söndag söndagen sön",
    "понедельник пн пон|вторник вт|среда среду ср|четверг чт|пятница пятницу пт|суббота субботу сб|воскресенье вс вск",
];

/// Months that are everyday words in lower case, as in "the other 2 may come".
const EVERYDAY_MONTHS: &[&str] = &["may", "march"];

/// Abbreviations of months that are common words of another language, as in "3 out of 5"; they need a year.
const COMMON_ABBREVIATIONS: &[&str] = &["set", "out", "ago", "mag", "sie"];

/// Abbreviations of weekdays that are common words, as in "sat" and "sun".
const COMMON_WEEKDAYS: &[&str] = &[
    "sat", "sun", "sex", "ter", "mer", "mar", "dom", "tor", "sam", "ven", "qui", "dim", "seg", "gio", "man", "son",
    "sab",
];

static MONTH_NAMES: LazyLock<HashMap<String, CalendarName>> = LazyLock::new(|| index(&MONTHS));
static WEEKDAY_NAMES: LazyLock<HashMap<String, CalendarName>> = LazyLock::new(|| index(&WEEKDAYS));

/// Indexes a table by folded word. No word has two numbers; a word of several languages gets them all.
fn index(table: &[&str]) -> HashMap<String, CalendarName> {
    let mut names: HashMap<String, CalendarName> = HashMap::new();
    for (language, row) in table.iter().enumerate() {
        for (number, words) in (1..).zip(row.split('|')) {
            for word in words.split_whitespace() {
                let name = names.entry(fold(word)).or_insert(CalendarName { number, languages: LanguageSet(0) });
                name.languages.0 |= 1 << language;
            }
        }
    }
    names
}

/// Returns the month named by a folded word.
pub(super) fn month(word: &str) -> Option<CalendarName> {
    MONTH_NAMES.get(word).copied()
}

/// Returns the weekday named by a folded word.
pub(super) fn weekday(word: &str) -> Option<CalendarName> {
    WEEKDAY_NAMES.get(word).copied()
}

/// Returns the month of a Roman numeral in capitals, as in `5 III 2024`.
pub(super) fn roman_month(written: &str) -> Option<i8> {
    const NUMERALS: [&str; 12] = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"];
    (1..).zip(NUMERALS).find_map(|(month, numeral)| (numeral == written).then_some(month))
}

/// Returns whether a month is also an everyday word in lower case.
pub(super) fn is_everyday_month(word: &str) -> bool {
    EVERYDAY_MONTHS.contains(&word)
}

/// Returns whether a folded month is an abbreviation that needs a year.
pub(super) fn needs_year(word: &str) -> bool {
    COMMON_ABBREVIATIONS.contains(&word)
}

/// Returns whether a folded weekday is also a common word.
pub(super) fn is_common_weekday(word: &str) -> bool {
    word.len() <= 2 || COMMON_WEEKDAYS.contains(&word)
}

/// Returns the weekday of an ideograph after 星期, 周 or 礼拜, or before 曜.
pub(super) fn ideographic_weekday(c: char) -> Option<Weekday> {
    let number = match c {
        '一' | '月' => 1,
        '二' | '火' => 2,
        '三' | '水' => 3,
        '四' | '木' => 4,
        '五' | '金' => 5,
        '六' | '土' => 6,
        '日' | '天' => 7,
        _ => return None,
    };
    Weekday::from_monday_one_offset(number).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_names_one_month_and_one_weekday() {
        for (table, count) in [(&MONTHS, 12), (&WEEKDAYS, 7)] {
            let names = index(table);
            for row in table {
                assert_eq!(row.split('|').count(), count);
                for (number, words) in (1..).zip(row.split('|')) {
                    for word in words.split_whitespace() {
                        assert_eq!(names[&fold(word)].number, number, "{word}");
                    }
                }
            }
        }
    }

    #[test]
    fn names_are_found_without_case_and_accents() {
        for (word, number) in
            [("MÄRZ", 3), ("fevrier", 2), ("Października", 10), ("августа", 8), ("Dic", 12), ("maj", 5)]
        {
            assert_eq!(month(&fold(word)).unwrap().number, number, "{word}");
        }
        assert_eq!(weekday(&fold("Środę")).unwrap().weekday(), Some(Weekday::Wednesday));
        assert!(weekday("do").unwrap().languages.meets(month("marz").unwrap().languages));
        assert!(!weekday("do").unwrap().languages.meets(month("march").unwrap().languages));
        assert_eq!(month("marvellous"), None);
        assert_eq!((roman_month("XI"), roman_month("xi"), roman_month("XIII")), (Some(11), None, None));
    }
}
