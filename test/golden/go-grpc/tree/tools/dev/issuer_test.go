package main

import (
	"crypto/rsa"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/acme/pricing/internal/auth"
	"github.com/acme/pricing/internal/config"
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
	keys := auth.FetchKeys(t.Context(), cfg.JWT.JWKSURI, http.DefaultTransport)
	signed, err := token()
	if err != nil {
		t.Fatal(err)
	}
	claims, err := auth.NewVerifier(cfg.JWT, keys).Verify(t.Context(), signed)
	if err != nil || claims.Subject != "developer" {
		t.Errorf("got the claims %+v with %v", claims, err)
	}
}

func TestWhoStartsTogetherSharesOneKey(t *testing.T) {
	t.Chdir(t.TempDir())
	var group sync.WaitGroup
	made := make([]*rsa.PrivateKey, 4)
	for i := range made {
		group.Go(func() {
			signer, err := loadSigner()
			if err != nil {
				t.Error(err)
			}
			made[i] = signer.Key
		})
	}
	group.Wait()
	kept, err := loadSigner()
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range made {
		if !kept.Key.Equal(key) {
			t.Error("a key differs from the one that was kept")
		}
	}
	files, err := os.ReadDir(filepath.Dir(keyFile))
	if err != nil || len(files) != 1 {
		t.Errorf("got the files %v with %v", files, err)
	}
}
