package auth_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/acme/pricing/internal/auth"
)

// call makes a call of a method that answers with the name of its caller.
func call(t *testing.T, verifier *auth.Verifier, method string, authorization ...string) (string, error) {
	t.Helper()
	policy := auth.Policy{
		AnonymousMethods: []string{"/s/Open"},
		ReadScope:        "service:read",
		ReadMethods:      []string{"/s/Read"},
		WriteScope:       "service:write",
	}
	ctx := metadata.NewIncomingContext(t.Context(), metadata.MD{"authorization": authorization})
	caller := ""
	err := auth.RequireCalls(verifier, policy)(ctx, method, func(ctx context.Context) error {
		caller = "nobody"
		if claims, known := auth.FromContext(ctx); known {
			caller = claims.Subject
		}
		return nil
	})
	return caller, err
}

func TestAcceptedCalls(t *testing.T) {
	token := issuers().known.Sign(validClaims())
	reader := issuers().known.Sign(claimsWith("scope", "service:read"))
	writer := issuers().known.Sign(claimsWith("scope", "service:write"))
	for name, test := range map[string]struct {
		method        string
		authorization []string
		caller        string
	}{
		"token":                {"/s/Read", []string{"Bearer " + token}, "alice"},
		"scheme in lower case": {"/s/Read", []string{"bearer " + token}, "alice"},
		"to read":              {"/s/Read", []string{"Bearer " + reader}, "alice"},
		"to write":             {"/s/Write", []string{"Bearer " + writer}, "alice"},
		"anonymous":            {"/s/Open", nil, "nobody"},
	} {
		t.Run(name, func(t *testing.T) {
			if caller, err := call(t, staticVerifier(t), test.method, test.authorization...); err != nil || caller != test.caller {
				t.Errorf("got %q, %v", caller, err)
			}
		})
	}
}

func TestRefusedCalls(t *testing.T) {
	const (
		missing = "a bearer token is required"
		invalid = "the token is not valid here"
		expired = "the token is expired"
		read    = "the token does not grant service:read"
		write   = "the token does not grant service:write"
	)
	sign := issuers().known.Sign
	token := sign(validClaims())
	expiredAndForeign := claimsWith("exp", -time.Hour)
	expiredAndForeign["iss"] = "https://other.test"
	for name, test := range map[string]struct {
		method        string
		authorization []string
		code          codes.Code
		text          string
	}{
		"no token":            {"/s/Read", nil, codes.Unauthenticated, missing},
		"empty token":         {"/s/Read", []string{"Bearer "}, codes.Unauthenticated, missing},
		"another scheme":      {"/s/Read", []string{"Basic " + token}, codes.Unauthenticated, missing},
		"no scheme":           {"/s/Read", []string{token}, codes.Unauthenticated, missing},
		"two tokens":          {"/s/Read", []string{"Bearer " + token, "Bearer " + token}, codes.Unauthenticated, missing},
		"garbage":             {"/s/Read", []string{"Bearer garbage"}, codes.Unauthenticated, invalid},
		"wrong issuer":        {"/s/Read", []string{"Bearer " + sign(claimsWith("iss", "https://other.test"))}, codes.Unauthenticated, invalid},
		"expired":             {"/s/Read", []string{"Bearer " + sign(claimsWith("exp", -time.Hour))}, codes.Unauthenticated, expired},
		"expired and foreign": {"/s/Read", []string{"Bearer " + sign(expiredAndForeign)}, codes.Unauthenticated, invalid},
		"no scope":            {"/s/Read", []string{"Bearer " + sign(claimsWith("scope", nil))}, codes.PermissionDenied, read},
		"reader writes":       {"/s/Write", []string{"Bearer " + sign(claimsWith("scope", "service:read"))}, codes.PermissionDenied, write},
		"writer reads":        {"/s/Read", []string{"Bearer " + sign(claimsWith("scope", "service:write"))}, codes.PermissionDenied, read},
		"below anonymous":     {"/s/Open/Read", nil, codes.Unauthenticated, missing},
	} {
		t.Run(name, func(t *testing.T) {
			caller, err := call(t, staticVerifier(t), test.method, test.authorization...)
			if status.Code(err) != test.code || status.Convert(err).Message() != test.text || caller != "" {
				t.Errorf("got %q, %v", caller, err)
			}
			if strings.Contains(err.Error(), token) {
				t.Error("the token is in the error")
			}
		})
	}
}

func TestCallerIsNotBlamedForMissingKeys(t *testing.T) {
	e := &endpoint{err: errors.New("connection refused")}
	keys := auth.FetchKeys(t.Context(), "https://issuer.test/jwks.json", e)
	_, err := call(t, auth.NewVerifier(settings, keys), "/s/Read", "Bearer "+issuers().known.Sign(validClaims()))
	if status.Code(err) != codes.Unavailable {
		t.Errorf("got %v, want UNAVAILABLE", err)
	}
}
