// Package auth authenticates the callers of the service by their bearer tokens.
package auth

import (
	"context"
	"errors"
	"fmt"

	"github.com/MicahParks/keyfunc/v3"
	"github.com/golang-jwt/jwt/v5"

	"github.com/acme/orders/internal/config"
)

// errNoKeys means that the issuer's keys were never fetched: no token can be
// judged, and the caller is not to blame.
var errNoKeys = errors.New("the issuer's keys are not known yet")

// Verifier decides whether a token is valid for this service.
type Verifier struct {
	keys   keyfunc.Keyfunc
	parser *jwt.Parser
}

// NewVerifier returns a verifier of tokens that cfg describes and one of keys
// has signed.
func NewVerifier(cfg config.JWT, keys keyfunc.Keyfunc) *Verifier {
	parser := jwt.NewParser(
		jwt.WithValidMethods(cfg.Algorithms),
		jwt.WithIssuer(cfg.Issuer),
		jwt.WithAudience(cfg.Audiences...),
		jwt.WithExpirationRequired(),
		jwt.WithLeeway(cfg.Leeway),
	)
	return &Verifier{keys: keys, parser: parser}
}

// Verify returns the claims of a valid token.
func (v *Verifier) Verify(ctx context.Context, token string) (Claims, error) {
	var claims Claims
	_, err := v.parser.ParseWithClaims(token, &claims, v.keys.KeyfuncCtx(ctx))
	if errors.Is(err, jwt.ErrTokenUnverifiable) {
		return Claims{}, v.blame(ctx, err)
	}
	if err != nil {
		return Claims{}, err
	}
	return claims, nil
}

// blame tells a token of an unknown key from a service that knows no key.
func (v *Verifier) blame(ctx context.Context, err error) error {
	keys, _ := v.keys.Storage().KeyReadAll(ctx) // in memory: cannot fail
	if len(keys) == 0 {
		return fmt.Errorf("%w: %w", errNoKeys, err)
	}
	return err
}
