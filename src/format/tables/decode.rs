//! The encoding of a table: byte order mark, label, or a look at the zero bytes.

use std::io::{BufReader, Read};

use crate::format::ReadError;
use crate::model::Place;

/// Turns the bytes of a file into UTF-8; tells where in the file the first byte of text stands
/// when the two are the same bytes. What cannot be decoded becomes U+FFFD.
pub(super) fn decoded<'r>(
    input: &'r mut dyn Read,
    label: Option<&str>,
) -> Result<(Box<dyn Read + 'r>, Option<u64>), ReadError> {
    let mut head = Vec::with_capacity(HEAD);
    (&mut *input).take(HEAD as u64).read_to_end(&mut head)?;
    let given = match label {
        None => None,
        Some(label) => Some(encoding_rs::Encoding::for_label(label.as_bytes()).ok_or_else(|| {
            ReadError::Broken(Place::default(), format!("\"{label}\" is not the name of an encoding"))
        })?),
    };
    // A mark at the beginning of the file knows better than anybody.
    let (encoding, mark) = match encoding_rs::Encoding::for_bom(&head) {
        Some(found) => found,
        None => (given.unwrap_or_else(|| by_zeros(&head)), 0),
    };
    let offset = (encoding == encoding_rs::UTF_8).then_some(mark as u64);
    let rest = std::io::Cursor::new(head).chain(input);
    let decoder = encoding.new_decoder_with_bom_removal();
    let reader = Decoding {
        input: BufReader::with_capacity(1 << 16, rest),
        decoder,
        out: vec![0; 1 << 16],
        ready: 0..0,
        done: false,
    };
    Ok((Box::new(reader), offset))
}

const HEAD: usize = 4096;

/// Text of mostly Latin letters in UTF-16 has a zero in every second byte.
fn by_zeros(head: &[u8]) -> &'static encoding_rs::Encoding {
    let zeros = |odd: usize| head.iter().skip(odd).step_by(2).filter(|&&b| b == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    match head.len() / 4 {
        0 => encoding_rs::UTF_8,
        enough if odd >= enough && even < odd / 4 => encoding_rs::UTF_16LE,
        enough if even >= enough && odd < even / 4 => encoding_rs::UTF_16BE,
        _ => encoding_rs::UTF_8,
    }
}

struct Decoding<R> {
    input: R,
    decoder: encoding_rs::Decoder,
    out: Vec<u8>,
    ready: std::ops::Range<usize>,
    done: bool,
}

impl<R: std::io::BufRead> Read for Decoding<R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        while self.ready.is_empty() && !self.done {
            let data = self.input.fill_buf()?;
            let last = data.is_empty();
            let (result, used, written, _) = self.decoder.decode_to_utf8(data, &mut self.out, last);
            self.input.consume(used);
            self.ready = 0..written;
            self.done = last && result == encoding_rs::CoderResult::InputEmpty;
        }
        let n = into.len().min(self.ready.len());
        into[..n].copy_from_slice(&self.out[self.ready.start..self.ready.start + n]);
        self.ready.start += n;
        Ok(n)
    }
}
