package auth_test

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/MicahParks/keyfunc/v3"
	"github.com/golang-jwt/jwt/v5"

	"github.com/acme/orders/internal/auth"
	"github.com/acme/orders/internal/auth/authtest"
	"github.com/acme/orders/internal/config"
)

// issuers hold keys, which are slow to make.
var issuers = sync.OnceValue(func() (pair struct{ known, stranger authtest.Issuer }) {
	pair.known = authtest.NewIssuer("key-1")
	pair.stranger = authtest.NewIssuer("key-1")
	return pair
})

var settings = config.JWT{
	Issuer:     "https://issuer.test",
	Audiences:  []string{"service", "service-admin"},
	Algorithms: []string{"RS256"},
	Leeway:     time.Minute,
}

// staticVerifier knows the key of the known issuer, and needs no network.
func staticVerifier(t *testing.T) *auth.Verifier {
	t.Helper()
	keys, err := keyfunc.NewJWKSetJSON(authtest.KeySet(issuers().known))
	if err != nil {
		t.Fatal(err)
	}
	return auth.NewVerifier(settings, keys)
}

// validClaims returns claims that every check accepts.
func validClaims() jwt.MapClaims {
	return jwt.MapClaims{
		"iss":   settings.Issuer,
		"sub":   "alice",
		"aud":   "service",
		"exp":   time.Now().Add(time.Hour).Unix(),
		"scope": "service:read service:write",
	}
}

// claimsWith returns valid claims but for one. A duration stands for the time
// that far from now, and nil for no claim.
func claimsWith(name string, value any) jwt.MapClaims {
	claims := validClaims()
	switch value := value.(type) {
	case nil:
		delete(claims, name)
	case time.Duration:
		claims[name] = time.Now().Add(value).Unix()
	default:
		claims[name] = value
	}
	return claims
}

func TestVerifyClaims(t *testing.T) {
	verifier := staticVerifier(t)
	tests := map[string]struct {
		claim string
		value any
		want  error
	}{
		"valid":                 {claim: "sub", value: "alice"},
		"second audience":       {claim: "aud", value: "service-admin"},
		"one of many audiences": {claim: "aud", value: []string{"billing", "service"}},
		"wrong audience":        {claim: "aud", value: "billing", want: jwt.ErrTokenInvalidAudience},
		"no audience":           {claim: "aud", want: jwt.ErrTokenRequiredClaimMissing},
		"wrong issuer":          {claim: "iss", value: "https://other.test", want: jwt.ErrTokenInvalidIssuer},
		"no issuer":             {claim: "iss", want: jwt.ErrTokenRequiredClaimMissing},
		"no expiry":             {claim: "exp", want: jwt.ErrTokenRequiredClaimMissing},
		"expired within leeway": {claim: "exp", value: -59 * time.Second},
		"expired beyond leeway": {claim: "exp", value: -60 * time.Second, want: jwt.ErrTokenExpired},
		"early within leeway":   {claim: "nbf", value: 60 * time.Second},
		"early beyond leeway":   {claim: "nbf", value: 61 * time.Second, want: jwt.ErrTokenNotValidYet},
		"scope of a wrong type": {claim: "scope", value: 7, want: jwt.ErrTokenMalformed},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				claims := claimsWith(test.claim, test.value)
				_, err := verifier.Verify(t.Context(), issuers().known.Sign(claims))
				if !errors.Is(err, test.want) {
					t.Errorf("got error %v, want %v", err, test.want)
				}
			})
		})
	}
}

func TestVerifySignature(t *testing.T) {
	known := issuers().known
	public := pem.EncodeToMemory(&pem.Block{Type: "RSA PUBLIC KEY", Bytes: x509.MarshalPKCS1PublicKey(&known.Key.PublicKey)})
	sign := func(method jwt.SigningMethod, key any, kid string) string {
		token := jwt.NewWithClaims(method, validClaims())
		token.Header["kid"] = kid
		signed, err := token.SignedString(key)
		if err != nil {
			t.Fatal(err)
		}
		return signed
	}
	tests := map[string]struct {
		token string
		want  error
	}{
		"valid":                        {token: sign(jwt.SigningMethodRS256, known.Key, "key-1")},
		"no signature":                 {token: sign(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, "key-1"), want: jwt.ErrTokenSignatureInvalid},
		"public key as shared secret":  {token: sign(jwt.SigningMethodHS256, public, "key-1"), want: jwt.ErrTokenSignatureInvalid},
		"algorithm that is not pinned": {token: sign(jwt.SigningMethodRS512, known.Key, "key-1"), want: jwt.ErrTokenSignatureInvalid},
		"key of somebody else":         {token: issuers().stranger.Sign(validClaims()), want: jwt.ErrTokenSignatureInvalid},
		"unknown key":                  {token: sign(jwt.SigningMethodRS256, known.Key, "key-2"), want: jwt.ErrTokenUnverifiable},
		"garbage":                      {token: "a.b.c", want: jwt.ErrTokenMalformed},
	}
	verifier := staticVerifier(t)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			claims, err := verifier.Verify(t.Context(), test.token)
			if !errors.Is(err, test.want) {
				t.Errorf("got error %v, want %v", err, test.want)
			}
			if subject := claims.Subject; (subject == "alice") != (test.want == nil) {
				t.Errorf("got subject %q with error %v", subject, err)
			}
		})
	}
}
