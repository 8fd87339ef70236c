// Package upstream calls other services.
package upstream

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

const (
	maxAnswerBytes = 1 << 20
	maxHeaderBytes = 64 << 10

	// What is left of an answer is read so that its connection can be used
	// again, unless that costs more than a new connection.
	drainBytes = 64 << 10
	drainTime  = 50 * time.Millisecond
)

// Item is an item of an upstream.
type Item struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// StatusError is an answer that is not a success.
type StatusError struct {
	Status int

	// RetryAfter is the header of that name.
	RetryAfter string
}

func (e *StatusError) Error() string {
	return fmt.Sprintf("the answer was %d %s", e.Status, http.StatusText(e.Status))
}

// Pool returns the connections that all upstreams share. It drops idle ones
// before a server does that closes them after a minute. No proxy of the
// environment is asked: in a mesh the proxy takes what leaves the pod, and its
// policy must see where a call goes.
func Pool() *http.Transport {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.Proxy = nil
	transport.MaxResponseHeaderBytes = maxHeaderBytes
	transport.MaxConnsPerHost = 256
	transport.MaxIdleConns = 0 // no limit but that of each host
	transport.MaxIdleConnsPerHost = 256
	transport.IdleConnTimeout = 50 * time.Second
	return transport
}

// client gets JSON from one upstream.
type client struct {
	url     string
	timeout time.Duration
	http    http.Client
}

// newClient hands redirects out as they are: where a call goes is decided by configuration.
func newClient(url string, timeout time.Duration, transport http.RoundTripper) client {
	return client{url, timeout, http.Client{
		Transport: transport,
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		},
	}}
}

// get decodes the answer into value. The call takes no longer than the client's
// timeout and what is left of the caller's deadline.
func (c *client) get(ctx context.Context, path string, value any) error {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.url+path, nil)
	if err != nil {
		return err
	}
	req.Header.Set("Accept", "application/json")
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer func() {
		defer time.AfterFunc(drainTime, cancel).Stop()
		_, _ = io.CopyN(io.Discard, resp.Body, drainBytes)
		_ = resp.Body.Close()
	}()
	if resp.StatusCode != http.StatusOK {
		return &StatusError{Status: resp.StatusCode, RetryAfter: resp.Header.Get("Retry-After")}
	}
	text, err := io.ReadAll(http.MaxBytesReader(nil, resp.Body, maxAnswerBytes))
	if err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}
	if err := json.Unmarshal(text, value); err != nil {
		return fmt.Errorf("decode the answer: %w", err)
	}
	return nil
}
