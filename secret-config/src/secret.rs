//! [`Secret`]: the one type that holds a secret, and the scope in which errors may not repeat their input.

use crate::tree::At;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserialize, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};
use std::any::Any;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::marker::PhantomData;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

/// The name of the newtype as which serde reads a secret: our own deserializer knows it by this.
pub(crate) const NAME: &str = "secret_config::Secret";

/// What stands in the place of a secret wherever one would be printed.
pub(crate) const REDACTED: &str = "[redacted]";

/// A value that shows in no log, error or panic, and that is wiped when it is dropped.
///
/// Use it for everything that must not be read by whoever reads the logs. The value is on the heap; the only way to
/// it is [`expose_secret`](Self::expose_secret), which is easy to search for in a review.
///
/// - `Debug` prints `[redacted]`, whatever the type and the length. There is no `Display` and no `Serialize`.
/// - Text, bytes, byte arrays of up to 128 bytes and numbers are wiped on drop; other types when they wipe
///   themselves.
/// - Text and bytes are compared in constant time (the time tells the length only).
///
/// ```
/// use secret_config::Secret;
///
/// let password = Secret::new(String::from("correct horse"));
/// assert_eq!(format!("{password:?}"), "[redacted]");
/// assert_eq!(password.expose_secret(), "correct horse");
/// ```
pub struct Secret<T: 'static>(Box<T>);

impl<T> Secret<T> {
    /// Takes `value` in. The caller's own copies, if it made any, are the caller's to wipe.
    pub fn new(value: T) -> Self {
        Self(Box::new(value))
    }

    /// The value, in the clear. Call it as late and for as short as possible.
    pub fn expose_secret(&self) -> &T {
        &self.0
    }

    /// A secret made of this one, which is wiped.
    ///
    /// ```
    /// use secret_config::Secret;
    ///
    /// let pin = Secret::new(String::from("1234")).map(|text| text.chars().rev().collect::<String>());
    /// assert_eq!(pin.expose_secret(), "4321");
    /// ```
    pub fn map<U>(self, convert: impl FnOnce(&T) -> U) -> Secret<U> {
        Secret::new(convert(&self.0))
    }

    /// A secret made of this one, which is wiped, if the conversion succeeds.
    ///
    /// # Errors
    ///
    /// Those of `convert`, as they are: see to it that they do not repeat their input.
    pub fn try_map<U, E>(self, convert: impl FnOnce(&T) -> Result<U, E>) -> Result<Secret<U>, E> {
        convert(&self.0).map(Secret::new)
    }
}

impl<T> Drop for Secret<T> {
    fn drop(&mut self) {
        wipe(&mut *self.0);
    }
}

/// Once for all lengths: the compiler would unroll it for each.
#[inline(never)]
fn wipe_bytes(bytes: &mut [u8]) {
    bytes.zeroize();
}

/// Overwrites what is known to hold plain memory; other types wipe themselves when they are dropped, or do not.
fn wipe(value: &mut dyn Any) {
    macro_rules! wipe_if {
        ($($kind:ty)*) => {
            $(if let Some(value) = value.downcast_mut::<$kind>() {
                return value.zeroize();
            })*
        };
    }
    macro_rules! wipe_array_of {
        ($size:expr => $($length:literal)*) => {
            match $size {
                $($length => if let Some(value) = value.downcast_mut::<[u8; $length]>() {
                    wipe_bytes(value);
                },)*
                _ => {}
            }
        };
    }
    wipe_if!(String Vec<u8> Box<str> Box<[u8]> u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize f32 f64 bool char);
    wipe_array_of!(size_of_val(value) =>
        1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32
        33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63 64
        65 66 67 68 69 70 71 72 73 74 75 76 77 78 79 80 81 82 83 84 85 86 87 88 89 90 91 92 93 94 95 96
        97 98 99 100 101 102 103 104 105 106 107 108 109 110 111 112 113 114 115 116 117 118 119 120 121
        122 123 124 125 126 127 128);
}

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

