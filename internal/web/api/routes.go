package api

import "net/http"

// routes is the one table of the interface.
func (a *API) routes() {
	op(a, "getPolicy", http.MethodGet, "/v1/policy", "The edition in force", "1.3", a.getPolicy)
	op(a, "listEditions", http.MethodGet, "/v1/policy/editions", "Every published edition", "1.3", a.listEditions)
	op(a, "getEdition", http.MethodGet, "/v1/policy/editions/{pack}/{edition}", "One published edition", "1.3", a.getEdition)
	op(a, "publishEdition", http.MethodPost, "/v1/policy/editions", "Publish an edition", "6.4a", a.publishEdition)
	op(a, "explain", http.MethodGet, "/v1/policy/explain", "Why a question is answered as it is", "3.0", a.explain)

	op(a, "tell", http.MethodPost, "/v1/notices", "Record that the policy was shown", "1.3", a.tell)
	op(a, "register", http.MethodPost, "/v1/subjects", "Register a subject", "3.1", a.register)
	op(a, "findSubject", http.MethodPost, "/v1/subjects/find", "Find a subject by number", "2.3.8", a.findSubject)
	op(a, "write", http.MethodPut, "/v1/subjects/{id}/data/{category}", "Keep a value under a purpose", "2.3", a.write)
	op(a, "putPhoto", http.MethodPut, "/v1/subjects/{id}/data/{category}/{attribute}", "Keep a photograph", "2.3.4", a.putPhoto)
	op(a, "getPhoto", http.MethodGet, "/v1/subjects/{id}/data/{category}/{attribute}", "Release a photograph", "2.3.4", a.getPhoto)
	op(a, "rectify", http.MethodPost, "/v1/subjects/{id}/data/{category}/rectify", "Correct a value", "5.1", a.rectify)
	op(a, "list", http.MethodGet, "/v1/subjects/{id}/data", "What is held, masked", "5.2", a.list)

	op(a, "may", http.MethodPost, "/v1/may", "May this be done?", "4.3", a.may)
	op(a, "read", http.MethodPost, "/v1/read", "Read values under a purpose", "4.2", a.read)

	op(a, "getForm", http.MethodGet, "/v1/subjects/{id}/forms/{aim}", "The text to show before somebody agrees", "6.1", a.getForm)
	op(a, "sendCode", http.MethodPost, "/v1/subjects/{id}/codes", "Send a code that signs one thing", "6.1", a.sendCode)
	op(a, "accept", http.MethodPost, "/v1/subjects/{id}/acceptances", "Accept the edition in force", "6.1", a.accept)
	op(a, "agree", http.MethodPost, "/v1/subjects/{id}/agreements", "Conclude the service contract", "1.4", a.agree)
	op(a, "endAgreement", http.MethodPost, "/v1/subjects/{id}/agreements/end", "End the service contract", "1.4", a.endAgreement)
	op(a, "consent", http.MethodPost, "/v1/subjects/{id}/consents", "Consent to one purpose", "4.3", a.consent)
	op(a, "consents", http.MethodGet, "/v1/subjects/{id}/consents", "Where acceptance and consents stand", "2.0", a.consents)
	op(a, "withdraw", http.MethodPost, "/v1/subjects/{id}/consents/{purpose}/withdraw", "Withdraw a consent", "4.5b", a.withdraw)
	op(a, "object", http.MethodPost, "/v1/subjects/{id}/objections", "Object to a purpose", "5.0", a.object)
	op(a, "receipt", http.MethodGet, "/v1/subjects/{id}/receipts/{receipt}", "A signed receipt", "6.1", a.receipt)

	op(a, "block", http.MethodPost, "/v1/subjects/{id}/blocks", "Block data", "5.1", a.block)
	op(a, "unblock", http.MethodPost, "/v1/subjects/{id}/blocks/{block}/lift", "Lift a block or close a dispute", "5.3", a.unblock)
	op(a, "dispute", http.MethodPost, "/v1/subjects/{id}/disputes", "Dispute data, which blocks them", "5.3", a.dispute)
	op(a, "delete", http.MethodPost, "/v1/subjects/{id}/delete", "Take data out of every view and decision", "4.2", a.delete)
	op(a, "destroy", http.MethodPost, "/v1/subjects/{id}/destroy", "Make data irrecoverable", "3.21", a.destroy)
	op(a, "extract", http.MethodGet, "/v1/subjects/{id}/extract", "All that is processed about a subject", "5.2", a.extract)
	op(a, "log", http.MethodGet, "/v1/subjects/{id}/log", "Who did what with a subject's data", "4.2", a.subjectLog)

	op(a, "sendSessionCode", http.MethodPost, "/v1/sessions/codes", "Send a sign-in code", "3.7", a.sendSessionCode)
	op(a, "openSession", http.MethodPost, "/v1/sessions", "Exchange a code for a token", "3.7", a.openSession)
	op(a, "endSession", http.MethodPost, "/v1/sessions/end", "End the token that is shown", "3.7", a.endSession)

	op(a, "checkpoint", http.MethodGet, "/v1/ledger/checkpoint", "The signed head of the ledger", "4.2", a.checkpoint)
	op(a, "proof", http.MethodGet, "/v1/ledger/proof", "Proof that an event stands in the ledger", "4.2", a.proof)
}
