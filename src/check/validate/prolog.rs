//! What stands before the first element: the XML declaration and the document type, held against the grammar
//! of XML 1.0 as its parsers hold them. Readers are lenient here, and their files are valid no less.

/// What was found in a prolog.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Prolog {
    /// What is not well-formed: the byte of the text at which it stands, and what it is.
    pub faults: Vec<(usize, String)>,
    /// Whether the document says that it stands alone.
    pub standalone: bool,
    /// Whether a DTD outside the file may declare more.
    pub external: bool,
    /// The encoding that it declares.
    pub encoding: Option<String>,
}

/// Looks at the beginning of a document, decoded and without its byte order mark.
pub(super) fn look(head: &str) -> Prolog {
    let mut prolog = Prolog::default();
    let lead = head.len() - head.trim_start_matches(is_space).len();
    let rest = &head[lead..];
    if lead > 0 && is_declaration(rest) {
        prolog.faults.push((lead, "the XML declaration does not stand at the very beginning".to_owned()));
    } else if is_declaration(rest)
        && let Some(end) = rest.find("?>")
        && let Err(what) = declaration(&rest["<?xml".len()..end], &mut prolog)
    {
        prolog.faults.push((0, what));
    }
    if let Some((at, declared)) = document_type(head) {
        prolog.external = ["SYSTEM", "PUBLIC"].iter().any(|word| declared.contains(word));
        prolog.faults.extend(wrong_with(declared).map(|what| (at, what.to_owned())));
    }
    prolog
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

fn is_declaration(text: &str) -> bool {
    text.strip_prefix("<?xml").is_some_and(|rest| rest.starts_with(is_space) || rest.starts_with("?>"))
}

/// Reads what stands between `<?xml` and `?>`: version, encoding, standalone, in this order.
fn declaration(text: &str, prolog: &mut Prolog) -> Result<(), String> {
    let mut said: Vec<(&str, &str)> = vec![];
    let mut rest = text;
    loop {
        let blank = rest.len();
        rest = rest.trim_start_matches(is_space);
        if rest.is_empty() {
            break;
        }
        if rest.len() == blank {
            return Err("a blank is missing in the XML declaration".to_owned());
        }
        let odd = || "the XML declaration is not written as name=\"value\"".to_owned();
        let (name, value) = rest.split_once('=').ok_or_else(odd)?;
        let value = value.trim_start_matches(is_space);
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\'')).ok_or_else(odd)?;
        let (value, behind) = value[1..].split_once(quote).ok_or_else(odd)?;
        said.push((name.trim_end_matches(is_space), value));
        rest = behind;
    }
    const ORDER: [&str; 3] = ["version", "encoding", "standalone"];
    let mut places = vec![];
    for (name, value) in said {
        let Some(place) = ORDER.iter().position(|known| *known == name) else {
            return Err("the XML declaration holds more than version, encoding and standalone".to_owned());
        };
        places.push(place);
        let good = match place {
            0 => value
                .strip_prefix("1.")
                .is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit())),
            1 => {
                prolog.encoding = Some(value.to_owned());
                value.starts_with(|c: char| c.is_ascii_alphabetic())
                    && value.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
            }
            _ => {
                prolog.standalone = value == "yes";
                matches!(value, "yes" | "no")
            }
        };
        if !good {
            return Err(format!(
                "“{name}” of the XML declaration cannot be “{}”",
                super::schema::short(value)
            ));
        }
    }
    if places.first() != Some(&0) {
        return Err("the XML declaration does not begin with the version".to_owned());
    }
    match places.is_sorted_by(|a, b| a < b) {
        true => Ok(()),
        false => Err("the XML declaration says version, encoding and standalone in another order".to_owned()),
    }
}

