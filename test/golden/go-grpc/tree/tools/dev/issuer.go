package main

import (
	"crypto/rand"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/acme/pricing/internal/auth/authtest"
)

const (
	issuer   = "http://dev.localhost"
	audience = "pricing"
	scope    = "pricing:read pricing:write"

	// keyFile stays on this machine: git ignores it.
	keyFile = ".dev/key.der"
)

// standInIssuer publishes the key of this machine.
func standInIssuer() ([]string, error) {
	signer, err := loadSigner()
	if err != nil {
		return nil, err
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(authtest.KeySet(signer))
	}))
	return []string{
		"JWT_ISSUER=" + issuer,
		"JWT_AUDIENCES=" + audience,
		"JWT_JWKS_URI=" + server.URL,
		"JWT_ALGORITHMS=RS256",
	}, nil
}

// token returns a token that the service accepts for a day.
func token() (string, error) {
	signer, err := loadSigner()
	if err != nil {
		return "", err
	}
	return signer.Sign(jwt.MapClaims{
		"iss":   issuer,
		"sub":   "developer",
		"aud":   audience,
		"scope": scope,
		"exp":   time.Now().Add(24 * time.Hour).Unix(),
	}), nil
}

func printToken() error {
	signed, err := token()
	if err != nil {
		return err
	}
	fmt.Println(signed)
	return nil
}

// loadSigner reads the key, or makes it the first time.
func loadSigner() (authtest.Issuer, error) {
	der, err := os.ReadFile(keyFile)
	if errors.Is(err, fs.ErrNotExist) {
		return makeSigner()
	}
	if err != nil {
		return authtest.Issuer{}, err
	}
	key, err := x509.ParsePKCS1PrivateKey(der)
	if err != nil {
		return authtest.Issuer{}, fmt.Errorf("delete %s, which holds no key: %w", keyFile, err)
	}
	return authtest.Issuer{KeyID: "dev", Key: key}, nil
}

// makeSigner keeps a new key, unless somebody kept one meanwhile: make token
// may start while make run does.
func makeSigner() (authtest.Issuer, error) {
	signer := authtest.NewIssuer("dev")
	if err := os.MkdirAll(filepath.Dir(keyFile), 0o700); err != nil {
		return authtest.Issuer{}, err
	}
	made := keyFile + "." + rand.Text()
	defer func() { _ = os.Remove(made) }()
	if err := os.WriteFile(made, x509.MarshalPKCS1PrivateKey(signer.Key), 0o600); err != nil {
		return authtest.Issuer{}, err
	}
	if err := os.Link(made, keyFile); !errors.Is(err, fs.ErrExist) {
		return signer, err
	}
	return loadSigner()
}
