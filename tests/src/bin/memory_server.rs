//! Both services behind TLS, with secrets that only this process and whoever reads its output know.
//!
//! It prints its address, a line for each secret, and an empty line; it ends when its input does.

use secret_config::testing::{FakeAws, Parameter};
use secret_config_tests::tls;
use std::fmt::Write;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let authority = std::env::args().nth(1).expect("the path for the certificate");
    let aws = FakeAws::start().await.expect("a port");
    let secrets = seed(&aws);
    let front = tls::front(aws.endpoint_url()).await;
    std::fs::write(authority, front.certificate).expect("a place for the certificate");
    println!("{}\n{secrets}", front.url);
    let _ = tokio::task::spawn_blocking(|| std::io::stdin().read_line(&mut String::new())).await;
}

/// A secret of every shape; and for each a line with its name and, in hexadecimal, the forms that travel.
fn seed(aws: &FakeAws) -> String {
    let mut lines = String::new();
    let mut tell = |name: &str, forms: &[&[u8]]| {
        lines.push_str(name);
        for form in forms {
            lines.push(' ');
            form.iter().for_each(|byte| write!(lines, "{byte:02x}").expect("memory"));
        }
        lines.push('\n');
    };
    let mut text = |name: &str, length: usize| {
        let text = random_text(length);
        tell(name, &[text.as_bytes()]);
        text
    };
    let parameter = |name: &str, value: String| aws.put_parameter(name, Parameter::secure_string(value));
    parameter("/memory/secure", text("SecureString", 47));
    parameter("/memory/long", text("long SecureString", 4000));
    parameter("/memory/map/a", text("map entry a", 47));
    parameter("/memory/map/b", text("map entry b", 47));
    parameter("/memory/connectors/first", text("injected", 47));
    let list = [text("list element 0", 47), text("list element 1", 47), text("list element 2", 47)];
    aws.put_parameter("/memory/list", Parameter::string_list(list.join(",")));
    aws.put_secret("memory/text", text("secret text", 47));
    aws.put_secret("memory/large", text("large secret text", 40_000));
    aws.put_secret("memory/referenced", text("reference", 47));
    let (plain, before, after) = (text("document key", 47), random_text(24), random_text(24));
    let escaped = format!("{before}\\\"\\\\\\n{after}");
    aws.put_secret("memory/document", format!("{{\"plain\":\"{plain}\",\"escaped\":\"{escaped}\"}}"));
    let unescaped = format!("{before}\"\\\n{after}");
    let twice = escaped.replace('\\', "\\\\").replace('"', "\\\"");
    tell("document key with escapes", &[unescaped.as_bytes(), escaped.as_bytes(), twice.as_bytes()]);
    let mut binary = [0; 48];
    getrandom::fill(&mut binary).expect("random bytes");
    aws.put_secret_binary("memory/binary", binary);
    tell("binary", &[&binary, base64(&binary).as_bytes()]);
    lines
}

/// Letters that no form of escaping changes.
fn random_text(length: usize) -> String {
    let mut bytes = vec![0; length];
    getrandom::fill(&mut bytes).expect("random bytes");
    bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 64)])).collect()
}

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+_";

/// Of a multiple of three bytes.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = |three: &[u8]| {
        let bits = three.iter().fold(0_usize, |bits, byte| bits << 8 | usize::from(*byte));
        [18, 12, 6, 0].map(|shift| char::from(DIGITS[bits >> shift & 63]))
    };
    bytes.chunks_exact(3).flat_map(digits).collect()
}
