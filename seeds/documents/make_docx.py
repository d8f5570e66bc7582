#!/usr/bin/env python3
"""Makes the office documents of this folder and of seeds/broken/document, with the standard library only.

Run it again after a change; the files are the same byte for byte, because every member has the same date.
"""
import io
import pathlib
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
BROKEN = HERE.parent / "broken" / "document"

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
STRICT = 'xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"'
MORE = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" mc:Ignorable="wps"'
)
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml."
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def run(text, properties=""):
    properties = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{properties}<w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*runs, properties=""):
    properties = f"<w:pPr>{properties}</w:pPr>" if properties else ""
    return f"<w:p>{properties}{''.join(runs)}</w:p>"


def cell(text):
    return f"<w:tc><w:tcPr/>{paragraph(run(text))}</w:tc>"


BY = 'w:id="1" w:author="N. Sayrafi (invented)" w:date="2025-11-15T09:00:00Z"'
BOX = paragraph(run("Text box: a community with a shared future in cyberspace."))
BODY = "".join([
    paragraph(run("Minutes of the third Harbour Dialogue"), properties='<w:pStyle w:val="Title1"/>'),
    paragraph(run("Cyber"), run(" "), run("sovereignty", "<w:b/>"), properties='<w:pStyle w:val="berschrift1"/>'),
    # A term over four runs, as a spelling checker leaves it, with a change inside.
    paragraph(
        run("The delegates spoke of a "), run("commu"), run("nity", '<w:lang w:val="en-GB"/>'),
        '<w:proofErr w:type="spellStart"/>', run(" with a "),
        f"<w:del {BY}><w:r><w:delText>common</w:delText></w:r></w:del>",
        f'<w:ins {BY}>{run("shared")}</w:ins>', run(" future in cyberspace"),
        '<w:r><w:footnoteReference w:id="2"/></w:r>', run("."),
    ),
    # The end of this paragraph was deleted, so the next one goes on in it.
    paragraph(run("Respect for network "), properties=f"<w:rPr><w:del {BY}/></w:rPr>"),
    paragraph(run("sovereignty came first."), '<w:r><w:commentReference w:id="0"/></w:r>'),
    paragraph(
        f"<w:moveFrom {BY}>{run('Moved away.')}</w:moveFrom>", f"<w:moveTo {BY}>{run('Moved here.')}</w:moveTo>",
        run(" A non"), "<w:r><w:noBreakHyphen/></w:r>", run("breaking and a soft"), "<w:r><w:softHyphen/></w:r>",
        run("hyphen,"), "<w:r><w:br/></w:r>", run("a break,"), "<w:r><w:tab/></w:r>", run("a tab, a symbol "),
        '<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>', run("."), run(" Hidden.", "<w:vanish/>"),
    ),
    paragraph(run("First point: the "), '<w:hyperlink r:id="rId9">' + run("Global Data Security Initiative") + "</w:hyperlink>",
              properties='<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'),
    paragraph(run("Second point: the "), '<w:smartTag w:element="place"><w:smartTagPr/>' + run("Digital Silk Road") + "</w:smartTag>",
              properties='<w:pStyle w:val="ListParagraph"/>'),
    "<w:tbl><w:tblPr/><w:tblGrid/>"
    f"<w:tr>{cell('English')}{cell('中文')}</w:tr><w:tr>{cell('cyber sovereignty')}{cell('网络主权')}</w:tr></w:tbl>",
    paragraph(
        run("Page "), '<w:r><w:fldChar w:fldCharType="begin"/></w:r>', "<w:r><w:instrText> PAGE </w:instrText></w:r>",
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>', run("3"), '<w:r><w:fldChar w:fldCharType="end"/></w:r>',
        run(", in Chinese "), run("网络空间", '<w:lang w:eastAsia="zh-CN"/>'),
        run("命运共同体", '<w:lang w:eastAsia="zh-CN"/>'), run(", in Arabic "),
        run("السيادة السيبرانية", '<w:rtl/><w:lang w:bidi="ar-EG"/>'), run("."),
    ),
    paragraph(
        run("Beside a picture "),
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:inline>'
        '<wp:docPr id="1" name="Box" descr="A chart of the digital economy"/>'
        f"<wps:wsp><wps:txbx><w:txbxContent>{BOX}</w:txbxContent></wps:txbx></wps:wsp></wp:inline></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox><w:txbxContent>{BOX}</w:txbxContent></v:textbox></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>",
        run(" the text goes on."),
    ),
])
STYLES = (
    f"{HEAD}<w:styles {W}><w:docDefaults><w:rPrDefault><w:rPr>"
    '<w:lang w:val="en-GB" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault></w:docDefaults>'
    '<w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Title1"><w:name w:val="Own title"/><w:basedOn w:val="Title"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="ListParagraph"><w:name w:val="List Paragraph"/></w:style></w:styles>'
)
PARTS = {
    "[Content_Types].xml": f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{TYPE}document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{TYPE}styles+xml"/>'
    f'<Override PartName="/word/footnotes.xml" ContentType="{TYPE}footnotes+xml"/>'
    f'<Override PartName="/word/comments.xml" ContentType="{TYPE}comments+xml"/>'
    f'<Override PartName="/word/header1.xml" ContentType="{TYPE}header+xml"/></Types>',
    "_rels/.rels": f'{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{REL}officeDocument" Target="word/document.xml"/></Relationships>',
    "docProps/core.xml": f'{HEAD}<cp:coreProperties '
    'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">'
    "<dc:title>Minutes &amp; terms</dc:title><dcterms:created>2025-11-14T18:30:00Z</dcterms:created>"
    "<dc:language>en-GB</dc:language></cp:coreProperties>",
    "word/_rels/document.xml.rels": f'{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{REL}styles" Target="styles.xml"/>'
    f'<Relationship Id="rId2" Type="{REL}footnotes" Target="footnotes.xml"/>'
    f'<Relationship Id="rId3" Type="{REL}comments" Target="comments.xml"/>'
    f'<Relationship Id="rId4" Type="{REL}header" Target="header1.xml"/>'
    f'<Relationship Id="rId9" Type="{REL}hyperlink" Target="https://example.org/" TargetMode="External"/></Relationships>',
    "word/styles.xml": STYLES,
    "word/document.xml": f"{HEAD}<w:document {W} {MORE}><w:body>{BODY}<w:sectPr/></w:body></w:document>",
    "word/footnotes.xml": f'{HEAD}<w:footnotes {W}><w:footnote w:type="separator" w:id="0"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    f'<w:footnote w:id="2">{paragraph("<w:r><w:footnoteRef/></w:r>", run(" In 2016 still a community of common future."))}</w:footnote></w:footnotes>',
    "word/comments.xml": f'{HEAD}<w:comments {W}><w:comment w:id="0" w:author="N. Sayrafi (invented)">'
    f'{paragraph(run("Rather: cyber sovereignty."))}</w:comment></w:comments>',
    "word/header1.xml": f'{HEAD}<w:hdr {W}>{paragraph(run("Harbour Dialogue, third session"))}</w:hdr>',
}


