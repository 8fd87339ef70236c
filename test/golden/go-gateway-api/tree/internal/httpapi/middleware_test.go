package httpapi

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		handler := Deadline(3 * time.Second)(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			<-r.Context().Done()
		}))
		call(t, handler, "GET", "/", "")
		if took := time.Since(start); took != 3*time.Second {
			t.Errorf("the request ended after %v", took)
		}
	})
}

func captureLog(t *testing.T) *bytes.Buffer {
	t.Helper()
	var log bytes.Buffer
	previous := slog.Default()
	t.Cleanup(func() { slog.SetDefault(previous) })
	slog.SetDefault(slog.New(slog.NewJSONHandler(&log, nil)))
	return &log
}

func TestRecoverAnswersAPanic(t *testing.T) {
	log := captureLog(t)
	w := call(t, Recover(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(errors.New("lost")) })), "GET", "/", "")
	if w.Code != http.StatusInternalServerError || w.Header().Get("Content-Type") != "application/problem+json" {
		t.Errorf("got %d, %v", w.Code, w.Header())
	}
	if strings.Contains(w.Body.String(), "lost") {
		t.Error("the answer tells strangers what happened")
	}
	for _, part := range []string{`"level":"ERROR"`, `"msg":"handler failed"`, `"error":"lost"`, "middleware_test.go"} {
		if !strings.Contains(log.String(), part) {
			t.Errorf("the log lacks %s: %s", part, log)
		}
	}
}

func TestRecoverBreaksAnAnswerThatHasBegun(t *testing.T) {
	captureLog(t)
	for name, begin := range map[string]func(http.ResponseWriter){
		"header": func(w http.ResponseWriter) { w.WriteHeader(http.StatusOK) },
		"body":   func(w http.ResponseWriter) { _, _ = io.WriteString(w, "half of it") },
	} {
		if got := panicOf(t, func(w http.ResponseWriter, _ *http.Request) {
			begin(w)
			panic("lost")
		}); !errors.Is(got, http.ErrAbortHandler) {
			t.Errorf("%s: the panic was %v", name, got)
		}
	}
}

func TestRecoverPassesAnAbortOn(t *testing.T) {
	log := captureLog(t)
	if got := panicOf(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }); !errors.Is(got, http.ErrAbortHandler) {
		t.Errorf("the panic was %v", got)
	}
	if log.Len() > 0 {
		t.Errorf("an abort is no failure: %s", log)
	}
}

func panicOf(t *testing.T, handler http.HandlerFunc) (reason error) {
	t.Helper()
	defer func() { reason, _ = recover().(error) }()
	call(t, Recover(handler), "GET", "/", "")
	return nil
}

func TestRecoverLeavesTheWriterReachable(t *testing.T) {
	w := httptest.NewRecorder()
	Recover(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusAccepted)
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Error(err)
		}
	})).ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "GET", "/", nil))
	if !w.Flushed || w.Code != http.StatusAccepted {
		t.Errorf("flushed: %v, status %d", w.Flushed, w.Code)
	}
}
