package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/acme/orders/internal/upstream"
)

type itemSource func(ctx context.Context, id string) (upstream.Item, error)

func (s itemSource) Item(ctx context.Context, id string) (upstream.Item, error) {
	return s(ctx, id)
}

func route(source itemSource) *API {
	api := New()
	api.Handle("GET /{id}", UpstreamItem(source))
	return api
}

func TestUpstreamItem(t *testing.T) {
	api := route(func(_ context.Context, id string) (upstream.Item, error) {
		return upstream.Item{ID: id, Name: "lamp"}, nil
	})
	if w := call(t, api, "GET", "/7", ""); w.Code != http.StatusOK || w.Body.String() != `{"id":"7","name":"lamp"}`+"\n" {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}

func TestUpstreamItemStaysBelowItsPath(t *testing.T) {
	api := route(func(_ context.Context, id string) (upstream.Item, error) {
		return upstream.Item{ID: id, Name: "lamp"}, nil
	})
	for path, status := range map[string]int{
		"/%2e":        http.StatusNotFound,
		"/%2E.":       http.StatusNotFound,
		"/...":        http.StatusOK,
		"/..%2fv2":    http.StatusOK, // one segment, whose slash stays escaped
		"/%252e%252e": http.StatusOK,
	} {
		if w := call(t, api, "GET", path, ""); w.Code != status {
			t.Errorf("%s: got %d %s", path, w.Code, w.Body)
		}
	}
}

func TestUpstreamFailures(t *testing.T) {
	for name, test := range map[string]struct {
		err        error
		status     int
		retryAfter string
	}{
		"no such item":       {&upstream.StatusError{Status: 404}, 404, ""},
		"too many requests":  {&upstream.StatusError{Status: 429, RetryAfter: "7"}, 503, "7"},
		"unavailable":        {&upstream.StatusError{Status: 503}, 503, ""},
		"proxy's timeout":    {&upstream.StatusError{Status: 504}, 504, ""},
		"internal error":     {&upstream.StatusError{Status: 500, RetryAfter: "7"}, 502, ""},
		"refused as invalid": {&upstream.StatusError{Status: 400}, 502, ""},
		"deadline":           {context.DeadlineExceeded, 504, ""},
		"no connection":      {errors.New("connection refused at 10.1.2.3"), 502, ""},
	} {
		t.Run(name, func(t *testing.T) {
			log := captureLog(t)
			api := route(func(context.Context, string) (upstream.Item, error) {
				return upstream.Item{}, fmt.Errorf("get an item: %w", test.err)
			})
			w := call(t, api, "GET", "/7", "")
			if w.Code != test.status || w.Header().Get("Retry-After") != test.retryAfter {
				t.Errorf("got %d, %v", w.Code, w.Header())
			}
			if w.Header().Get("Content-Type") != "application/problem+json" || strings.Contains(w.Body.String(), "10.1.2.3") {
				t.Errorf("the answer is %s", w.Body)
			}
			if !strings.Contains(log.String(), test.err.Error()) {
				t.Errorf("the log lacks the cause: %s", log)
			}
		})
	}
}
