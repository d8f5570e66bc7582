//! The schemas of TBX and TMX, element by element.
//!
//! What a standard allows, in the notation of [`super::schema`]: the core structure of TBX 3
//! (ISO 30042:2019) with the modules that its dialects are put together from, the core of TBX 2
//! (ISO 30042:2008), TBX-Basic 2, and TMX 1.1 to 1.4. The suite holds each of them against the official
//! schema, file by file and change by change.

use std::sync::LazyLock;

use super::schema::Schema;

/// The core of TBX 3, whatever the dialect and the style.
pub(super) static TBX_3: LazyLock<Schema> = LazyLock::new(|| {
    Schema::read(
        TBX_3_CORE,
        &[
            ("aux", "admin adminGrp descrip descripGrp note ref transacGrp xref @"),
            ("link", "admin adminGrp note ref transacGrp xref @"),
            ("inline", "ec foreign hi ph sc"),
        ],
    )
});

const TBX_3_CORE: &str = "
tbx:             tbxHeader text                               | xml:lang=language type=dialect style=dca,dct
tbxHeader:       fileDesc encodingDesc? revisionDesc?         | id=ID?
fileDesc:        publicationStmt? titleStmt? sourceDesc       | id=ID?
publicationStmt: p+                                           | id=ID?
titleStmt:       title note*                                  | id=ID? xml:lang=language?
title:           <text>                                       | id=ID? xml:lang=language?
sourceDesc:      p+                                           | id=ID? xml:lang=language?
encodingDesc:    p+                                           | id=ID?
revisionDesc:    change+                                      | id=ID? xml:lang=language?
change:          p+                                           | id=ID? xml:lang=language?
p:               ~ $inline                                    | id=ID? xml:lang=language? type=text?
text:            body? back?                                  | id=ID?
body:            conceptEntry+                                | id=ID?
conceptEntry:    ($aux)* langSec+                             | id=ID
langSec:         ($aux)* termSec+                             | xml:lang=language
termSec:         term (termNote termNoteGrp @)* ($aux)*       | id=ID?
term:            ~ hi                                         | id=ID?
termNote:        ~ $inline                                    | id=ID? xml:lang=language? target=IDREF? datatype=text? type=text
termNoteGrp:     (termNote @) ($link)*                        | id=ID?
descrip:         ~ $inline                                    | id=ID? xml:lang=language? target=IDREF? datatype=text? type=text
descripGrp:      (descrip @) (admin adminGrp descripNote note ref transacGrp xref @)* | id=ID?
descripNote:     <text>                                       | id=ID? xml:lang=language? target=IDREF? datatype=text? type=text
admin:           ~ $inline                                    | id=ID? xml:lang=language? target=IDREF? datatype=text? type=text
adminGrp:        (admin @) (adminNote note ref xref @)*       | id=ID?
adminNote:       <text>                                       | id=ID? xml:lang=language? target=IDREF? datatype=text? type=text
transac:         <text>                                       | id=ID? xml:lang=language? target=IDREF? datatype=text? type=text
transacGrp:      (transac @) (date note ref transacNote xref @)* | id=ID?
transacNote:     <text>                                       | id=ID? xml:lang=language? target=IDREF? datatype=text? type=text
date:            <date-or-time>                               | id=ID?
note:            ~ $inline                                    | id=ID? xml:lang=language?
ref:             <text>                                       | id=ID? xml:lang=language? target=IDREF? datatype=text? type=text
xref:            <text>                                       | id=ID? target=uri type=text
hi:              <text>                                       | target=IDREF? type=entailedTerm,hotkey,italics,bold,superscript,subscript,math?
foreign:         ~ $inline                                    | id=ID? xml:lang=language?
ph:                                                           | type=text?
sc:                                                           | id=ID isolated=yes,no?
ec:                                                           | id=ID? startRef=IDREF? isolated=yes,no? disp=text? equiv=text? type=fmt,ui,quote,link,image,other? subtype=text? target=text?
back:            refObjectSec*                                | id=ID?
refObjectSec:    refObject+                                   | id=ID? type=text
refObject:       (itemSet itemGrp item)+                      | id=ID?
itemSet:         (itemGrp item)+                              | id=ID? type=text?
itemGrp:         item ($link)*                                | id=ID?
item:            ~ $inline                                    | id=ID? type=text?
";

