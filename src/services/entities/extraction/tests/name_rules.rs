//! Name check, casing and similarity.

use std::collections::BTreeMap;

use crate::services::entities::extraction::casing::normalize_casing;
use crate::services::entities::extraction::name_check::occurs_in;
use crate::services::entities::extraction::name_check::{NameCheck, check_name};
use crate::services::entities::extraction::name_similarity::{NameSignature, similar_pairs};

#[test]
fn names_are_checked_against_their_quotes() {
    // Name, quote and expected name; `=` is the name unchanged, `?` no match.
    let rows = [
        ("Bob", "Tea with Bob.", "="),
        ("bob", "Tea with BOB!", "="),
        ("Bob", "Bob's garden", "="),
        ("Bob", "Bob’s garden", "="),
        ("James", "James' hat", "="),
        ("Smith", "the Smiths came", "="),
        ("Jones", "the Joneses came", "="),
        ("Jones", "the Joneses' car", "="),
        ("walk", "two walks today", "="),
        ("Ada Lovelace", "Met Ada Lovelace again", "="),
        ("Ada Lovelace", "Ada Lovelace's notes", "="),
        ("Ada  Lovelace", "Met Ada\nLovelace", "="),
        ("Café Zoë", "at the café zoë", "="),
        ("St. Moritz", "off to St. Moritz", "="),
        ("(Bob)", "Tea with Bob", "="),
        ("Lovel", "A letter from Lovelace", "Lovelace"),
        ("Lovel", "Lovelace's letter", "Lovelace"),
        ("Ada Love", "Met Ada Lovelace", "Ada Lovelace"),
        ("climb", "We went climbing", "climbing"),
        ("Heidel", "From Heidelberg, by train", "Heidelberg"),
        ("Bob", "Bobby came", "Bobby"),
        ("Bob", "Bobby came, and Bob", "="),
        ("東京", "東京に行った", "="),
        ("berg", "in Heidelberg", "="),
        ("Dr. Ada Lovelace", "Met Ada Lovelace", "Ada Lovelace"),
        ("Ada Byron Lovelace", "Met Lovelace", "Lovelace"),
        ("Ada Byron Lovelace", "Met Ada", "Ada"),
        ("Lake Geneva Yacht Club", "At the Yacht Club", "Yacht Club"),
        ("Bob Hart", "Tea with Hart's sister", "Hart"),
        ("Dr. No", "No way", "?"),
        ("Bob", "Tea with her", "?"),
        ("Bob", "", "?"),
        ("Bob", "...", "?"),
        ("...", "Tea", "?"),
        ("Ann", "Hannah", "="),
    ];
    for (name, quote, expected) in rows {
        let expected = match expected {
            "=" => NameCheck::Occurs,
            "?" => NameCheck::Missing,
            other => NameCheck::Corrected(other.to_owned()),
        };
        assert_eq!(check_name(name, quote), expected, "{name} in {quote}");
    }
}

#[test]
fn names_are_normalized_to_title_case() {
    let exceptions = BTreeMap::from(
        [("ipad pro", "iPad Pro"), ("nasa", "NASA"), ("de wit", "De Wit")].map(|(a, b)| (a.to_owned(), b.to_owned())),
    );
    let rows = [
        ("bob", "Bob"),
        ("bob hart", "Bob Hart"),
        ("Bob Hart", "Bob Hart"),
        ("  bob \t hart\n", "Bob Hart"),
        ("ipad pro", "iPad Pro"),
        ("IPAD   PRO", "iPad Pro"),
        ("nasa", "NASA"),
        ("nasa base", "Nasa Base"),
        ("De wit", "De Wit"),
        ("museum of modern art", "Museum of Modern Art"),
        ("The Museum Of Modern Art", "The Museum of Modern Art"),
        ("the hague", "The Hague"),
        ("vincent van gogh", "Vincent van Gogh"),
        ("Vincent Van Gogh", "Vincent van Gogh"),
        ("van gogh", "Van Gogh"),
        ("jan van der berg", "Jan van der Berg"),
        ("bergen op zoom", "Bergen op Zoom"),
        ("in 't veld", "In 't Veld"),
        ("alphen aan den rijn", "Alphen aan den Rijn"),
        ("lunch with a friend", "Lunch with a Friend"),
        ("jean-luc", "Jean-Luc"),
        ("Jean-luc", "Jean-Luc"),
        ("follow-up of the day", "Follow-Up of the Day"),
        ("BBC", "BBC"),
        ("the BBC", "The BBC"),
        ("IBM-style", "IBM-Style"),
        ("McDonald", "McDonald"),
        ("iPhone", "iPhone"),
        ("x", "X"),
        ("élodie", "Élodie"),
        ("ölberg", "Ölberg"),
        ("o'brien", "O'brien"),
        ("3 peaks", "3 Peaks"),
        ("東京", "東京"),
        ("", ""),
    ];
    for (name, expected) in rows {
        assert_eq!(normalize_casing(name, &exceptions), expected, "{name}");
    }
}

