//! The trait that the derive implements: the public face. Nothing below names it.

use crate::assemble::Nested;
use crate::environment::IntoEnvironment;
use crate::error::LoadError;
use crate::loader::Loader;

/// A struct that holds everything a program needs to start. Implemented by `#[derive(SecretConfig)]`.
///
/// ```
/// use secret_config::SecretConfig;
///
/// #[derive(Debug, SecretConfig)]
/// struct AppConfig {
///     #[config(default = 8080)]
///     port: u16,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), secret_config::LoadError> {
/// assert_eq!(AppConfig::load("dev").await?.port, 8080);
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not derive `SecretConfig`",
    note = "add `#[derive(SecretConfig)]` to the struct"
)]
pub trait SecretConfig: Nested {
    /// Loads the config of `environment`: a `&str`, a `String` or an [`Environment`](crate::Environment).
    ///
    /// The short form of [`loader(environment).load()`](Loader::load).
    ///
    /// # Errors
    ///
    /// Every problem at once, in one [`LoadError`].
    fn load(environment: impl IntoEnvironment) -> impl Future<Output = Result<Self, LoadError>> + Send {
        Self::loader(environment).load()
    }

    /// Loads the config of the environment that `variable` names, such as `APP_ENV`.
    ///
    /// # Errors
    ///
    /// As [`load`](Self::load); and if the variable is not set.
    fn load_from(variable: &str) -> impl Future<Output = Result<Self, LoadError>> + Send {
        Self::loader_from(variable).load()
    }

    /// A load to which more is said before it starts.
    fn loader(environment: impl IntoEnvironment) -> Loader<Self> {
        const { Self::SPEC.check_as_root() };
        Loader::new(environment)
    }

    /// Every field of the config and where its value may come from in `environment`, as data. Nothing is read.
    ///
    /// # Errors
    ///
    /// If there is no such environment, or a name cannot be made.
    #[cfg(feature = "operator")]
    fn manifest(environment: impl IntoEnvironment) -> Result<crate::operator::Manifest, LoadError> {
        Self::loader(environment).manifest()
    }

    /// Compares two environments of this config: the short form of [`operator::diff`](crate::operator::diff()).
    ///
    /// ```
    /// use secret_config::SecretConfig;
    ///
    /// #[derive(SecretConfig)]
    /// struct AppConfig {
    ///     port: u16,
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), secret_config::LoadError> {
    /// let (dev, prod) = (AppConfig::loader("dev").set("port", 8080), AppConfig::loader("prod").set("port", 80));
    /// let diff = AppConfig::diff(dev, prod).await?;
    /// assert!(!diff.is_same());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// If one of them could not be looked at.
    #[cfg(feature = "operator")]
    fn diff(
        one: Loader<Self>,
        other: Loader<Self>,
    ) -> impl Future<Output = Result<crate::operator::Diff, LoadError>> + Send {
        crate::operator::diff(one, other)
    }

    /// A load of the environment that `variable` names, to which more is said before it starts.
    fn loader_from(variable: &str) -> Loader<Self> {
        const { Self::SPEC.check_as_root() };
        Loader::from_variable(variable)
    }
}
