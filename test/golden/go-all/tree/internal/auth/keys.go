package auth

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/MicahParks/jwkset"
	"github.com/MicahParks/keyfunc/v3"
	"golang.org/x/time/rate"
)

const (
	keysTimeout  = 5 * time.Second
	keysInterval = 15 * time.Minute
	keysMaxBytes = 1 << 20
)

// FetchKeys returns the keys that the issuer publishes at uri. They are
// fetched again at an interval, until ctx ends, and when a token names a key
// that is not among them: at most once a minute, since anybody can make up a
// name. An issuer that does not answer delays the start by keysTimeout and
// does not fail it.
func FetchKeys(ctx context.Context, uri string, transport http.RoundTripper) (keyfunc.Keyfunc, error) {
	atHand := jwkset.NewMemoryStorage()
	published, err := jwkset.NewStorageFromHTTP(uri, jwkset.HTTPClientStorageOptions{
		Ctx:                       ctx,
		Client:                    &http.Client{Transport: boundedBody{transport}, Timeout: keysTimeout},
		NoErrorReturnFirstHTTPReq: true,
		RefreshErrorHandler: func(ctx context.Context, err error) {
			slog.WarnContext(ctx, "keys not fetched", "uri", uri, "error", err)
		},
		RefreshInterval: keysInterval,
		Storage:         atHand,
	})
	if err != nil {
		return nil, err
	}
	fetched, err := jwkset.NewHTTPClient(jwkset.HTTPClientOptions{
		HTTPURLs:          map[string]jwkset.Storage{uri: published},
		RateLimitWaitMax:  keysTimeout, // of the fetch, too
		RefreshUnknownKID: rate.NewLimiter(rate.Every(time.Minute), 1),
	})
	if err != nil {
		return nil, err
	}
	return keyfunc.New(keyfunc.Options{
		Ctx:          ctx,
		Storage:      &keySet{Storage: fetched, atHand: atHand, fetching: make(chan struct{}, 1)},
		UseWhitelist: []jwkset.USE{jwkset.UseSig, ""},
	})
}

// keySet makes the tokens of a new key wait for one fetch together. The
// limiter alone would refuse all of them but the first.
type keySet struct {
	jwkset.Storage

	atHand   jwkset.Storage
	fetching chan struct{}
}

func (s *keySet) KeyRead(ctx context.Context, keyID string) (jwkset.JWK, error) {
	if key, err := s.atHand.KeyRead(ctx, keyID); err == nil {
		return key, nil
	}
	select {
	case s.fetching <- struct{}{}:
		defer func() { <-s.fetching }()
	case <-ctx.Done():
		return jwkset.JWK{}, ctx.Err()
	}
	return s.Storage.KeyRead(ctx, keyID)
}

// boundedBody protects the memory of the service from an answer without end.
type boundedBody struct {
	next http.RoundTripper
}

func (t boundedBody) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := t.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	resp.Body = http.MaxBytesReader(nil, resp.Body, keysMaxBytes)
	return resp, nil
}
