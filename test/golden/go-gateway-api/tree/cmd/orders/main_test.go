package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/acme/orders/internal/config"
)

// TestMain logs as main does: a handler must not wrap the one of package log.
func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	m.Run()
}

func settings(t *testing.T) config.Config {
	t.Helper()
	cfg, err := config.Load(func(string) (string, bool) { return "", false })
	if err != nil {
		t.Fatal(err)
	}
	cfg.ShutdownDelay = 0
	return cfg
}

func get(t *testing.T, a *app, path string) int {
	t.Helper()
	w := httptest.NewRecorder()
	a.handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
	return w.Code
}

func TestTerminationLetsARequestFinish(t *testing.T) {
	begun, finish := make(chan struct{}), make(chan struct{})
	slowRoute := func(_ context.Context, _ config.Config, a *app) error {
		a.api.Handle("GET /slow", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			close(begun)
			select {
			case <-finish:
				_, _ = io.WriteString(w, "finished")
			case <-r.Context().Done():
			}
		}))
		return nil
	}
	cfg := settings(t)
	a, err := newApp(t.Context(), cfg, withMiddleware, slowRoute)
	if err != nil {
		t.Fatal(err)
	}
	var listen net.ListenConfig
	listener, err := listen.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, terminate := context.WithCancel(t.Context())
	stopped := make(chan error, 1)
	go func() { stopped <- a.serve(ctx, cfg, listener) }()

	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+listener.Addr().String()+"/slow", nil)
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		<-begun
		if status := get(t, a, "/readyz"); status != http.StatusOK {
			t.Errorf("before its end the service was not ready: %d", status)
		}
		terminate()
		for get(t, a, "/readyz") == http.StatusOK {
			time.Sleep(time.Millisecond)
		}
		close(finish)
	}()
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if body, err := io.ReadAll(resp.Body); err != nil || string(body) != "finished" {
		t.Errorf("the request in flight got %q, %v", body, err)
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}

func TestReadinessFailsBeforeTheServiceCloses(t *testing.T) {
	cfg := settings(t)
	cfg.ShutdownDelay = 300 * time.Millisecond
	a, err := newApp(t.Context(), cfg, withMiddleware, withItems)
	if err != nil {
		t.Fatal(err)
	}
	var listen net.ListenConfig
	listener, err := listen.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, terminate := context.WithCancel(t.Context())
	stopped := make(chan error, 1)
	go func() { stopped <- a.serve(ctx, cfg, listener) }()
	client := &http.Client{Transport: &http.Transport{}} // keeps its connections
	ask := func(path string) (status int, closes bool) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+listener.Addr().String()+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := client.Do(req)
		if err != nil {
			return 0, false
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
		return resp.StatusCode, resp.Close
	}

	if status, closes := ask("/v1/items"); status != http.StatusOK || closes {
		t.Errorf("before its end the service answered %d, and closed the connection: %v", status, closes)
	}
	begun := time.Now()
	terminate()
	for get(t, a, "/readyz") == http.StatusOK {
		time.Sleep(time.Millisecond)
	}
	if status, closes := ask("/v1/items"); status != http.StatusOK || !closes {
		t.Errorf("on a connection that was kept it answered %d, and closed it: %v", status, closes)
	}
	if status, _ := ask("/readyz"); status != http.StatusServiceUnavailable {
		t.Errorf("readiness was %d", status)
	}
	if err := <-stopped; err != nil || time.Since(begun) < cfg.ShutdownDelay {
		t.Errorf("stopped after %v with %v", time.Since(begun), err)
	}
	if status, _ := ask("/healthz"); status != 0 {
		t.Errorf("when it had stopped it answered %d", status)
	}
}

func TestIgnoreProxies(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://proxy.invalid")
	t.Setenv("https_proxy", "http://proxy.invalid")
	ignoreProxies()
	for _, name := range []string{"HTTP_PROXY", "https_proxy"} {
		if value, found := os.LookupEnv(name); found {
			t.Errorf("%s is still %s", name, value)
		}
	}
}

func TestRequestsHaveADeadlineAndPanicsAnAnswer(t *testing.T) {
	cfg := settings(t)
	a, err := newApp(t.Context(), cfg, withMiddleware, func(_ context.Context, _ config.Config, a *app) error {
		a.api.Handle("GET /panic", http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			if _, ok := r.Context().Deadline(); !ok {
				t.Error("the request has no deadline")
			}
			panic("lost")
		}))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if status := get(t, a, "/panic"); status != http.StatusInternalServerError {
		t.Errorf("got %d", status)
	}
}

func TestPartsBeforeAFailedOneStop(t *testing.T) {
	failure := errors.New("no keys")
	stops := 0
	_, err := newApp(t.Context(), settings(t),
		func(_ context.Context, _ config.Config, a *app) error {
			a.stops = append(a.stops, func(context.Context) error {
				stops++
				return nil
			})
			return nil
		},
		func(context.Context, config.Config, *app) error { return failure },
	)
	if !errors.Is(err, failure) || stops != 1 {
		t.Errorf("got %v after %d stops", err, stops)
	}
}

func TestRunRefusesABadSetting(t *testing.T) {
	err := run(t.Context(), func(name string) (string, bool) { return "eighty", name == "SERVICE_PORT" })
	if err == nil || !strings.Contains(err.Error(), `SERVICE_PORT="eighty"`) {
		t.Errorf("got %v", err)
	}
}
