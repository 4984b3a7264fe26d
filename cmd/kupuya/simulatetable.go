package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"kupuya/internal/holder"
	"kupuya/internal/law"
	"kupuya/internal/policy"
	"kupuya/internal/policy/whatif"
	"kupuya/internal/privacy"
)

// rowsShown is how many lines a list of the table has; the whole is in --json.
const rowsShown = 20

// printSimulation prints what a pack would do, as a person reads it.
func printSimulation(w io.Writer, r *holder.Simulation, rules *policy.Rules) {
	fmt.Fprintf(w, "%s in place of %s, as if in force from %s in Bishkek\n", r.Next, r.Current, r.At.In(law.Bishkek).Format("2006-01-02 15:04"))
	fmt.Fprintf(w, "%s subjects, %s of them destroyed and counted no further\n", grouped(r.Subjects), grouped(r.Gone))
	printPurposes(w, r, rules)
	printUses(w, "Uses that stop", r.Stops)
	printUses(w, "Uses that begin", r.Begins)
	printValues(w, r.Values)
	printClashes(w, r)
	if r.Decisions != nil {
		printDecisions(w, r.Decisions)
	}
	fmt.Fprintf(w, "\nThe counting is event %s of the ledger.\n", r.Event)
}

func printPurposes(w io.Writer, r *holder.Simulation, rules *policy.Rules) {
	titles := map[privacy.PurposeID]string{}
	for i := range rules.Purposes {
		titles[rules.Purposes[i].ID] = rules.Purposes[i].Title.En
	}
	fmt.Fprintf(w, "\n%-46s %11s %11s %11s %11s %11s\n", "Purpose: subjects who", "keep it", "keep, ask", "lose it", "gain it", "are without")
	for i := range r.Purposes {
		p := &r.Purposes[i]
		title, has := titles[p.Purpose]
		if !has {
			title = "(not in the pack)"
		}
		fmt.Fprintf(w, "%-46s %11s %11s %11s %11s %11s\n", short(string(p.Purpose)+" "+title, 46),
			grouped(p.Keep), grouped(p.Ask), grouped(p.Lose), grouped(p.Gain), grouped(p.Without))
		if why := reasonList(p.Reasons); why != "" {
			fmt.Fprintf(w, "    lost: %s\n", why)
		}
		if p.Consent && p.Gain > 0 {
			fmt.Fprintf(w, "    look again: %s would gain a purpose that rests on consent\n", grouped(p.Gain))
		}
	}
	fmt.Fprintln(w, "keep, ask: the consent stands, and what the pack adds to it must be asked for")
}

// short cuts a text to so many characters.
func short(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

// reasonList gives reasons with their counts, the most frequent first.
func reasonList(reasons map[privacy.Reason]int64) string {
	var out []string
	for _, r := range slices.SortedFunc(maps.Keys(reasons), func(a, b privacy.Reason) int {
		return cmp.Or(cmp.Compare(reasons[b], reasons[a]), cmp.Compare(a, b))
	}) {
		out = append(out, fmt.Sprintf("%s %s", r, grouped(reasons[r])))
	}
	return strings.Join(out, ", ")
}

func printUses(w io.Writer, title string, uses []whatif.UseCount) {
	if len(uses) == 0 {
		fmt.Fprintf(w, "\n%s: none\n", title)
		return
	}
	uses = slices.Clone(uses)
	slices.SortStableFunc(uses, func(a, b whatif.UseCount) int { return cmp.Compare(b.Subjects, a.Subjects) })
	fmt.Fprintf(w, "\n%s\n", title)
	for i, u := range uses {
		if i == rowsShown {
			fmt.Fprintf(w, "  and %d more\n", len(uses)-i)
			break
		}
		to := ""
		if u.Recipient != "" {
			to = " to " + string(u.Recipient)
		}
		fmt.Fprintf(w, "  %11s  %-8s %-4s %s%s", grouped(u.Subjects), u.Purpose, u.Category, strings.Join(u.Operations, " "), to)
		if why := reasonList(u.Reasons); why != "" {
			fmt.Fprintf(w, "  (%s)", why)
		}
		fmt.Fprintln(w)
	}
}

func printValues(w io.Writer, values []whatif.ValueCount) {
	fmt.Fprintf(w, "\n%-10s %11s %11s %11s %11s %11s\n", "Data", "held", "due anyway", "due newly", "disputed", "blocked")
	for i := range values {
		v := &values[i]
		name := string(v.Category)
		if name == "" {
			name = "(others)"
		}
		fmt.Fprintf(w, "%-10s %11s %11s %11s %11s %11s\n", name, grouped(v.Held), grouped(v.DueAfter-v.DueNewly), grouped(v.DueNewly),
			grouped(v.Disputed), grouped(v.Blocked))
		for _, h := range v.Holds {
			fmt.Fprintf(w, "    only a duty to keep holds, %s among them: %s (now %s)\n", h.Purpose, grouped(h.After), grouped(h.Before))
		}
	}
	fmt.Fprintln(w, "due: for destruction under the pack; disputed, blocked: of these; disputed ones wait for the decision")
}

func printClashes(w io.Writer, r *holder.Simulation) {
	if len(r.Clashes) == 0 {
		fmt.Fprintf(w, "\nBlocks, disputes and objections that the pack takes no notice of: none\n")
		return
	}
	fmt.Fprintf(w, "\nBlocks, disputes and objections that the pack takes no notice of, of %s subjects\n", grouped(r.Contesting))
	for _, c := range r.Clashes {
		said := "is not in the pack"
		if c.Problem == "overridden" {
			said = "goes on in spite of it"
		}
		fmt.Fprintf(w, "  %11s  %s: %s%s %s\n", grouped(c.Count), c.Kind, c.Purpose, c.Category, said)
	}
}

func printDecisions(w io.Writer, a *holder.AskedAgain) {
	fmt.Fprintf(w, "\nDecisions recorded in the last %d days, asked again: %s\n", a.Days, grouped(a.Asked))
	fmt.Fprintf(w, "  go on %s, would be refused %s, would be allowed anew %s, refused today already %s, subject gone %s\n",
		grouped(a.Go), grouped(a.Stop), grouped(a.Begin), grouped(a.Already), grouped(a.Gone))
	if a.Unread > 0 {
		fmt.Fprintf(w, "  %s events wait for the tree and were not read\n", grouped(a.Unread))
	}
	for i, c := range a.Callers {
		if i == rowsShown {
			fmt.Fprintf(w, "  and %d more\n", len(a.Callers)-i)
			break
		}
		who := strings.TrimSpace(strings.Join([]string{string(c.Actor), c.Org, c.ID}, " "))
		to := ""
		if c.Recipient != "" {
			to = " to " + string(c.Recipient)
		}
		fmt.Fprintf(w, "  %11s  %s: %s %s %s%s, %s\n", grouped(c.Count), strings.Join(strings.Fields(who), " "), c.Purpose, c.Category, c.Operation, to, c.Reason)
	}
}
