package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/acme/orders/internal/auth"
	"github.com/acme/orders/internal/config"
)

func TestServiceAcceptsTheToken(t *testing.T) {
	t.Chdir(t.TempDir())
	variables, err := standInIssuer()
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(func(name string) (string, bool) {
		for _, variable := range variables {
			if value, found := strings.CutPrefix(variable, name+"="); found {
				return value, true
			}
		}
		return "", false
	})
	if err != nil {
		t.Fatal(err)
	}
	keys, err := auth.FetchKeys(t.Context(), cfg.JWT.JWKSURI, http.DefaultTransport)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := token()
	if err != nil {
		t.Fatal(err)
	}
	claims, err := auth.NewVerifier(cfg.JWT, keys).Verify(t.Context(), signed)
	if err != nil || claims.Subject != "developer" {
		t.Errorf("got the claims %+v with %v", claims, err)
	}
}
