//! What arrives in Weblate: its reader, translate-toolkit, opens what is written for it.

use serde_json::Value;

use crate::door::Desk;
use crate::needs::{Need, met, python};

/// Prints a line of JSON for each unit that the toolkit reads.
const UNITS: &str = "
import json, sys
from translate.storage import tbx
for unit in tbx.tbxfile.parsefile(sys.argv[1]).units:
    terms = unit.get_target_terms() if hasattr(unit, 'get_target_terms') else []
    print(json.dumps({
        'source': unit.source, 'target': unit.target, 'statuses': [t.administrative_status for t in terms],
        'translatable': unit.istranslatable(), 'notes': unit.getnotes('definition'),
    }))
";

#[test]
fn each_pair_is_a_string_and_what_may_not_be_used_is_forbidden() {
    if !met(&[Need::TranslateToolkit]) {
        return;
    }
    let desk = Desk::new();
    desk.write(
        "terms/cyber-sovereignty.toml",
        "note = \"In full at first.\"\n[[definitions]]\ntext = \"A state's say over its networks.\"\n\
         [[en]]\nterm = \"cyber sovereignty\"\nstatus = \"preferred\"\n\
         [[en]]\nterm = \"cyberspace sovereignty\"\nstatus = \"admitted\"\n\
         [[zh-Hans]]\nterm = \"网络主权\"\nstatus = \"preferred\"\n\
         [[zh-Hans]]\nterm = \"网络空间主权\"\nstatus = \"admitted\"\n\
         [[zh-Hans]]\nterm = \"互联网主权\"\nstatus = \"deprecated\"\n\
         [[zh-Hans]]\nterm = \"赛博主权\"\nstatus = \"superseded\"\n\
         [[zh-Hans]]\nterm = \"数字主权\"\nstatus = \"proposed\"\n",
    );
    desk.write(
        "terms/night-line.toml",
        "[[en]]\nterm = \"NightLine <&>\"\nstatus = \"preferred\"\ndo_not_translate = true\n",
    );
    desk.ok(["import", "terms"]);
    desk.ok(["export", "zh_Hans.tbx", "--for", "weblate", "--lang", "en,zh-Hans"]);
    let ran = python().args(["-c", UNITS]).arg(desk.folder().join("zh_Hans.tbx")).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let units: Vec<Value> =
        String::from_utf8_lossy(&ran.stdout).lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let pairs: Vec<(&str, Option<&str>, &str)> = units
        .iter()
        .map(|u| {
            let status = u["statuses"][0].as_str().unwrap_or_default();
            (u["source"].as_str().unwrap(), u["target"].as_str(), status)
        })
        .collect();
    assert_eq!(
        pairs,
        [
            ("cyber sovereignty", Some("网络主权"), "preferredTerm-admn-sts"),
            ("cyberspace sovereignty", Some("网络主权"), "preferredTerm-admn-sts"),
            ("cyber sovereignty", Some("网络空间主权"), "admittedTerm-admn-sts"),
            ("cyber sovereignty", Some("赛博主权"), "obsolete"),
            ("cyber sovereignty", Some("互联网主权"), "forbidden"),
            ("NightLine <&>", None, ""),
        ]
    );
    assert_eq!(units[0]["notes"], "A state's say over its networks.\nIn full at first.");
    assert_eq!((&units[0]["translatable"], &units[5]["translatable"]), (&true.into(), &false.into()));
}
