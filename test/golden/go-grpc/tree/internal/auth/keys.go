package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/MicahParks/jwkset"
	"github.com/golang-jwt/jwt/v5"
	"golang.org/x/time/rate"
)

const (
	keysTimeout    = 5 * time.Second
	keysInterval   = 15 * time.Minute
	keysFirstPause = time.Second
	keysLastPause  = time.Minute
	keysMaxBytes   = 1 << 20
)

var (
	// errNoKeys means that no key of the issuer is known: no token can be
	// judged, and the caller is not to blame.
	errNoKeys = errors.New("the issuer's keys are not known yet")

	errNoSuchKey = errors.New("the issuer publishes no key that the token could be signed with")
)

// Keys are those that an issuer publishes.
type Keys struct {
	ctx    context.Context // of the service: a fetch outlives the request that asks for it
	uri    string
	client *http.Client

	published atomic.Pointer[[]jwkset.JWK]
	ready     atomic.Bool

	// demand says how often tokens may make the service fetch keys. While they
	// do, fetched is not nil; it is closed at the end.
	demand  *rate.Limiter
	mu      sync.Mutex
	fetched chan struct{}
}

// FetchKeys returns the keys that the issuer publishes at uri. They are
// fetched again at an interval, until ctx ends, and when a token names a key
// that is not among them: at most once a minute, since anybody can make up a
// name. An issuer that does not answer delays the start by keysTimeout and
// does not fail it: it is asked again after a second, and then after pauses
// that double, up to a minute.
func FetchKeys(ctx context.Context, uri string, transport http.RoundTripper) *Keys {
	k := &Keys{
		ctx:    ctx,
		uri:    uri,
		client: &http.Client{Transport: transport, Timeout: keysTimeout},
		demand: rate.NewLimiter(rate.Every(time.Minute), 1),
	}
	k.fetch()
	go k.refresh()
	return k
}

// Ready returns an error until keys were fetched once. They are kept while
// the issuer is down.
func (k *Keys) Ready() error {
	if !k.ready.Load() {
		return errNoKeys
	}
	return nil
}

// find returns every key that token could be signed with: the one that it
// names, or all of its algorithm when it names none.
func (k *Keys) find(ctx context.Context, token *jwt.Token) (any, error) {
	if keys := k.atHand(token); len(keys.Keys) > 0 {
		return keys, nil
	}
	if fetched := k.fetchOnDemand(); fetched != nil {
		select {
		case <-fetched:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	keys := k.atHand(token)
	switch {
	case len(keys.Keys) > 0:
		return keys, nil
	case len(k.all()) > 0:
		return nil, errNoSuchKey
	default:
		return nil, errNoKeys
	}
}

func (k *Keys) atHand(token *jwt.Token) jwt.VerificationKeySet {
	var keys jwt.VerificationKeySet
	for _, key := range k.all() {
		if fits(key, token) {
			keys.Keys = append(keys.Keys, key.Key())
		}
	}
	return keys
}

func (k *Keys) all() []jwkset.JWK {
	if keys := k.published.Load(); keys != nil {
		return *keys
	}
	return nil
}

// fetchOnDemand lets the tokens of a new key wait for one fetch together,
// which does not end with the request of the first. It returns nil when it is
// too early for another one.
func (k *Keys) fetchOnDemand() <-chan struct{} {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.fetched == nil && k.demand.Allow() {
		k.fetched = make(chan struct{})
		go func() {
			k.fetch()
			k.mu.Lock()
			defer k.mu.Unlock()
			close(k.fetched)
			k.fetched = nil
		}()
	}
	return k.fetched
}

// refresh fetches the keys at an interval, and sooner while there are none.
func (k *Keys) refresh() {
	pause := keysFirstPause
	for {
		wait := keysInterval
		if len(k.all()) == 0 {
			wait = pause
			pause = min(2*pause, keysLastPause)
		}
		select {
		case <-time.After(wait):
			k.fetch()
		case <-k.ctx.Done():
			return
		}
	}
}

// fetch replaces the keys at hand, unless that fails.
func (k *Keys) fetch() {
	keys, err := k.request()
	if err == nil {
		k.published.Store(&keys)
	}
	if err == nil && len(keys) == 0 {
		err = errors.New("the issuer publishes no key that could verify a token")
	}
	switch {
	case err == nil:
		k.ready.Store(true)
	case k.ctx.Err() == nil:
		slog.WarnContext(k.ctx, "keys not fetched", "uri", k.uri, "error", err)
	}
}

func (k *Keys) request() ([]jwkset.JWK, error) {
	req, err := http.NewRequestWithContext(k.ctx, http.MethodGet, k.uri, nil)
	if err != nil {
		return nil, err
	}
	resp, err := k.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the issuer answers with %d", resp.StatusCode)
	}
	body, err := io.ReadAll(http.MaxBytesReader(nil, resp.Body, keysMaxBytes))
	if err != nil {
		return nil, err
	}
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(body, &set); err != nil {
		return nil, err
	}
	if set.Keys == nil {
		return nil, errors.New("the issuer does not answer with a set of keys")
	}
	return usableKeys(set.Keys), nil
}
