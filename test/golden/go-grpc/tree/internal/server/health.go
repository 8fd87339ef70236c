package server

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"
)

// Liveness is the name under which probes ask whether the process is alive,
// whatever it waits for.
const Liveness = "liveness"

// watchPause is how soon a watcher learns of a change.
const watchPause = time.Second

var errDraining = errors.New("the service is shutting down")

// health answers grpc.health.v1 for the whole service, by no name or by those of
// its services, and for its liveness.
type health struct {
	healthpb.UnimplementedHealthServer

	needs    []func() error
	services []string

	drain    func()
	draining chan struct{}
	stop     func()
	stopping chan struct{}
}

func newHealth() *health {
	h := &health{draining: make(chan struct{}), stopping: make(chan struct{})}
	h.drain = sync.OnceFunc(func() { close(h.draining) })
	h.stop = sync.OnceFunc(func() { close(h.stopping) })
	return h
}

// Check says whether a service takes calls.
func (h *health) Check(_ context.Context, request *healthpb.HealthCheckRequest) (*healthpb.HealthCheckResponse, error) {
	current, known := h.status(request.GetService())
	if !known {
		return nil, status.Error(codes.NotFound, "there is no such service")
	}
	return &healthpb.HealthCheckResponse{Status: current}, nil
}

// Watch says so now and after each change, until the service stops.
func (h *health) Watch(request *healthpb.HealthCheckRequest, stream grpc.ServerStreamingServer[healthpb.HealthCheckResponse]) error {
	ticker := time.NewTicker(watchPause)
	defer ticker.Stop()
	last := healthpb.HealthCheckResponse_UNKNOWN
	draining := h.draining
	for {
		current, known := h.status(request.GetService())
		if !known {
			current = healthpb.HealthCheckResponse_SERVICE_UNKNOWN
		}
		if current != last {
			last = current
			if err := stream.Send(&healthpb.HealthCheckResponse{Status: current}); err != nil {
				return err
			}
		}
		select {
		case <-ticker.C:
		case <-draining:
			draining = nil // said once
		case <-h.stopping:
			return status.Error(codes.Unavailable, errDraining.Error())
		case <-stream.Context().Done():
			return status.FromContextError(stream.Context().Err()).Err()
		}
	}
}

func (h *health) status(service string) (current healthpb.HealthCheckResponse_ServingStatus, known bool) {
	switch {
	case service == Liveness:
		return healthpb.HealthCheckResponse_SERVING, true
	case service != "" && !slices.Contains(h.services, service):
		return healthpb.HealthCheckResponse_UNKNOWN, false
	case h.ready() != nil:
		return healthpb.HealthCheckResponse_NOT_SERVING, true
	}
	return healthpb.HealthCheckResponse_SERVING, true
}

func (h *health) ready() error {
	select {
	case <-h.draining:
		return errDraining
	default:
	}
	for _, need := range h.needs {
		if err := need(); err != nil {
			return err
		}
	}
	return nil
}
