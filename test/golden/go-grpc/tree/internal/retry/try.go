package retry

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"
)

// tryLimit bounds the wait for response headers and leaves the body to the
// deadline of the whole call: an answer that has begun cannot be tried again.
type tryLimit struct {
	next    http.RoundTripper
	timeout time.Duration
}

// LimitTry gives up on a try that has no response headers within timeout.
func LimitTry(next http.RoundTripper, timeout time.Duration) http.RoundTripper {
	return &tryLimit{next, timeout}
}

func (l *tryLimit) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancel(req.Context())
	timer := time.AfterFunc(l.timeout, cancel)
	resp, err := l.next.RoundTrip(req.WithContext(ctx))
	expired := !timer.Stop()
	if err == nil && !expired {
		resp.Body = &cancelingBody{resp.Body, cancel}
		return resp, nil
	}
	cancel()
	if err == nil {
		_ = resp.Body.Close()
	}
	if expired {
		err = fmt.Errorf("no response headers within %v: %w", l.timeout, context.DeadlineExceeded)
	}
	return nil, err
}

// cancelingBody frees the context of its request when it is closed.
type cancelingBody struct {
	io.ReadCloser

	cancel context.CancelFunc
}

func (b *cancelingBody) Close() error {
	defer b.cancel()
	return b.ReadCloser.Close()
}
