package auth_test

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/acme/pricing/internal/auth"
	"github.com/acme/pricing/internal/auth/authtest"
)

// endpoint stands for the issuer's without a network.
type endpoint struct {
	mu     sync.Mutex
	body   string
	status int
	err    error
	delay  time.Duration
	calls  int
}

func (e *endpoint) RoundTrip(r *http.Request) (*http.Response, error) {
	e.mu.Lock()
	e.calls++
	body, err, delay := e.body, e.err, e.delay
	e.mu.Unlock()
	select {
	case <-time.After(delay):
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	return &http.Response{StatusCode: cmp.Or(e.status, http.StatusOK), Body: io.NopCloser(strings.NewReader(body))}, err
}

// fetches is how often the keys were asked for.
func (e *endpoint) fetches() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.calls
}

// publish makes the endpoint answer with body.
func (e *endpoint) publish(body string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.body, e.err = body, nil
}

// fail makes the endpoint unreachable.
func (e *endpoint) fail(err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.err = err
}

func keysOf(issuers ...authtest.Issuer) string {
	return string(authtest.KeySet(issuers...))
}

// inBubble runs test on a clock of its own, with a function that verifies a
// token of an issuer by the keys of e. It fails when a goroutine outlives the
// context of FetchKeys.
func inBubble(t *testing.T, e *endpoint, test func(t *testing.T, verify func(authtest.Issuer) error)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		keys := auth.FetchKeys(ctx, "https://issuer.test/jwks.json", e)
		verifier := auth.NewVerifier(settings, keys)
		test(t, func(issuer authtest.Issuer) error {
			_, err := verifier.Verify(ctx, issuer.Sign(validClaims()))
			return err
		})
	})
}

func TestNewKeyIsFetchedWhenATokenNamesIt(t *testing.T) {
	oldKey, newKey := issuers().known, issuers().stranger
	newKey.KeyID = "key-2"
	e := &endpoint{body: keysOf(oldKey)}
	inBubble(t, e, func(t *testing.T, verify func(authtest.Issuer) error) {
		if err := verify(oldKey); err != nil {
			t.Errorf("before the rotation: %v", err)
		}
		e.publish(keysOf(oldKey, newKey))
		if err := verify(newKey); err != nil {
			t.Errorf("after the rotation: %v", err)
		}
	})
}

func TestTokensOfANewKeyWaitForOneFetch(t *testing.T) {
	oldKey, newKey := issuers().known, issuers().stranger
	newKey.KeyID = "key-2"
	e := &endpoint{body: keysOf(oldKey), delay: time.Second}
	inBubble(t, e, func(t *testing.T, verify func(authtest.Issuer) error) {
		e.publish(keysOf(oldKey, newKey))
		var wait sync.WaitGroup
		for range 10 {
			wait.Go(func() {
				if err := verify(newKey); err != nil {
					t.Error(err)
				}
			})
		}
		start := time.Now()
		if err := verify(oldKey); err != nil || time.Since(start) > 0 {
			t.Errorf("the token of a known key waited %v: %v", time.Since(start), err)
		}
		wait.Wait()
		if e.fetches() != 2 {
			t.Errorf("fetched %d times, want once at the start and once more", e.fetches())
		}
	})
}

func TestRequestThatEndsWaitsNoLonger(t *testing.T) {
	unknown := issuers().stranger
	unknown.KeyID = "key-2"
	e := &endpoint{body: keysOf(issuers().known), delay: time.Second}
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		keys := auth.FetchKeys(ctx, "https://issuer.test/jwks.json", e)
		verifier := auth.NewVerifier(settings, keys)
		token := unknown.Sign(validClaims())
		go func() { _, _ = verifier.Verify(ctx, token) }()
		synctest.Wait()
		request, end := context.WithTimeout(ctx, time.Millisecond)
		defer end()
		start := time.Now()
		_, err := verifier.Verify(request, token)
		if waited := time.Since(start); !errors.Is(err, context.DeadlineExceeded) || waited != time.Millisecond {
			t.Errorf("got error %v after %v, want %v after 1ms", err, waited, context.DeadlineExceeded)
		}
	})
}

