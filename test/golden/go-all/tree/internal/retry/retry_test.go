package retry

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/acme/orders/internal/config"
)

// tries plays an upstream: each try takes the next outcome, the last one stays.
type tries struct {
	outcomes []outcome
	bodies   []string
	answers  []*body
}

type outcome struct {
	err    error
	status int
	header map[string]string
}

// body knows how much of it was read and whether it was closed.
type body struct {
	io.Reader

	read   bool
	closed bool
}

func (b *body) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	b.read = b.read || err == io.EOF
	return n, err
}

func (b *body) Close() error {
	b.closed = true
	return nil
}

func (u *tries) RoundTrip(req *http.Request) (*http.Response, error) {
	var sent []byte
	if req.Body != nil {
		sent, _ = io.ReadAll(req.Body)
		_ = req.Body.Close()
	}
	next := u.outcomes[min(len(u.bodies), len(u.outcomes)-1)]
	u.bodies = append(u.bodies, string(sent))
	if next.err != nil {
		return nil, next.err
	}
	answer := &body{Reader: strings.NewReader("answer")}
	u.answers = append(u.answers, answer)
	resp := &http.Response{StatusCode: next.status, Header: http.Header{}, Body: answer}
	for name, value := range next.header {
		resp.Header.Set(name, value)
	}
	return resp, nil
}

func (u *tries) count() int {
	return len(u.bodies)
}

func settings() config.Retry {
	return config.Retry{
		Attempts:       3,
		BackoffInitial: 100 * time.Millisecond,
		BackoffMax:     time.Second,
		On:             []string{"connect-error", "reset", "timeout", "429", "503"},
		Budget:         0.2,
	}
}

func request(t *testing.T, method, content string) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, "http://upstream.invalid/", strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	return req
}

// send returns the status of the answer, or 0 when there is none.
func send(t *testing.T, transport http.RoundTripper, req *http.Request) (int, error) {
	t.Helper()
	resp, err := transport.RoundTrip(req)
	if err != nil {
		return 0, err
	}
	_ = resp.Body.Close()
	return resp.StatusCode, nil
}

func TestRepeatsUntilSuccess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		upstream := &tries{outcomes: []outcome{{status: 503}, {err: syscall.ECONNRESET}, {status: 200}}}
		status, err := send(t, New(upstream, "upstream", settings()), request(t, http.MethodPut, "content"))
		if status != 200 || err != nil {
			t.Errorf("got %d, %v", status, err)
		}
		if got := strings.Join(upstream.bodies, ","); got != "content,content,content" {
			t.Errorf("the bodies sent were %q", got)
		}
	})
}

func TestReturnsTheLastAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		upstream := &tries{outcomes: []outcome{{status: 503}}}
		status, err := send(t, New(upstream, "upstream", settings()), request(t, http.MethodGet, ""))
		if status != 503 || err != nil || upstream.count() != 3 {
			t.Errorf("got %d, %v after %d tries", status, err, upstream.count())
		}
	})
}

func TestRepeatsWhatIsConfigured(t *testing.T) {
	dial := &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
	dialTimeout := &net.OpError{Op: "dial", Err: context.DeadlineExceeded}
	for name, test := range map[string]struct {
		outcome outcome
		on      string
		repeats bool
	}{
		"refused connection":         {outcome{err: dial}, "connect-error", true},
		"connection not made":        {outcome{err: dialTimeout}, "connect-error", true},
		"connection is no timeout":   {outcome{err: dialTimeout}, "timeout", false},
		"timeout":                    {outcome{err: context.DeadlineExceeded}, "timeout", true},
		"timeout while reading":      {outcome{err: &net.OpError{Op: "read", Err: context.DeadlineExceeded}}, "timeout", true},
		"timeout is no reset":        {outcome{err: context.DeadlineExceeded}, "reset", false},
		"reset":                      {outcome{err: &net.OpError{Op: "read", Err: syscall.ECONNRESET}}, "reset", true},
		"broken pipe":                {outcome{err: syscall.EPIPE}, "reset", true},
		"end before the answer":      {outcome{err: io.EOF}, "reset", true},
		"end within the answer":      {outcome{err: io.ErrUnexpectedEOF}, "reset", true},
		"connection given up":        {outcome{err: errors.New("http2: server sent GOAWAY and closed the connection; LastStreamID=1")}, "reset", true},
		"connection without signs":   {outcome{err: errors.New("http2: client connection lost")}, "reset", true},
		"unknown error":              {outcome{err: errors.New("other")}, "reset", false},
		"status":                     {outcome{status: 429}, "429", true},
		"other status":               {outcome{status: 500}, "503", false},
		"shed by our own proxy":      {outcome{status: 503, header: map[string]string{"x-envoy-overloaded": "true"}}, "503", false},
		"502 behind that proxy":      {outcome{status: 502, header: map[string]string{"x-envoy-overloaded": "true"}}, "502", true},
		"503 of the upstream's host": {outcome{status: 503, header: map[string]string{"x-envoy-upstream-service-time": "3"}}, "503", true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cfg := settings()
				cfg.On = []string{test.on}
				upstream := &tries{outcomes: []outcome{test.outcome}}
				_, _ = send(t, New(upstream, "upstream", cfg), request(t, http.MethodGet, ""))
				if repeated := upstream.count() > 1; repeated != test.repeats {
					t.Errorf("there were %d tries", upstream.count())
				}
			})
		})
	}
}