/// The categories of TBX-Min, as elements of their own.
pub(super) static MIN: LazyLock<Schema> = LazyLock::new(|| Schema::read(MIN_MODULE, &[]));
/// What TBX-Basic adds.
pub(super) static BASIC: LazyLock<Schema> = LazyLock::new(|| Schema::read(BASIC_MODULE, &[]));
/// What TBX-Linguist adds.
pub(super) static LINGUIST: LazyLock<Schema> = LazyLock::new(|| Schema::read(LINGUIST_MODULE, &[]));

const MIN_MODULE: &str = "
customerSubset:         <text>
subjectField:           <text>
partOfSpeech:           'adjective|noun|other|verb|adverb'
administrativeStatus:   'admittedTerm-admn-sts|deprecatedTerm-admn-sts|supersededTerm-admn-sts|preferredTerm-admn-sts'
externalCrossReference: <text> | target=web
";

const BASIC_MODULE: &str = "
projectSubset:     <text>
source:            <text>
context:           <text>
definition:        <text>
crossReference:    <text> | target=IDREF
grammaticalGender: 'masculine|feminine|neuter|other'
geographicalUsage: <text>
termLocation:      'checkBox|comboBox|comboBoxElement|dialogBox|groupBox|informativeMessage|interactiveMessage|menuItem|progressBar|pushButton|radioButton|slider|spinBox|tab|tableText|textBox|toolTip|user-definedType'
termType:          'fullForm|acronym|abbreviation|shortForm|variant|phrase'
transactionType:   'origination|modification'
responsibility:    <text> | target=IDREF?
xGraphic:          <text> | target=web
";

const LINGUIST_MODULE: &str = "
reading:           <text>
readingNote:       <text>
grammaticalNumber: 'singular|plural|dual|mass|otherNumber'
register:          'colloquialRegister|neutralRegister|technicalRegister|in-houseRegister|bench-levelRegister|slangRegister|vulgarRegister'
transferComment:   <text>
";

/// The core of TBX 2.
pub(super) static TBX_2: LazyLock<Schema> = LazyLock::new(|| {
    Schema::read(
        TBX_2_CORE,
        &[
            ("aux", "descrip descripGrp admin adminGrp transacGrp note ref xref"),
            ("link", "admin adminGrp transacGrp note ref xref"),
            ("inline", "hi foreign bpt ept ph"),
        ],
    )
});

const TBX_2_CORE: &str = "
martif:          martifHeader text                            | type=text xml:lang=text
martifHeader:    fileDesc encodingDesc? revisionDesc?         | id=ID?
fileDesc:        titleStmt? publicationStmt? sourceDesc+      | id=ID?
titleStmt:       title note*                                  | id=ID? xml:lang=text?
title:           <text>                                       | id=ID? xml:lang=text?
publicationStmt: p+                                           | id=ID?
sourceDesc:      p+                                           | id=ID? xml:lang=text?
encodingDesc:    p+                                           | id=ID?
revisionDesc:    change+                                      | id=ID? xml:lang=text?
change:          p+                                           | id=ID? xml:lang=text?
p:               ~ $inline                                    | id=ID? type=DCSName,XCSURI,XCSContent? xml:lang=text?
text:            body back?                                   | id=ID?
body:            termEntry+                                   | id=ID?
termEntry:       ($aux)* langSet+                             | id=ID?
langSet:         ($aux)* (tig ntig)+                          | id=ID? xml:lang=text
tig:             term termNote* ($aux)*                       | id=ID?
ntig:            termGrp ($aux)*                              | id=ID?
termGrp:         term (termNote termNoteGrp)* termCompList*   | id=ID?
term:            ~ hi                                         | id=ID?
termNote:        ~ $inline                                    | id=ID? xml:lang=text? type=text target=IDREF? datatype=text?
termNoteGrp:     termNote ($link)*                            | id=ID?
termCompList:    ($aux)* (termComp termCompGrp)+              | id=ID? type=text
termCompGrp:     termComp (termNote termNoteGrp)* ($link)*    | id=ID?
termComp:        <text>                                       | id=ID? xml:lang=text?
descrip:         ~ $inline                                    | id=ID? xml:lang=text? type=text target=IDREF? datatype=text?
descripGrp:      descrip (descripNote admin adminGrp transacGrp note ref xref)* | id=ID?
descripNote:     <text>                                       | id=ID? xml:lang=text? type=text target=IDREF? datatype=text?
admin:           ~ $inline                                    | id=ID? xml:lang=text? type=text target=IDREF? datatype=text?
adminGrp:        admin (adminNote note ref xref)*             | id=ID?
adminNote:       <text>                                       | id=ID? xml:lang=text? type=text target=IDREF? datatype=text?
transac:         <text>                                       | id=ID? xml:lang=text? type=text target=IDREF? datatype=text?
transacGrp:      transac (transacNote date note ref xref)*    | id=ID?
transacNote:     <text>                                       | id=ID? xml:lang=text? type=text target=IDREF? datatype=text?
date:            <text>                                       | id=ID?
note:            ~ $inline                                    | id=ID? xml:lang=text?
ref:             <text>                                       | id=ID? xml:lang=text? type=text target=IDREF? datatype=text?
xref:            <text>                                       | id=ID? type=text? target=uri
hi:              <text>                                       | type=text? target=IDREF? xml:lang=text?
foreign:         ~ $inline                                    | id=ID? xml:lang=text?
bpt:             <text>                                       | i=text? type=text?
ept:             <text>                                       | i=text?
ph:              <text>                                       | type=text?
back:            refObjectList*                               | id=ID?
refObjectList:   refObject+                                   | id=ID? type=text
refObject:       (itemSet itemGrp item)+                      | id=ID?
itemSet:         (item itemGrp)+                              | id=ID? type=text?
itemGrp:         item ($link)*                                | id=ID?
item:            ~ $inline                                    | id=ID? type=text?
";

