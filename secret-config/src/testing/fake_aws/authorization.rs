//! What was judged: actions and ARNs, never values.

/// One permission that a [`FakeAws`](super::FakeAws) asked its rules for.
///
/// ```
/// use secret_config::testing::FakeAws;
///
/// # fn main() -> std::io::Result<()> {
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let aws = FakeAws::start().await?;
/// for authorization in aws.authorizations() {
///     println!("{} on {}: {}", authorization.action(), authorization.resource(), authorization.is_allowed());
/// }
/// # Ok(()) })
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorization {
    action: String,
    resource: String,
    context: Vec<(String, String)>,
    is_allowed: bool,
}

impl Authorization {
    pub(super) fn new(action: &str, resource: &str, context: &[(&str, &str)], is_allowed: bool) -> Self {
        let owned = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
        Self {
            action: action.to_owned(),
            resource: resource.to_owned(),
            context: context.iter().map(owned).collect(),
            is_allowed,
        }
    }

    /// The action, such as `ssm:GetParameters`.
    pub fn action(&self) -> &str {
        &self.action
    }

    /// The ARN it is on, or `*` if the action knows no resource.
    pub fn resource(&self) -> &str {
        &self.resource
    }

    /// The condition keys of the request, such as `kms:ViaService`, each with its value.
    pub fn context(&self) -> &[(String, String)] {
        &self.context
    }

    /// What came of it.
    pub fn is_allowed(&self) -> bool {
        self.is_allowed
    }
}