func TestRepeatsAResetOfAStream(t *testing.T) {
	requests := 0
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		requests++
		panic(http.ErrAbortHandler)
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	cfg := settings()
	cfg.On = []string{"reset"}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := send(t, New(server.Client().Transport, "upstream", cfg), req); err == nil || requests != cfg.Attempts {
		t.Errorf("got %v after %d requests", err, requests)
	}
}

func TestRepeatsOnlyWhatIsSafe(t *testing.T) {
	for name, test := range map[string]struct {
		method string
		key    string
		stream bool
		tries  int
	}{
		"GET":                     {method: http.MethodGet, tries: 3},
		"HEAD":                    {method: http.MethodHead, tries: 3},
		"OPTIONS":                 {method: http.MethodOptions, tries: 3},
		"PUT":                     {method: http.MethodPut, tries: 3},
		"DELETE":                  {method: http.MethodDelete, tries: 3},
		"POST":                    {method: http.MethodPost, tries: 1},
		"PATCH":                   {method: http.MethodPatch, tries: 1},
		"POST with a key":         {method: http.MethodPost, key: "7", tries: 3},
		"PUT that cannot rewind":  {method: http.MethodPut, stream: true, tries: 1},
		"POST that cannot rewind": {method: http.MethodPost, key: "7", stream: true, tries: 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				req := request(t, test.method, "content")
				if test.key != "" {
					req.Header.Set("Idempotency-Key", test.key)
				}
				if test.stream {
					req.GetBody = nil
				}
				upstream := &tries{outcomes: []outcome{{status: 503}}}
				_, _ = send(t, New(upstream, "upstream", settings()), req)
				if upstream.count() != test.tries {
					t.Errorf("there were %d tries instead of %d", upstream.count(), test.tries)
				}
			})
		})
	}
}

func TestRepeatsWithoutBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, none := range []io.ReadCloser{nil, http.NoBody} {
			req := request(t, http.MethodGet, "")
			req.Body, req.GetBody = none, nil
			upstream := &tries{outcomes: []outcome{{status: 503}}}
			_, _ = send(t, New(upstream, "upstream", settings()), req)
			if upstream.count() != 3 {
				t.Errorf("there were %d tries", upstream.count())
			}
		}
	})
}

func TestFailsWhenTheBodyCannotBeReadAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lost := errors.New("the file is gone")
		req := request(t, http.MethodPut, "content")
		req.GetBody = func() (io.ReadCloser, error) { return nil, lost }
		upstream := &tries{outcomes: []outcome{{status: 503}}}
		if _, err := send(t, New(upstream, "upstream", settings()), req); !errors.Is(err, lost) || upstream.count() != 1 {
			t.Errorf("got %v after %d tries", err, upstream.count())
		}
	})
}

func TestLeavesTheRequestAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		req := request(t, http.MethodPut, "content")
		sent := req.Body
		upstream := &tries{outcomes: []outcome{{status: 503}}}
		_, _ = send(t, New(upstream, "upstream", settings()), req)
		if req.Body != sent {
			t.Error("the caller's request was changed")
		}
	})
}

func TestWaitsAsLongAsTheUpstreamAsks(t *testing.T) {
	for name, value := range map[string]func() string{
		"seconds": func() string { return "3" },
		"date":    func() string { return time.Now().Add(3 * time.Second).UTC().Format(http.TimeFormat) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				upstream := &tries{outcomes: []outcome{{status: 429, header: map[string]string{"Retry-After": value()}}, {status: 200}}}
				status, err := send(t, New(upstream, "upstream", settings()), request(t, http.MethodGet, ""))
				if waited := time.Since(start); status != 200 || err != nil || waited != 3*time.Second {
					t.Errorf("got %d, %v after %v", status, err, waited)
				}
			})
		})
	}
}

func TestIgnoresAnUnreadableRetryAfter(t *testing.T) {
	for _, value := range []string{"later", "-1", "1.5", "Monday"} {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			upstream := &tries{outcomes: []outcome{{status: 429, header: map[string]string{"Retry-After": value}}, {status: 200}}}
			status, err := send(t, New(upstream, "upstream", settings()), request(t, http.MethodGet, ""))
			if waited := time.Since(start); status != 200 || err != nil || waited >= time.Second {
				t.Errorf("%q: got %d, %v after %v", value, status, err, waited)
			}
		})
	}
}

