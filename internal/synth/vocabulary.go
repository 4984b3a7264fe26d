package synth

import "maps"

// vocabulary is every attribute that Data may hold, with its type in room format.
var vocabulary = map[string]map[string]string{
	"D01": {"surname": "name", "given": "name", "patronymic": "patronymic"},
	"D02": {"birth_date": "birth_date"},
	"D03": {"pin": "pin"},
	"D04": {
		"doc_type": "doc_type", "doc_number": "doc_number", "issued": "date", "issuer": "text",
		"passport_photo": "image", "face_photo": "image",
	},
	"D05": {"soate": "soate", "street": "text", "house": "text", "flat": "text", "postcode": "postcode"},
	"D06": {"latitude": "latitude", "longitude": "longitude", "at": "time", "origin": "code"},
	"D07": {"email": "email"},
	"D08": {"msisdn": "msisdn"},
	"D09": {"month": "code", "voice_minutes": "count", "sms_count": "count", "data_mb": "count"},
	"D10": {"certificate_number": "text", "issued": "date", "issuer": "text", "child_name": "name", "certificate_photo": "image"},
	"D11": {"ip": "ip", "cookie_id": "cookie"},
	"D12": {"user_agent": "user_agent", "accessed_at": "time", "url": "url", "device": "device"},
	"D13": {"contacts_hashed": "hashes", "activity": "codes"},
}

// Vocabulary gives, by category, the attributes that Data may hold and the type
// of each in room format, so that a pack of rules can be held against it.
func Vocabulary() map[string]map[string]string {
	out := make(map[string]map[string]string, len(vocabulary))
	for category, attributes := range vocabulary {
		out[category] = maps.Clone(attributes)
	}
	return out
}
