package policyfile

import "strconv"

// Where is the place of the error: "rules.yaml:12:3", or the file alone.
func (e *FileError) Where() string {
	if e.Line == 0 {
		return e.File
	}
	return e.File + ":" + strconv.Itoa(e.Line) + ":" + strconv.Itoa(e.Column)
}
