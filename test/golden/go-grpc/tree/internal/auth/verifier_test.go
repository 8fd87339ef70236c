package auth_test

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/acme/pricing/internal/auth"
	"github.com/acme/pricing/internal/auth/authtest"
	"github.com/acme/pricing/internal/config"
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
	e := &endpoint{body: keysOf(issuers().known)}
	return auth.NewVerifier(settings, auth.FetchKeys(t.Context(), "https://issuer.test/jwks.json", e))
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
		"no audience at all":    {claim: "aud", value: []string{}, want: jwt.ErrTokenRequiredClaimMissing},
		"audience that is null": {claim: "aud", value: json.RawMessage("null"), want: jwt.ErrTokenMalformed},
		"wrong issuer":          {claim: "iss", value: "https://other.test", want: jwt.ErrTokenInvalidIssuer},
		"no issuer":             {claim: "iss", want: jwt.ErrTokenRequiredClaimMissing},
		"no expiry":             {claim: "exp", want: jwt.ErrTokenRequiredClaimMissing},
		"expired within leeway": {claim: "exp", value: -59 * time.Second},
		"expired beyond leeway": {claim: "exp", value: -60 * time.Second, want: jwt.ErrTokenExpired},
		"expiry in fractions":   {claim: "exp", value: json.RawMessage("4102444800.5")},
		"expiry after all time": {claim: "exp", value: 1e300},
		"expiry as text":        {claim: "exp", value: "4102444800", want: jwt.ErrTokenMalformed},
		"expiry without end":    {claim: "exp", value: json.RawMessage("1e400"), want: jwt.ErrTokenMalformed},
		"expiry that is null":   {claim: "exp", value: json.RawMessage("null"), want: jwt.ErrTokenMalformed},
		"begin before all time": {claim: "nbf", value: -1e300},
		"begin after all time":  {claim: "nbf", value: 1e300, want: jwt.ErrTokenNotValidYet},
		"begin as text":         {claim: "nbf", value: "0", want: jwt.ErrTokenMalformed},
		"issued in the future":  {claim: "iat", value: time.Hour},
		"issued as text":        {claim: "iat", value: "0", want: jwt.ErrTokenMalformed},
		"early within leeway":   {claim: "nbf", value: 60 * time.Second},
		"early beyond leeway":   {claim: "nbf", value: 61 * time.Second, want: jwt.ErrTokenNotValidYet},
		"subject that is none":  {claim: "sub", value: 7, want: jwt.ErrTokenMalformed},
		"scope of a wrong type": {claim: "scope", value: 7, want: jwt.ErrTokenMalformed},
		"expiry in capitals":    {claim: "EXP", value: time.Hour, want: jwt.ErrTokenMalformed},
		"scope with a long s":   {claim: "\u017fcope", value: "service:admin", want: jwt.ErrTokenMalformed},
		"claim of another name": {claim: "scopes", value: 7},
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
	unnamed := func(issuer authtest.Issuer) string {
		token := jwt.NewWithClaims(jwt.SigningMethodRS256, validClaims())
		signed, err := token.SignedString(issuer.Key)
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
		"no key named":                 {token: unnamed(known), want: nil},
		"no key named, of nobody":      {token: unnamed(issuers().stranger), want: jwt.ErrTokenSignatureInvalid},
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

func TestVerifyHeader(t *testing.T) {
	verifier := staticVerifier(t)
	for header, want := range map[string]error{
		`{"alg":"RS256","kid":"key-1"}`:                            nil,
		`{"alg":"RS256","kid":"key-1","jku":"https://other.test"}`: nil,
		`{"alg":"RS256","kid":""}`:                                 jwt.ErrTokenMalformed,
		`{"alg":"RS256","kid":1}`:                                  jwt.ErrTokenMalformed,
		`{"alg":"RS256","kid":null}`:                               jwt.ErrTokenMalformed,
		`{"alg":"RS256","kid":"key-1","crit":["x"],"x":1}`:         jwt.ErrTokenMalformed,
		`{"alg":"RS256","kid":"key-1","crit":[]}`:                  jwt.ErrTokenMalformed,
		`{"alg":"RS256","kid":"key-1","KID":"key-2"}`:              jwt.ErrTokenMalformed,
		"{\"alg\":\"RS256\",\"\u212aid\":\"key-1\"}":               jwt.ErrTokenMalformed,
		`{"alg":"RS256","alg":"RS256","kid":"key-1"}`:              jwt.ErrTokenMalformed,
		`["alg","RS256"]`:                                          jwt.ErrTokenMalformed,
	} {
		if _, err := verifier.Verify(t.Context(), signText(t, header, validClaims())); !errors.Is(err, want) {
			t.Errorf("%s: got error %v, want %v", header, err, want)
		}
	}
}

func TestSegmentsAreExact(t *testing.T) {
	verifier := staticVerifier(t)
	token := issuers().known.Sign(validClaims())
	for name, other := range map[string]string{
		"padded signature":   token + "==",
		"another last digit": token[:len(token)-1] + nextDigit(token[len(token)-1]),
		"a further segment":  token + ".e30",
		"a space in front":   " " + token,
	} {
		if _, err := verifier.Verify(t.Context(), other); !errors.Is(err, jwt.ErrTokenMalformed) {
			t.Errorf("%s: got error %v, want %v", name, err, jwt.ErrTokenMalformed)
		}
	}
}

// nextDigit returns a digit that differs in the bits that an encoder leaves
// zero: a decoder may take it for the same.
func nextDigit(digit byte) string {
	const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	return string(digits[strings.IndexByte(digits, digit)+1])
}

// signText signs claims under a header as it is written.
func signText(t *testing.T, header string, claims jwt.MapClaims) string {
	t.Helper()
	payload, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	encode := base64.RawURLEncoding.EncodeToString
	content := encode([]byte(header)) + "." + encode(payload)
	signature, err := jwt.SigningMethodRS256.Sign(content, issuers().known.Key)
	if err != nil {
		t.Fatal(err)
	}
	return content + "." + encode(signature)
}