#[test]
fn name_similarity_is_symmetric_and_ignores_punctuation() {
    let rows = [
        ("Bob", "bob", Some(1.0)),
        ("Bob Hart", "BobHart", Some(1.0)),
        ("Bob-Hart", "bob hart", Some(1.0)),
        ("J. R. Hart", "JR Hart", Some(1.0)),
        ("Hart, Bob", "Hart Bob", Some(1.0)),
        ("ÉLODIE", "élodie", Some(1.0)),
        ("Ada", "Adas", Some(0.95)),
        ("Ada", "Ada St", Some(0.95)),
        ("Dr Hart", "Hart", Some(0.95)),
        ("Hart BV", "Hart", Some(0.95)),
        ("Ada", "Ada's", None),
        ("Ada", "Ada’s", None),
        ("Mary", "Maryann", None),
        ("Route 66", "Route", None),
        ("Ann", "Hannah", None),
        ("Hart", "Hartlepools", None),
        ("Jon", "John", None),
        ("Bob", "Bert", None),
        ("a", "a", None),
        ("", "", None),
        ("a", "ab", None),
        ("ab", "ab", Some(1.0)),
        ("Lighthouse Keeprs", "Lighthouse Keepers", Some(0.95)),
        ("Montgomery St", "Montgomery Rd", Some(0.95)),
        ("Montgomery One", "Montgomery Two", Some(0.95)),
        ("Montgomery Alley", "Montgomery Lanes", None),
        ("Montgomery 1", "Montgomery 2", None),
        ("Dr Lighthouse", "Mr Lighthouse", Some(0.95)),
        ("Big Lighthouse", "Old Lighthouse", None),
        ("Shortone", "Shorttwo", None),
        ("Lighthouse, the far and tall one", "Lighthouse", None),
        ("Zürich West", "Zürich-West", Some(1.0)),
    ];
    for (one, other, expected) in rows {
        let (a, b) = (NameSignature::from_name(one), NameSignature::from_name(other));
        assert_eq!((a.similarity(&b), b.similarity(&a)), (expected, expected), "{one} and {other}");
    }
}

#[test]
fn names_are_found_in_texts_ignoring_case_and_white_space() {
    let rows = [
        ("Bob Hart", "tea with bob\n  hart today", true),
        ("Bob", "Bobby", true),
        ("ÉLODIE", "élodie", true),
        ("Bob Hart", "tea with Bob", false),
        ("Bob", "", false),
    ];
    for (name, text, expected) in rows {
        assert_eq!(occurs_in(name, text), expected, "{name} in {text}");
    }
}

#[test]
fn only_touched_names_of_the_same_type_are_paired() {
    let names = [(1, 'p', "Ada"), (2, 'p', "ada"), (3, 'p', "Adas"), (4, 'x', "Ada"), (5, 'p', "Bob"), (6, 'p', "bob")];

    assert_eq!(similar_pairs(&names, &[2]), [(1, 2, 1.0), (2, 3, 0.95)]);
    assert_eq!(similar_pairs(&names, &[1, 2, 5]), [(1, 2, 1.0), (1, 3, 0.95), (2, 3, 0.95), (5, 6, 1.0)]);
    assert_eq!(similar_pairs(&names, &[]), []);
    assert_eq!(similar_pairs(&names, &[4]), []);
}