/// Finds the document type before the first element, without its internal subset: where it stands, and what
/// is between `<!` and `[` or `>`.
fn document_type(head: &str) -> Option<(usize, &str)> {
    let mut at = 0;
    loop {
        at += head[at..].find('<')?;
        let rest = &head[at..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            at += 4 + comment.find("-->")?;
        } else if rest.starts_with("<?") {
            at += rest.find("?>")?;
        } else if let Some(declared) = rest.strip_prefix("<!") {
            return Some((at, &declared[..declared.find(['[', '>'])?]));
        } else {
            return None;
        }
    }
}

/// Says what is wrong with `DOCTYPE name SYSTEM "address"`.
fn wrong_with(declared: &str) -> Option<&'static str> {
    let Some(rest) = declared.strip_prefix("DOCTYPE") else {
        return Some("a document type is written <!DOCTYPE");
    };
    if !rest.starts_with(is_space) {
        return Some("the document type has no name");
    }
    let rest = rest.trim_start_matches(is_space);
    let (name, rest) = rest.split_at(rest.find(is_space).unwrap_or(rest.len()));
    if name.is_empty() {
        return Some("the document type has no name");
    }
    let quoted = |text: &str| -> Option<usize> {
        let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        Some(text[1..].find(quote)? + 2)
    };
    let rest = rest.trim_matches(is_space);
    let (wanted, mut rest) = match (rest.strip_prefix("SYSTEM"), rest.strip_prefix("PUBLIC")) {
        (Some(rest), _) => (1, rest),
        (_, Some(rest)) => (2, rest),
        _ if rest.is_empty() => return None,
        _ => return Some("behind the name of the document type stands neither SYSTEM nor PUBLIC"),
    };
    for _ in 0..wanted {
        if !rest.starts_with(is_space) {
            return Some("the document type lacks an address in quotes, with a blank before it");
        }
        rest = rest.trim_start_matches(is_space);
        let Some(end) = quoted(rest) else {
            return Some("the document type lacks an address in quotes, with a blank before it");
        };
        rest = &rest[end..];
    }
    (!rest.trim_matches(is_space).is_empty()).then_some("the document type says more than it may")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prolog_is_as_the_grammar_has_it() {
        for good in [
            "<a/>",
            "<?xml version=\"1.0\"?><a/>",
            "<?xml version='1.0' encoding = 'utf-8' standalone=\"no\" ?>\n<!-- x --><!DOCTYPE a SYSTEM \"a.dtd\" [<!ENTITY e 'x'>]><a/>",
            "<!DOCTYPE a><a/>",
            "<!DOCTYPE a PUBLIC \"-//x\" 'a.dtd' ><a/>",
            "<?xml-model href=\"a\"?><a/>",
        ] {
            assert_eq!(look(good).faults, [], "{good}");
        }
        for bad in [
            "\n<?xml version=\"1.0\"?><a/>",
            "<?xml encoding=\"UTF-8\" version=\"1.0\"?><a/>",
            "<?xml?><a/>",
            "<?xml version=\"1\"?><a/>",
            "<?xml version=\"2.0\"?><a/>",
            "<?xml version=\"1.0\"encoding=\"UTF-8\"?><a/>",
            "<?xml version=\"1.0\" standalone=\"maybe\"?><a/>",
            "<?xml version=\"1.0\" standalone=\"yes\" encoding=\"UTF-8\"?><a/>",
            "<?xml version=\"1.0\" foo=\"x\"?><a/>",
            "<?xml version=\u{201C}1.0\u{201D}?><a/>",
            "<?xml version=1.0?><a/>",
            "<!doctype a><a/>",
            "<!DOCTYPE a SYSTEM a.dtd><a/>",
            "<!DOCTYPE a SYSTEM\"a.dtd\"><a/>",
            "<!DOCTYPE a PUBLIC \"x\"><a/>",
        ] {
            assert_eq!(look(bad).faults.len(), 1, "{bad}");
        }
        assert!(look("<?xml version=\"1.0\" standalone=\"yes\"?><a/>").standalone);
    }
}
