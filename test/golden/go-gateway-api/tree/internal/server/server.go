// Package server runs the HTTP server and stops it without losing requests.
package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"time"
)

const (
	// maxHeaderBytes is what a request line and its headers may take, as in
	// services in other languages: enough for large tokens.
	maxHeaderBytes = 64 << 10

	// net/http reads this much more than it is told to.
	headerSlop = 4 << 10
)

// New returns a server whose connections outlive no deadline of a request:
// timeout bounds the reading of a request, the writing of its answer has a
// little longer. Idle connections are kept longer than the proxy in front of
// the service keeps them, so that it never sends on a connection that closes.
func New(handler http.Handler, timeout time.Duration) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadTimeout:       timeout,
		ReadHeaderTimeout: 5 * time.Second,
		WriteTimeout:      timeout + 5*time.Second,
		IdleTimeout:       90 * time.Second,
		MaxHeaderBytes:    maxHeaderBytes - headerSlop,
		ErrorLog:          slog.NewLogLogger(slog.Default().Handler(), slog.LevelWarn),
	}
}

// Run serves until ctx ends or serving fails. Then the stops run, last one first.
func Run(ctx context.Context, srv *http.Server, listener net.Listener, stops []func(context.Context) error) error {
	served := make(chan error, 1)
	go func() { served <- srv.Serve(listener) }()

	var err error
	select {
	case err = <-served:
	case <-ctx.Done():
	}
	return errors.Join(err, Stop(context.WithoutCancel(ctx), stops))
}

// Stop runs the stops, last one first, whether or not one of them fails.
func Stop(ctx context.Context, stops []func(context.Context) error) error {
	var errs []error
	for _, stop := range slices.Backward(stops) {
		errs = append(errs, stop(ctx))
	}
	return errors.Join(errs...)
}

// Shutdown lets requests in flight finish, and cuts off those that take longer than timeout.
func Shutdown(ctx context.Context, srv *http.Server, timeout time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if err := srv.Shutdown(ctx); err != nil {
		return errors.Join(fmt.Errorf("requests were still in flight after %v: %w", timeout, err), srv.Close())
	}
	return nil
}
