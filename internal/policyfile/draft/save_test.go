package draft

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kupuya/internal/privacy"
)

func saved(t *testing.T, dir, text string) ([]string, error) {
	t.Helper()
	earlier, err := Earlier(dir)
	if err != nil {
		return nil, err
	}
	return Save(dir, makeDraft(t, readText(t, "a.txt", text), privacy.Russian, earlier))
}

func write(t *testing.T, dir, name, data string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o600); err != nil {
		t.Fatal(err)
	}
}

func content(t *testing.T, dir, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestSavingAgainReplacesWhatAnImportWrote(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	all := []string{ReportFile, "policy.ru.md", RulesFile}
	for _, text := range []string{before, before, strings.Replace(before, "фамилия", "отчество", 1)} {
		wrote, err := saved(t, dir, text)
		if err != nil || !slices.Equal(wrote, all) {
			t.Fatalf("wrote %v, %v", wrote, err)
		}
	}
	if !strings.Contains(content(t, dir, "policy.ru.md"), "отчество") {
		t.Error("the last text is not there")
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != len(all) {
		t.Errorf("the folder has %v, %v", entries, err)
	}
}

func TestWhatSomebodyEditedStays(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, err := saved(t, dir, before); err != nil {
		t.Fatal(err)
	}
	write(t, dir, RulesFile, "# mine\n")
	wrote, err := saved(t, dir, before)
	if err != nil || !slices.Contains(wrote, RulesFile+".new") || content(t, dir, RulesFile) != "# mine\n" {
		t.Fatalf("wrote %v, %v", wrote, err)
	}
	if _, err := saved(t, dir, strings.Replace(before, "фамилия", "отчество", 1)); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(content(t, dir, RulesFile+".new"), "Отчество") {
		t.Error("the new rules are not those of the last import")
	}
	write(t, dir, RulesFile+".new", "# mine too\n")
	if _, err := saved(t, dir, before); err == nil || content(t, dir, RulesFile+".new") != "# mine too\n" {
		t.Errorf("both were edited, and one is gone: %v", err)
	}
}

func TestAForeignFileStopsEverything(t *testing.T) {
	t.Parallel()
	for _, name := range []string{RulesFile, "policy.ru.md", ReportFile} {
		dir := t.TempDir()
		write(t, dir, name, "{}\n")
		_, err := saved(t, dir, before)
		if e := (*privacy.Error)(nil); !errors.As(err, &e) || e.Problem != problemForeign || !strings.Contains(err.Error(), "--pack") {
			t.Errorf("%s: %v", name, err)
		}
		entries, err := os.ReadDir(dir)
		if err != nil || len(entries) != 1 || content(t, dir, name) != "{}\n" {
			t.Errorf("%s: the folder has %v, %v", name, entries, err)
		}
	}
}

// When the machine stops between two files, the next import knows the old ones.
func TestAnImportThatWasCutShortIsNoObstacle(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, err := saved(t, dir, before); err != nil {
		t.Fatal(err)
	}
	rules, text := content(t, dir, RulesFile), content(t, dir, "policy.ru.md")
	if _, err := saved(t, dir, strings.Replace(before, "фамилия", "отчество", 1)); err != nil {
		t.Fatal(err)
	}
	write(t, dir, RulesFile, rules) // as if only the report had been put in place
	write(t, dir, "policy.ru.md", text)
	wrote, err := saved(t, dir, strings.Replace(before, "фамилия", "паспорт", 1))
	if err != nil || slices.Contains(wrote, RulesFile+".new") {
		t.Errorf("wrote %v, %v", wrote, err)
	}
}
