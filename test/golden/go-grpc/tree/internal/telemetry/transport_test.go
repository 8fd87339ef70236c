package telemetry_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"

	"github.com/acme/pricing/internal/telemetry"
)

func TestTransportHandsTheTraceOn(t *testing.T) {
	spans, _ := record(t)
	received := make(chan http.Header, 1)
	upstream := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		received <- r.Header
	}))
	defer upstream.Close()
	caller := propagation.HeaderCarrier(http.Header{"Traceparent": {traceparent}, "Baggage": {"tenant=acme"}})
	ctx, span := otel.Tracer("test").Start(otel.GetTextMapPropagator().Extract(t.Context(), caller), "request")
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, upstream.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := telemetry.Transport(http.DefaultTransport).RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	span.End()

	ended := spans.Ended()
	if len(ended) != 2 {
		t.Fatalf("got %d spans, want one of the call and one of the request", len(ended))
	}
	call, served := ended[0].SpanContext(), ended[1].SpanContext()
	if ended[0].Parent().SpanID() != served.SpanID() {
		t.Error("the call is no part of the request")
	}
	header := <-received
	if got, want := header.Get("Traceparent"), "00-"+traceID+"-"+call.SpanID().String()+"-01"; got != want {
		t.Errorf("the upstream got traceparent %q, want %q", got, want)
	}
	if got := header.Get("Baggage"); got != "tenant=acme" {
		t.Errorf("the upstream got baggage %q", got)
	}
}
