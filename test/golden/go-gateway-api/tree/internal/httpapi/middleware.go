package httpapi

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/acme/orders/internal/problem"
)

// Deadline bounds the context of a request, and with it every call made for it.
func Deadline(timeout time.Duration) Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			ctx, cancel := context.WithTimeout(r.Context(), timeout)
			defer cancel()
			next.ServeHTTP(w, r.WithContext(ctx))
		})
	}
}

// Recover answers a panic with a 500. When the answer has already begun, it
// breaks the connection instead, so that nobody takes the torso for the whole.
func Recover(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tracked := &trackedWriter{ResponseWriter: w}
		defer func() {
			reason := recover()
			if reason == nil {
				return
			}
			if err, ok := reason.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(reason)
			}
			slog.ErrorContext(r.Context(), "handler failed", "error", reason, "stack", string(debug.Stack()))
			if tracked.begun {
				panic(http.ErrAbortHandler)
			}
			problem.Write(w, http.StatusInternalServerError, "")
		}()
		next.ServeHTTP(tracked, r)
	})
}

// trackedWriter knows whether the answer has begun.
type trackedWriter struct {
	http.ResponseWriter

	begun bool
}

func (w *trackedWriter) WriteHeader(status int) {
	w.begun = true
	w.ResponseWriter.WriteHeader(status)
}

func (w *trackedWriter) Write(body []byte) (int, error) {
	w.begun = true
	return w.ResponseWriter.Write(body)
}

// Unwrap lets http.ResponseController reach the writer.
func (w *trackedWriter) Unwrap() http.ResponseWriter {
	return w.ResponseWriter
}
