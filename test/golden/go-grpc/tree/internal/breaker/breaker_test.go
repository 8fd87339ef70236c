package breaker

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/acme/pricing/internal/config"
)

// upstream answers with its status or error and counts the requests that reach it.
type upstream struct {
	status   int
	header   http.Header
	err      error
	requests int
}

func (u *upstream) RoundTrip(*http.Request) (*http.Response, error) {
	u.requests++
	if u.err != nil {
		return nil, u.err
	}
	return &http.Response{StatusCode: u.status, Header: u.header, Body: http.NoBody}, nil
}

func settings() config.CircuitBreaker {
	return config.CircuitBreaker{
		FailureRatio:     0.5,
		MinimumRequests:  4,
		Window:           10 * time.Second,
		OpenFor:          5 * time.Second,
		HalfOpenRequests: 2,
	}
}

// send makes n calls and returns the error of the last.
func send(t *testing.T, transport http.RoundTripper, n int) error {
	t.Helper()
	var last error
	for range n {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://upstream.invalid/", nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := transport.RoundTrip(req)
		if err == nil {
			_ = resp.Body.Close()
		}
		last = err
	}
	return last
}

func isOpen(err error) bool {
	_, open := errors.AsType[*OpenError](err)
	return open
}

func TestOpensHalfOpensAndCloses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		inventory := &upstream{status: http.StatusServiceUnavailable}
		transport := New(inventory, "inventory", settings())

		if err := send(t, transport, 4); err != nil {
			t.Fatalf("the answers that open the breaker must be handed out, got %v", err)
		}
		if err := send(t, transport, 10); !isOpen(err) || inventory.requests != 4 {
			t.Fatalf("got %v after %d requests", err, inventory.requests)
		}

		time.Sleep(5*time.Second + time.Millisecond)
		if err := send(t, transport, 2); !isOpen(err) || inventory.requests != 5 {
			t.Fatalf("one failed probe must open the breaker again: got %v after %d requests", err, inventory.requests)
		}
		inventory.status = http.StatusOK

		time.Sleep(5*time.Second + time.Millisecond)
		if err := send(t, transport, 20); err != nil {
			t.Fatalf("two good probes must close the breaker, got %v", err)
		}
	})
}

func TestHalfOpenLetsOnlyProbesThrough(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		probes, end := make(chan struct{}, 10), make(chan struct{})
		probing := false
		transport := New(roundTripper(func(*http.Request) (*http.Response, error) {
			if !probing {
				return nil, io.EOF
			}
			probes <- struct{}{}
			<-end
			return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody}, nil
		}), "inventory", settings())
		_ = send(t, transport, 4)
		time.Sleep(5*time.Second + time.Millisecond)

		probing = true
		refused := make(chan string, 10)
		for range 5 {
			go func() {
				if open, ok := errors.AsType[*OpenError](send(t, transport, 1)); ok {
					refused <- open.RetryAfter()
				}
			}()
		}
		synctest.Wait()
		if len(probes) != 2 || len(refused) != 3 {
			t.Errorf("%d of 5 calls were let through, %d refused", len(probes), len(refused))
		}
		if got := <-refused; got != "1" {
			t.Errorf("a call beside the probes is asked to wait %s s", got)
		}
		close(end)
		synctest.Wait()
		if err := send(t, transport, 1); err != nil {
			t.Errorf("the breaker did not close: %v", err)
		}
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) {
	return f(req)
}

func TestWhatCounts(t *testing.T) {
	for name, test := range map[string]struct {
		upstream upstream
		opens    bool
	}{
		"success":               {upstream{status: 200}, false},
		"not found":             {upstream{status: 404}, false},
		"too many requests":     {upstream{status: 429}, false},
		"last refusal":          {upstream{status: 499}, false},
		"internal error":        {upstream{status: 500}, true},
		"unavailable":           {upstream{status: 503}, true},
		"timeout of the proxy":  {upstream{status: 504}, true},
		"shed by our own proxy": {upstream{status: 503, header: http.Header{"X-Envoy-Overloaded": {"true"}}}, false},
		"500 behind that proxy": {upstream{status: 500, header: http.Header{"X-Envoy-Overloaded": {"true"}}}, true},
		"no connection":         {upstream{err: io.EOF}, true},
		"timeout":               {upstream{err: context.DeadlineExceeded}, true},
		"caller left":           {upstream{err: context.Canceled}, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				if err := send(t, New(&test.upstream, "inventory", settings()), 5); isOpen(err) != test.opens {
					t.Errorf("got %v", err)
				}
			})
		})
	}
}

func TestExcludedCallsAreNoSuccesses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		inventory := &upstream{err: context.Canceled}
		transport := New(inventory, "inventory", settings())
		_ = send(t, transport, 100)
		inventory.err = io.EOF
		if err := send(t, transport, 5); !isOpen(err) {
			t.Errorf("calls that were given up have hidden the failures: %v", err)
		}
	})
}