impl<T: Clone> Clone for Secret<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: Default> Default for Secret<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T> From<T> for Secret<T> {
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

impl From<&str> for Secret<String> {
    fn from(value: &str) -> Self {
        Self::new(value.to_owned())
    }
}

/// Compares in constant time; the time tells whether the lengths are equal, and nothing else.
impl<T: AsRef<[u8]>> PartialEq for Secret<T> {
    fn eq(&self, other: &Self) -> bool {
        let (ours, theirs): (&[u8], &[u8]) = ((*self.0).as_ref(), (*other.0).as_ref());
        ours.ct_eq(theirs).into()
    }
}

impl<T: AsRef<[u8]>> Eq for Secret<T> {}

impl<T> secrecy::ExposeSecret<T> for Secret<T> {
    fn expose_secret(&self) -> &T {
        &self.0
    }
}

impl From<secrecy::SecretString> for Secret<String> {
    fn from(secret: secrecy::SecretString) -> Self {
        Self::new(secrecy::ExposeSecret::expose_secret(&secret).to_owned())
    }
}

impl From<Secret<String>> for secrecy::SecretString {
    fn from(mut secret: Secret<String>) -> Self {
        std::mem::take(&mut *secret.0).into()
    }
}

/// Reads the inner value, with errors that tell what was expected and nothing of what was there.
impl<'de, T: Deserialize<'de>> Deserialize<'de> for Secret<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Inner<T>(PhantomData<T>);

        macro_rules! plain_values {
            ($($visit:ident $kind:ty,)*) => {
                $(fn $visit<E: serde::de::Error>(self, value: $kind) -> Result<T, E> {
                    T::deserialize(value.into_deserializer())
                })*
            };
        }

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Inner<T> {
            type Value = T;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a secret")
            }

            fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
                T::deserialize(deserializer)
            }

            // Some deserializers, serde's own of single values among them, see through no newtype.
            plain_values! {
                visit_bool bool, visit_i64 i64, visit_u64 u64, visit_f64 f64, visit_char char, visit_str &str,
                visit_string String,
            }

            fn visit_seq<A: SeqAccess<'de>>(self, elements: A) -> Result<T, A::Error> {
                T::deserialize(SeqAccessDeserializer::new(elements))
            }

            fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<T, A::Error> {
                T::deserialize(MapAccessDeserializer::new(entries))
            }
        }

        let _scope = Scope::enter();
        let known = Scope::known();
        let secret = deserializer.deserialize_newtype_struct(NAME, Inner(PhantomData)).map(Self::new)?;
        if Scope::known() == known {
            Scope::note_buffered(&*secret.0);
        }
        // What `redacted` wrote comes back where a config is serialized and merged: the value is lost, not this text.
        match bytes_of(&*secret.0) {
            Some(text) if text == REDACTED.as_bytes() => {
                Err(serde::de::Error::custom("expected a secret, found the `[redacted]` in its place"))
            }
            _ => Ok(secret),
        }
    }
}

/// Serializes the text `[redacted]` in the place of a secret: for configs that are shown or kept.
///
/// A `Secret` is not serialized by itself, so a struct that derives `Serialize` says what happens to each:
///
/// ```
/// use secret_config::{Secret, SecretConfig};
///
/// #[derive(serde::Serialize, SecretConfig)]
/// struct AppConfig {
///     port: u16,
///     #[serde(serialize_with = "secret_config::redacted")]
///     #[secret(local)]
///     token: Option<Secret<String>>,
/// }
///
/// let config = AppConfig { port: 80, token: Some("t0ken".into()) };
/// assert_eq!(serde_json::to_string(&config).unwrap(), r#"{"port":80,"token":"[redacted]"}"#);
/// ```
pub fn redacted<T: SecretType, S: Serializer>(_: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(REDACTED)
}

/// What no type is: a `Secret` of such a value could be serialized.
#[diagnostic::on_unimplemented(
    message = "a `Secret` is not serialized",
    label = "this has a secret in it",
    note = "write `#[serde(serialize_with = \"secret_config::redacted\")]` on the field, to show `[redacted]`, or `#[serde(skip_serializing)]`"
)]
pub trait MayBeSerialized {}

/// For no `T`: the bound is there for the words of the compiler, which say what to write instead.
impl<T: MayBeSerialized> Serialize for Secret<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        redacted(self, serializer)
    }
}

/// The text or bytes that a value is, if it is either.
fn bytes_of(value: &dyn Any) -> Option<&[u8]> {
    let text = value.downcast_ref::<String>().map(String::as_bytes);
    text.or_else(|| value.downcast_ref::<Vec<u8>>().map(Vec::as_slice))
}

thread_local! {
    static SCOPE: RefCell<State> = const { RefCell::new(State { depth: 0, seen: None }) };
}

struct State {
    depth: u32,
    /// `None` while nobody watches: nothing is kept then, of a load that is over or of what serde reads without one.
    seen: Option<Secrets>,
}

/// The secrets that were read since somebody watches.
#[derive(Default)]
pub(crate) struct Secrets {
    count: usize,
    /// Where those stand that were read from our own tree. serde hands over others from buffers of its own.
    pub(crate) places: Vec<At>,
    /// Of those others, the text or bytes.
    buffered: Vec<Zeroizing<Vec<u8>>>,
}

