package telemetry_test

import (
	"context"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/stats"
	"google.golang.org/grpc/status"

	itemsv1 "github.com/acme/pricing/internal/gen/items/v1"
	"github.com/acme/pricing/internal/telemetry"
)

type items struct {
	itemsv1.UnimplementedItemsServiceServer

	traceparents []string
}

func (s *items) GetItem(ctx context.Context, request *itemsv1.GetItemRequest) (*itemsv1.GetItemResponse, error) {
	s.traceparents = append(s.traceparents, metadata.ValueFromIncomingContext(ctx, "traceparent")...)
	if request.GetId() == "" {
		return nil, status.Error(codes.Unavailable, "down")
	}
	return &itemsv1.GetItemResponse{}, nil
}

// callItems makes a call through server and client options. It returns the
// traceparents that arrived, the spans and the names of metrics by their attributes.
func callItems(t *testing.T, serverOptions func() []grpc.ServerOption, clientOptions func() []grpc.DialOption) ([]string, tracetest.SpanStubs, map[string][]attribute.KeyValue) {
	t.Helper()
	exporter := tracetest.NewInMemoryExporter()
	reader := sdkmetric.NewManualReader()
	tracers, meters, propagator := otel.GetTracerProvider(), otel.GetMeterProvider(), otel.GetTextMapPropagator()
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSyncer(exporter)))
	otel.SetMeterProvider(sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader)))
	otel.SetTextMapPropagator(propagation.TraceContext{})
	t.Cleanup(func() {
		otel.SetTracerProvider(tracers)
		otel.SetMeterProvider(meters)
		otel.SetTextMapPropagator(propagator)
	})

	var listen net.ListenConfig
	listener, err := listen.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	service := &items{}
	srv := grpc.NewServer(serverOptions()...)
	itemsv1.RegisterItemsServiceServer(srv, service)
	healthpb.RegisterHealthServer(srv, health.NewServer())
	go func() { _ = srv.Serve(listener) }()
	conn, err := grpc.NewClient(listener.Addr().String(), append(clientOptions(), grpc.WithTransportCredentials(insecure.NewCredentials()))...)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := healthpb.NewHealthClient(conn).Check(t.Context(), &healthpb.HealthCheckRequest{}); err != nil {
		t.Fatal(err)
	}
	ctx, span := otel.Tracer("test").Start(t.Context(), "request")
	for _, id := range []string{"7", ""} {
		_, _ = itemsv1.NewItemsServiceClient(conn).GetItem(metadata.AppendToOutgoingContext(ctx, "x-envoy-attempt-count", "2"), &itemsv1.GetItemRequest{Id: id})
	}
	span.End()
	_ = conn.Close()
	srv.GracefulStop()

	var collected metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &collected); err != nil {
		t.Fatal(err)
	}
	metrics := map[string][]attribute.KeyValue{}
	for _, scope := range collected.ScopeMetrics {
		for _, metric := range scope.Metrics {
			if histogram, ok := metric.Data.(metricdata.Histogram[float64]); ok {
				for _, point := range histogram.DataPoints {
					metrics[metric.Name] = append(metrics[metric.Name], point.Attributes.ToSlice()...)
				}
			}
		}
	}
	return service.traceparents, exporter.GetSpans(), metrics
}

func has(attributes []attribute.KeyValue, key, value string) bool {
	return slices.Contains(attributes, attribute.String(key, value))
}

// durationMetric is recorded of each call.
const durationMetric = "rpc.server.call.duration"

// handleOne lets the handler see a call.
func handleOne(t *testing.T, _ string) {
	t.Helper()
	handler := telemetry.CallHandler()
	ctx := handler.TagRPC(t.Context(), &stats.RPCTagInfo{FullMethodName: itemsv1.ItemsService_GetItem_FullMethodName})
	handler.HandleRPC(ctx, &stats.Begin{})
	handler.HandleRPC(ctx, &stats.End{BeginTime: time.Now(), EndTime: time.Now()})
}

func TestCallsAreRecorded(t *testing.T) {
	intercept := func(ctx context.Context, request any, info *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (answer any, err error) {
		err = telemetry.RecordAttempt(ctx, info.FullMethod, func(ctx context.Context) error {
			answer, err = handle(ctx, request)
			return err
		})
		return answer, err
	}
	_, spans, metrics := callItems(t,
		func() []grpc.ServerOption {
			return []grpc.ServerOption{grpc.StatsHandler(telemetry.CallHandler()), grpc.UnaryInterceptor(intercept)}
		},
		func() []grpc.DialOption { return nil })
	var names []string
	for _, span := range spans {
		names = append(names, span.Name)
		if span.Name != "request" && !slices.ContainsFunc(span.Attributes, func(a attribute.KeyValue) bool {
			return strings.HasSuffix(string(a.Key), "x-envoy-attempt-count")
		}) {
			t.Errorf("the span lacks the attempt: %v", span.Attributes)
		}
	}
	if want := []string{"items.v1.ItemsService/GetItem", "items.v1.ItemsService/GetItem", "request"}; !slices.Equal(names, want) {
		t.Errorf("the spans are %v", names)
	}
	recorded := metrics["rpc.server.call.duration"]
	if !has(recorded, "rpc.method", "items.v1.ItemsService/GetItem") || !has(recorded, "rpc.response.status_code", "UNAVAILABLE") || !has(recorded, "rpc.system.name", "grpc") {
		t.Errorf("the metrics are %v", metrics)
	}
	if slices.ContainsFunc(recorded, func(a attribute.KeyValue) bool { return strings.Contains(a.Value.String(), "Health") }) {
		t.Errorf("probes are recorded: %v", recorded)
	}
}

func TestClientsHandTheTraceOn(t *testing.T) {
	traceparents, spans, metrics := callItems(t,
		func() []grpc.ServerOption { return nil },
		func() []grpc.DialOption { return []grpc.DialOption{telemetry.DialOption()} })
	trace := spans[len(spans)-1].SpanContext.TraceID().String()
	if len(traceparents) != 2 || !strings.Contains(traceparents[0], trace) || !strings.Contains(traceparents[1], trace) {
		t.Errorf("trace %s was handed on as %v", trace, traceparents)
	}
	recorded := metrics["rpc.client.call.duration"]
	if !has(recorded, "rpc.method", "items.v1.ItemsService/GetItem") || !has(recorded, "rpc.response.status_code", "UNAVAILABLE") {
		t.Errorf("the metrics are %v", metrics)
	}
}
