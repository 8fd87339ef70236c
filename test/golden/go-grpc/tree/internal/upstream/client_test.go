package upstream

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) {
	return f(req)
}

// answer plays an upstream that answers every request alike.
func answer(status int, content string) roundTripper {
	return func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(content))}, nil
	}
}

func TestClientDecodesTheAnswer(t *testing.T) {
	var seen *http.Request
	c := newClient("http://upstream.invalid/base", time.Second, roundTripper(func(req *http.Request) (*http.Response, error) {
		seen = req
		return answer(http.StatusOK, `{"id": "7", "name": "lamp"}`)(req)
	}))
	var item Item
	if err := c.get(t.Context(), "/v1/items/7", &item); err != nil {
		t.Fatal(err)
	}
	if item != (Item{ID: "7", Name: "lamp"}) {
		t.Errorf("the item is %+v", item)
	}
	if seen.URL.String() != "http://upstream.invalid/base/v1/items/7" || seen.Header.Get("Accept") != "application/json" {
		t.Errorf("the request was %s with %v", seen.URL, seen.Header)
	}
}

func TestClientFails(t *testing.T) {
	large := `{"name": "` + strings.Repeat("x", maxAnswerBytes) + `"}`
	for name, transport := range map[string]roundTripper{
		"without JSON":           answer(http.StatusOK, "lamp"),
		"with text behind JSON":  answer(http.StatusOK, `{"id": "7"} {}`),
		"with too much space":    answer(http.StatusOK, "{}"+strings.Repeat(" ", maxAnswerBytes)),
		"with too much JSON":     answer(http.StatusOK, large),
		"without a connection":   func(*http.Request) (*http.Response, error) { return nil, io.EOF },
		"with another status":    answer(http.StatusNoContent, ""),
		"with an error's status": answer(http.StatusInternalServerError, `{"id": "7"}`),
	} {
		c := newClient("http://upstream.invalid", time.Second, transport)
		var item Item
		if err := c.get(t.Context(), "/", &item); err == nil {
			t.Errorf("%s the item was %+v", name, item)
		}
	}
	c := newClient("http://upstream.invalid", time.Second, answer(http.StatusOK, "{}"))
	if err := c.get(t.Context(), "/\x7f", &Item{}); err == nil {
		t.Error("an address that cannot be read was called")
	}
}

func TestClientReportsStatusAndRetryAfter(t *testing.T) {
	c := newClient("http://upstream.invalid", time.Second, roundTripper(func(req *http.Request) (*http.Response, error) {
		resp, err := answer(http.StatusServiceUnavailable, "")(req)
		resp.Header.Set("Retry-After", "7")
		return resp, err
	}))
	err := c.get(t.Context(), "/", &Item{})
	status, ok := errors.AsType[*StatusError](err)
	if !ok || *status != (StatusError{Status: 503, RetryAfter: "7"}) || !strings.Contains(err.Error(), "503 Service Unavailable") {
		t.Errorf("got %v", err)
	}
}

// closable knows whether it was closed.
type closable struct {
	io.Reader

	closed bool
}

func (c *closable) Close() error {
	c.closed = true
	return nil
}

func TestClientClosesTheAnswer(t *testing.T) {
	for _, status := range []int{http.StatusOK, http.StatusNotFound} {
		body := &closable{Reader: strings.NewReader("{}")}
		c := newClient("http://upstream.invalid", time.Second, roundTripper(func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: status, Body: body}, nil
		}))
		if _ = c.get(t.Context(), "/", &Item{}); !body.closed {
			t.Errorf("the answer with %d was left open", status)
		}
	}
}

// stalled does not go on before its request ends.
type stalled struct {
	io.Closer

	ctx context.Context
}

func (s stalled) Read([]byte) (int, error) {
	<-s.ctx.Done()
	return 0, s.ctx.Err()
}

func TestClientDrainsWhatItDoesNotRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClient("http://upstream.invalid", time.Hour, roundTripper(func(req *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: http.StatusNotFound, Body: stalled{io.NopCloser(nil), req.Context()}}, nil
		}))
		start := time.Now()
		err := c.get(t.Context(), "/", &Item{})
		if _, answered := errors.AsType[*StatusError](err); !answered || time.Since(start) != drainTime {
			t.Errorf("got %v after %v", err, time.Since(start))
		}
	})
}

func TestClientFollowsNoRedirect(t *testing.T) {
	calls := 0
	c := newClient("http://upstream.invalid", time.Second, roundTripper(func(req *http.Request) (*http.Response, error) {
		calls++
		resp, err := answer(http.StatusFound, "")(req)
		resp.Header.Set("Location", "http://elsewhere.invalid/")
		return resp, err
	}))
	if status, ok := errors.AsType[*StatusError](c.get(t.Context(), "/", &Item{})); !ok || status.Status != http.StatusFound || calls != 1 {
		t.Errorf("got %v after %d calls", status, calls)
	}
}

func TestClientKeepsTheEarlierDeadline(t *testing.T) {
	for name, test := range map[string]struct{ timeout, caller, want time.Duration }{
		"its own":      {2 * time.Second, 5 * time.Second, 2 * time.Second},
		"the caller's": {2 * time.Second, time.Second, time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), test.caller)
				defer cancel()
				c := newClient("http://upstream.invalid", test.timeout, roundTripper(func(req *http.Request) (*http.Response, error) {
					<-req.Context().Done()
					return nil, req.Context().Err()
				}))
				start := time.Now()
				err := c.get(ctx, "/", &Item{})
				if took := time.Since(start); !errors.Is(err, context.DeadlineExceeded) || took != test.want {
					t.Errorf("got %v after %v", err, took)
				}
			})
		})
	}
}

func TestPoolReusesConnections(t *testing.T) {
	addresses := map[string]bool{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		addresses[r.RemoteAddr] = true
		w.WriteHeader(http.StatusNotFound)
		_ = http.NewResponseController(w).Flush()
		_, _ = io.WriteString(w, "there is no such item")
	}))
	t.Cleanup(server.Close)
	pool := Pool()
	t.Cleanup(pool.CloseIdleConnections)
	c := newClient(server.URL, time.Minute, pool)
	for range 5 {
		if _, answered := errors.AsType[*StatusError](c.get(t.Context(), "/", &Item{})); !answered {
			t.Fatal("there was no answer")
		}
	}
	if len(addresses) != 1 {
		t.Errorf("5 calls took %d connections", len(addresses))
	}
}

func TestPoolAsksNoProxy(t *testing.T) {
	// httptest listens where no proxy is asked for either, so that the setting is looked at.
	if Pool().Proxy != nil {
		t.Error("the environment may name a proxy")
	}
}

func TestPoolReadsNoHeadersWithoutEnd(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Large", strings.Repeat("x", map[string]int{"/large": 40 << 10, "/endless": 80 << 10}[r.URL.Path]))
		w.WriteHeader(http.StatusNotFound)
	}))
	t.Cleanup(server.Close)
	pool := Pool()
	t.Cleanup(pool.CloseIdleConnections)
	c := newClient(server.URL, time.Minute, pool)
	for path, want := range map[string]bool{"/large": true, "/endless": false} {
		if _, answered := errors.AsType[*StatusError](c.get(t.Context(), path, &Item{})); answered != want {
			t.Errorf("%s: there was an answer: %v", path, answered)
		}
	}
}

func TestPoolKeepsConnectionsShorterThanServers(t *testing.T) {
	pool := Pool()
	if pool.IdleConnTimeout <= 0 || pool.IdleConnTimeout >= time.Minute {
		t.Errorf("idle connections are kept for %v", pool.IdleConnTimeout)
	}
	if pool.MaxConnsPerHost <= 0 || pool.MaxIdleConnsPerHost < pool.MaxConnsPerHost || pool.MaxIdleConns != 0 {
		t.Errorf("%d connections are opened to a host, %d are kept, %d to all hosts", pool.MaxConnsPerHost, pool.MaxIdleConnsPerHost, pool.MaxIdleConns)
	}
}
