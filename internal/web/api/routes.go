package api

import "kupuya/internal/privacy"

// routes is the one table of the interface.
func (a *API) routes() {
	op(a, get("getPolicy", "/v1/policy", "The edition in force", "1.3").public().tagged().or(privacy.NotInForce), a.getPolicy)
	op(a, get("listEditions", "/v1/policy/editions", "Every published edition", "1.3").public().tagged(), a.listEditions)
	op(a, get("getEdition", "/v1/policy/editions/{pack}/{edition}", "One published edition", "1.3").public().tagged(), a.getEdition)
	op(a, get("listProposals", "/v1/policy/proposals", "Editions on their way", "6.3"), a.listProposals)
	op(a, get("acceptances", "/v1/policy/acceptances", "How everybody stands to each edition", "6.1").or(privacy.NotInForce), a.acceptances)
	op(a, post("draftEdition", "/v1/policy/proposals", "Put a pack forward as the next edition", "6.3").creates(), a.draftEdition)
	op(a, post("reviewEdition", "/v1/policy/proposals/{pack}/{edition}/review", "Find a draft of somebody else's fit", "6.3"), a.reviewEdition)
	op(a, post("announceEdition", "/v1/policy/proposals/{pack}/{edition}/announce", "Announce an edition", "6.4a"), a.announceEdition)
	op(a, post("discardEdition", "/v1/policy/proposals/{pack}/{edition}/discard", "Take back an edition that is on its way", "6.3"), a.discardEdition)
	op(a, get("compareEditions", "/v1/policy/diff", "What changes between two editions", "1.3").public().or(privacy.NotFound), a.compareEditions)
	op(a, get("explain", "/v1/policy/explain", "Why a question is answered as it is, and what would change the answer", "3.0").public().or(privacy.NotInForce, privacy.Forbidden), a.explain)
	op(a, get("getFiling", "/v1/policy/filing", "The entry for the register of holders and the record of processing", "1.1").public().or(privacy.NotInForce, privacy.NotFound), a.getFiling)
	op(a, get("filingStatus", "/v1/policy/filing/status", "Whether the register still says what the edition in force does", "1.1").or(privacy.NotInForce), a.filingStatus)
	op(a, post("file", "/v1/policy/filing", "Record that the entry of an edition was filed", "1.1").creates().or(privacy.NotFound), a.file)

	op(a, post("tell", "/v1/notices", "Record that the policy was shown", "1.3").creates().or(privacy.NotFound), a.tell)
	op(a, post("register", "/v1/subjects", "Register a subject", "3.1").creates(), a.register)
	op(a, post("findSubject", "/v1/subjects/find", "Find a subject by number", "2.3.8").asks().or(privacy.NotFound, privacy.TooMany), a.findSubject)
	op(a, put("write", "/v1/subjects/{id}/data/{category}", "Keep a value under a purpose", "2.3"), a.write)
	op(a, put("putPhoto", "/v1/subjects/{id}/data/{category}/{attribute}", "Keep a photograph", "2.3.4").pictured(), a.putPhoto)
	op(a, get("getPhoto", "/v1/subjects/{id}/data/{category}/{attribute}", "Release a photograph", "2.3.4").gives("image/jpeg").or(privacy.NotInForce), a.getPhoto)
	op(a, post("rectify", "/v1/subjects/{id}/data/{category}/rectify", "Correct a value", "5.1"), a.rectify)
	op(a, get("list", "/v1/subjects/{id}/data", "What is held, masked", "5.2").or(privacy.NotInForce), a.list)

	a.mayRoute(post("may", "/v1/may", "May this be done?", "4.3").asks().or(privacy.NotInForce))
	op(a, post("read", "/v1/read", "Read values under a purpose", "4.2").asks().or(privacy.NotFound, privacy.NotInForce), a.read)

	op(a, get("getForm", "/v1/subjects/{id}/forms/{aim}", "The text to show before somebody agrees", "6.1").or(privacy.Conflict), a.getForm)
	op(a, post("sendCode", "/v1/subjects/{id}/codes", "Send a code that signs one thing", "6.1").creates().or(privacy.TooMany), a.sendCode)
	op(a, post("accept", "/v1/subjects/{id}/acceptances", "Accept the edition in force", "6.1").creates().or(privacy.TooMany), a.accept)
	op(a, post("continue", "/v1/subjects/{id}/acceptances/continued", "Go on after a change that was shown", "6.2a").creates(), a.goOn)
	op(a, post("decline", "/v1/subjects/{id}/refusals", "Refuse an edition", "6.4b").creates(), a.decline)
	op(a, post("agree", "/v1/subjects/{id}/agreements", "Conclude the service contract", "1.4").creates(), a.agree)
	op(a, post("endAgreement", "/v1/subjects/{id}/agreements/end", "End the service contract", "1.4"), a.endAgreement)
	op(a, post("consent", "/v1/subjects/{id}/consents", "Consent to one purpose", "4.3").creates().or(privacy.TooMany), a.consent)
	op(a, get("consents", "/v1/subjects/{id}/consents", "Where acceptance and consents stand", "2.0"), a.consents)
	op(a, post("withdraw", "/v1/subjects/{id}/consents/{purpose}/withdraw", "Withdraw a consent", "4.5b"), a.withdraw)
	op(a, post("object", "/v1/subjects/{id}/objections", "Object to a purpose", "5.0").creates(), a.object)
	op(a, get("receipt", "/v1/subjects/{id}/receipts/{receipt}", "A signed receipt", "6.1").gives(plainText), a.receipt)

	op(a, post("block", "/v1/subjects/{id}/blocks", "Block data", "5.1").creates(), a.block)
	op(a, post("unblock", "/v1/subjects/{id}/blocks/{block}/lift", "Lift a block or close a dispute", "5.3"), a.unblock)
	op(a, post("dispute", "/v1/subjects/{id}/disputes", "Dispute data, which blocks them", "5.3").creates(), a.dispute)
	op(a, post("delete", "/v1/subjects/{id}/delete", "Take data out of every view and decision", "4.2"), a.delete)
	op(a, post("destroy", "/v1/subjects/{id}/destroy", "Make data irrecoverable", "3.21").or(privacy.TooMany), a.destroy)
	op(a, get("extract", "/v1/subjects/{id}/extract", "All that is processed about a subject", "5.2").or(privacy.NotInForce), a.extract)
	op(a, get("log", "/v1/subjects/{id}/log", "Who did what with a subject's data", "4.2"), a.subjectLog)
	op(a, get("replay", "/v1/subjects/{id}/log/{event}/replay", "Run a recorded decision again", "4.1"), a.replay)

	a.disclosureRoutes()

	op(a, post("sendSessionCode", "/v1/sessions/codes", "Send a sign-in code", "3.7").creates().public().or(privacy.TooMany), a.sendSessionCode)
	op(a, post("openSession", "/v1/sessions", "Exchange a code for a token", "3.7").creates().public().or(privacy.TooMany), a.openSession)
	op(a, post("endSession", "/v1/sessions/end", "End the token that is shown", "3.7").quiet(), a.endSession)

	op(a, get("checkpoint", "/v1/ledger/checkpoint", "The signed head of the ledger", "4.2").public().gives(plainText).or(privacy.NotFound), a.checkpoint)
	op(a, get("proof", "/v1/ledger/proof", "Proof that an event stands in the ledger", "4.2").or(privacy.NotFound, privacy.Conflict), a.proof)
}