func TestKeyForEncryptionVerifiesNothing(t *testing.T) {
	known := issuers().known
	for use, want := range map[string]error{
		`"use":"sig"`: nil,
		`"use":""`:    nil,
		`"use":"enc"`: jwt.ErrTokenUnverifiable,
	} {
		e := &endpoint{body: strings.Replace(keysOf(known), `"use":"sig"`, use, 1)}
		inBubble(t, e, func(t *testing.T, verify func(authtest.Issuer) error) {
			if err := verify(known); !errors.Is(err, want) {
				t.Errorf("%s: got error %v, want %v", use, err, want)
			}
		})
	}
}

func TestWithdrawnKeyIsForgotten(t *testing.T) {
	e := &endpoint{body: keysOf(issuers().known)}
	inBubble(t, e, func(t *testing.T, verify func(authtest.Issuer) error) {
		e.publish(keysOf())
		time.Sleep(15*time.Minute - time.Second)
		if err := verify(issuers().known); err != nil {
			t.Errorf("before the keys are fetched again: %v", err)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if err := verify(issuers().known); !errors.Is(err, jwt.ErrTokenUnverifiable) {
			t.Errorf("got error %v, want %v", err, jwt.ErrTokenUnverifiable)
		}
	})
}

func TestKeysAreKeptWhileTheIssuerIsDown(t *testing.T) {
	e := &endpoint{body: keysOf(issuers().known)}
	inBubble(t, e, func(t *testing.T, verify func(authtest.Issuer) error) {
		e.fail(errors.New("connection refused"))
		time.Sleep(24 * time.Hour)
		synctest.Wait()
		if err := verify(issuers().known); err != nil || e.fetches() < 24*4 {
			t.Errorf("got error %v after %d fetches", err, e.fetches())
		}
	})
}

func TestMadeUpKeysDoNotHammerTheIssuer(t *testing.T) {
	madeUp := issuers().stranger
	madeUp.KeyID = "made-up"
	e := &endpoint{body: keysOf(issuers().known)}
	inBubble(t, e, func(t *testing.T, verify func(authtest.Issuer) error) {
		start := time.Now()
		for range 100 {
			if err := verify(madeUp); !errors.Is(err, jwt.ErrTokenUnverifiable) {
				t.Fatalf("got error %v, want %v", err, jwt.ErrTokenUnverifiable)
			}
		}
		if held := time.Since(start); held > 0 {
			t.Errorf("the tokens were held for %v", held)
		}
		if e.fetches() != 2 {
			t.Errorf("fetched %d times, want once at the start and once more", e.fetches())
		}
		time.Sleep(time.Minute)
		_ = verify(madeUp)
		if e.fetches() != 3 {
			t.Errorf("fetched %d times, want once more after a minute", e.fetches())
		}
	})
}

func TestTokensDoNotHammerAnIssuerThatIsDown(t *testing.T) {
	e := &endpoint{err: errors.New("connection refused")}
	inBubble(t, e, func(t *testing.T, verify func(authtest.Issuer) error) {
		for range 100 {
			if err := verify(issuers().known); err == nil {
				t.Fatal("a token was verified without keys")
			}
		}
		if e.fetches() != 2 {
			t.Errorf("fetched %d times, want once at the start and once more", e.fetches())
		}
	})
}

func TestAQuietHourSavesUpNoFetches(t *testing.T) {
	madeUp := issuers().stranger
	madeUp.KeyID = "made-up"
	e := &endpoint{body: keysOf(issuers().known)}
	inBubble(t, e, func(t *testing.T, verify func(authtest.Issuer) error) {
		time.Sleep(time.Hour + time.Second)
		synctest.Wait()
		before := e.fetches()
		for range 10 {
			_ = verify(madeUp)
		}
		if fetched := e.fetches() - before; fetched != 1 {
			t.Errorf("fetched %d times at once", fetched)
		}
	})
}

func TestSilentIssuerDelaysTheStartAndDoesNotFailIt(t *testing.T) {
	e := &endpoint{delay: time.Hour}
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		start := time.Now()
		keys := auth.FetchKeys(ctx, "https://issuer.test/jwks.json", e)
		if took := time.Since(start); took != 5*time.Second {
			t.Errorf("the start took %v, want 5s", took)
		}
		if keys.Ready() == nil {
			t.Error("ready without keys")
		}
	})
}

