package auth

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// RequireCalls lets a call pass when verifier accepts the token in its metadata
// and the token grants what policy asks for.
func RequireCalls(verifier *Verifier, policy Policy) func(context.Context, string, func(context.Context) error) error {
	return func(ctx context.Context, method string, next func(context.Context) error) error {
		if slices.Contains(policy.AnonymousMethods, method) {
			return next(ctx)
		}
		token, found := bearerOf(ctx)
		if !found {
			return status.Error(codes.Unauthenticated, "a bearer token is required")
		}
		claims, err := verifier.Verify(ctx, token)
		switch {
		case errors.Is(err, errNoKeys):
			slog.ErrorContext(ctx, "token not verified", "error", err)
			return status.Error(codes.Unavailable, "tokens cannot be verified at the moment")
		case err != nil:
			slog.InfoContext(ctx, "token refused", "error", err)
			return status.Error(codes.Unauthenticated, description(err))
		}
		scope := policy.WriteScope
		if slices.Contains(policy.ReadMethods, method) {
			scope = policy.ReadScope
		}
		if !claims.HasScope(scope) {
			return status.Error(codes.PermissionDenied, "the token does not grant "+scope)
		}
		return next(withClaims(ctx, claims))
	}
}

// bearerOf returns the token of a call that has exactly one authorization in its
// metadata: of two, somebody else may have read the other.
func bearerOf(ctx context.Context) (string, bool) {
	values := metadata.ValueFromIncomingContext(ctx, "authorization")
	if len(values) != 1 {
		return "", false
	}
	scheme, token, _ := strings.Cut(values[0], " ")
	return token, strings.EqualFold(scheme, "Bearer") && token != ""
}
