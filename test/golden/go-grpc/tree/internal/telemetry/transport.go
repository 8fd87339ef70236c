package telemetry

import (
	"net/http"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
)

// Transport records the requests that next sends and hands their trace on.
func Transport(next http.RoundTripper) http.RoundTripper {
	return otelhttp.NewTransport(next)
}
