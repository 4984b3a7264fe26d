package draft

import (
	"fmt"

	"kupuya/internal/policyfile"
	"kupuya/internal/privacy"
)

// The problems for which a file is refused; each has words for people under
// "problem." in three languages.
const (
	problemFormat    = "import.format"    // no text in a form that can be read
	problemOldWord   = "import.old_word"  // .doc
	problemEncrypted = "import.encrypted" // a PDF or document under a password
	problemTool      = "import.tool"      // pdftotext is not there
	problemSize      = "import.size"
	problemEncoding  = "import.encoding"  // two encodings in one file, or one we do not know
	problemInvisible = "import.invisible" // NUL, or what turns the direction of writing
	problemDamaged   = "import.damaged"
	problemEmpty     = "import.empty"   // no words
	problemForeign   = "import.foreign" // a file in the folder that no import wrote
)

var problemCodes = map[string]privacy.Code{
	problemFormat: privacy.UnsupportedMedia, problemOldWord: privacy.UnsupportedMedia,
	problemEncrypted: privacy.UnsupportedMedia, problemTool: privacy.Unavailable, problemSize: privacy.TooLarge,
	problemEncoding: privacy.BadValue, problemInvisible: privacy.BadValue, problemDamaged: privacy.BadValue,
	problemEmpty: privacy.BadValue, problemForeign: privacy.Conflict,
}

// Problems lists the closed set of reasons for which an import is refused.
func Problems() []string {
	return []string{
		problemFormat, problemOldWord, problemEncrypted, problemTool, problemSize, problemEncoding,
		problemInvisible, problemDamaged, problemEmpty, problemForeign,
	}
}

// place is where in a file something is wrong; the zero value is the whole file.
type place struct{ line, column int }

// refuse makes the error of a file that is not taken: a code with words for the
// web, and inside it a *policyfile.FileError in English for the command line.
func refuse(file, problem string, at place, format string, args ...any) error {
	return &privacy.Error{
		Op: "draft.Read", Code: problemCodes[problem], Problem: problem,
		Err: &policyfile.FileError{File: file, Line: at.line, Column: at.column, Msg: fmt.Sprintf(format, args...)},
	}
}
