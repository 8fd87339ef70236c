package server

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"
)

const (
	serving    = healthpb.HealthCheckResponse_SERVING
	notServing = healthpb.HealthCheckResponse_NOT_SERVING
)

func check(t *testing.T, h *health, service string) healthpb.HealthCheckResponse_ServingStatus {
	t.Helper()
	answer, err := h.Check(t.Context(), &healthpb.HealthCheckRequest{Service: service})
	if err != nil {
		t.Fatal(err)
	}
	return answer.GetStatus()
}

func TestHealthFollowsWhatTheServiceNeeds(t *testing.T) {
	var missing error
	h := newHealth()
	h.services = []string{"items.v1.ItemsService"}
	h.needs = append(h.needs, func() error { return nil }, func() error { return missing })
	if check(t, h, "") != serving || check(t, h, "items.v1.ItemsService") != serving {
		t.Error("the service is not ready")
	}
	missing = errors.New("no keys")
	if check(t, h, "") != notServing || check(t, h, "items.v1.ItemsService") != notServing || check(t, h, Liveness) != serving {
		t.Error("a need that is missing must count for readiness alone")
	}
	missing = nil
	h.drain()
	h.drain() // says it once
	if check(t, h, "") != notServing || check(t, h, Liveness) != serving {
		t.Error("the service drains: it is alive, and not ready")
	}
	if _, err := h.Check(t.Context(), &healthpb.HealthCheckRequest{Service: "other"}); status.Code(err) != codes.NotFound {
		t.Errorf("a service that is not there: %v", err)
	}
}

type watcher struct {
	grpc.ServerStreamingServer[healthpb.HealthCheckResponse]

	ctx  context.Context //nolint:containedctx // a stream has its context
	seen []healthpb.HealthCheckResponse_ServingStatus
}

func (w *watcher) Context() context.Context { return w.ctx }

func (w *watcher) Send(answer *healthpb.HealthCheckResponse) error {
	w.seen = append(w.seen, answer.GetStatus())
	return nil
}

func TestWatchTellsChangesUntilTheServiceStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var hasKeys atomic.Bool
		h := newHealth()
		h.needs = append(h.needs, func() error {
			if hasKeys.Load() {
				return nil
			}
			return errors.New("no keys")
		})
		w := &watcher{ctx: t.Context()}
		ended := make(chan error, 1)
		go func() { ended <- h.Watch(&healthpb.HealthCheckRequest{}, w) }()
		time.Sleep(5 * time.Second)
		hasKeys.Store(true)
		time.Sleep(watchPause + time.Millisecond)
		h.drain()
		synctest.Wait()
		if want := []healthpb.HealthCheckResponse_ServingStatus{notServing, serving, notServing}; !slices.Equal(w.seen, want) {
			t.Errorf("told %v, want %v", w.seen, want)
		}
		h.stop()
		if err := <-ended; status.Code(err) != codes.Unavailable {
			t.Errorf("ended with %v", err)
		}
	})
}

func TestWatchEndsWithItsCaller(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w := &watcher{ctx: ctx}
	if err := newHealth().Watch(&healthpb.HealthCheckRequest{Service: "other"}, w); status.Code(err) != codes.Canceled {
		t.Errorf("ended with %v", err)
	}
	if !slices.Equal(w.seen, []healthpb.HealthCheckResponse_ServingStatus{healthpb.HealthCheckResponse_SERVICE_UNKNOWN}) {
		t.Errorf("told %v", w.seen)
	}
}
