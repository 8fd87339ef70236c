package retry

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/acme/orders/internal/config"
)

const (
	// An abandoned answer is read to its end so that its connection can be used
	// again, unless that costs more than a new connection.
	drainBytes = 64 << 10
	drainTime  = 50 * time.Millisecond

	// maxSeconds is the longest time that a time.Duration can hold.
	maxSeconds = math.MaxInt64 / uint64(time.Second)
)

type transport struct {
	next     http.RoundTripper
	upstream string
	cfg      config.Retry
	budget   *budget
}

// New repeats requests to an upstream.
func New(next http.RoundTripper, upstream string, cfg config.Retry) http.RoundTripper {
	return &transport{next, upstream, cfg, newBudget(cfg.Budget)}
}

func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	t.budget.deposit()
	for try := 1; ; try++ {
		resp, err := t.next.RoundTrip(req)
		reason := failure(resp, err)
		if try >= t.cfg.Attempts || ctx.Err() != nil || !isRepeatable(req) || !slices.Contains(t.cfg.On, reason) {
			return resp, err
		}
		pause := max(backoff(t.cfg, try), retryAfter(resp))
		if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) <= pause {
			return resp, err
		}
		if !t.budget.withdraw() {
			slog.WarnContext(ctx, "retry budget is spent", "upstream", t.upstream, "reason", reason)
			return resp, err
		}
		slog.DebugContext(ctx, "trying again", "upstream", t.upstream, "reason", reason, "pause", pause)
		countRepeat(ctx, t.upstream, reason)
		if resp != nil {
			drain(resp.Body)
		}
		if err := sleep(ctx, pause); err != nil {
			return nil, err
		}
		if req, err = rewind(req); err != nil {
			return nil, err
		}
	}
}

// isRepeatable tells whether sending the request twice does no more than sending it once.
func isRepeatable(req *http.Request) bool {
	if req.Body != nil && req.Body != http.NoBody && req.GetBody == nil {
		return false
	}
	switch req.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodPut, http.MethodDelete:
		return true
	}
	return req.Header.Get("Idempotency-Key") != ""
}

// failure names what went wrong as the configuration does. It is empty for
// what is never repeated, such as a request that our own proxy shed.
func failure(resp *http.Response, err error) string {
	if err == nil {
		if resp.StatusCode == http.StatusServiceUnavailable && resp.Header.Get("X-Envoy-Overloaded") != "" {
			return ""
		}
		return strconv.Itoa(resp.StatusCode)
	}
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "dial" {
		return "connect-error"
	}
	if netErr, ok := errors.AsType[net.Error](err); ok && netErr.Timeout() {
		return "timeout"
	}
	for _, reset := range []error{syscall.ECONNRESET, syscall.EPIPE, io.EOF, io.ErrUnexpectedEOF} {
		if errors.Is(err, reset) {
			return "reset"
		}
	}
	if isHTTP2Reset(err) {
		return "reset"
	}
	return ""
}

// streamError has the fields of the error that net/http keeps to itself: it
// fills an error of this shape.
type streamError struct {
	StreamID uint32
	Code     uint32
	Cause    error
}

func (e streamError) Error() string {
	return fmt.Sprintf("stream %d ended with code %d: %v", e.StreamID, e.Code, e.Cause)
}

// isHTTP2Reset tells whether the upstream has ended the stream of the request,
// or the connection with all of its streams.
func isHTTP2Reset(err error) bool {
	if stream, ok := errors.AsType[streamError](err); ok {
		return stream.Cause != nil && stream.Cause.Error() == "received from peer"
	}
	text := err.Error() // these errors have no exported type
	return strings.Contains(text, "http2: server sent GOAWAY") || strings.Contains(text, "http2: client connection lost")
}

// retryAfter is how long the upstream asks to be left alone.
func retryAfter(resp *http.Response) time.Duration {
	if resp == nil {
		return 0
	}
	value := resp.Header.Get("Retry-After")
	if seconds, err := strconv.ParseUint(value, 10, 64); err == nil || errors.Is(err, strconv.ErrRange) {
		return time.Duration(min(seconds, maxSeconds)) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil {
		return time.Until(at)
	}
	return 0
}

func drain(body io.ReadCloser) {
	timer := time.AfterFunc(drainTime, func() { _ = body.Close() })
	defer timer.Stop()
	_, _ = io.CopyN(io.Discard, body, drainBytes)
	_ = body.Close()
}

// rewind returns the request with its body from the start.
func rewind(req *http.Request) (*http.Request, error) {
	if req.GetBody == nil {
		return req, nil
	}
	body, err := req.GetBody()
	if err != nil {
		return nil, err
	}
	again := req.Clone(req.Context())
	again.Body = body
	return again, nil
}