def packed(parts, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, text in parts.items():
            member = zipfile.ZipInfo(name, (2025, 11, 14, 18, 30, 0))
            member.compress_type = method
            archive.writestr(member, text)
    return out.getvalue()


def main():
    whole = packed(PARTS)
    (HERE / "minutes.docx").write_bytes(whole)
    strict = {
        "_rels/.rels": PARTS["_rels/.rels"].replace("word/document.xml", "/word/document2.xml").replace(
            "schemas.openxmlformats.org/officeDocument/2006", "purl.oclc.org/ooxml/officeDocument"),
        "word/document2.xml": f"{HEAD}<w:document {STRICT}><w:body>"
        + paragraph(run("Une communauté de des"), run("tin dans le cyberespace.", "<w:i/>"),
                    properties='<w:pStyle w:val="Heading2"/>')
        + paragraph(run("Суверенитет в кибер"), run("пространстве.", '<w:lang w:val="ru-RU"/>'))
        + "</w:body></w:document>",
    }
    (HERE / "strict-stored.docx").write_bytes(packed(strict, zipfile.ZIP_STORED))
    # The directory at the end is gone, and the last parts with it.
    cut = whole.index(b"word/comments.xml")
    (BROKEN / "cut-off.docx").write_bytes(whole[:cut + 60])
    (BROKEN / "cut-in-the-text.docx").write_bytes(whole[:whole.index(b"word/footnotes.xml") - 500])
    (BROKEN / "not-well-formed.docx").write_bytes(packed({
        "word/document.xml": f"<w:document {W}><w:body>{paragraph(run('Whole.'))}<w:p><w:r><w:t>Half &nbsp;</w:p>"}))
    encrypted = bytearray(packed({"word/document.xml": "<w:document/>"}))
    for sign in (b"PK\x03\x04", b"PK\x01\x02"):
        encrypted[encrypted.index(sign) + (6 if sign == b"PK\x03\x04" else 8)] |= 1
    (BROKEN / "encrypted.docx").write_bytes(bytes(encrypted))
    (BROKEN / "bomb.docx").write_bytes(packed({"word/document.xml": " " * (8 << 20)}))
    (BROKEN / "no-document.docx").write_bytes(packed({"content.xml": "<office/>"}))
    (BROKEN / "checksum.docx").write_bytes(
        packed({"word/document.xml": f"<w:document {W}>{paragraph(run('The checksum is wrong.'))}</w:document>"}, zipfile.ZIP_STORED)
        .replace(b"is wrong", b"is wrung"))


if __name__ == "__main__":
    main()
