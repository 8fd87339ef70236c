package auth

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// readMembers returns the members of a JSON object, letter for letter. Where
// two readers could understand an object differently it is refused: a name
// must be there once (RFC 7519 section 4), and must not equal one of the known
// names but for case.
func readMembers(text []byte, known []string) (map[string]json.RawMessage, error) {
	if !utf8.Valid(text) || !json.Valid(text) {
		return nil, errors.New("is not JSON")
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	if start, err := decoder.Token(); err != nil || start != json.Delim('{') {
		return nil, errors.New("is not a JSON object")
	}
	members := map[string]json.RawMessage{}
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		name, _ := token.(string) // what comes before a value in an object
		if _, twice := members[name]; twice {
			return nil, fmt.Errorf("has the name %q twice", name)
		}
		if !slices.Contains(known, name) && slices.ContainsFunc(known, func(other string) bool { return strings.EqualFold(name, other) }) {
			return nil, fmt.Errorf("has the name %q, which equals a known one but for case", name)
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return nil, err
		}
		members[name] = value
	}
	return members, nil
}

// readMember reads a member into target when it is there. Its type must be
// the one of target: null is a value like others, and no absence.
func readMember[T any](members map[string]json.RawMessage, name string, target *T) error {
	value, found := members[name]
	if !found {
		return nil
	}
	if string(value) == "null" {
		return fmt.Errorf("%s is null", name)
	}
	if err := json.Unmarshal(value, target); err != nil {
		return fmt.Errorf("%s has a wrong type: %w", name, err)
	}
	return nil
}
