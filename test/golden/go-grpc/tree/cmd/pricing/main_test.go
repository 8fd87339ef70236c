package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"

	"github.com/acme/pricing/internal/config"
	itemsv1 "github.com/acme/pricing/internal/gen/items/v1"
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

// running is a service that answers on this machine.
type running struct {
	items  itemsv1.ItemsServiceClient
	health healthpb.HealthClient

	terminate func()
	stopped   <-chan error
}

func serve(t *testing.T, cfg config.Config, parts ...part) running {
	t.Helper()
	a, err := newApp(t.Context(), cfg, parts...)
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
	conn, err := grpc.NewClient(listener.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = conn.Close()
		terminate()
	})
	return running{itemsv1.NewItemsServiceClient(conn), healthpb.NewHealthClient(conn), terminate, stopped}
}

func (r running) isReady(ctx context.Context) bool {
	answer, err := r.health.Check(ctx, &healthpb.HealthCheckRequest{})
	return err == nil && answer.GetStatus() == healthpb.HealthCheckResponse_SERVING
}

// slow is a service whose only method waits for finish.
type slow struct {
	itemsv1.UnimplementedItemsServiceServer

	begun, finish chan struct{}
}

func (s slow) GetItem(ctx context.Context, _ *itemsv1.GetItemRequest) (*itemsv1.GetItemResponse, error) {
	close(s.begun)
	select {
	case <-s.finish:
		return &itemsv1.GetItemResponse{}, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (s slow) wire(_ context.Context, _ config.Config, a *app) error {
	a.server.Register(func(registrar grpc.ServiceRegistrar) { itemsv1.RegisterItemsServiceServer(registrar, s) })
	return nil
}

func TestTerminationLetsACallFinish(t *testing.T) {
	s := slow{begun: make(chan struct{}), finish: make(chan struct{})}
	cfg := settings(t)
	cfg.ShutdownDelay = 300 * time.Millisecond
	r := serve(t, cfg, withInterceptors, s.wire)
	go func() {
		<-s.begun
		if !r.isReady(t.Context()) {
			t.Error("before its end the service was not ready")
		}
		r.terminate()
		for r.isReady(t.Context()) {
			time.Sleep(time.Millisecond)
		}
		close(s.finish)
	}()
	begun := time.Now()
	if _, err := r.items.GetItem(t.Context(), &itemsv1.GetItemRequest{}); err != nil {
		t.Errorf("the call in flight got %v", err)
	}
	if err := <-r.stopped; err != nil || time.Since(begun) < cfg.ShutdownDelay {
		t.Errorf("stopped after %v with %v", time.Since(begun), err)
	}
	if r.isReady(t.Context()) {
		t.Error("it answered when it had stopped")
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

// broken is a service that looks for its deadline and panics.
type broken struct {
	itemsv1.UnimplementedItemsServiceServer

	t *testing.T
}

func (b broken) GetItem(ctx context.Context, _ *itemsv1.GetItemRequest) (*itemsv1.GetItemResponse, error) {
	if _, ok := ctx.Deadline(); !ok {
		b.t.Error("the call has no deadline")
	}
	panic("lost")
}

func TestCallsHaveADeadlineAndPanicsAnAnswer(t *testing.T) {
	r := serve(t, settings(t), withInterceptors, func(_ context.Context, _ config.Config, a *app) error {
		a.server.Register(func(registrar grpc.ServiceRegistrar) {
			itemsv1.RegisterItemsServiceServer(registrar, broken{t: t})
		})
		return nil
	})
	if _, err := r.items.GetItem(t.Context(), &itemsv1.GetItemRequest{}); status.Code(err) != codes.Internal || strings.Contains(err.Error(), "lost") {
		t.Errorf("got %v", err)
	}
}

func TestItemsAreServed(t *testing.T) {
	r := serve(t, settings(t), withInterceptors, withItems)
	created, err := r.items.CreateItem(t.Context(), &itemsv1.CreateItemRequest{Name: "lamp"})
	if err != nil {
		t.Fatal(err)
	}
	stream, err := r.items.ListItems(t.Context(), &itemsv1.ListItemsRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if answer, err := stream.Recv(); err != nil || answer.GetItem().GetId() != created.GetItem().GetId() {
		t.Errorf("got %v, %v", answer, err)
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
