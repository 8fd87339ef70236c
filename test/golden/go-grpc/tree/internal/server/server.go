// Package server runs the gRPC server and stops it without losing calls.
package server

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"time"

	"google.golang.org/grpc"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/reflection"
	"google.golang.org/grpc/stats"
)

const (
	// maxMessageBytes is what one message may take, in either direction.
	maxMessageBytes = 4 << 20

	// maxHeaderBytes is what the metadata of a call may take, as in services in
	// other languages: enough for large tokens.
	maxHeaderBytes = 64 << 10

	// maxConnectionAge lets new replicas get calls where no proxy balances them.
	maxConnectionAge = 5 * time.Minute

	// minPing is how often a client may ping; one that pings more is cut off.
	minPing = time.Minute
)

// Server answers calls, and tells whether the service is alive and ready.
type Server struct {
	health       *health
	interceptors []Interceptor
	observers    []grpc.ServerOption
	services     []func(grpc.ServiceRegistrar)
	reflects     bool
}

// New returns a server with the health service only.
func New() *Server {
	return &Server{health: newHealth()}
}

// Use runs interceptors around each call but the probes', inside those already in use.
func (s *Server) Use(interceptors ...Interceptor) {
	s.interceptors = append(s.interceptors, interceptors...)
}

// Observe hands every event of a call to handler.
func (s *Server) Observe(handler stats.Handler) {
	s.observers = append(s.observers, grpc.StatsHandler(handler))
}

// Register adds a service.
func (s *Server) Register(register func(grpc.ServiceRegistrar)) {
	s.services = append(s.services, register)
}

// Reflect lets callers ask for the contract.
func (s *Server) Reflect() {
	s.reflects = true
}

// ReadyWhen makes the service ready only while need returns no error. It is
// called before the service listens.
func (s *Server) ReadyWhen(need func() error) {
	s.health.needs = append(s.health.needs, need)
}

// Ready says why the service takes no further calls, if it takes none.
func (s *Server) Ready() error {
	return s.health.ready()
}

// Drain makes the service report that it is not ready for further calls. Those
// that still come are answered.
func (s *Server) Drain() {
	s.health.drain()
}

// Build returns the server with everything that was added. A call takes at most
// timeout, and so does what is left of those on a connection that has grown old.
func (s *Server) Build(timeout time.Duration) *grpc.Server {
	options := append([]grpc.ServerOption{
		grpc.MaxRecvMsgSize(maxMessageBytes),
		grpc.MaxSendMsgSize(maxMessageBytes),
		grpc.MaxHeaderListSize(maxHeaderBytes),
		grpc.ConnectionTimeout(5 * time.Second),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: minPing, PermitWithoutStream: true}),
		grpc.KeepaliveParams(keepalive.ServerParameters{
			MaxConnectionAge:      maxConnectionAge,
			MaxConnectionAgeGrace: timeout,
		}),
	}, s.observers...)
	for _, interceptor := range s.interceptors {
		options = append(options, grpc.ChainUnaryInterceptor(unary(interceptor)), grpc.ChainStreamInterceptor(stream(interceptor)))
	}
	srv := grpc.NewServer(options...)
	for _, register := range s.services {
		register(srv)
	}
	for name := range srv.GetServiceInfo() {
		s.health.services = append(s.health.services, name)
	}
	healthpb.RegisterHealthServer(srv, s.health)
	if s.reflects {
		reflection.Register(srv)
	}
	return srv
}

// Run serves until ctx ends or serving fails. Then the stops run, last one first.
func Run(ctx context.Context, srv *grpc.Server, listener net.Listener, stops []func(context.Context) error) error {
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

// Shutdown lets calls in flight finish, and cuts off those that take longer than timeout.
func (s *Server) Shutdown(srv *grpc.Server, timeout time.Duration) error {
	s.health.stop()
	var cut sync.Once
	var err error
	timer := time.AfterFunc(timeout, func() {
		cut.Do(func() {
			err = fmt.Errorf("calls were still in flight after %v", timeout)
			srv.Stop()
		})
	})
	srv.GracefulStop()
	timer.Stop()
	cut.Do(func() {})
	return err
}
