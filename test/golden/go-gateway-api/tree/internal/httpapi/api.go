// Package httpapi is the HTTP interface of the service.
package httpapi

import (
	"io"
	"net/http"
	"slices"
	"sync/atomic"

	"github.com/acme/orders/internal/problem"
)

// Middleware wraps the handler of a route. It runs inside the ServeMux, where
// the request already carries its pattern and path values.
type Middleware func(http.Handler) http.Handler

// API routes requests and tells whether the service is alive and ready.
type API struct {
	mux        *http.ServeMux
	middleware []Middleware
	draining   atomic.Bool
	needs      []func() error
}

// New returns an API with the probes only, which no middleware wraps.
func New() *API {
	a := &API{mux: http.NewServeMux()}
	a.mux.HandleFunc("GET /healthz", a.live)
	a.mux.HandleFunc("GET /readyz", a.ready)
	return a
}

// Use wraps the routes that are handled from now on, inside the middleware already in use.
func (a *API) Use(middleware ...Middleware) {
	a.middleware = append(a.middleware, middleware...)
}

// Handle registers the handler of a route.
func (a *API) Handle(pattern string, handler http.Handler) {
	for _, wrap := range slices.Backward(a.middleware) {
		handler = wrap(handler)
	}
	a.mux.Handle(pattern, handler)
}

// ReadyWhen makes the service ready only while need returns no error, whose
// text the probe shows. It is called before the service listens.
func (a *API) ReadyWhen(need func() error) {
	a.needs = append(a.needs, need)
}

// Drain makes the service report that it is not ready for further requests.
// Those that still come are answered, and end their connections: their callers
// open the next ones elsewhere.
func (a *API) Drain() {
	a.draining.Store(true)
}

func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if a.draining.Load() {
		w.Header().Set("Connection", "close")
	}
	if _, pattern := a.mux.Handler(r); pattern == "" {
		w = refusal{w, r.Method}
	}
	a.mux.ServeHTTP(w, r)
}

func (a *API) live(w http.ResponseWriter, _ *http.Request) {
	_, _ = io.WriteString(w, "ok\n")
}

func (a *API) ready(w http.ResponseWriter, _ *http.Request) {
	if a.draining.Load() {
		problem.Write(w, http.StatusServiceUnavailable, "the service is shutting down")
		return
	}
	for _, need := range a.needs {
		if err := need(); err != nil {
			problem.Write(w, http.StatusServiceUnavailable, err.Error())
			return
		}
	}
	_, _ = io.WriteString(w, "ok\n")
}

// refusal is the answer to a request that no route takes: a problem instead of
// the plain text of the ServeMux.
type refusal struct {
	http.ResponseWriter

	method string
}

func (w refusal) WriteHeader(status int) {
	switch status {
	case http.StatusNotFound:
		problem.Write(w.ResponseWriter, status, "there is no such address")
	case http.StatusMethodNotAllowed:
		problem.Write(w.ResponseWriter, status, w.method+" is not possible here")
	default:
		w.ResponseWriter.WriteHeader(status)
	}
}

// Write drops the plain text.
func (w refusal) Write(text []byte) (int, error) {
	return len(text), nil
}
