package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"kupuya/internal/backup"
	"kupuya/internal/telemetry"
)

type backupCheckCmd struct {
	Folder  string `arg:"" help:"Folder of the backups; the canary's file is kept there." type:"existingdir"`
	Metrics string `help:"Write the outcome for Prometheus' collector of text files." type:"path" placeholder:"FILE"`
	storeFlags
}

// outcome is what a check found in the newest backup.
type outcome struct {
	newest  backup.Found
	looked  int            // canaries looked for
	ended   int            // of those, destroyed before the backup
	control int            // tokens found of those who lived: the search finds what is there
	found   map[string]int // what must not be there
}

// Run verifies the newest backup and looks for every canary in it, ends the one
// who lived through it, and registers the next. Once a day, after the backup.
func (c *backupCheckCmd) Run(s streams) error {
	ctx := context.Background()
	c.MadeUp = true // his number
	h, err := c.open(ctx, telemetry.Logger(s.err, level(c.LogLevel)))
	if err != nil {
		return err
	}
	return errors.Join(c.check(ctx, s, h), h.Close())
}

func (c *backupCheckCmd) check(ctx context.Context, s streams, h *house) error {
	list, err := openCanaries(c.Folder)
	if err != nil {
		return err
	}
	o, err := look(ctx, c.Folder, list)
	if err != nil {
		return err
	}
	if err := turn(ctx, h, list, o); err != nil {
		return err
	}
	return errors.Join(c.metrics(o, h.Clock.Now()), o.say(s))
}

// look reads the whole of the newest backup once.
func look(ctx context.Context, folder string, list *canaries) (outcome, error) {
	o := outcome{found: map[string]int{}}
	var err error
	if o.newest, err = backup.Newest(folder, backup.Data); err != nil {
		return o, err
	}
	made := o.newest.Header.Made
	all, control := map[string]string{}, map[string]string{}
	for i := range list.All {
		one := &list.All[i]
		never, gone := one.needles()
		maps.Copy(all, never)
		o.looked++
		switch {
		case !one.Destroyed.IsZero() && one.Destroyed.Before(made):
			maps.Copy(all, gone)
			o.ended++
		case !one.Registered.IsZero() && one.Registered.Before(made):
			for _, token := range one.Tokens {
				control[string(token)] = "control"
			}
		}
	}
	maps.Copy(all, control)
	found, _, err := backup.Search(ctx, o.newest.Path, all)
	if err != nil {
		return o, err
	}
	o.control = found["control"]
	if len(control) > 0 && o.control == 0 {
		return o, &exit{1, fmt.Errorf("%s: the canary lived when it was made and is not in it: the search, or the backup, is not what it should be", o.newest.Path)}
	}
	delete(found, "control")
	o.found = found
	return o, nil
}

// turn forgets the canaries whose end was seen, unless anything was found, ends
// those who lived through a backup, and registers the next.
func turn(ctx context.Context, h *house, list *canaries, o outcome) error {
	kept, made := list.All[:0:0], o.newest.Header.Made
	next := true
	for _, one := range list.All {
		if len(o.found) == 0 && !one.Destroyed.IsZero() && one.Destroyed.Before(made) {
			continue
		}
		if one.Destroyed.IsZero() && (one.Subject == "" || one.Registered.Before(made)) {
			if err := one.destroy(ctx, h); err != nil {
				return fmt.Errorf("the canary cannot be destroyed: %w", err)
			}
		}
		next = next && !one.Destroyed.IsZero()
		kept = append(kept, one)
	}
	list.All = kept
	if err := list.save(); err != nil || !next {
		return err
	}
	list.All = append(list.All, newCanary())
	if err := list.save(); err != nil { // before he is registered, so that he is found whatever happens
		return err
	}
	if err := list.All[len(list.All)-1].register(ctx, h); err != nil {
		return fmt.Errorf("the canary cannot be registered: %w", err)
	}
	return list.save()
}

// say reports; anything found is exit status 1.
func (o outcome) say(s streams) error {
	total := 0
	for what, n := range o.found {
		total += n
		fmt.Fprintf(s.out, "FOUND %s of a canary in %d parts of %s\n", what, n, o.newest.Path)
	}
	if total > 0 {
		return &exit{1, errors.New("what was destroyed is in a backup")}
	}
	if o.looked == 0 {
		fmt.Fprintf(s.out, "%s is whole; a canary was registered, to be looked for in the next backups\n", o.newest.Path)
		return nil
	}
	fmt.Fprintf(s.out, "found 0: %s is whole, and of %d canaries, %d of them destroyed before it was made, nothing is in it that must not be\n",
		o.newest.Path, o.looked, o.ended)
	return nil
}

// metrics writes the outcome for a collector of text files.
func (c *backupCheckCmd) metrics(o outcome, now time.Time) error {
	if c.Metrics == "" {
		return nil
	}
	total := 0
	for _, n := range o.found {
		total += n
	}
	text := fmt.Sprintf(`# HELP kupuya_backup_canary_found Parts of the newest backup in which traces of a destroyed canary stand; anything but 0 is an alarm.
# TYPE kupuya_backup_canary_found gauge
kupuya_backup_canary_found %d
# HELP kupuya_backup_newest_timestamp_seconds When the newest backup was begun.
# TYPE kupuya_backup_newest_timestamp_seconds gauge
kupuya_backup_newest_timestamp_seconds %d
# HELP kupuya_backup_check_timestamp_seconds When it was last looked.
# TYPE kupuya_backup_check_timestamp_seconds gauge
kupuya_backup_check_timestamp_seconds %d
`, total, o.newest.Header.Made.Unix(), now.Unix())
	return replace(c.Metrics, []byte(text))
}
