//! The redactions of the library, and how each is taken away. In the order of the report: the value itself, errors of
//! types, of layers, of names, of stores.

/// What is changed, and the one place of the canary suite that sees it: all others would take minutes.
pub(crate) struct Mutation {
    pub(crate) name: &'static str,
    pub(crate) only: &'static str,
    pub(crate) edits: &'static [Edit],
}

/// A text that is in a file exactly once, and what stands there instead.
pub(crate) struct Edit {
    pub(crate) file: &'static str,
    pub(crate) from: &'static str,
    pub(crate) to: &'static str,
}

macro_rules! mutations {
    ($($name:literal at $only:literal { $($file:literal: $from:literal => $to:literal;)+ })*) => {
        pub(crate) const MUTATIONS: &[Mutation] = &[$(Mutation {
            name: $name,
            only: $only,
            edits: &[$(Edit { file: concat!("secret-config/src/", $file), from: $from, to: $to }),+],
        }),*];
    };
}

mutations! {
    // What a program prints.

    "Debug of a secret" at "Parameter Store" {
        "secret.rs": "        f.write_str(REDACTED)\n" => "        write!(f, \"{:?}\", bytes_of(&*self.0))\n";
    }
    "a secret in serde" at "Parameter Store" {
        "secret.rs": "pub fn redacted<T: SecretType, S: Serializer>(_: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(REDACTED)" => "pub fn redacted<T: SecretType + 'static, S: Serializer>(shown: &T, serializer: S) -> Result<S::Ok, S::Error> {
    let text = (shown as &dyn Any).downcast_ref::<Secret<String>>().map_or(REDACTED, |secret| &secret.0);
    serializer.serialize_str(text)";
    }
    "Debug of a value to set" at "what a program has in its hands" {
        "layers/value.rs": r#"f.write_str("Value")"# => r#"match &self.0 {
            Given::Leaf(Tree::Raw(text, _)) => f.write_str(text),
            _ => f.write_str("Value"),
        }"#;
    }
    "Debug of a payload" at "what a program has in its hands" {
        "source/mod.rs": r#"f.debug_struct("Payload").field("body", &format_args!("{REDACTED}")).finish_non_exhaustive()"# =>
            r#"match &self.body {
            Body::Text(text) | Body::List(text) => f.write_str(text),
            _ => f.write_str(REDACTED),
        }"#;
    }
    "Debug of a parameter" at "what a program has in its hands" {
        "testing/fake_aws/parameter.rs": r#".field("type", &self.kind.name())"# => r#".field("value", &self.value)"#;
    }
    "Debug of a failure" at "what a program has in its hands" {
        "testing/fake_aws/failure.rs":
            r#"Self::Raw { status, .. } => formatter.debug_struct("Raw").field("status", status)"# =>
            r#"Self::Raw { body, .. } => formatter.debug_struct("Raw").field("body", body)"#;
    }

    // What a type says of a value that it refuses.

    "what was found instead" at "Parameter Store, in a plain field" {
        "text/error.rs": "(!Scope::is_entered()).then(|| found.to_string())" => "Some(found.to_string())";
    }
    "the words of a type" at "Parameter Store, in a plain field" {
        "text/error.rs": "(!Scope::is_entered()).then(|| words.to_string())" => "Some(words.to_string())";
    }
    "a likeness to a variant" at "Parameter Store, in a plain field" {
        "text/error.rs": "fn unknown_variant(found: &str, names: &'static [&'static str]) -> Self {
        let near = if Scope::is_entered() { None } else { nearest(found, names.iter().copied()) };" =>
            "fn unknown_variant(found: &str, names: &'static [&'static str]) -> Self {
        let near = nearest(found, names.iter().copied());";
    }
    "a likeness to a key" at "Parameter Store, in a plain field" {
        "text/error.rs": "fn unknown_field(found: &str, names: &'static [&'static str]) -> Self {
        let near = if Scope::is_entered() { None } else { nearest(found, names.iter().copied()) };" =>
            "fn unknown_field(found: &str, names: &'static [&'static str]) -> Self {
        let near = nearest(found, names.iter().copied());";
    }
    "a value of a wrong type" at "a text for a tagged enum" {
        "text/error.rs": "fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::words(format_args!(\"expected {expected}\"))" =>
            "fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::words(format_args!(\"expected {expected}, found {found}\"))";
    }
    "an unknown variant" at "a text for an enum" {
        "text/error.rs": "fn unknown_variant(found: &str, names: &'static [&'static str]) -> Self {" =>
            "fn unknown_variant(found: &str, names: &'static [&'static str]) -> Self {
        if !Scope::is_entered() {
            return Self::words(format_args!(\"unknown variant {found}\"));
        }";
    }
    "what a type with a secret says" at "a type that checks its secret" {
        "assemble/leaf.rs": "Err(error) if secrets.any() => error.redact()," => "";
    }
    "the scope of a secret" at "a type with a secret of the wrong type" {
        // Without it nobody knows that there is a secret, so what would redact the error afterwards goes with it.
        "secret.rs": "        let _scope = Scope::enter();\n" => "";
    }
    "the scope of a field" at "a pair in the wrong order" {
        "assemble/leaf.rs": "field.secret || field.holds_secret || has_injections(field)" => "has_injections(field)";
    }
    "the scope of an injection" at "a variable for an injected place" {
        "assemble/leaf.rs": "field.secret || field.holds_secret || has_injections(field)" =>
            "field.secret || field.holds_secret";
    }
    "the scope of a reference in a value" at "a reference inside a value" {
        // What a store gave is no place in a file or a variable: one of the two would do.
        "assemble/leaf.rs": "let is_secret = is_secret || !filled.is_empty();" => "";
        "layers/origin.rs": "matches!(self.suppliers.get(node.at), Supplier::File(_) | Supplier::Variable(_))" =>
            "matches!(self.suppliers.get(node.at), Supplier::File(_) | Supplier::Variable(_)) || node.at == At::STORE";
    }
    "the scope of a reference" at "a reference, in a plain field" {
        "assemble/leaf.rs": "is_secret: true,
                at: at.clone()," => "is_secret: false,
                at: at.clone(),";
    }
    "the scope of a store" at "Secrets Manager, in a plain field" {
        "assemble/leaf.rs": "is_secret: true,
                        at: path," => "is_secret: field.secret,
                        at: path,";
    }
    "the scope of what the program sets" at "what the program sets" {
        "assemble/leaf.rs": " || !layers.may_be_shown(&node);" => ";";
    }

    // What a format says of a text that is none.

    "a document around its mistake" at "Secrets Manager, a document that is none" {
        "text/json.rs": "column: u32::try_from(column).unwrap_or(u32::MAX), reason }" =>
            "column: u32::try_from(column).unwrap_or(u32::MAX), reason: format!(\"{reason} in {}\", self.text).leak() }";
    }
    "the words of TOML" at "a TOML file that is none" {
        "layers/formats/toml.rs": "Err(places.syntax(error.span(), error.message()))" =>
            "Err(Syntax { reason: error.to_string().leak(), ..places.syntax(error.span(), error.message()) })";
    }
    "the line of a file" at "a YAML file that is none" {
        "layers/files.rs": r#"format!("{} is malformed: {reason}", format.name())"# =>
            r#"format!("{} is malformed: {reason} in {text}", format.name())"#;
    }
    "a key that may be a value" at "a YAML file without a blank" {
        "layers/known.rs": "if matches!(node.value, Value::Null) || !key.chars().all(is_name) {" =>
            "if false && key.chars().all(is_name) {";
    }
    "a variable that is no text" at "a variable that is no text" {
        "layers/variables.rs": "        Err(_) => {
            let problem =
                Problem::new(ProblemKind::Malformed, format!(\"environment variable {name} is not valid UTF-8\"));" =>
            "        Err(value) => {
            let problem = Problem::new(ProblemKind::Malformed, format!(\"{name} is not valid UTF-8: {value:?}\"));";
    }
    "the words of figment" at "a layer that cannot be read" {
        "layers/providers.rs": "let Ok(profiles) = figment.data() else {" =>
            "if let Err(error) = figment.data() {
        layers.problems.push(Problem::new(ProblemKind::File, error.to_string()));
    }
    let Ok(profiles) = figment.data() else {";
    }
    "a variable that names no environment" at "a variable that names the environment" {
        "loader/named.rs": "names no environment of this config\"" => "names no environment of this config: {name}\"";
    }

    // What a name is made of.

    "a secret in a name" at "a name with a secret in it" {
        "plan/values.rs": "Ok(Some(field)) if field.secret || field.holds_secret => {" => "Ok(Some(_)) if false => {";
    }
    "the inside of a value in a name" at "a name with the inside of a value in it" {
        "plan/values.rs": "Kind::Leaf { .. } => return Err(NoField)," => "Kind::Leaf { .. } => return Ok(None),";
    }

    // What a service says.

    "an error of a service" at "Parameter Store" {
        "source/scrub.rs": "Bytes::from(codes::reduced(&body.bytes))" => "Bytes::copy_from_slice(&body.bytes)";
    }
    "an error of a service in the report" at "Parameter Store" {
        // Of a service's words there are none left by then: that they go no further is the second of two walls.
        "source/scrub.rs": "Bytes::from(codes::reduced(&body.bytes))" => "Bytes::copy_from_slice(&body.bytes)";
        "source/aws.rs": r#"false => meaning.with_code(format!("HTTP {status}")),"# => r#"false => meaning.with_code(words),"#;
        "source/aws.rs": "match codes::is_known(code) {" => "match false {";
    }
    "an error in the answer to a batch" at "Secrets Manager, text" {
        "source/scrub.rs": "if says == Says::Values\n" => "if says == Says::Everything\n";
    }
    "an unknown code" at "Parameter Store" {
        // Without what would end the text of the JSON that it is put into.
        "source/codes.rs": "KNOWN_CODES.into_iter().find(|known| *known == code)" =>
            r#"Some(&*code.replace(['"', '\\'], "").leak())"#;
    }
    "an unknown code in the report" at "Parameter Store" {
        // As above: an unknown one does not come that far.
        "source/codes.rs": "KNOWN_CODES.into_iter().find(|known| *known == code)" =>
            r#"Some(&*code.replace(['"', '\\'], "").leak())"#;
        "source/codes.rs": "KNOWN_CODES.contains(&code)" => "!code.is_empty()";
    }
    "the words that tell meanings apart" at "Parameter Store" {
        "source/codes.rs": ".filter(|word| words.contains(word))" =>
            ".filter(|word| words.contains(word)).chain(words.get(..9))";
    }
    "the id of a request" at "the header x-amzn-requestid" {
        "source/codes.rs": "id.len() <= 64 && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')" =>
            "!id.is_empty()";
    }
    "a code in a header" at "the header x-amzn-errortype" {
        "source/scrub.rs": "            \"x-amzn-errortype\" => match codes::known(value) {
                Some(code) => code,
                None => continue,
            },\n" => "";
    }
    "an answer that the SDK cannot read" at "Parameter Store" {
        "source/aws.rs": "unreachable(\"the answer is not what the service should give\")" =>
            "unreachable(\"the answer is not what the service should give\").with_code(format!(\"{error:?}\"))";
    }
    "an answer that the SDK can look into" at "Parameter Store" {
        "source/scrub.rs": "Ok(scrubbed(answer, says, counts))" => "let mut answer = scrubbed(answer, says, counts);
            let body = std::mem::replace(answer.body_mut(), SdkBody::taken());
            if let Ok(body) = body.collect().await {
                *answer.body_mut() = SdkBody::from(body.to_bytes());
            }
            Ok(answer)";
    }
    "the length in a header" at "Parameter Store" {
        "source/scrub.rs": "            \"content-length\" => continue,\n" => "";
    }
    "the length of an answer" at "Parameter Store" {
        "source/scrub.rs": "if says == Says::Values { STEP } else { 1 }" => "1";
    }
}
