package auth

import (
	"encoding/base64"
	"encoding/json"
	"testing"
)

func TestUsableKeys(t *testing.T) {
	rsa := rsaKey(2048)
	ec := `"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"`
	for name, test := range map[string]struct {
		key  string
		want int
	}{
		"RSA":                     {rsa, 1},
		"EC":                      {ec, 1},
		"Ed25519":                 {`"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"`, 1},
		"for signatures":          {rsa + `,"use":"sig","key_ops":["verify"]`, 1},
		"with a certificate":      {rsa + `,"x5c":["bm90aGluZw=="]`, 1},
		"short RSA":               {rsaKey(2047), 0},
		"for encryption":          {rsa + `,"use":"enc"`, 0},
		"for signing":             {rsa + `,"key_ops":["sign"]`, 0},
		"for no operation":        {rsa + `,"key_ops":[]`, 0},
		"private":                 {ec + `,"d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"`, 0},
		"shared secret":           {`"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr8"`, 0},
		"kind of the future":      {`"kty":"AKP","alg":"ML-DSA-44","pub":"AA"`, 0},
		"curve of somewhere else": {`"kty":"EC","crv":"secp256k1","x":"AA","y":"AA"`, 0},
		"point beside its curve":  {`"kty":"EC","crv":"P-256","x":"AA","y":"AA"`, 0},
		"name that is a number":   {rsa + `,"kid":1`, 0},
		"without parts":           {`"kty":"RSA"`, 0},
	} {
		// A key that is left out takes none of the others with it.
		keys := usableKeys([]json.RawMessage{json.RawMessage("{" + test.key + "}"), json.RawMessage("{" + rsa + "}")})
		if got := len(keys) - 1; got != test.want {
			t.Errorf("%s: %d keys are usable, want %d", name, got, test.want)
		}
	}
}

// rsaKey returns a public key that nobody could sign with.
func rsaKey(bits int) string {
	modulus := make([]byte, (bits+7)/8)
	modulus[0] = 1 << ((bits - 1) % 8)
	modulus[len(modulus)-1] = 1
	return `"kty":"RSA","e":"AQAB","n":"` + base64.RawURLEncoding.EncodeToString(modulus) + `"`
}
