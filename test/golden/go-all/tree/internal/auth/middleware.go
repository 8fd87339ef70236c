package auth

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"

	"github.com/acme/orders/internal/problem"
)

// Require lets a request pass when verifier accepts its token and the token
// grants what policy asks for.
func Require(verifier *Verifier, policy Policy) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		authorized := authenticate(verifier, authorize(policy, next))
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodGet && slices.Contains(policy.AnonymousPaths, r.URL.EscapedPath()) {
				next.ServeHTTP(w, r)
				return
			}
			authorized.ServeHTTP(w, r)
		})
	}
}

// authenticate puts the claims of the caller into the context.
func authenticate(verifier *Verifier, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, found := bearerToken(r)
		if !found {
			challenge(w, http.StatusUnauthorized, "Bearer", "a bearer token is required")
			return
		}
		claims, err := verifier.Verify(r.Context(), token)
		switch {
		case errors.Is(err, errNoKeys):
			slog.ErrorContext(r.Context(), "token not verified", "error", err)
			problem.Write(w, http.StatusServiceUnavailable, "tokens cannot be verified at the moment")
		case err != nil:
			slog.InfoContext(r.Context(), "token refused", "error", err)
			detail := description(err)
			challenge(w, http.StatusUnauthorized, fmt.Sprintf(`Bearer error="invalid_token", error_description=%q`, detail), detail)
		default:
			next.ServeHTTP(w, r.WithContext(withClaims(r.Context(), claims)))
		}
	})
}

// authorize compares the claims in the context with policy.
func authorize(policy Policy, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		scope := policy.WriteScope
		if r.Method == http.MethodGet || r.Method == http.MethodHead {
			scope = policy.ReadScope
		}
		if claims, _ := FromContext(r.Context()); !claims.HasScope(scope) {
			challenge(w, http.StatusForbidden, fmt.Sprintf(`Bearer error="insufficient_scope", scope=%q`, scope), "the token does not grant "+scope)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// bearerToken returns the token of a request that has exactly one
// Authorization header: of two, somebody else may have read the other.
func bearerToken(r *http.Request) (string, bool) {
	headers := r.Header.Values("Authorization")
	if len(headers) != 1 {
		return "", false
	}
	scheme, token, _ := strings.Cut(headers[0], " ")
	return token, strings.EqualFold(scheme, "Bearer") && token != ""
}

// challenge answers as RFC 6750 section 3 asks.
func challenge(w http.ResponseWriter, status int, value, detail string) {
	w.Header().Set("WWW-Authenticate", value)
	problem.Write(w, status, detail)
}
