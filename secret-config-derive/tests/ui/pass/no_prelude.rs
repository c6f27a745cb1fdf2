//! Generated code takes nothing from the prelude, and does not mind what the user calls their own things.
#![no_implicit_prelude]

#[derive(::secret_config::SecretConfig)]
#[config(prefix = "orders/{env}", environments = ["dev"], env_prefix = "ORDERS")]
struct AppConfig {
    #[config(default = 8080)]
    port: u16,
    #[config(default = "localhost")]
    host: ::std::string::String,
    #[config(default)]
    retries: ::std::option::Option<u32>,
    #[secret]
    token: ::secret_config::Secret<::std::string::String>,
    #[config(nested, default)]
    inner: Inner,
    #[secret(ssm = "{prefix}/{self.host}/{entry}", for_each = "host", when(port = [1, 2]))]
    tokens: ::std::collections::BTreeMap<::std::string::String, ::secret_config::Secret<::std::string::String>>,
    #[config(inject("a", ssm = "/a", optional))]
    injected: ::std::collections::BTreeMap<::std::string::String, ::std::string::String>,
    #[config(flatten)]
    rest: ::std::collections::BTreeMap<::std::string::String, ::std::string::String>,
    #[config(skip)]
    cache: ::std::vec::Vec<u8>,
}

#[derive(::std::default::Default, ::secret_config::SecretConfig)]
#[config(default)]
struct Inner {
    size: usize,
}

fn main() {
    let _: fn(AppConfig) = |config| {
        let _ = (config.port, config.host, config.retries, config.token, config.inner.size, config.cache);
        let _ = (config.tokens, config.injected, config.rest);
    };
}