func TestNeedsTheMinimumAndTheRatio(t *testing.T) {
	for name, test := range map[string]struct {
		good, bad int
		opens     bool
	}{
		"below the minimum": {0, 3, false},
		"at the minimum":    {0, 4, true},
		"below the ratio":   {6, 5, false},
		"at the ratio":      {5, 5, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				inventory := &upstream{status: http.StatusOK}
				transport := New(inventory, "inventory", settings())
				_ = send(t, transport, test.good)
				inventory.status = http.StatusInternalServerError
				_ = send(t, transport, test.bad)
				if err := send(t, transport, 1); isOpen(err) != test.opens {
					t.Errorf("got %v", err)
				}
			})
		})
	}
}

func TestForgetsWhatIsOlderThanTheWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		transport := New(&upstream{status: http.StatusInternalServerError}, "inventory", settings())
		_ = send(t, transport, 2)
		time.Sleep(5 * time.Second)
		_ = send(t, transport, 1)
		time.Sleep(6 * time.Second)
		_ = send(t, transport, 2)
		if err := send(t, transport, 1); isOpen(err) {
			t.Error("failures of 11 s ago still count")
		}
		if err := send(t, transport, 1); !isOpen(err) {
			t.Error("failures of 6 s ago no longer count")
		}
	})
}

func TestRefusalClosesTheBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		transport := New(&upstream{err: io.EOF}, "inventory", settings())
		_ = send(t, transport, 4)
		sent := &closable{Reader: strings.NewReader("content")}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://upstream.invalid/", sent)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := transport.RoundTrip(req); !isOpen(err) || !sent.closed {
			t.Errorf("got %v, body closed %t", err, sent.closed)
		}
	})
}

type closable struct {
	io.Reader

	closed bool
}

func (c *closable) Close() error {
	c.closed = true
	return nil
}

func TestRefusalSaysWhenToTryAgain(t *testing.T) {
	for _, test := range []struct {
		openFor, later time.Duration
		want           string
	}{
		{5 * time.Second, 0, "5"},
		{5 * time.Second, 1200 * time.Millisecond, "4"},
		{5 * time.Second, 4999 * time.Millisecond, "1"},
		{5 * time.Second, 5 * time.Second, "1"},
		{1500 * time.Millisecond, 0, "2"},
		{100 * time.Millisecond, 0, "1"},
	} {
		t.Run(fmt.Sprintf("%v into %v", test.later, test.openFor), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cfg := settings()
				cfg.OpenFor = test.openFor
				transport := New(&upstream{err: io.EOF}, "inventory", cfg)
				_ = send(t, transport, 4)
				time.Sleep(test.later)
				refusal, ok := errors.AsType[*OpenError](send(t, transport, 1))
				if !ok {
					t.Fatal("the call was made")
				}
				if refusal.RetryAfter() != test.want || !strings.Contains(refusal.Error(), "inventory") {
					t.Errorf("%q asks for %s s", refusal, refusal.RetryAfter())
				}
			})
		})
	}
}

func TestRefusedCallsAreCounted(t *testing.T) {
	var log bytes.Buffer
	previous := slog.Default()
	t.Cleanup(func() { slog.SetDefault(previous) })
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	synctest.Test(t, func(t *testing.T) {
		cfg := settings()
		cfg.OpenFor = time.Hour
		inventory := &upstream{err: io.EOF}
		transport := New(inventory, "inventory", cfg)
		_ = send(t, transport, 4+100)
		time.Sleep(time.Minute)
		_ = send(t, transport, 1)
		_ = send(t, transport, 30)
		time.Sleep(time.Hour)
		inventory.err = nil
		_ = send(t, transport, 1)
	})
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	if len(lines) != 3 {
		t.Fatalf("136 calls, of which 131 were refused, made %d lines: %s", len(lines), log.String())
	}
	for i, want := range []string{
		`"circuit breaker changed" upstream=inventory from=closed to=open refused=0`,
		`"circuit breaker refuses calls" upstream=inventory refused=101`,
		`"circuit breaker changed" upstream=inventory from=open to=half-open refused=30`,
	} {
		if !strings.Contains(lines[i], "level=WARN") || !strings.Contains(lines[i], want) {
			t.Errorf("got %s, want %s", lines[i], want)
		}
	}
}

func TestLogsTransitions(t *testing.T) {
	var log bytes.Buffer
	previous := slog.Default()
	t.Cleanup(func() { slog.SetDefault(previous) })
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	synctest.Test(t, func(t *testing.T) {
		_ = send(t, New(&upstream{err: io.EOF}, "inventory", settings()), 4)
	})
	if got := log.String(); !strings.Contains(got, "upstream=inventory from=closed to=open") {
		t.Errorf("the log has %q", got)
	}
}