func TestDoesNotWaitIntoTheDeadline(t *testing.T) {
	for _, wait := range []struct {
		deadline time.Duration
		asked    string
		tries    int
	}{
		{2 * time.Second, "3", 1},
		{3 * time.Second, "3", 1},
		{4 * time.Second, "3", 2},
		{4 * time.Second, "99999999999", 1},
		{4 * time.Second, "99999999999999999999", 1},
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), wait.deadline)
			defer cancel()
			start := time.Now()
			upstream := &tries{outcomes: []outcome{{status: 429, header: map[string]string{"Retry-After": wait.asked}}}}
			status, err := send(t, New(upstream, "upstream", settings()), request(t, http.MethodGet, "").WithContext(ctx))
			if status != 429 || err != nil || upstream.count() != wait.tries {
				t.Errorf("got %d, %v after %d tries", status, err, upstream.count())
			}
			if waited := time.Since(start); waited != time.Duration(wait.tries-1)*3*time.Second {
				t.Errorf("waited %v with a deadline of %v", waited, wait.deadline)
			}
		})
	}
}

func TestStopsWithTheCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		upstream := &tries{outcomes: []outcome{{status: 429, header: map[string]string{"Retry-After": "60"}}}}
		time.AfterFunc(time.Second, cancel)
		start := time.Now()
		_, err := send(t, New(upstream, "upstream", settings()), request(t, http.MethodGet, "").WithContext(ctx))
		if !errors.Is(err, context.Canceled) || time.Since(start) != time.Second {
			t.Errorf("got %v after %v", err, time.Since(start))
		}
	})
}

func TestDoesNotRepeatForACallerThatLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		upstream := &tries{outcomes: []outcome{{err: syscall.ECONNRESET}}}
		if _, err := send(t, New(upstream, "upstream", settings()), request(t, http.MethodGet, "").WithContext(ctx)); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("got %v", err)
		}
		if upstream.count() != 1 {
			t.Errorf("there were %d tries", upstream.count())
		}
	})
}

func TestDrainsAbandonedAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		upstream := &tries{outcomes: []outcome{{status: 503}, {status: 503}, {status: 200}}}
		resp, err := New(upstream, "upstream", settings()).RoundTrip(request(t, http.MethodGet, ""))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }()
		for try, answer := range upstream.answers[:2] {
			if !answer.read || !answer.closed {
				t.Errorf("answer %d: read to its end %t, closed %t", try+1, answer.read, answer.closed)
			}
		}
		if last := upstream.answers[2]; last.read || last.closed {
			t.Error("the answer that the caller gets was drained")
		}
	})
}

// endless never ends unless it is closed.
type endless struct {
	closed chan struct{}
	stalls bool
	bytes  int
}

func (b *endless) Read(p []byte) (int, error) {
	if b.stalls {
		<-b.closed
		return 0, io.ErrClosedPipe
	}
	b.bytes += len(p)
	return len(p), nil
}

func (b *endless) Close() error {
	select {
	case <-b.closed:
	default:
		close(b.closed)
	}
	return nil
}

func TestDrainIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		large := &endless{closed: make(chan struct{})}
		drain(large)
		if large.bytes > 2*drainBytes {
			t.Errorf("read %d bytes of an answer that nobody wants", large.bytes)
		}

		start := time.Now()
		slow := &endless{closed: make(chan struct{}), stalls: true}
		drain(slow)
		if waited := time.Since(start); waited != drainTime {
			t.Errorf("waited %v for an answer that nobody wants", waited)
		}
	})
}

// captureLog keeps what is logged during the test.
func captureLog(t *testing.T) *bytes.Buffer {
	t.Helper()
	log := &bytes.Buffer{}
	previous := slog.Default()
	t.Cleanup(func() { slog.SetDefault(previous) })
	slog.SetDefault(slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	return log
}

func TestLogsWhatIsTriedAgain(t *testing.T) {
	log := captureLog(t)
	synctest.Test(t, func(t *testing.T) {
		upstream := &tries{outcomes: []outcome{{status: 503}, {status: 200}}}
		_, _ = send(t, New(upstream, "inventory", settings()), request(t, http.MethodGet, ""))
	})
	if want := `level=DEBUG msg="trying again" upstream=inventory reason=503 pause=`; strings.Count(log.String(), want) != 1 {
		t.Errorf("the log is %s", log)
	}
}

func TestSpendsTheBudget(t *testing.T) {
	log := captureLog(t)
	synctest.Test(t, func(t *testing.T) {
		cfg := settings()
		cfg.Attempts = 2
		upstream := &tries{outcomes: []outcome{{status: 503}}}
		transport := New(upstream, "upstream", cfg)
		const calls = 1000
		for range calls {
			_, _ = send(t, transport, request(t, http.MethodGet, ""))
		}
		repeats := upstream.count() - calls
		if share := calls / 5; repeats < share || repeats > share+burst/oneRetry {
			t.Errorf("%d of %d calls were repeated", repeats, calls)
		}
	})
	if want := `level=WARN msg="retry budget is spent" upstream=upstream reason=503`; !strings.Contains(log.String(), want) {
		t.Errorf("the log has no %s", want)
	}
}
