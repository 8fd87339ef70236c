// Command orders is an HTTP service.
package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"github.com/acme/orders/internal/config"
	"github.com/acme/orders/internal/httpapi"
	"github.com/acme/orders/internal/server"
)

// version is set by the linker.
var version = "dev"

// app is what the parts of the service are wired into.
type app struct {
	// api has the routes and the middleware around each of them.
	api *httpapi.API

	// handler is the API and what is wrapped around the whole of it.
	handler http.Handler

	// stops run in reverse order when the service ends.
	stops []func(context.Context) error
}

// A part wires one thing into the app.
type part func(ctx context.Context, cfg config.Config, a *app) error

// parts are wired in this order: what wraps a route comes before the route.
var parts = []part{
	withTelemetry,
	withMiddleware,
	withAuth,
	withItems,
	withUpstreams,
}

func main() {
	ignoreProxies()
	slog.SetDefault(slog.New(slog.NewJSONHandler(os.Stdout, nil)))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	if err := run(ctx, os.LookupEnv); err != nil {
		slog.ErrorContext(ctx, "service failed", "error", err)
		os.Exit(1)
	}
}

// ignoreProxies keeps libraries from sending what leaves the pod to a proxy: in
// a mesh the proxy takes it, and its policy must see where a call goes.
func ignoreProxies() {
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"} {
		_ = os.Unsetenv(name)
	}
}

func run(ctx context.Context, lookup func(string) (string, bool)) error {
	cfg, err := config.Load(lookup)
	err = errors.Join(err, config.Missing(lookup))
	if err != nil {
		return err
	}
	a, err := newApp(ctx, cfg, parts...)
	if err != nil {
		return err
	}
	var listen net.ListenConfig
	listener, err := listen.Listen(ctx, "tcp", net.JoinHostPort("", strconv.Itoa(cfg.Port)))
	if err != nil {
		return errors.Join(err, server.Stop(ctx, a.stops))
	}
	slog.InfoContext(ctx, "service started", "version", version, "address", listener.Addr().String())
	return a.serve(ctx, cfg, listener)
}

// newApp wires the parts. When one fails, those before it are stopped.
func newApp(ctx context.Context, cfg config.Config, parts ...part) (*app, error) {
	api := httpapi.New()
	a := &app{api: api, handler: api}
	for _, wire := range parts {
		if err := wire(ctx, cfg, a); err != nil {
			return nil, errors.Join(err, server.Stop(ctx, a.stops))
		}
	}
	return a, nil
}

func withMiddleware(_ context.Context, cfg config.Config, a *app) error {
	a.api.Use(httpapi.Recover, httpapi.Deadline(cfg.Timeout))
	return nil
}

func withItems(_ context.Context, _ config.Config, a *app) error {
	httpapi.NewItems().Register(a.api)
	return nil
}

// serve answers requests until served ends. Then readiness fails for a while before
// the service takes no further requests, those in flight finish, and the parts
// stop, the last one wired first.
func (a *app) serve(served context.Context, cfg config.Config, listener net.Listener) error {
	srv := server.New(a.handler, cfg.Timeout)
	return server.Run(served, srv, listener, append(a.stops, func(ctx context.Context) error {
		slog.InfoContext(ctx, "service stops")
		a.api.Drain()
		if served.Err() != nil { // else nobody can ask any more
			time.Sleep(cfg.ShutdownDelay)
		}
		return server.Shutdown(ctx, srv, cfg.ShutdownTimeout)
	}))
}
