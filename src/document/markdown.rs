//! Markdown: CommonMark with tables and footnotes, by pulldown-cmark.
//!
//! Prose are paragraphs, headings, list items, cells, footnotes and the texts of links. Code, addresses, comments and
//! front matter are not. HTML inside is read as HTML.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::build::Builder;
use super::{BlockKind, head, html};

pub(super) fn read(builder: &mut Builder<'_>) {
    let mut base = head::front_matter(builder);
    if base == 0 {
        base = head::read(builder);
    }
    let source = &builder.source[base..];
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_GFM;
    let mut walk = Walk { builder, base, source, kinds: vec![], code: false, html: None, images: vec![] };
    for (event, range) in Parser::new_ext(source, options).into_offset_iter() {
        walk.event(event, range);
        if walk.builder.is_full() {
            return;
        }
    }
    walk.end();
}

struct Walk<'b, 'w> {
    builder: &'b mut Builder<'w>,
    /// Where what is parsed begins in the source.
    base: usize,
    source: &'w str,
    /// What the blocks around are, the innermost last.
    kinds: Vec<BlockKind>,
    code: bool,
    /// HTML that stands as a block.
    html: Option<Range<usize>>,
    /// The images that are open: what stands in them is their alternative text.
    images: Vec<Range<usize>>,
}

impl Walk<'_, '_> {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.leave(tag, range),
            Event::Text(text) if !self.code => self.text(&text, range),
            Event::SoftBreak | Event::HardBreak => self.put("\n", range),
            Event::Code(_) | Event::InlineMath(_) | Event::DisplayMath(_) => self.mask(range),
            Event::InlineHtml(tag) if is_break(&tag) => self.put("\n", range),
            Event::Html(_) => {
                let html = self.html.get_or_insert(range.clone());
                html.end = html.end.max(range.end);
            }
            Event::Rule => self.end(),
            // Marks of footnotes stand over the line, and a word before one is that word.
            Event::FootnoteReference(_)
            | Event::TaskListMarker(_)
            | Event::InlineHtml(_)
            | Event::Text(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        let kind = match tag {
            Tag::Paragraph => return self.end(),
            Tag::Heading { level, .. } => BlockKind::Heading(level as u8),
            Tag::Item | Tag::DefinitionListTitle | Tag::DefinitionListDefinition => BlockKind::ListItem,
            Tag::TableCell => BlockKind::TableCell,
            Tag::FootnoteDefinition(_) => BlockKind::Note,
            Tag::CodeBlock(CodeBlockKind::Fenced(_) | CodeBlockKind::Indented) => {
                self.end();
                self.code = true;
                return;
            }
            Tag::Image { .. } => {
                self.images.push(range);
                return;
            }
            Tag::HtmlBlock => {
                self.html = None;
                return self.end();
            }
            Tag::BlockQuote(_) | Tag::List(_) | Tag::Table(_) | Tag::TableHead | Tag::TableRow => {
                return self.end();
            }
            _ => return,
        };
        self.end();
        self.kinds.push(kind);
    }

    fn leave(&mut self, tag: TagEnd, _range: Range<usize>) {
        match tag {
            TagEnd::Paragraph | TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::Table => self.end(),
            TagEnd::CodeBlock => self.code = false,
            TagEnd::Heading(_)
            | TagEnd::Item
            | TagEnd::TableCell
            | TagEnd::FootnoteDefinition
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition => {
                self.end();
                self.kinds.pop();
            }
            TagEnd::Image => {
                let Some(image) = self.images.pop() else { return };
                if self.images.is_empty() {
                    self.alternative(image);
                }
            }
            TagEnd::HtmlBlock => {
                if let Some(range) = self.html.take() {
                    html::read_range(self.builder, self.base + range.start..self.base + range.end);
                }
            }
            _ => {}
        }
    }

    /// Makes a block of an image's alternative text, which is parsed once more by itself.
    fn alternative(&mut self, image: Range<usize>) {
        let (base, source) = (self.base, self.source);
        self.builder.aside(BlockKind::Alternative, None, |builder| {
            for (event, range) in Parser::new(&source[image.clone()]).into_offset_iter() {
                let range = base + image.start + range.start..base + image.start + range.end;
                match event {
                    Event::Text(text) => put(builder, &text, range),
                    Event::SoftBreak => builder.atom("\n", range),
                    _ => {}
                }
            }
        });
        self.mask(image);
    }

    fn text(&mut self, text: &str, range: Range<usize>) {
        if self.images.is_empty() {
            put(self.builder, text, self.base + range.start..self.base + range.end);
        }
    }

    fn put(&mut self, text: &str, range: Range<usize>) {
        if self.images.is_empty() {
            self.builder.atom(text, self.base + range.start..self.base + range.end);
        }
    }

    fn mask(&mut self, range: Range<usize>) {
        if self.images.is_empty() {
            self.builder.mask(self.base + range.start..self.base + range.end);
        }
    }

    fn end(&mut self) {
        let kind = self.kinds.last().copied().unwrap_or(BlockKind::Paragraph);
        self.builder.end(kind, None);
    }
}

/// Appends text; what was an escape or an entity is one thing.
fn put(builder: &mut Builder<'_>, text: &str, range: Range<usize>) {
    if builder.source[range.clone()] == *text {
        builder.same(range);
    } else {
        builder.atom(text, range);
    }
}

fn is_break(tag: &str) -> bool {
    let name = tag.trim_start_matches('<').trim_start();
    name.get(..2).is_some_and(|b| b.eq_ignore_ascii_case("br"))
        && !name[2..].starts_with(|c: char| c.is_alphanumeric())
}
