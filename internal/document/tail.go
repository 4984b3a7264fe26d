package document

import (
	"bytes"
	"errors"
	"regexp"
	"strconv"
)

// tail is what the end of a freshly rendered paper says: where its objects are.
type tail struct {
	pdf              []byte
	start            int   // of the table of objects
	offsets          []int // of the objects, by number
	root, info, page int   // numbers of the catalogue, the description and the first page
}

var errTail = errors.New("document: not a freshly rendered paper; only such are signed")

var (
	endForm     = regexp.MustCompile(`\nstartxref\n(\d{1,9})\n%%EOF\n$`)
	tableForm   = regexp.MustCompile(`^xref\n0 (\d{1,6})\n0000000000 65535 f \n((?:\d{10} 00000 n \n)+)trailer\n<<\n/Size (\d{1,6})\n/Root (\d{1,6}) 0 R\n/Info (\d{1,6}) 0 R\n>>\nstartxref\n`)
	firstOfKids = regexp.MustCompile(`/Kids \[(\d{1,6}) 0 R`)
)

// entry is the length of one line of the table of objects.
const entry = 20

// readTail reads the one form in which Render ends a file.
func readTail(pdf []byte) (tail, error) {
	t := tail{pdf: pdf}
	end := endForm.FindSubmatch(pdf[max(0, len(pdf)-64):])
	if end == nil {
		return t, errTail
	}
	t.start = atoi(end[1])
	if t.start >= len(pdf) {
		return t, errTail
	}
	table := tableForm.FindSubmatch(pdf[t.start:])
	if table == nil || len(table[2]) != entry*(atoi(table[1])-1) || !bytes.Equal(table[1], table[3]) {
		return t, errTail
	}
	t.offsets = append(t.offsets, 0)
	for line := range len(table[2]) / entry {
		t.offsets = append(t.offsets, atoi(table[2][line*entry:line*entry+10]))
	}
	t.root, t.info = atoi(table[4]), atoi(table[5])
	pages, err := t.object(1)
	if err != nil {
		return t, err
	}
	kid := firstOfKids.FindSubmatch(pages)
	if kid == nil {
		return t, errTail
	}
	t.page = atoi(kid[1])
	return t, nil
}

// object gives the dictionary of an object, without its last two brackets.
func (t *tail) object(number int) ([]byte, error) {
	if number < 1 || number >= len(t.offsets) || t.offsets[number] >= t.start {
		return nil, errTail
	}
	body, ok := bytes.CutPrefix(t.pdf[t.offsets[number]:t.start], []byte(strconv.Itoa(number)+" 0 obj\n"))
	if !ok {
		return nil, errTail
	}
	body, _, ok = bytes.Cut(body, []byte("\nendobj\n"))
	body, closed := bytes.CutSuffix(body, []byte(">>"))
	if !ok || !closed {
		return nil, errTail
	}
	return body, nil
}

// atoi reads digits that a pattern found, few enough to fit.
func atoi(digits []byte) int {
	n, _ := strconv.Atoi(string(digits)) // digits only
	return n
}
