package format

import (
	"encoding/json"
	"math"
	"slices"
	"time"
)

const (
	listMax  = 5000    // items of a list
	countMax = 1 << 53 // beyond this a JSON number is no longer exact
)

// Options is what reading a value depends on besides the value.
type Options struct {
	Today time.Time // the moment of the request; days are meant in Kyrgyzstan
	Demo  bool      // made-up numbers are allowed: a demonstration, never a real Holder
}

// Kind is a type of attribute that an edition may name.
type Kind struct {
	name string
	read func(raw any, opts Options) (any, error)
	mask func(value any) string
}

// Type finds a type of attribute by its name. An unknown name is false, and an
// edition that uses it does not load.
func Type(name string) (Kind, bool) {
	k, ok := kinds[name]
	k.name = name
	return k, ok
}

// Types lists the names of all types in order.
func Types() []string {
	names := make([]string, 0, len(kinds))
	for name := range kinds {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Name tells the name of the type.
func (k Kind) Name() string { return k.name }

// Normalise reads a value as encoding/json gives it (string, float64 or
// json.Number, bool, []any) and gives its one form: string, int64, float64, bool
// or []string. Reading that form again, also after JSON, gives it again. The
// error is a *Problem.
func (k Kind) Normalise(raw any, opts Options) (any, error) {
	if k.read == nil {
		return nil, problem(ValueType)
	}
	return k.read(raw, opts)
}

// Mask shows what may be seen of a value without a reason: "" for no value,
// dots for one that is not in the form that Normalise gives.
func (k Kind) Mask(value any) string {
	switch {
	case value == nil:
		return ""
	case k.mask == nil:
		return hidden
	}
	return k.mask(value)
}

// kinds is the closed set of types. Nothing changes it after the start.
var kinds = map[string]Kind{
	"name":       text(plain(ParseName), maskName),
	"patronymic": text(plain(ParsePatronymic), maskName),
	"text":       text(plain(ParseText), maskAll),

	"date":       text(readDate, maskDate),
	"birth_date": text(readBirth, maskDate),
	"time":       text(readTime, maskDate),

	"pin":        text(readPINText, maskPIN),
	"doc_type":   text(readDocType, maskDocType),
	"doc_number": text(plain(ParseDocumentNumber), maskTail),

	"soate":     text(plain(ParseSOATE), maskSOATE),
	"postcode":  text(plain(ParsePostcode), maskPostcode),
	"location":  degrees(180), // either coordinate
	"latitude":  degrees(90),
	"longitude": degrees(180),
	"email":     text(readEmail, maskEmail),
	"msisdn":    text(readMSISDN, maskMSISDN),

	"ip":         text(plain(ParseIP), maskIP),
	"cookie":     text(plain(parseCookie), maskAll),
	"user_agent": text(plain(func(s string) (string, error) { return parseText(s, 512) }), maskWord),
	"device":     text(plain(ParseText), maskWord),
	"url":        text(plain(ParseURL), maskURL),

	"image":  text(plain(parseImage), maskAll),
	"hash":   text(plain(parseHash), maskAll),
	"code":   text(plain(parseCode), maskAll),
	"hashes": list(plain(parseHash)),
	"codes":  list(plain(parseCode)),

	"count": {read: readCount, mask: func(any) string { return hidden }},
	"bool":  {read: readBool, mask: func(any) string { return hidden }},
}

// reader gives the one form of a typed text.
type reader func(s string, opts Options) (string, error)

func plain(parse func(string) (string, error)) reader {
	return func(s string, _ Options) (string, error) { return parse(s) }
}

func text(read reader, mask func(string) string) Kind {
	return Kind{
		read: func(raw any, opts Options) (any, error) {
			s, ok := raw.(string)
			if !ok {
				return nil, problem(ValueType)
			}
			s, err := read(s, opts)
			if err != nil {
				return nil, err
			}
			return s, nil
		},
		mask: func(value any) string {
			s, ok := value.(string)
			if !ok {
				return hidden
			}
			return mask(s)
		},
	}
}

// list reads up to 5000 items of one type, in the order given.
func list(read reader) Kind {
	return Kind{
		read: func(raw any, opts Options) (any, error) {
			items, ok := raw.([]any)
			if strs, is := raw.([]string); is {
				ok = true
				for _, s := range strs {
					items = append(items, s)
				}
			}
			switch {
			case !ok:
				return nil, problem(ValueType)
			case len(items) > listMax:
				return nil, problem(ValueList)
			}
			out := make([]string, 0, len(items))
			for _, item := range items {
				s, ok := item.(string)
				if !ok {
					return nil, problem(ValueType)
				}
				s, err := read(s, opts)
				if err != nil {
					return nil, err
				}
				out = append(out, s)
			}
			return out, nil
		},
		mask: func(any) string { return hidden },
	}
}

func degrees(max float64) Kind {
	return Kind{
		read: func(raw any, _ Options) (any, error) {
			v, ok := float(raw)
			if !ok {
				return nil, problem(ValueType)
			}
			v, err := parseDegrees(v, max)
			if err != nil {
				return nil, err
			}
			return v, nil
		},
		mask: func(value any) string {
			v, ok := float(value)
			if !ok {
				return hidden
			}
			return maskDegrees(v)
		},
	}
}

// float reads a JSON number, however it was decoded.
func float(raw any) (float64, bool) {
	switch v := raw.(type) {
	case float64:
		return v, true
	case int64:
		return float64(v), true
	case int:
		return float64(v), true
	case json.Number:
		f, err := v.Float64()
		return f, err == nil
	}
	return 0, false
}

func readCount(raw any, _ Options) (any, error) {
	v, ok := float(raw)
	switch {
	case !ok:
		return nil, problem(ValueType)
	case !(v >= 0 && v < countMax) || v != math.Trunc(v):
		return nil, problem(CountWhole)
	}
	return int64(v), nil
}

func readBool(raw any, _ Options) (any, error) {
	b, ok := raw.(bool)
	if !ok {
		return nil, problem(ValueType)
	}
	return b, nil
}

func readDate(s string, _ Options) (string, error) {
	t, err := ParseDate(s)
	return t.Format(isoDate), err
}

func readBirth(s string, opts Options) (string, error) {
	t, err := ParseBirthDate(s, opts.Today)
	return t.Format(isoDate), err
}

func readTime(s string, _ Options) (string, error) {
	t, err := ParseTime(s)
	return t.Format(time.RFC3339Nano), err
}

func readPINText(s string, opts Options) (string, error) {
	p, err := ParsePIN(s, opts.Today)
	return p.Digits(), err
}

func readDocType(s string, _ Options) (string, error) {
	if _, ok := documentRule(DocType(s)); !ok {
		return "", problem(DocumentType)
	}
	return s, nil
}

func readEmail(s string, _ Options) (string, error) {
	e, err := ParseEmail(s)
	return e.Address(), err
}

func readMSISDN(s string, opts Options) (string, error) {
	m, err := ParseMSISDN(s, opts)
	return m.E164(), err
}
