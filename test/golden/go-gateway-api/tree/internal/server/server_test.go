package server

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

func listen(t *testing.T) net.Listener {
	t.Helper()
	var config net.ListenConfig
	listener, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return listener
}

// slow is a service with one request that ends when the test lets it.
type slow struct {
	begun chan struct{}
	end   chan struct{}
}

func (s *slow) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	close(s.begun)
	select {
	case <-s.end:
		_, _ = io.WriteString(w, "finished")
	case <-r.Context().Done():
	}
}

func get(t *testing.T, listener net.Listener) <-chan string {
	t.Helper()
	answer := make(chan string, 1)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+listener.Addr().String(), nil)
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			answer <- err.Error()
			return
		}
		defer func() { _ = resp.Body.Close() }()
		body, _ := io.ReadAll(resp.Body)
		answer <- string(body)
	}()
	return answer
}

func TestRequestInFlightFinishes(t *testing.T) {
	handler := &slow{make(chan struct{}), make(chan struct{})}
	srv := New(handler, time.Minute)
	listener := listen(t)
	ctx, terminate := context.WithCancel(t.Context())
	var order []string
	stopped := make(chan error, 1)
	go func() {
		stopped <- Run(ctx, srv, listener, []func(context.Context) error{
			func(context.Context) error {
				order = append(order, "telemetry")
				return nil
			},
			func(ctx context.Context) error {
				defer close(handler.end)
				order = append(order, "readiness")
				return ctx.Err()
			},
		})
	}()

	answer := get(t, listener)
	<-handler.begun
	terminate()
	if got := <-answer; got != "finished" {
		t.Errorf("the request in flight got %q", got)
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
	if got := strings.Join(order, ", "); got != "readiness, telemetry" {
		t.Errorf("stopped in the order %s", got)
	}
	_ = srv.Close()
}

func TestShutdownWaitsForRequests(t *testing.T) {
	handler := &slow{make(chan struct{}), make(chan struct{})}
	srv := New(handler, time.Minute)
	listener := listen(t)
	go func() { _ = srv.Serve(listener) }()
	answer := get(t, listener)
	<-handler.begun

	time.AfterFunc(50*time.Millisecond, func() { close(handler.end) })
	if err := Shutdown(t.Context(), srv, time.Minute); err != nil {
		t.Error(err)
	}
	if got := <-answer; got != "finished" {
		t.Errorf("the request in flight got %q", got)
	}
	if got := <-get(t, listener); !strings.Contains(got, "refused") {
		t.Errorf("a further request got %q", got)
	}
}

func TestShutdownCutsOffWhatTakesTooLong(t *testing.T) {
	handler := &slow{make(chan struct{}), make(chan struct{})}
	srv := New(handler, time.Minute)
	listener := listen(t)
	go func() { _ = srv.Serve(listener) }()
	answer := get(t, listener)
	<-handler.begun

	err := Shutdown(t.Context(), srv, time.Millisecond)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	if got := <-answer; got == "finished" {
		t.Error("the request was waited for")
	}
}

func TestRunStopsWhenServingFails(t *testing.T) {
	listener := listen(t)
	_ = listener.Close()
	stops := 0
	err := Run(t.Context(), New(http.NotFoundHandler(), time.Minute), listener, []func(context.Context) error{
		func(context.Context) error {
			stops++
			return nil
		},
	})
	if !errors.Is(err, net.ErrClosed) || stops != 1 {
		t.Errorf("got %v after %d stops", err, stops)
	}
}

func TestStopGoesOnAfterAFailure(t *testing.T) {
	first, second := errors.New("first"), errors.New("second")
	err := Stop(t.Context(), []func(context.Context) error{
		func(context.Context) error { return first },
		func(context.Context) error { return second },
	})
	if !errors.Is(err, first) || !errors.Is(err, second) {
		t.Errorf("got %v", err)
	}
}

func TestLargeHeadersFit(t *testing.T) {
	srv := New(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}), time.Minute)
	listener := listen(t)
	go func() { _ = srv.Serve(listener) }()
	t.Cleanup(func() { _ = srv.Close() })
	for size, want := range map[int]int{60 << 10: http.StatusOK, 72 << 10: http.StatusRequestHeaderFieldsTooLarge} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+listener.Addr().String(), nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", strings.Repeat("x", size))
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("headers of %d bytes got %d", size, resp.StatusCode)
		}
	}
}

func TestTimeouts(t *testing.T) {
	srv := New(http.NotFoundHandler(), 30*time.Second)
	if srv.ReadTimeout != 30*time.Second || srv.ReadHeaderTimeout != 5*time.Second {
		t.Errorf("reading may take %v, the headers %v", srv.ReadTimeout, srv.ReadHeaderTimeout)
	}
	if srv.WriteTimeout <= srv.ReadTimeout {
		t.Errorf("the answer to a request of %v must be written within %v", srv.ReadTimeout, srv.WriteTimeout)
	}
	if srv.IdleTimeout <= time.Minute {
		t.Errorf("idle connections close after %v, before the proxy gives them up", srv.IdleTimeout)
	}
}
