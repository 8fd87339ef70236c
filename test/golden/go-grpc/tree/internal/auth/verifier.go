// Package auth authenticates the callers of the service by their bearer tokens.
package auth

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/golang-jwt/jwt/v5"

	"github.com/acme/pricing/internal/config"
)

// Verifier decides whether a token is valid for this service.
type Verifier struct {
	keys   *Keys
	parser *jwt.Parser
}

// NewVerifier returns a verifier of tokens that cfg describes and one of keys
// has signed.
func NewVerifier(cfg config.JWT, keys *Keys) *Verifier {
	parser := jwt.NewParser(
		jwt.WithValidMethods(cfg.Algorithms),
		jwt.WithIssuer(cfg.Issuer),
		jwt.WithAudience(cfg.Audiences...),
		jwt.WithExpirationRequired(),
		jwt.WithLeeway(cfg.Leeway),
		jwt.WithStrictDecoding(),
	)
	return &Verifier{keys: keys, parser: parser}
}

// Verify returns the claims of a valid token.
func (v *Verifier) Verify(ctx context.Context, token string) (Claims, error) {
	if err := checkHeader(token); err != nil {
		return Claims{}, fmt.Errorf("%w: the header %w", jwt.ErrTokenMalformed, err)
	}
	var claims Claims
	_, err := v.parser.ParseWithClaims(token, &claims, func(token *jwt.Token) (any, error) {
		return v.keys.find(ctx, token)
	})
	if err != nil {
		return Claims{}, err
	}
	return claims, nil
}

var headerNames = []string{"alg", "b64", "crit", "cty", "jku", "jwk", "kid", "typ", "x5c", "x5t", "x5t#S256", "x5u"}

// checkHeader refuses what the parser would understand in one way of several,
// and extensions that must be understood: there are none that the service
// understands (RFC 7515 section 4.1.11).
func checkHeader(token string) error {
	segment, _, _ := strings.Cut(token, ".")
	text, err := base64.RawURLEncoding.Strict().DecodeString(segment)
	if err != nil {
		return fmt.Errorf("is not base64url: %w", err)
	}
	members, err := readMembers(text, headerNames)
	if err != nil {
		return err
	}
	if _, found := members["crit"]; found {
		return errors.New("has extensions that are not understood")
	}
	kid := "none"
	if err := readMember(members, "kid", &kid); err != nil {
		return err
	}
	if kid == "" {
		return errors.New("names a key without a name")
	}
	return nil
}
