package config

import (
	"reflect"
	"testing"
	"time"
)

func TestJWT(t *testing.T) {
	cfg, err := Load(variables(
		"JWT_ISSUER", "https://issuer.test/",
		"JWT_AUDIENCES", "service, service-admin",
		"JWT_JWKS_URI", "http://issuer.test/keys",
		"JWT_ALGORITHMS", "ES256,EdDSA",
		"JWT_LEEWAY", "10s",
		"JWT_ANONYMOUS_PATHS", "/v1/items",
		"JWT_READY_WITHOUT_KEYS", "true",
	))
	want := JWT{
		Issuer:           "https://issuer.test/",
		Audiences:        []string{"service", "service-admin"},
		JWKSURI:          "http://issuer.test/keys",
		Algorithms:       []string{"ES256", "EdDSA"},
		Leeway:           10 * time.Second,
		AnonymousPaths:   []string{"/v1/items"},
		ReadyWithoutKeys: true,
	}
	if err != nil || !reflect.DeepEqual(cfg.JWT, want) {
		t.Errorf("got %+v with %v", cfg.JWT, err)
	}
}

func TestNoAnonymousPaths(t *testing.T) {
	cfg, err := Load(variables("JWT_ANONYMOUS_PATHS", ""))
	if err != nil || len(cfg.JWT.AnonymousPaths) > 0 {
		t.Errorf("got %v with %v, want none", cfg.JWT.AnonymousPaths, err)
	}
}

func TestJWTRanges(t *testing.T) {
	for name, values := range map[string][]string{
		"JWT_JWKS_URI":           {"https://issuer.test/keys"},
		"JWT_LEEWAY":             {"0s", "5m"},
		"JWT_READY_WITHOUT_KEYS": {"true", "false"},
	} {
		for _, value := range values {
			accepts(t, name, value)
		}
	}
	for name, values := range map[string][]string{
		"JWT_AUDIENCES":          {"service,", ","},
		"JWT_JWKS_URI":           {"issuer.test/keys", "file:///keys", "https://", "http://%zz"},
		"JWT_ALGORITHMS":         {"none", "HS256", "RS256,HS256", "rs256"},
		"JWT_LEEWAY":             {"-1s", "301s", "60"},
		"JWT_ANONYMOUS_PATHS":    {"healthz", "/healthz,*"},
		"JWT_READY_WITHOUT_KEYS": {"yes", "True", "1"},
	} {
		for _, value := range values {
			refuses(t, name, value)
		}
	}
}