impl Secrets {
    pub(crate) fn any(&self) -> bool {
        self.count > 0
    }

    /// Whether the place of one is not known.
    pub(crate) fn are_buffered(&self) -> bool {
        self.count > self.places.len()
    }

    /// Whether one whose place is not known is this text.
    pub(crate) fn has(&self, text: &str) -> bool {
        self.buffered.iter().any(|secret| secret.as_slice() == text.as_bytes())
    }
}

/// While one is alive on this thread, what is deserialized is secret, and [`text::Error`](crate::text::Error) keeps
/// nothing of its input.
///
/// The depth lives in the thread because serde has no other channel: below flattened, untagged and tagged enums it
/// hands a secret a deserializer of its own, which would take no word from us. Deserializing never waits, so a scope
/// never moves to another thread.
pub(crate) struct Scope(());

impl Scope {
    pub(crate) fn enter() -> Self {
        SCOPE.with_borrow_mut(|state| {
            state.depth += 1;
            if let Some(seen) = &mut state.seen {
                seen.count += 1;
            }
        });
        Self(())
    }

    /// Keeps where the secret stands that is read now.
    pub(crate) fn note(at: At) {
        SCOPE.with_borrow_mut(|state| {
            if let Some(seen) = &mut state.seen {
                seen.places.push(at);
            }
        });
    }

    /// How many places are known.
    fn known() -> usize {
        SCOPE.with_borrow(|state| state.seen.as_ref().map_or(0, |seen| seen.places.len()))
    }

    /// Keeps the text of a secret whose place is not known.
    fn note_buffered(value: &dyn Any) {
        SCOPE.with_borrow_mut(|state| {
            if let (Some(seen), Some(bytes)) = (&mut state.seen, bytes_of(value)) {
                seen.buffered.push(Zeroizing::new(bytes.to_vec()));
            }
        });
    }

    /// Whether what is deserialized now is secret.
    pub(crate) fn is_entered() -> bool {
        SCOPE.with_borrow(|state| state.depth > 0)
    }

    /// Runs `read`, and tells which secrets it came upon.
    pub(crate) fn watch<R>(read: impl FnOnce() -> R) -> (R, Secrets) {
        let watch = Watch::begin();
        let result = read();
        (result, watch.end())
    }
}

/// What the watch around this one had seen, which goes on when this one ends: also by a panic of the user's type.
struct Watch(Option<Secrets>);

impl Watch {
    fn begin() -> Self {
        Self(SCOPE.with_borrow_mut(|state| state.seen.replace(Secrets::default())))
    }

    fn end(mut self) -> Secrets {
        let seen = SCOPE.with_borrow_mut(|state| state.seen.take()).unwrap_or_default();
        if let Some(around) = &mut self.0 {
            around.count += seen.count;
            around.places.extend(&seen.places);
            around.buffered.extend(seen.buffered.iter().cloned());
        }
        seen
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        SCOPE.with_borrow_mut(|state| state.seen = self.0.take());
    }
}

impl Drop for Scope {
    fn drop(&mut self) {
        SCOPE.with_borrow_mut(|state| state.depth -= 1);
    }
}

/// A type that a field under `#[secret]` may have.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot hold a secret",
    label = "write `Secret<{Self}>` in the place of `{Self}`",
    note = "a field under `#[secret]` is a `Secret<T>`, an `Option<Secret<T>>`, or a `Vec` or map of `Secret<T>`, so that it shows in no log and is wiped"
)]
pub trait SecretType {}

/// A type of a field with entries: under `for_each` and `ssm_path`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no map",
    label = "write a `HashMap<String, _>` or a `BTreeMap<String, _>` here",
    note = "`for_each` and `ssm_path` look up one value for each entry of a map"
)]
pub trait MapType {}

impl<M: MapType> MapType for Option<M> {}
impl<K, T, H> MapType for HashMap<K, T, H> {}
impl<K, T> MapType for BTreeMap<K, T> {}

/// A type of a secret field that may have nothing in it.
#[diagnostic::on_unimplemented(
    message = "a secret has no default in code",
    label = "write `Option<{Self}>` here, and drop `default`",
    note = "`default` under `#[secret]` is for an `Option`, a `Vec` or a map: an empty password is none"
)]
pub trait MayBeAbsent: Default {
    /// The value without a secret in it.
    fn absent() -> Self {
        Self::default()
    }
}

impl<S: SecretType> MayBeAbsent for Option<S> {}
impl<T> MayBeAbsent for Vec<Secret<T>> {}
impl<K: Eq + Hash, T, H: BuildHasher + Default> MayBeAbsent for HashMap<K, Secret<T>, H> {}
impl<K: Ord, T> MayBeAbsent for BTreeMap<K, Secret<T>> {}

