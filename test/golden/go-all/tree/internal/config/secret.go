package config

const hidden = "[secret]"

// Secret is a text that neither logs nor errors show.
type Secret struct {
	text string
}

// Reveal returns the text.
func (s Secret) Reveal() string { return s.text }

// String hides the text from %v and %s.
func (Secret) String() string { return hidden }

// GoString hides the text from %#v.
func (Secret) GoString() string { return hidden }

// MarshalText hides the text from JSON and from slog.
func (Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }
