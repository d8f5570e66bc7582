// What arrives in OmegaT, segment by segment, as JSON Lines in arrived.jsonl beside the project's files.
//
// For `omegat --mode=console-translate --script=arrive.groovy PROJECT`. The project, its memories and its
// tokenizers are those that OmegaT has loaded by itself; glossaries it loads only for its window. So we
// ask the classes that do it there, with nobody to show the result to.

import groovy.json.JsonOutput
import org.omegat.core.Core
import org.omegat.core.events.IStopped
import org.omegat.core.statistics.FindMatches
import org.omegat.gui.glossary.FindGlossaryThread
import org.omegat.gui.glossary.GlossaryManager
import org.omegat.util.OConsts

/** The glossaries of the project's folder. */
class Glossaries extends GlossaryManager {
    Glossaries() {
        super(null)
        def properties = Core.project.projectProperties
        priorityGlossary = new File(properties.writeableGlossary)
        new File(properties.glossaryRoot).eachFile { fileChanged(it) }
    }

    void fileChanged(File file) {
        try {
            super.fileChanged(file)
        } catch (NullPointerException ignored) {
            // The file is read by now, or what is wrong with it is in the log. What is missing is the pane
            // that should show it.
        }
    }
}

/** The search for a segment's terms, which in a window would give up when somebody goes elsewhere. */
class Search extends FindGlossaryThread {
    Search(segment, glossaries) { super(null, segment, glossaries) }

    protected boolean isEntryChanged() { false }

    def found() { search() }
}

// It is also called when the project is translated and closed.
if (eventType.toString() != "LOAD") return

def glossaries = new Glossaries()
def matches = new FindMatches(project.sourceTokenizer, OConsts.MAX_NEAR_STRINGS, true, false)
def lines = project.allEntries.collect { segment ->
    JsonOutput.toJson([
        segment: segment.srcText,
        terms: new Search(segment, glossaries).found().collect {
            [source: it.srcText, targets: it.getLocTerms(false), comments: it.comments]
        },
        matches: matches.search(project, segment.srcText, true, false, { false } as IStopped).collect {
            [source: it.source, target: it.translation, score: it.scores[0].adjustedScore]
        },
    ])
}
new File(project.projectProperties.projectRoot, "arrived.jsonl").setText(lines.join("\n"), "UTF-8")
