package httpapi

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func call(t *testing.T, handler http.Handler, method, path, body string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body)))
	return w
}

func TestProbes(t *testing.T) {
	api := New()
	for _, path := range []string{"/healthz", "/readyz"} {
		if w := call(t, api, "GET", path, ""); w.Code != http.StatusOK || w.Body.String() != "ok\n" {
			t.Errorf("%s gives %d %q", path, w.Code, w.Body)
		}
	}
	api.Drain()
	if w := call(t, api, "GET", "/healthz", ""); w.Code != http.StatusOK {
		t.Errorf("a service that drains must stay alive, got %d", w.Code)
	}
	if w := call(t, api, "GET", "/readyz", ""); w.Code != http.StatusServiceUnavailable {
		t.Errorf("a service that drains must not be ready, got %d", w.Code)
	}
}

func TestNotReadyWhileSomethingIsMissing(t *testing.T) {
	var missing error
	api := New()
	api.ReadyWhen(func() error { return nil })
	api.ReadyWhen(func() error { return missing })
	missing = errors.New("the map is not loaded")
	if w := call(t, api, "GET", "/readyz", ""); w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), missing.Error()) {
		t.Errorf("got %d %q", w.Code, w.Body)
	}
	if w := call(t, api, "GET", "/healthz", ""); w.Code != http.StatusOK {
		t.Errorf("a service that waits must be alive, got %d", w.Code)
	}
	missing = nil
	if w := call(t, api, "GET", "/readyz", ""); w.Code != http.StatusOK {
		t.Errorf("got %d", w.Code)
	}
}

func TestMiddlewareWrapsRoutesInOrder(t *testing.T) {
	var calls []string
	record := func(name string) Middleware {
		return func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				calls = append(calls, name+" "+r.Pattern)
				next.ServeHTTP(w, r)
			})
		}
	}
	api := New()
	api.Use(record("outer"))
	api.Use(record("inner"))
	api.Handle("GET /v1/things/{id}", http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		calls = append(calls, r.PathValue("id"))
	}))

	call(t, api, "GET", "/v1/things/7", "")
	if got := strings.Join(calls, ", "); got != "outer GET /v1/things/{id}, inner GET /v1/things/{id}, 7" {
		t.Errorf("the calls were %s", got)
	}
	calls = nil
	call(t, api, "GET", "/healthz", "")
	if calls != nil {
		t.Errorf("a probe went through %v", calls)
	}
}

func TestAnAddressAnswersSomeMethodsOnly(t *testing.T) {
	api := New()
	api.Handle("GET /things/{id}", http.NotFoundHandler())
	api.Handle("PUT /things/{id}", http.NotFoundHandler())
	w := call(t, api, "POST", "/things/7", "")
	if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD, PUT" {
		t.Errorf("got %d, %v", w.Code, w.Header())
	}
	if got := w.Body.String(); got != `{"title":"Method Not Allowed","status":405,"detail":"POST is not possible here"}`+"\n" {
		t.Errorf("the answer is %s", got)
	}
	if w := call(t, api, "GET", "/things/7", ""); w.Body.String() != "404 page not found\n" {
		t.Errorf("the answer of a handler became %s", w.Body)
	}
}

func TestAnUnknownAddressIsNotFound(t *testing.T) {
	w := call(t, New(), "GET", "/things", "")
	if w.Code != http.StatusNotFound || w.Header().Get("Content-Type") != "application/problem+json" {
		t.Errorf("got %d, %v", w.Code, w.Header())
	}
	if got := w.Body.String(); got != `{"title":"Not Found","status":404,"detail":"there is no such address"}`+"\n" {
		t.Errorf("the answer is %s", got)
	}
	if w := call(t, New(), "GET", "//things", ""); w.Code != http.StatusTemporaryRedirect || w.Header().Get("Location") != "/things" {
		t.Errorf("an address that is not clean gives %d, %v", w.Code, w.Header())
	}
}
