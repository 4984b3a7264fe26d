package policy

import "kupuya/internal/privacy"

// Filing is what the register of holders asks for beside the other rules. What
// nobody has told yet stays empty and stands in ToFill: nothing is guessed, and
// the entry is not complete before it is filled. (law 4.5)
type Filing struct {
	Array         privacy.Words   `yaml:"array"`         // name of the array of personal data
	Ownership     privacy.Words   `yaml:"ownership"`     // form of ownership of the Holder
	Subordination privacy.Words   `yaml:"subordination"` // to whom the Holder is subordinate
	Phone         string          `yaml:"phone"`
	Email         string          `yaml:"email"`
	Fax           string          `yaml:"fax"`
	Head          privacy.Words   `yaml:"head"`      // full name of the Holder's head
	Groups        []Group         `yaml:"groups"`    // whose data they are
	Informing     privacy.Words   `yaml:"informing"` // how subjects are told of collection and of transfers
	Measures      []privacy.Words `yaml:"measures"`  // security and confidentiality
	On            string          `yaml:"on"`        // day of the entry whose number is holder.register; empty until filed
	Stage         string          `yaml:"stage"`     // stage of registration, 1 to 3; empty until filed
	ToFill        []string        `yaml:"to_fill"`   // members that wait for the Holder: "phone", "head"
}

// Group is a group of subjects.
type Group struct {
	ID         string               `yaml:"id"`
	Title      privacy.Words        `yaml:"title"`
	Categories []privacy.CategoryID `yaml:"categories"` // empty for all
}