func TestKeysAreFetchedOnceTheIssuerIsThere(t *testing.T) {
	e := &endpoint{err: errors.New("connection refused")}
	inBubble(t, e, func(t *testing.T, verify func(authtest.Issuer) error) {
		e.publish(keysOf(issuers().known))
		if err := verify(issuers().known); err != nil {
			t.Error(err)
		}
	})
}

func TestKeysAreFetchedInTheBackgroundUntilTheyAreThere(t *testing.T) {
	e := &endpoint{err: errors.New("connection refused")}
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		keys := auth.FetchKeys(ctx, "https://issuer.test/jwks.json", e)
		synctest.Wait()
		// After 1, 2, 4, 8, 16 and 32 seconds, and then every minute.
		for _, pause := range []time.Duration{1, 2, 4, 8, 16, 32, 60, 60} {
			before := e.fetches()
			time.Sleep(pause*time.Second - time.Millisecond)
			synctest.Wait()
			if e.fetches() != before {
				t.Errorf("fetched again before %d s", pause)
			}
			time.Sleep(time.Millisecond)
			synctest.Wait()
			if e.fetches() != before+1 {
				t.Errorf("fetched %d times after %d s, want once", e.fetches()-before, pause)
			}
			if err := keys.Ready(); err == nil {
				t.Fatal("ready without keys")
			}
		}
		e.publish(keysOf(issuers().known))
		time.Sleep(time.Minute)
		synctest.Wait()
		if err := keys.Ready(); err != nil {
			t.Errorf("with keys: %v", err)
		}
		if _, err := auth.NewVerifier(settings, keys).Verify(ctx, issuers().known.Sign(validClaims())); err != nil {
			t.Error(err)
		}
		e.fail(errors.New("connection refused"))
		time.Sleep(time.Hour)
		synctest.Wait()
		if err := keys.Ready(); err != nil {
			t.Errorf("while the issuer is down: %v", err)
		}
	})
}

func TestKeySetWithoutKeysIsNone(t *testing.T) {
	for _, body := range []string{keysOf(), `{}`, `{"keys":{}}`, `[]`, ``} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			keys := auth.FetchKeys(ctx, "https://issuer.test/jwks.json", &endpoint{body: body})
			if keys.Ready() == nil {
				t.Errorf("ready with %q", body)
			}
		})
	}
}

func TestAnswerThatIsNoSuccessHoldsNoKeys(t *testing.T) {
	e := &endpoint{body: keysOf(issuers().known), status: http.StatusInternalServerError}
	inBubble(t, e, func(t *testing.T, verify func(authtest.Issuer) error) {
		if err := verify(issuers().known); !errors.Is(err, jwt.ErrTokenUnverifiable) {
			t.Errorf("got error %v, want %v", err, jwt.ErrTokenUnverifiable)
		}
	})
}

func TestEveryKeyIsTriedWhenNoneIsNamed(t *testing.T) {
	unnamed := func(issuer authtest.Issuer) string {
		token := jwt.NewWithClaims(jwt.SigningMethodRS256, validClaims())
		signed, err := token.SignedString(issuer.Key)
		if err != nil {
			t.Fatal(err)
		}
		return signed
	}
	other := issuers().stranger
	other.KeyID = "key-2"
	for _, body := range []string{keysOf(issuers().known, other), keysOf(other, issuers().known)} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			verifier := auth.NewVerifier(settings, auth.FetchKeys(ctx, "https://issuer.test/jwks.json", &endpoint{body: body}))
			for _, issuer := range []authtest.Issuer{issuers().known, other} {
				if _, err := verifier.Verify(ctx, unnamed(issuer)); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

func TestKeySetWithoutEndIsRefused(t *testing.T) {
	e := &endpoint{body: strings.Repeat(" ", 1<<20) + keysOf(issuers().known)}
	inBubble(t, e, func(t *testing.T, verify func(authtest.Issuer) error) {
		if err := verify(issuers().known); !errors.Is(err, jwt.ErrTokenUnverifiable) {
			t.Errorf("got error %v, want %v", err, jwt.ErrTokenUnverifiable)
		}
	})
}