// Staff adds what only the console's listener offers.
func (a *API) Staff() *API {
	op(a, post("openStaffSession", "/v1/staff/sessions", "Sign a member of staff in", "1.2b").creates().public().asks().or(privacy.TooMany), a.openStaffSession)
	return a
}

// disclosureRoutes are about what leaves the house, and to whom.
func (a *API) disclosureRoutes() {
	op(a, post("disclose", "/v1/disclosures", "Pass data of one subject to one recipient", "4.4a").or(privacy.NotFound, privacy.NotInForce), a.disclose)
	op(a, get("disclosures", "/v1/subjects/{id}/disclosures", "What of a subject went to whom", "5.2"), a.disclosures)
	op(a, post("confirmDisclosure", "/v1/disclosures/{message}/confirm", "Confirm what a recipient did with data that was passed to him", "3.17"), a.confirmDisclosure)
	op(a, get("unconfirmed", "/v1/disclosures/unconfirmed", "What recipients have not confirmed in time", "3.17"), a.unconfirmed)
	op(a, get("disclosureReport", "/v1/disclosures/report", "What left in a period, counted from the ledger and signed", "4.4a").gives(plainText), a.disclosureReport)
	op(a, post("identifyCopy", "/v1/disclosures/identify", "Whose copy a leak can be", "4.4a"), a.identifyCopy)

	op(a, get("listRecipients", "/v1/recipients", "The register of recipients", "4.4a"), a.listRecipients)
	op(a, put("registerRecipient", "/v1/recipients/{recipient}", "Put down what was agreed with a recipient", "4.4a"), a.registerRecipient)
	op(a, post("activateRecipient", "/v1/recipients/{recipient}/activate", "Let data flow to a recipient", "4.4a"), a.activateRecipient)
	op(a, post("suspendRecipient", "/v1/recipients/{recipient}/suspend", "Stop everything to a recipient at once", "4.4a"), a.suspendRecipient)
	op(a, put("setEndpoint", "/v1/recipients/{recipient}/endpoint", "Where a recipient is told of changes", "3.17"), a.setEndpoint)
	op(a, post("rotateSecret", "/v1/recipients/{recipient}/secrets", "Make a new signing secret", "3.17").creates(), a.rotateSecret)

	op(a, get("listLawful", "/v1/lawful-requests", "The register of requests of state bodies", "4.4b"), a.listLawful)
	op(a, post("openLawful", "/v1/lawful-requests", "Register a request of a state body", "4.4b").creates(), a.openLawful)
	op(a, post("answerLawful", "/v1/lawful-requests/{request}/answer", "Hand over what a lawful request names", "4.4b"), a.answerLawful)
	op(a, post("refuseLawful", "/v1/lawful-requests/{request}/refuse", "Refuse a request of a state body", "4.4b"), a.refuseLawful)
	op(a, post("prolongLawful", "/v1/lawful-requests/{request}/prolong", "Keep a disclosure hidden longer", "4.4b"), a.prolongLawful)
}
