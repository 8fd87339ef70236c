package breaker

import (
	"errors"
	"net/http"

	"github.com/acme/pricing/internal/config"
)

var errFailed = errors.New("the answer counts as a failure")

type transport struct {
	next    http.RoundTripper
	circuit *circuit[*http.Response]
}

// New refuses requests to an upstream while too many of them fail.
func New(next http.RoundTripper, upstream string, cfg config.CircuitBreaker) http.RoundTripper {
	return &transport{next, newCircuit[*http.Response](upstream, cfg)} //nolint:bodyclose // no response yet
}

func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := t.circuit.call(req.Context(), func() (*http.Response, error) {
		resp, err := t.next.RoundTrip(req)
		if err != nil {
			return nil, err
		}
		return resp, verdict(resp)
	})
	if resp != nil {
		return resp, nil
	}
	if _, isOpen := errors.AsType[*OpenError](err); isOpen && req.Body != nil {
		_ = req.Body.Close()
	}
	return nil, err
}

// verdict reads the headers only. Refusals such as 4xx show that the upstream works.
func verdict(resp *http.Response) error {
	switch {
	case resp.StatusCode < http.StatusInternalServerError:
		return nil
	case resp.StatusCode == http.StatusServiceUnavailable && resp.Header.Get("X-Envoy-Overloaded") != "":
		return errShed
	}
	return errFailed
}
