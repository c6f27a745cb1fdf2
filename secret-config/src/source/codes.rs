//! The error codes of both services: what they mean, and how an answer that is an error is reduced to its code.
//!
//! A service's words may repeat a value, and the SDK traces them. So they end here, before the SDK has read them.

use super::SourceErrorKind;
use super::call::Again;
use crate::text::json;
use crate::tree::{Node, Value};
use zeroize::Zeroizing;

/// The codes that are passed on; anything else could be text of whatever stands between us and the service.
const KNOWN_CODES: [&str; 43] = [
    "AccessDenied",
    "AccessDeniedException",
    "DecryptionFailure",
    "EncryptionFailure",
    "ExpiredTokenException",
    "HierarchyLevelLimitExceededException",
    "HierarchyTypeMismatchException",
    "IncompleteSignature",
    "IncompleteSignatureException",
    "InternalServerError",
    "InternalServiceError",
    "InternalServiceErrorException",
    "InvalidClientTokenId",
    "InvalidKeyId",
    "InvalidParameterException",
    "InvalidRequestException",
    "InvalidSignatureException",
    "LimitExceededException",
    "MissingAuthenticationTokenException",
    "OptInRequired",
    "ParameterAlreadyExists",
    "ParameterLimitExceeded",
    "ParameterMaxVersionLimitExceeded",
    "ParameterNotFound",
    "ParameterVersionNotFound",
    "RequestExpired",
    "RequestInTheFuture",
    "RequestLimitExceeded",
    "RequestTimeTooSkewed",
    "ResourceExistsException",
    "ResourceNotFoundException",
    "ServiceUnavailable",
    "SignatureDoesNotMatch",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "TooManyUpdates",
    "UnknownOperationException",
    "UnrecognizedClientException",
    "UnsupportedParameterType",
    "ValidationException",
];

/// Whether the code may be shown.
pub(super) fn is_known(code: &str) -> bool {
    KNOWN_CODES.contains(&code)
}

/// Words that tell two meanings of one code apart.
const KMS: [&str; 2] = ["KMS", "kms:"];
const DELETION: &str = "deletion";
const SIGNATURE: &str = "ignature expired";
const STAGE: &str = "staging label";
const REGION: &str = "valid region";

const EXPIRED: &str = "they have expired";
const SKEWED: &str = "the clock of this machine is not that of AWS";
pub(super) const OTHER_REGION: &str = "the endpoint does not take them for this region";
const REDIRECTS: &str = "the endpoint leads elsewhere";
/// Of a secret that was created without a value, or has no version at the stage.
pub(super) const NO_VALUE: &str = "the secret has no value at that stage";

pub(super) const AWAITS_DELETION: &str = "the secret is scheduled for deletion";

/// The meaning of a service's code. Its words are looked at only where one code stands for two things.
pub(super) fn kind_of(code: &str, words: &str, status: u16) -> (SourceErrorKind, Option<&'static str>) {
    use SourceErrorKind as Kind;
    match code {
        "ResourceNotFoundException" if words.contains(STAGE) => (Kind::NotFound, Some(NO_VALUE)),
        "ParameterNotFound" | "ParameterVersionNotFound" | "ResourceNotFoundException" => (Kind::NotFound, None),
        "InvalidKeyId" | "DecryptionFailure" | "EncryptionFailure" | "InvalidKeyId.NotFound" => {
            (Kind::Undecryptable, None)
        }
        "AccessDenied" | "AccessDeniedException" if KMS.iter().any(|kms| words.contains(kms)) => {
            (Kind::Undecryptable, None)
        }
        "AccessDenied" | "AccessDeniedException" => (Kind::Denied, None),
        "ThrottledException"
        | "Throttling"
        | "ThrottlingException"
        | "TooManyRequestsException"
        | "RequestLimitExceeded"
        | "SlowDown"
        | "TooManyUpdates" => (Kind::Throttled, None),
        "ExpiredTokenException" | "RequestExpired" => (Kind::NoCredentials, Some(EXPIRED)),
        "RequestTimeTooSkewed" | "RequestInTheFuture" => (Kind::NoCredentials, Some(SKEWED)),
        "InvalidSignatureException" | "SignatureDoesNotMatch" if words.contains(SIGNATURE) => {
            (Kind::NoCredentials, Some(SKEWED))
        }
        "InvalidSignatureException" | "SignatureDoesNotMatch" if words.contains(REGION) => {
            (Kind::NoCredentials, Some(OTHER_REGION))
        }
        "UnrecognizedClientException"
        | "InvalidClientTokenId"
        | "InvalidSignatureException"
        | "SignatureDoesNotMatch"
        | "IncompleteSignature"
        | "IncompleteSignatureException"
        | "MissingAuthenticationTokenException" => (Kind::NoCredentials, Some("AWS does not accept them")),
        "InvalidRequestException" if words.contains(DELETION) => (Kind::Invalid, Some(AWAITS_DELETION)),
        _ if (300..400).contains(&status) => (Kind::Unreachable, Some(REDIRECTS)),
        _ if status == 429 => (Kind::Throttled, None),
        // No failure of a moment: whoever answers does not know the operation.
        _ if status == 501 => (Kind::Invalid, None),
        _ if status >= 500 => (Kind::Unreachable, Some("the service fails")),
        _ if status == 403 => (Kind::Denied, None),
        _ => (Kind::Invalid, None),
    }
}

/// What may be done about an error of this meaning.
pub(super) fn again(kind: SourceErrorKind, reason: Option<&'static str>) -> Again {
    match kind {
        SourceErrorKind::Throttled => Again::Later,
        SourceErrorKind::Unreachable if reason == Some(REDIRECTS) => Again::Never,
        SourceErrorKind::Unreachable => Again::Soon,
        SourceErrorKind::NoCredentials if reason == Some(EXPIRED) => Again::WithNewCredentials,
        _ => Again::Never,
    }
}

