//! Names, how they are written, and how alike they are.

use std::collections::BTreeMap;

use crate::entities::extraction::casing::written;
use crate::entities::extraction::likeness::Signature;
use crate::entities::extraction::likeness::pairs;
use crate::entities::extraction::naming::Checked;
use crate::entities::extraction::naming::check;
use crate::entities::extraction::sweep::stands_in;

#[test]
fn names_are_held_against_their_quotes() {
    // A name, its quote, and the name that counts; `=` is the name as it is, `?` that nothing of it stands there.
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
    for (name, quote, wanted) in rows {
        let wanted = match wanted {
            "=" => Checked::Stands,
            "?" => Checked::Unfounded,
            other => Checked::Mended(other.to_owned()),
        };
        assert_eq!(check(name, quote), wanted, "{name} in {quote}");
    }
}

#[test]
fn names_are_written_as_names_are() {
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
    for (name, wanted) in rows {
        assert_eq!(written(name, &exceptions), wanted, "{name}");
    }
}

#[test]
fn names_are_compared_letter_by_letter() {
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
    for (one, other, wanted) in rows {
        let (a, b) = (Signature::of(one), Signature::of(other));
        assert_eq!((a.likeness(&b), b.likeness(&a)), (wanted, wanted), "{one} and {other}");
    }
}

#[test]
fn names_that_stand_nowhere_are_told() {
    let rows = [
        ("Bob Hart", "tea with bob\n  hart today", true),
        ("Bob", "Bobby", true),
        ("ÉLODIE", "élodie", true),
        ("Bob Hart", "tea with Bob", false),
        ("Bob", "", false),
    ];
    for (name, text, wanted) in rows {
        assert_eq!(stands_in(name, text), wanted, "{name} in {text}");
    }
}

#[test]
fn only_touched_names_of_one_type_are_paired() {
    let names = [(1, 'p', "Ada"), (2, 'p', "ada"), (3, 'p', "Adas"), (4, 'x', "Ada"), (5, 'p', "Bob"), (6, 'p', "bob")];

    assert_eq!(pairs(&names, &[2]), [(1, 2, 1.0), (2, 3, 0.95)]);
    assert_eq!(pairs(&names, &[1, 2, 5]), [(1, 2, 1.0), (1, 3, 0.95), (2, 3, 0.95), (5, 6, 1.0)]);
    assert_eq!(pairs(&names, &[]), []);
    assert_eq!(pairs(&names, &[4]), []);
}
