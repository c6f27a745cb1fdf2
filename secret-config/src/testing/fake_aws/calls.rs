//! What a server was asked: actions and names, never values.

use std::slice;

/// One call that a [`FakeAws`](super::FakeAws) received, answered or refused.
///
/// ```
/// use secret_config::testing::FakeAws;
///
/// # fn main() -> std::io::Result<()> {
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let aws = FakeAws::start().await?;
/// for call in &aws.calls() {
///     println!("{} of {:?}", call.action(), call.names());
/// }
/// # Ok(()) })
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    action: String,
    names: Vec<String>,
}

impl Call {
    pub(super) fn new(action: &str, names: Vec<String>) -> Self {
        Self { action: action.to_owned(), names }
    }

    /// The operation, such as `GetParameters`.
    pub fn action(&self) -> &str {
        &self.action
    }

    /// The names, ids or path that were asked for, as they were written and in the order asked.
    pub fn names(&self) -> &[String] {
        &self.names
    }
}

/// The calls that a [`FakeAws`](super::FakeAws) received, in order: a picture of the moment it was asked for.
///
/// ```
/// use secret_config::testing::FakeAws;
///
/// # fn main() -> std::io::Result<()> {
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let aws = FakeAws::start().await?;
/// // ... load a config ...
/// let calls = aws.calls();
/// assert_eq!(calls.count("GetParameters"), 0);
/// assert_eq!(calls.len(), 0);
/// # Ok(()) })
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calls(Vec<Call>);

impl Calls {
    pub(super) fn push(&mut self, call: Call) {
        self.0.push(call);
    }

    /// How many of them were this operation, such as `GetParameters`.
    pub fn count(&self, action: &str) -> usize {
        self.0.iter().filter(|call| call.action == action).count()
    }

    /// How many there were in all, retries included.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there was none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The calls in the order of their arrival.
    pub fn iter(&self) -> slice::Iter<'_, Call> {
        self.0.iter()
    }
}

impl<'a> IntoIterator for &'a Calls {
    type Item = &'a Call;
    type IntoIter = slice::Iter<'a, Call>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