impl<T> SecretType for Secret<T> {}
impl<S: SecretType> SecretType for Option<S> {}
impl<T> SecretType for Vec<Secret<T>> {}
impl<K, T, H> SecretType for HashMap<K, Secret<T>, H> {}
impl<K, T> SecretType for BTreeMap<K, Secret<T>> {}

#[cfg(test)]
mod tests {
    use super::*;

    fn keeps_nothing() -> bool {
        SCOPE.with_borrow(|state| state.seen.is_none())
    }

    #[test]
    fn nothing_is_kept_of_a_secret_when_nobody_watches() {
        type Deserializer = serde::de::value::StrDeserializer<'static, crate::text::Error>;
        let read = || Secret::<String>::deserialize(Deserializer::new("hunter2"));
        let (inner, outer) = Scope::watch(|| Scope::watch(read).1);
        assert!(inner.has("hunter2") && outer.has("hunter2") && keeps_nothing());
        assert!(read().is_ok() && keeps_nothing());
        let unwound =
            std::panic::catch_unwind(|| Scope::watch(|| read().map(|_| panic!("as a type of the user's may"))));
        assert!(unwound.is_err() && keeps_nothing());
    }

    fn secret(text: &str) -> Secret<String> {
        text.into()
    }

    #[test]
    fn debug_is_one_constant() {
        assert_eq!(format!("{:?} {:#?}", Secret::new(7_u64), secret("hunter2")), "[redacted] [redacted]");
    }

    #[test]
    fn text_bytes_arrays_and_numbers_are_wiped() {
        let (mut text, mut bytes, mut array, mut number) =
            (String::from("hunter2"), vec![1_u8, 2], [7_u8; 32], u64::MAX);
        wipe(&mut text);
        wipe(&mut bytes);
        wipe(&mut array);
        wipe(&mut number);
        assert_eq!((text.as_str(), bytes.len(), array, number), ("", 0, [0; 32], 0));
    }

    #[test]
    fn text_and_bytes_are_compared() {
        assert_eq!(secret("a"), secret("a"));
        assert_ne!(secret("a"), secret("b"));
        assert_ne!(Secret::new(vec![1_u8]), Secret::new(vec![1_u8, 2]));
        assert_eq!(Secret::new([1_u8; 4]), Secret::new([1_u8; 4]));
    }

    #[test]
    fn it_goes_into_secrecy_and_back() {
        let secrecy: secrecy::SecretString = secret("hunter2").into();
        assert_eq!(Secret::<String>::from(secrecy).expose_secret(), "hunter2");
    }

    #[test]
    fn it_is_read_from_deserializers_that_see_no_newtype() {
        type Error = serde::de::value::Error;
        let text: Result<Secret<String>, Error> = Secret::deserialize("hunter2".into_deserializer());
        assert_eq!(text.as_ref().map(Secret::expose_secret), Ok(&"hunter2".to_owned()));
        let number: Result<Secret<u16>, Error> = Secret::deserialize(7_u8.into_deserializer());
        assert_eq!(number.map(|secret| *secret.expose_secret()), Ok(7));
        let list: Result<Secret<Vec<u8>>, Error> = Secret::deserialize(vec![1_u8, 2].into_deserializer());
        assert_eq!(list.as_ref().map(Secret::expose_secret), Ok(&vec![1, 2]));
    }

    #[test]
    fn what_stood_in_the_place_of_a_secret_is_none() {
        for json in ["{\"a\": \"[redacted]\"}", "{\"a\": [91, 114, 101, 100, 97, 99, 116, 101, 100, 93]}"] {
            let text = serde_json::from_str::<HashMap<String, Secret<String>>>(json);
            let bytes = serde_json::from_str::<HashMap<String, Secret<Vec<u8>>>>(json);
            assert!(text.is_err() && bytes.is_err(), "{json}");
        }
        let shown = serde_json::to_string(&HashMap::from([("a", Shown { secret: secret("hunter2") })]));
        assert_eq!(shown.ok().as_deref(), Some("{\"a\":{\"secret\":\"[redacted]\"}}"));
    }

    #[derive(serde::Serialize)]
    struct Shown {
        #[serde(serialize_with = "redacted")]
        secret: Secret<String>,
    }

    #[test]
    fn the_scope_is_seen_and_left() {
        let ((), seen) = Scope::watch(|| drop(Scope::enter()));
        assert!(seen.any() && seen.are_buffered() && !Scope::is_entered());
        assert!(!Scope::watch(|| ()).1.any());
    }
}
