// Command pricing is a gRPC service.
package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"github.com/acme/pricing/internal/config"
	"github.com/acme/pricing/internal/grpcapi"
	"github.com/acme/pricing/internal/server"
)

// version is set by the linker.
var version = "dev"

// app is what the parts of the service are wired into.
type app struct {
	// server has the services and what runs around each of their calls.
	server *server.Server

	// items reads those of upstreams, too.
	items *grpcapi.Items

	// stops run in reverse order when the service ends.
	stops []func(context.Context) error
}

// A part wires one thing into the app.
type part func(ctx context.Context, cfg config.Config, a *app) error

// parts are wired in this order: what runs around a call comes before the service.
var parts = []part{
	withTelemetry,
	withInterceptors,
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
	a := &app{server: server.New()}
	for _, wire := range parts {
		if err := wire(ctx, cfg, a); err != nil {
			return nil, errors.Join(err, server.Stop(ctx, a.stops))
		}
	}
	return a, nil
}

func withInterceptors(_ context.Context, cfg config.Config, a *app) error {
	a.server.Use(grpcapi.Log, grpcapi.Recover, grpcapi.Deadline(cfg.Timeout))
	if cfg.Reflection {
		a.server.Reflect()
	}
	return nil
}

func withItems(_ context.Context, _ config.Config, a *app) error {
	a.items = grpcapi.NewItems()
	a.server.Register(a.items.Register)
	return nil
}

// serve answers calls until served ends. Then readiness fails for a while before
// the service takes no further calls, those in flight finish, and the parts
// stop, the last one wired first.
func (a *app) serve(served context.Context, cfg config.Config, listener net.Listener) error {
	srv := a.server.Build(cfg.Timeout)
	return server.Run(served, srv, listener, append(a.stops, func(ctx context.Context) error {
		slog.InfoContext(ctx, "service stops")
		a.server.Drain()
		if served.Err() != nil { // else nobody can ask any more
			time.Sleep(cfg.ShutdownDelay)
		}
		return a.server.Shutdown(srv, cfg.ShutdownTimeout)
	}))
}
