package main

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/acme/orders/internal/auth/authtest"
)

func TestReadyWithKeys(t *testing.T) {
	logger := slog.Default()
	defer slog.SetDefault(logger)
	ready := func(jwks http.HandlerFunc, withoutKeys bool) int {
		server := httptest.NewServer(jwks)
		defer server.Close()
		cfg := settings(t)
		cfg.JWT.JWKSURI = server.URL
		cfg.JWT.ReadyWithoutKeys = withoutKeys
		a, err := newApp(t.Context(), cfg, parts...)
		if err != nil {
			t.Fatal(err)
		}
		return get(t, a, "/readyz")
	}
	withKeys := func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(authtest.KeySet(authtest.NewIssuer("key-1")))
	}
	if status := ready(withKeys, false); status != http.StatusOK {
		t.Errorf("with keys: got %d", status)
	}
	if status := ready(http.NotFound, false); status != http.StatusServiceUnavailable {
		t.Errorf("without keys: got %d", status)
	}
	if status := ready(http.NotFound, true); status != http.StatusOK {
		t.Errorf("without keys, where that is enough: got %d", status)
	}
}

func TestEveryRouteButTheProbesNeedsAToken(t *testing.T) {
	issuer := authtest.NewIssuer("key-1")
	jwks := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(authtest.KeySet(issuer))
	}))
	defer jwks.Close()
	logger := slog.Default()
	defer slog.SetDefault(logger)
	cfg := settings(t)
	cfg.JWT.JWKSURI = jwks.URL
	cfg.JWT.Algorithms = []string{"RS256"}
	cfg.JWT.AnonymousPaths = []string{"/v1/items"}
	a, err := newApp(t.Context(), cfg, parts...)
	if err != nil {
		t.Fatal(err)
	}
	token := func(scope string) string {
		return issuer.Sign(jwt.MapClaims{
			"iss":   cfg.JWT.Issuer,
			"aud":   cfg.JWT.Audiences[0],
			"exp":   time.Now().Add(time.Hour).Unix(),
			"scope": scope,
		})
	}
	for name, test := range map[string]struct {
		method string
		path   string
		token  string
		want   int
	}{
		"live":               {"GET", "/healthz", "", http.StatusOK},
		"ready":              {"GET", "/readyz", "", http.StatusOK},
		"anonymous path":     {"GET", "/v1/items", "", http.StatusOK},
		"no token":           {"GET", "/v1/items/7", "", http.StatusUnauthorized},
		"token that reads":   {"GET", "/v1/items/7", token("orders:read"), http.StatusNotFound},
		"reader that writes": {"POST", "/v1/items", token("orders:read"), http.StatusForbidden},
		"writer":             {"POST", "/v1/items", token("orders:write"), http.StatusBadRequest},
	} {
		t.Run(name, func(t *testing.T) {
			request := httptest.NewRequestWithContext(t.Context(), test.method, test.path, nil)
			if test.token != "" {
				request.Header.Set("Authorization", "Bearer "+test.token)
			}
			response := httptest.NewRecorder()
			a.handler.ServeHTTP(response, request)
			if response.Code != test.want {
				t.Errorf("got %d, want %d", response.Code, test.want)
			}
		})
	}
}
