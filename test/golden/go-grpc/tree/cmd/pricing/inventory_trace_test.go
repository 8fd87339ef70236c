package main

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/acme/pricing/internal/calls/callstest"
	itemsv1 "github.com/acme/pricing/internal/gen/items/v1"
)

func TestOneTraceFromTheCallerToInventory(t *testing.T) {
	const traceID, caller = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
	received := make(chan string, 10)
	upstream := &callstest.Upstream{Get: func(ctx context.Context, _ *itemsv1.GetItemRequest) (*itemsv1.GetItemResponse, error) {
		received <- strings.Join(metadata.ValueFromIncomingContext(ctx, "traceparent"), ",")
		return nil, status.Error(codes.NotFound, "no such item")
	}}
	url := upstream.Serve(t)
	var log bytes.Buffer
	logger := slog.Default()
	defer slog.SetDefault(logger)
	slog.SetDefault(slog.New(slog.NewJSONHandler(&log, nil)))
	cfg := settings(t)
	cfg.Upstreams.Inventory.URL = url
	r := serve(t, cfg, withTelemetry, withInterceptors, withItems, withUpstreams)
	ctx := metadata.AppendToOutgoingContext(t.Context(), "traceparent", "00-"+traceID+"-"+caller+"-01")
	_, _ = r.items.GetUpstreamItem(ctx, &itemsv1.GetUpstreamItemRequest{Upstream: "inventory", Id: "7"})
	r.terminate()
	<-r.stopped

	traceparent := <-received
	if !strings.HasPrefix(traceparent, "00-"+traceID+"-") || strings.Contains(traceparent, caller) {
		t.Errorf("the upstream got %q, want a span of its own in trace %s", traceparent, traceID)
	}
	if !strings.Contains(log.String(), `"trace_id":"`+traceID+`"`) {
		t.Errorf("the failed call was logged without its trace: %s", log.String())
	}
}
