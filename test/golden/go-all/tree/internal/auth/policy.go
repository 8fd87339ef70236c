package auth

import (
	"errors"

	"github.com/golang-jwt/jwt/v5"
)

// Policy says what a caller needs.
type Policy struct {
	// AnonymousPaths need no token for GET. They are compared letter for
	// letter, as the mesh does.
	AnonymousPaths []string

	// ReadScope is needed for GET and HEAD.
	ReadScope string

	// WriteScope is needed for every other method.
	WriteScope string
}

// description tells the caller what to do, and nothing about the service.
func description(err error) string {
	if isOnlyExpired(err) {
		return "the token is expired"
	}
	return "the token is not valid here"
}

// isOnlyExpired reports whether a newer token of the same kind would do.
func isOnlyExpired(err error) bool {
	for _, other := range []error{
		jwt.ErrTokenInvalidAudience,
		jwt.ErrTokenInvalidIssuer,
		jwt.ErrTokenNotValidYet,
		jwt.ErrTokenRequiredClaimMissing,
	} {
		if errors.Is(err, other) {
			return false
		}
	}
	return errors.Is(err, jwt.ErrTokenExpired)
}
