package telemetry

import (
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

// Handler records a span of each request, and the rate, errors and duration of
// all. The route is read from the request afterwards: between Handler and the
// ServeMux nothing may replace it. Probes are left out.
func Handler(mux http.Handler) http.Handler {
	return otelhttp.NewHandler(recordAttempt(recordRoute(mux)), "", otelhttp.WithFilter(isNoProbe))
}

func isNoProbe(r *http.Request) bool {
	return r.URL.Path != "/healthz" && r.URL.Path != "/readyz"
}

// recordRoute adds to the span what otelhttp adds to its name and the metrics.
func recordRoute(mux http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mux.ServeHTTP(w, r)
		if path := strings.IndexByte(r.Pattern, '/'); path >= 0 {
			trace.SpanFromContext(r.Context()).SetAttributes(attribute.String("http.route", r.Pattern[path:]))
		}
	})
}

// recordAttempt records which try of a caller's proxy a request is: from the
// second on it may be a duplicate.
func recordAttempt(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := r.Header.Get("X-Envoy-Attempt-Count")
		if attempt, err := strconv.Atoi(header); err == nil {
			span := trace.SpanFromContext(r.Context())
			span.SetAttributes(attribute.StringSlice("http.request.header.x-envoy-attempt-count", []string{header}))
			if attempt > 1 {
				slog.InfoContext(r.Context(), "request was sent before", "attempt", attempt)
			}
		}
		next.ServeHTTP(w, r)
	})
}
