package policyfile

import (
	"errors"
	"fmt"
	"io/fs"

	"kupuya/internal/law"
	"kupuya/internal/privacy"
)

// The files of the law.
const (
	actsFile      = "acts.yaml"
	deadlinesFile = "deadlines.yaml"
	holidaysFile  = "holidays.yaml"
	holdsFile     = "holds.yaml"
	countriesFile = "countries.yaml"
)

// LoadLaw reads the law at the root of fsys: acts.yaml, deadlines.yaml,
// holidays.yaml, holds.yaml and, where there is one, countries.yaml. It refuses unknown keys, keys given twice, and
// all that law.NewRegistry refuses; such errors are *FileError and name file,
// line, column and what to do.
func LoadLaw(fsys fs.FS) (*law.Registry, error) {
	var (
		acts struct {
			Regimes []at[law.Regime] `yaml:"regimes"`
			Acts    []at[law.Act]    `yaml:"acts"`
		}
		deadlines struct {
			Deadlines []at[law.Deadline] `yaml:"deadlines"`
		}
		holidays struct {
			Years []at[law.Year] `yaml:"years"`
		}
		holds struct {
			Holds []at[law.Hold] `yaml:"holds"`
		}
		countries struct {
			NeedsCounsel bool              `yaml:"needs_counsel"` // for people: nobody has the regulator's list
			Note         privacy.Words     `yaml:"note"`
			Countries    []at[law.Country] `yaml:"countries"`
		}
	)
	for _, f := range []struct {
		name string
		into any
	}{{actsFile, &acts}, {deadlinesFile, &deadlines}, {holidaysFile, &holidays}, {holdsFile, &holds}, {countriesFile, &countries}} {
		data, err := fs.ReadFile(fsys, f.name)
		if f.name == countriesFile && errors.Is(err, fs.ErrNotExist) { // archives of earlier editions have none
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("policyfile: reading the law: %w", err)
		}
		if err := decodeStrict(f.name, data, f.into); err != nil {
			return nil, err
		}
	}
	places := map[law.Table][]FileError{}
	reg, err := law.NewRegistry(law.Tables{
		Regimes:   rows(places, law.TableRegimes, actsFile, acts.Regimes),
		Acts:      rows(places, law.TableActs, actsFile, acts.Acts),
		Deadlines: rows(places, law.TableDeadlines, deadlinesFile, deadlines.Deadlines),
		Years:     rows(places, law.TableYears, holidaysFile, holidays.Years),
		Holds:     rows(places, law.TableHolds, holdsFile, holds.Holds),
		Countries: rows(places, law.TableCountries, countriesFile, countries.Countries),
	})
	var p *law.Problem
	if !errors.As(err, &p) {
		return reg, err
	}
	place := FileError{File: actsFile} // an empty table of regimes has no row to show
	if list := places[p.Table]; p.Index < len(list) {
		place = list[p.Index]
	}
	place.Msg = p.Error()
	return nil, &place
}

// rows takes the values out of a table and notes where each was written.
func rows[T any](places map[law.Table][]FileError, table law.Table, file string, list []at[T]) []T {
	out := make([]T, len(list))
	for i, row := range list {
		out[i] = row.Value
		places[table] = append(places[table], FileError{File: file, Line: row.Line, Column: row.Column})
	}
	return out
}