/// TBX-Basic of TBX 2.
pub(super) static TBX_2_BASIC: LazyLock<Schema> = LazyLock::new(|| {
    Schema::read(
        TBX_2_BASIC_TEXT,
        &[("aux", "descrip descripGrp admin transacGrp note ref xref"), ("inline", "hi foreign bpt ept ph")],
    )
});

const TBX_2_BASIC_TEXT: &str = "
martif:          martifHeader text                            | type=text xml:lang=text
martifHeader:    fileDesc encodingDesc? revisionDesc?         | id=ID?
fileDesc:        titleStmt? publicationStmt? sourceDesc+      | id=ID?
titleStmt:       title note*                                  | id=ID? xml:lang=text?
title:           <text>                                       | id=ID? xml:lang=text?
publicationStmt: p+                                           | id=ID?
sourceDesc:      p+                                           | id=ID? xml:lang=text?
encodingDesc:    p+                                           | id=ID?
revisionDesc:    change+                                      | id=ID? xml:lang=text?
change:          p+                                           | id=ID? xml:lang=text?
p:               ~ $inline                                    | id=ID? type=XCSURI? xml:lang=text?
text:            body back?                                   | id=ID?
body:            termEntry+                                   | id=ID?
termEntry:       ($aux)* langSet+                             | id=ID?
langSet:         ($aux)* tig+                                 | xml:lang=text
tig:             term termNote* ($aux)*                       | id=ID?
term:            ~ hi                                         | id=ID?
termNote:        ~ $inline                                    | id=ID? xml:lang=text? type=administrativeStatus,geographicalUsage,grammaticalGender,partOfSpeech,termLocation,termType target=IDREF? datatype=text?
descrip:         ~ $inline                                    | id=ID? xml:lang=text? type=context,definition,subjectField target=IDREF? datatype=text?
descripGrp:      descrip admin*                               | id=ID?
admin:           ~ $inline                                    | id=ID? xml:lang=text? type=customerSubset,projectSubset,source target=IDREF? datatype=text?
transac:         <text>                                       | id=ID? xml:lang=text? type=transactionType target=IDREF? datatype=text?
transacGrp:      transac (transacNote date)*                  | id=ID?
transacNote:     <text>                                       | id=ID? xml:lang=text? type=responsibility target=IDREF? datatype=text?
date:            <date>                                       | id=ID?
note:            ~ $inline                                    | id=ID? xml:lang=text?
ref:             <text>                                       | id=ID? xml:lang=text? type=crossReference target=IDREF? datatype=text?
xref:            <text>                                       | id=ID? type=externalCrossReference,xGraphic target=text
hi:              <text>                                       | type=entailedTerm,hotkey,italics,bold,superscript,subscript,math? target=IDREF? xml:lang=text?
foreign:         ~ $inline                                    | id=ID? xml:lang=text?
bpt:             <text>                                       | i=text? type=text?
ept:             <text>                                       | i=text?
ph:              <text>                                       | type=text?
back:            refObjectList*                               | id=ID?
refObjectList:   refObject+                                   | id=ID? type=text
refObject:       item+                                        | id=ID?
item:            ~ $inline                                    | id=ID? type=text?
";