/// The body of an answer that is an error, with nothing left but its code, and of its words those that tell meanings apart.
pub(super) fn reduced(body: &[u8]) -> String {
    let body = json::parse_bytes(body, 0).ok();
    let text = |key: &str| text_of(body.as_ref()?, key);
    match text("__type").or_else(|| text("code")).and_then(known) {
        Some(code) => {
            let words = telling(text("message").or_else(|| text("Message")).unwrap_or_default());
            format!(r#"{{"__type":"{code}","message":"{words}"}}"#)
        }
        None => "{}".to_owned(),
    }
}

/// The answer to a batch with its `Errors` reduced in the same way; `None` if it has none.
pub(super) fn with_reduced_errors(body: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    // As a key only: inside a text its quotes are escaped.
    const KEY: &str = "\"Errors\"";
    let body = std::str::from_utf8(body).ok()?;
    let (before, rest) = body.split_at(body.find(KEY)? + KEY.len());
    let list = rest.trim_start().strip_prefix(':')?.trim_start();
    let (errors, after) = json::parse_first(list, 0).ok()?;
    let reduced = match &errors.value {
        Value::List(errors) if !errors.is_empty() => errors.iter().map(reduced_error).collect::<Vec<_>>().join(","),
        _ => return None,
    };
    let reduced = [before, ":[", &reduced, "]", after];
    let mut body = Zeroizing::new(Vec::with_capacity(reduced.iter().map(|part| part.len()).sum()));
    reduced.iter().for_each(|part| body.extend_from_slice(part.as_bytes()));
    Some(body)
}

/// One of a batch's errors: of which secret it speaks, and its code.
fn reduced_error(error: &Node) -> String {
    let is_id = |id: &&str| id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/_+=.@-:".contains(&byte));
    let id = text_of(error, "SecretId").filter(is_id).unwrap_or_default();
    let code = text_of(error, "ErrorCode").and_then(known).unwrap_or_default();
    let words = telling(text_of(error, "Message").unwrap_or_default());
    format!(r#"{{"SecretId":"{id}","ErrorCode":"{code}","Message":"{words}"}}"#)
}

fn text_of<'n>(node: &'n Node, key: &str) -> Option<&'n str> {
    match &node.child(key)?.value {
        Value::Text(text) => Some(text.as_str()),
        _ => None,
    }
}

/// Of a service's words those that tell meanings apart.
fn telling(words: &str) -> String {
    KMS.into_iter()
        .chain([DELETION, SIGNATURE, STAGE, REGION])
        .filter(|word| words.contains(word))
        .collect::<Vec<_>>()
        .join(" ")
}

/// The code in what a header or a body says, such as `com.amazonaws.ssm#InvalidKeyId:http://..`, if it is a known one.
pub(super) fn known(said: &str) -> Option<&'static str> {
    let code = said.split_once('#').map_or(said, |(_, code)| code);
    let code = code.split_once(':').map_or(code, |(code, _)| code);
    KNOWN_CODES.into_iter().find(|known| *known == code)
}

/// Whether this may be the id of a request.
pub(super) fn is_request_id(id: &str) -> bool {
    id.len() <= 64 && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_reduced_to_its_code() {
        for (body, left) in [
            (
                r#"{"__type": "com.amazonaws.ssm#InvalidKeyId", "message": "hunter2"}"#,
                r#"{"__type":"InvalidKeyId","message":""}"#,
            ),
            (
                r#"{"code": "AccessDenied:http://x", "Message": "hunter2 by KMS, kms:Decrypt"}"#,
                r#"{"__type":"AccessDenied","message":"KMS kms:"}"#,
            ),
            (
                r#"{"__type": "InvalidRequestException", "message": "marked for deletion"}"#,
                r#"{"__type":"InvalidRequestException","message":"deletion"}"#,
            ),
            (r#"{"__type": "hunter2", "message": "hunter2"}"#, "{}"),
            (r#"{"__type": 7, "message": ["hunter2"]}"#, "{}"),
            ("<html>hunter2</html>", "{}"),
            ("", "{}"),
        ] {
            assert_eq!(reduced(body.as_bytes()), left);
        }
        assert_eq!(reduced(b"\xff"), "{}");
    }

    #[test]
    fn the_errors_of_a_batch_are_reduced_to_their_codes() {
        let answer = |errors: &str| format!(r#"{{"SecretValues":[{{"SecretString":"\"Errors\":[7]"}}], {errors}}}"#);
        let reduced = |errors: &str| {
            let body = with_reduced_errors(answer(errors).as_bytes())?;
            Some(String::from_utf8(body.to_vec()).unwrap())
        };
        let told = r#""Errors" : [ {"SecretId":"a/b","ErrorCode":"AccessDenied","Message":"no kms: hunter2"},
            {"SecretId":"hunter 2","ErrorCode":"hunter2","Message":7}, "hunter2" ], "NextToken":"x""#;
        let left = r#""Errors":[{"SecretId":"a/b","ErrorCode":"AccessDenied","Message":"kms:"},{"SecretId":"","ErrorCode":"","Message":""},{"SecretId":"","ErrorCode":"","Message":""}], "NextToken":"x""#;
        assert_eq!(reduced(told), Some(answer(left)));
        for without in [r#""Errors":[]"#, r#""Errors":null"#, r#""Errors":"x""#, r#""errors":[{}]"#, r#""Errors":[{"#] {
            assert_eq!(reduced(without), None, "{without}");
        }
    }
}
