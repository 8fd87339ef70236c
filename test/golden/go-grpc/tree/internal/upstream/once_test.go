package upstream

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"
)

// flaky drops the connection of a request for /lost, and answers the others.
type flaky struct {
	requests atomic.Int64
}

func (f *flaky) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.requests.Add(1)
	if r.URL.Path == "/lost" {
		panic(http.ErrAbortHandler)
	}
	_, _ = io.WriteString(w, "{}")
}

// fetch sends a request and reads the answer to its end.
func fetch(t *testing.T, transport http.RoundTripper, url string) error {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := transport.RoundTrip(req)
	if err != nil {
		return err
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	return resp.Body.Close()
}

func TestATryIsOneRequest(t *testing.T) {
	for name, start := range map[string]func(*httptest.Server){
		"HTTP/1.1": (*httptest.Server).Start,
		"HTTP/2": func(server *httptest.Server) {
			server.EnableHTTP2 = true
			server.StartTLS()
		},
	} {
		t.Run(name, func(t *testing.T) {
			upstream := &flaky{}
			server := httptest.NewUnstartedServer(upstream)
			start(server)
			t.Cleanup(server.Close)
			pool := Pool()
			t.Cleanup(pool.CloseIdleConnections)
			if secure, ok := server.Client().Transport.(*http.Transport); ok {
				pool.TLSClientConfig = secure.TLSClientConfig
			}
			transport := SendOnce(pool)
			// The connection is warm: net/http alone would send the request again.
			if err := fetch(t, transport, server.URL); err != nil {
				t.Fatal(err)
			}
			if err := fetch(t, transport, server.URL+"/lost"); err == nil || errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
			if requests := upstream.requests.Load(); requests != 2 {
				t.Errorf("the upstream got %d requests", requests)
			}
			if err := fetch(t, transport, server.URL); err != nil {
				t.Errorf("afterwards: %v", err)
			}
		})
	}
}

func TestALostConnectionIsTold(t *testing.T) {
	server := httptest.NewServer(&flaky{})
	t.Cleanup(server.Close)
	pool := Pool()
	t.Cleanup(pool.CloseIdleConnections)
	transport := SendOnce(pool)
	if err := fetch(t, transport, server.URL); err != nil {
		t.Fatal(err)
	}
	if err := fetch(t, transport, server.URL+"/lost"); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("got %v", err)
	}
}

func TestSendOnceLeavesTheCallerItsErrors(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	var listen net.ListenConfig
	silent, err := listen.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = silent.Close() })
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+silent.Addr().String(), nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := SendOnce(Pool()).RoundTrip(req)
	if err == nil {
		_ = resp.Body.Close()
	}
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}
