package config

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
)

// JWT says whose tokens are accepted.
type JWT struct {
	// Issuer is who must have issued a token.
	Issuer string

	// Audiences are the names of the service; a token must be meant for one of them.
	Audiences []string

	// JWKSURI is where the issuer publishes its keys.
	JWKSURI string

	// Algorithms are the ways of signing that are accepted.
	Algorithms []string

	// Leeway is how far the clocks of the issuer and the service may differ.
	Leeway time.Duration

	// AnonymousPaths are those that GET needs no token for.
	AnonymousPaths []string

	// ReadyWithoutKeys says whether the service is ready before it has the
	// issuer's keys.
	ReadyWithoutKeys bool
}

func loadJWT(env *environment) JWT {
	var cfg JWT
	cfg.Issuer = read(env, "JWT_ISSUER", issuer)
	cfg.Audiences = read(env, "JWT_AUDIENCES", list("audiences", isNotEmpty))
	cfg.JWKSURI = read(env, "JWT_JWKS_URI", jwksURI)
	cfg.Algorithms = read(env, "JWT_ALGORITHMS", list("asymmetric algorithms such as RS256", isAsymmetric))
	cfg.Leeway = read(env, "JWT_LEEWAY", duration(0, 5*time.Minute))
	cfg.AnonymousPaths = read(env, "JWT_ANONYMOUS_PATHS", list("paths that begin with /", isPath))
	if text, set := env.lookup("JWT_ANONYMOUS_PATHS"); set && text == "" {
		cfg.AnonymousPaths = nil // unlike others: none is what it says
	}
	cfg.ReadyWithoutKeys = read(env, "JWT_READY_WITHOUT_KEYS", trueOrFalse)
	return cfg
}

// issuer accepts any text: issuers are compared letter for letter.
func issuer(text string) (string, error) {
	return text, nil
}

func jwksURI(text string) (string, error) {
	uri, err := url.Parse(text)
	if err != nil || uri.Host == "" || (uri.Scheme != "http" && uri.Scheme != "https") {
		return "", errors.New("must be an http or https URL with a host")
	}
	return text, nil
}

func trueOrFalse(text string) (bool, error) {
	if text != "true" && text != "false" {
		return false, errors.New("must be true or false")
	}
	return text == "true", nil
}

func list(what string, valid func(string) bool) parser[[]string] {
	return func(text string) ([]string, error) {
		values := strings.Split(text, ",")
		for i, value := range values {
			values[i] = strings.TrimSpace(value)
			if !valid(values[i]) {
				return nil, fmt.Errorf("must be a comma-separated list of %s", what)
			}
		}
		return values, nil
	}
}

func isNotEmpty(text string) bool {
	return text != ""
}

// isAsymmetric keeps out HS256 and its kin, whose secret everybody who
// verifies could sign with, and none.
func isAsymmetric(algorithm string) bool {
	return slices.Contains([]string{
		"RS256", "RS384", "RS512",
		"PS256", "PS384", "PS512",
		"ES256", "ES384", "ES512",
		"EdDSA",
	}, algorithm)
}

func isPath(text string) bool {
	return strings.HasPrefix(text, "/")
}