/// TMX, version by version; they differ in `lang`, in `hi` and in what stands in `ut`.
pub(super) static TMX: LazyLock<[(&str, Schema); 4]> = LazyLock::new(|| {
    let old = ("lang", "lang=text");
    let own_lang = ("own-lang", "lang=text?");
    let both = ("own-lang", "xml:lang=text? lang=text?");
    let new = ("lang", "xml:lang=text lang=text?");
    let read = |rows: &[(&str, &'static str)]| Schema::read(TMX_TEXT, &[TMX_INFO, rows].concat());
    let codes = ("codes", "bpt ept it ph hi ut");
    let plain = ("in-ut", "");
    [
        (
            "1.1",
            read(&[
                ("version", "version=text"),
                old,
                own_lang,
                ("prop-lang", "lang=text?"),
                ("codes", "bpt ept it ph ut"),
                ("seg-codes", "bpt ept it ph ut sub"),
                plain,
                ("sub", ""),
            ]),
        ),
        (
            "1.2",
            read(&[
                ("version", "version=text"),
                old,
                own_lang,
                ("prop-lang", "lang=text?"),
                codes,
                ("seg-codes", "bpt ept it ph hi ut"),
                plain,
                ("sub", "datatype=text? type=text?"),
            ]),
        ),
        (
            "1.3",
            read(&[
                ("version", "version=1.3?"),
                new,
                both,
                ("prop-lang", "xml:lang=text?"),
                codes,
                ("seg-codes", "bpt ept it ph hi ut"),
                plain,
                ("sub", "datatype=text? type=text?"),
            ]),
        ),
        (
            "1.4",
            read(&[
                ("version", "version=1.4?"),
                new,
                both,
                ("prop-lang", "xml:lang=text? lang=text?"),
                codes,
                ("seg-codes", "bpt ept it ph hi ut"),
                ("in-ut", "sub"),
                ("sub", "datatype=text? type=text?"),
            ]),
        ),
    ]
});

/// What units and their variants may say of themselves.
const TMX_INFO: &[(&str, &str)] = &[(
    "info",
    "o-encoding=text? datatype=text? usagecount=text? lastusagedate=text? creationtool=text? \
     creationtoolversion=text? creationdate=text? creationid=text? changedate=text? changeid=text? o-tmf=text?",
)];

const TMX_TEXT: &str = "
tmx:    header body          | $version
header: (note prop ude)*     | creationtool=text creationtoolversion=text segtype=block,paragraph,sentence,phrase o-tmf=text adminlang=text srclang=text datatype=text o-encoding=text? creationdate=text? creationid=text? changedate=text? changeid=text?
body:   tu*
note:   <text>               | o-encoding=text? $own-lang
prop:   <text>               | type=text o-encoding=text? $prop-lang
ude:    map+                 | name=text base=text?
map:                         | unicode=text code=text? ent=text? subst=text?
tu:     (note prop)* tuv+    | tuid=text? segtype=block,paragraph,sentence,phrase? srclang=text? $info
tuv:    (note prop)* seg     | $lang $info
seg:    ~ $seg-codes
bpt:    ~ sub                | i=text x=text? type=text?
ept:    ~ sub                | i=text
it:     ~ sub                | pos=begin,end x=text? type=text?
ph:     ~ sub                | x=text? assoc=text? type=text?
hi:     ~ $codes             | x=text? type=text?
ut:     ~ $in-ut             | x=text?
sub:    ~ $codes             | $sub
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_element_that_may_stand_somewhere_is_told_of() {
        let modules = [&*MIN, &*BASIC, &*LINGUIST];
        let tmx = TMX.iter().map(|(_, schema)| schema);
        for schema in [&*TBX_3, &*TBX_2, &*TBX_2_BASIC].into_iter().chain(modules).chain(tmx) {
            for (name, element) in schema.elements() {
                for inner in element.content.names().filter(|n| *n != super::super::schema::FOREIGN) {
                    assert!(schema.element(inner).is_some(), "{inner} in {name}");
                }
            }
        }
    }
}
