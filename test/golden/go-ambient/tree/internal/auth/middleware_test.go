package auth_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/acme/orders/internal/auth"
)

// call sends a request to a handler that answers with the name of its caller.
func call(t *testing.T, verifier *auth.Verifier, method, path string, authorization ...string) *httptest.ResponseRecorder {
	t.Helper()
	whoami := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		claims, known := auth.FromContext(r.Context())
		if !known {
			claims.Subject = "nobody"
		}
		_, _ = w.Write([]byte(claims.Subject))
	})
	policy := auth.Policy{
		AnonymousPaths: []string{"/open"},
		ReadScope:      "service:read",
		WriteScope:     "service:write",
	}
	request := httptest.NewRequestWithContext(t.Context(), method, path, nil)
	request.Header["Authorization"] = authorization
	response := httptest.NewRecorder()
	auth.Require(verifier, policy)(whoami).ServeHTTP(response, request)
	return response
}

func TestAccepted(t *testing.T) {
	token := issuers().known.Sign(validClaims())
	reader := issuers().known.Sign(claimsWith("scope", "service:read"))
	writer := issuers().known.Sign(claimsWith("scope", "service:write"))
	tests := map[string]struct {
		method        string
		path          string
		authorization []string
		caller        string
	}{
		"token":                 {"GET", "/items", []string{"Bearer " + token}, "alice"},
		"scheme in lower case":  {"GET", "/items", []string{"bearer " + token}, "alice"},
		"GET to read":           {"GET", "/items", []string{"Bearer " + reader}, "alice"},
		"HEAD to read":          {"HEAD", "/items", []string{"Bearer " + reader}, "alice"},
		"POST to write":         {"POST", "/items", []string{"Bearer " + writer}, "alice"},
		"anonymous":             {"GET", "/open", nil, "nobody"},
		"anonymous, with query": {"GET", "/open?a=b", nil, "nobody"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			response := call(t, staticVerifier(t), test.method, test.path, test.authorization...)
			if response.Code != http.StatusOK || response.Body.String() != test.caller {
				t.Errorf("got %d for %q, want 200 for %q", response.Code, response.Body, test.caller)
			}
		})
	}
}

func TestRefused(t *testing.T) {
	const (
		missing = `Bearer`
		invalid = `Bearer error="invalid_token", error_description="the token is not valid here"`
		expired = `Bearer error="invalid_token", error_description="the token is expired"`
		read    = `Bearer error="insufficient_scope", scope="service:read"`
		write   = `Bearer error="insufficient_scope", scope="service:write"`
	)
	sign := issuers().known.Sign
	token := sign(validClaims())
	expiredAndForeign := claimsWith("exp", -time.Hour)
	expiredAndForeign["iss"] = "https://other.test"
	tests := map[string]struct {
		method        string
		path          string
		authorization []string
		status        int
		challenge     string
	}{
		"no token":               {"GET", "/items", nil, 401, missing},
		"empty token":            {"GET", "/items", []string{"Bearer "}, 401, missing},
		"another scheme":         {"GET", "/items", []string{"Basic " + token}, 401, missing},
		"no scheme":              {"GET", "/items", []string{token}, 401, missing},
		"two tokens":             {"GET", "/items", []string{"Bearer " + token, "Bearer " + token}, 401, missing},
		"token in the query":     {"GET", "/items?access_token=" + token, nil, 401, missing},
		"garbage":                {"GET", "/items", []string{"Bearer garbage"}, 401, invalid},
		"wrong issuer":           {"GET", "/items", []string{"Bearer " + sign(claimsWith("iss", "https://other.test"))}, 401, invalid},
		"expired":                {"GET", "/items", []string{"Bearer " + sign(claimsWith("exp", -time.Hour))}, 401, expired},
		"expired and foreign":    {"GET", "/items", []string{"Bearer " + sign(expiredAndForeign)}, 401, invalid},
		"scopes between tabs":    {"GET", "/items", []string{"Bearer " + sign(claimsWith("scope", "service:write\tservice:read"))}, 403, read},
		"no scope":               {"GET", "/items", []string{"Bearer " + sign(claimsWith("scope", nil))}, 403, read},
		"scope with a suffix":    {"GET", "/items", []string{"Bearer " + sign(claimsWith("scope", "service:read-all"))}, 403, read},
		"reader writes":          {"POST", "/items", []string{"Bearer " + sign(claimsWith("scope", "service:read"))}, 403, write},
		"writer reads":           {"GET", "/items", []string{"Bearer " + sign(claimsWith("scope", "service:write"))}, 403, read},
		"below anonymous path":   {"GET", "/open/items", nil, 401, missing},
		"anonymous path encoded": {"GET", "/%6Fpen", nil, 401, missing},
		"anonymous path written": {"POST", "/open", nil, 401, missing},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			response := call(t, staticVerifier(t), test.method, test.path, test.authorization...)
			if response.Code != test.status {
				t.Errorf("got status %d, want %d", response.Code, test.status)
			}
			if got := response.Header().Get("WWW-Authenticate"); got != test.challenge {
				t.Errorf("got challenge %q, want %q", got, test.challenge)
			}
		})
	}
}

func TestCallerIsNotBlamedForMissingKeys(t *testing.T) {
	e := &endpoint{err: errors.New("connection refused")}
	keys := auth.FetchKeys(t.Context(), "https://issuer.test/jwks.json", e)
	response := call(t, auth.NewVerifier(settings, keys), "GET", "/items", "Bearer "+issuers().known.Sign(validClaims()))
	if got := response.Header().Get("WWW-Authenticate"); response.Code != http.StatusServiceUnavailable || got != "" {
		t.Errorf("got %d with challenge %q, want 503 with none", response.Code, got)
	}
}
