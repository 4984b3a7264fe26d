package api

import "strings"

// fieldOf turns a location such as body.data.D01 into the member's path.
func fieldOf(location string) string {
	return strings.TrimPrefix(strings.TrimPrefix(location, "body"), ".")
}

// lastOf is the last part of a location: the name of an unexpected member.
func lastOf(location string) string {
	return location[strings.LastIndexByte(location, '.')+1:]
}

// requiredOf reads the member out of "expected required property NAME to be
// present", under the path at which it is missing.
func requiredOf(message, at string) string {
	words := strings.Fields(message)
	if len(words) < 4 {
		return at
	}
	if at == "" {
		return words[3]
	}
	return at + "." + words[3]
}
