package auth

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// Claims are the parts of a token that the service uses.
type Claims struct {
	jwt.RegisteredClaims

	// Scope holds the granted scopes, separated by spaces (RFC 8693).
	Scope string `json:"scope"`
}

// HasScope reports whether the token grants scope.
func (c Claims) HasScope(scope string) bool {
	return slices.Contains(strings.Split(c.Scope, " "), scope)
}

var claimNames = []string{"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "scope"}

// UnmarshalJSON reads claims by their exact names and types. The decoder of
// encoding/json would take EXP for exp.
func (c *Claims) UnmarshalJSON(text []byte) error {
	members, err := readMembers(text, claimNames)
	if err != nil {
		return err
	}
	var read Claims
	err = errors.Join(
		readMember(members, "iss", &read.Issuer),
		readMember(members, "sub", &read.Subject),
		readMember(members, "aud", &read.Audience),
		readMember(members, "jti", &read.ID),
		readMember(members, "scope", &read.Scope),
		readTime(members, "exp", &read.ExpiresAt),
		readTime(members, "nbf", &read.NotBefore),
		readTime(members, "iat", &read.IssuedAt),
	)
	if err != nil {
		return err
	}
	*c = read
	return nil
}

// readTime reads a number of seconds. What no calendar has becomes the first
// or the last second that it has.
func readTime(members map[string]json.RawMessage, name string, target **jwt.NumericDate) error {
	if _, found := members[name]; !found {
		return nil
	}
	var seconds float64
	if err := readMember(members, name, &seconds); err != nil {
		return err
	}
	first := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	last := time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	seconds = min(max(math.Ceil(seconds), float64(first)), float64(last))
	*target = jwt.NewNumericDate(time.Unix(int64(seconds), 0))
	return nil
}

type claimsKey struct{}

// FromContext returns the claims of the caller. There are none on an
// anonymous path.
func FromContext(ctx context.Context) (Claims, bool) {
	claims, ok := ctx.Value(claimsKey{}).(Claims)
	return claims, ok
}

func withClaims(ctx context.Context, claims Claims) context.Context {
	return context.WithValue(ctx, claimsKey{}, claims)
}
