// Package authtest issues tokens, for the tests and for the development stack.
package authtest

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"math/big"

	"github.com/golang-jwt/jwt/v5"
)

// Issuer signs tokens with a key of its own.
type Issuer struct {
	KeyID string

	Key *rsa.PrivateKey
}

// NewIssuer returns an issuer with a new key.
func NewIssuer(keyID string) Issuer {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err) // crypto/rand never fails
	}
	return Issuer{KeyID: keyID, Key: key}
}

// Sign returns a token that holds claims.
func (i Issuer) Sign(claims jwt.Claims) string {
	token := jwt.NewWithClaims(jwt.SigningMethodRS256, claims)
	token.Header["kid"] = i.KeyID
	signed, err := token.SignedString(i.Key)
	if err != nil {
		panic(err) // an RSA key always fits RS256
	}
	return signed
}

// KeySet returns the public keys of issuers as a JSON Web Key Set (RFC 7517).
func KeySet(issuers ...Issuer) []byte {
	keys := make([]map[string]string, len(issuers))
	for i, issuer := range issuers {
		keys[i] = map[string]string{
			"kty": "RSA",
			"use": "sig",
			"kid": issuer.KeyID,
			"n":   base64.RawURLEncoding.EncodeToString(issuer.Key.N.Bytes()),
			"e":   base64.RawURLEncoding.EncodeToString(big.NewInt(int64(issuer.Key.E)).Bytes()),
		}
	}
	set, err := json.Marshal(map[string]any{"keys": keys})
	if err != nil {
		panic(err) // strings always marshal
	}
	return set
}
