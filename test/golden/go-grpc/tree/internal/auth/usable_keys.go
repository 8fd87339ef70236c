package auth

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/json"
	"slices"

	"github.com/MicahParks/jwkset"
	"github.com/golang-jwt/jwt/v5"
)

// minRSABits is what RFC 7518 section 3.3 asks for.
const minRSABits = 2048

// usableKeys leaves out what verifies no token: an issuer may publish keys for
// other uses, or of kinds that are not known here yet.
func usableKeys(published []json.RawMessage) []jwkset.JWK {
	keys := []jwkset.JWK{}
	for _, text := range published {
		if key, ok := usableKey(text); ok {
			keys = append(keys, key)
		}
	}
	return keys
}

func usableKey(text json.RawMessage) (jwkset.JWK, bool) {
	var published jwkset.JWKMarshal
	if err := json.Unmarshal(text, &published); err != nil {
		return jwkset.JWK{}, false
	}
	isForSignatures := published.USE == "" || published.USE == jwkset.UseSig
	isForVerifying := published.KEYOPS == nil || slices.Contains(published.KEYOPS, jwkset.KeyOpsVerify)
	isPublic := published.D == ""
	if !isForSignatures || !isForVerifying || !isPublic {
		return jwkset.JWK{}, false
	}
	published.X5C = nil // the key itself counts, not its certificates
	key, err := jwkset.NewJWKFromMarshal(published, jwkset.JWKMarshalOptions{}, jwkset.JWKValidateOptions{SkipAll: true})
	if err != nil {
		return jwkset.JWK{}, false
	}
	if public, isRSA := key.Key().(*rsa.PublicKey); isRSA && public.N.BitLen() < minRSABits {
		return jwkset.JWK{}, false
	}
	return key, true
}

// fits reports whether token could be signed with key.
func fits(key jwkset.JWK, token *jwt.Token) bool {
	if name, isNamed := token.Header["kid"]; isNamed && name != key.Marshal().KID {
		return false
	}
	if algorithm := key.Marshal().ALG.String(); algorithm != "" && algorithm != token.Method.Alg() {
		return false
	}
	switch method := token.Method.(type) {
	case *jwt.SigningMethodRSA, *jwt.SigningMethodRSAPSS:
		_, isRSA := key.Key().(*rsa.PublicKey)
		return isRSA
	case *jwt.SigningMethodECDSA:
		public, isECDSA := key.Key().(*ecdsa.PublicKey)
		return isECDSA && public.Params().BitSize == method.CurveBits
	case *jwt.SigningMethodEd25519:
		_, isEd25519 := key.Key().(ed25519.PublicKey)
		return isEd25519
	default:
		return false
	}
}
