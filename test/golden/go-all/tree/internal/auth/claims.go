package auth

import (
	"context"
	"slices"
	"strings"

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
	return slices.Contains(strings.Fields(c.Scope), scope)
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
