//! Enums whose values have a name in rows, flags, requests and responses.

/// Defines an enum of named values: `Variant = "name"`. The name is also the serialized form.
macro_rules! named_enum {
    ($(#[$attribute:meta])* pub enum $enum:ident { $($(#[$doc:meta])* $variant:ident = $name:literal,)+ }) => {
        $(#[$attribute])*
        pub enum $enum {
            $($(#[$doc])* #[serde(rename = $name)] $variant,)+
        }

        impl $enum {
            /// Every value, in display order.
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$variant),+];

            /// Returns the name used in rows, flags, requests and responses.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// Parses a name; `None` if it is unknown.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|value| value.name() == name)
            }
        }

        impl std::fmt::Display for $enum {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}

/// Implements `FromStr` for a named enum; the error's hint is `$known` followed by all names.
macro_rules! parse_by_name {
    ($enum:ident, $unknown:literal, $known:literal) => {
        impl std::str::FromStr for $enum {
            type Err = $crate::error::Error;

            fn from_str(text: &str) -> $crate::error::Result<Self> {
                Self::from_name(text).ok_or_else(|| {
                    let names = Self::ALL.map(Self::name).join(", ");
                    $crate::error::Error::invalid($unknown).hint(format!("{} {names}", $known))
                })
            }
        }
    };
}

pub(crate) use {named_enum, parse_by_name};
