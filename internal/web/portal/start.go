package portal

import "net/http"

// start is the first page: the policy in a few lines, and where to read on.
func (p *portal) start(v *view, _ *http.Request) error {
	v.Template, v.Title = "start", v.T("page.start.title")
	return nil
}
