package main

import (
	"context"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"example.invalid/linkerd-proto/control"
	"github.com/linkerd/linkerd2-proxy-api/go/destination"
	"github.com/linkerd/linkerd2-proxy-api/go/outbound"
)

// host is what the caller means to call.
const host = "inventory.shop.svc.cluster.local:8080"

// Play is one situation.
type Play struct {
	Proxy     string
	Policy    *outbound.OutboundPolicy
	Profile   *destination.DestinationProfile
	Method    string
	Failure   string
	Endpoints int
	Calls     int
	Wait      time.Duration
	// Redirect is false where the caller connects to the proxy itself, which a linkerd2-proxy does not allow.
	Redirect bool
}

// Answer is what the caller of one call saw. A status of 0 is none within the wait.
type Answer struct {
	Status int `json:"status"`
	// After is how long it took, ms.
	After float64 `json:"after"`
	// ProxyError is the proxy's word for an answer that is not the upstream's.
	ProxyError string `json:"proxyError"`
}

// Outcome is what became of the calls.
type Outcome struct {
	Answers []Answer `json:"answers"`
	// Began are the requests at the upstream, ms since the calls.
	Began []float64 `json:"began"`
	// Retries are those that the proxy counted itself: an upstream that refuses connections sees no request.
	Retries int `json:"retries"`
}

// Run starts everything, makes the calls, and ends everything.
func (p Play) Run() (*Outcome, error) {
	if p.Redirect {
		if err := prepareNamespace(); err != nil {
			return nil, err
		}
	}
	upstream, err := startUpstream(p.Failure, p.Endpoints)
	if err != nil {
		return nil, err
	}
	defer upstream.stop()
	authority, err := control.NewAuthority()
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	plane := &control.Plane{
		Authority: authority,
		Policy:    p.Policy,
		Profile:   p.Profile,
		Endpoints: upstream.endpoints,
	}
	defer plane.Serve(listener).Stop()
	folder, err := os.MkdirTemp("", "linkerd-rig-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	proxy, err := startProxy(p.Proxy, folder, authority.Anchors(), listener.Addr().String())
	if err != nil {
		return nil, err
	}
	defer proxy.stop()
	target := proxy.outbound
	if p.Redirect {
		if err := redirect(proxy.outbound); err != nil {
			return nil, err
		}
		target = service
	}
	from := time.Now()
	outcome := &Outcome{Answers: p.callAll(target)}
	outcome.Began = upstream.since(from)
	outcome.Retries, err = proxy.retries()
	return outcome, err
}

func (p Play) callAll(target string) []Answer {
	answers := make([]Answer, p.Calls)
	var calls sync.WaitGroup
	for index := range answers {
		calls.Go(func() { answers[index] = p.call(target) })
	}
	calls.Wait()
	return answers
}

func (p Play) call(target string) Answer {
	ctx, cancel := context.WithTimeout(context.Background(), p.Wait)
	defer cancel()
	from := time.Now()
	body := ""
	if p.Method == http.MethodPost {
		body = "{}"
	}
	request, err := http.NewRequestWithContext(ctx, p.Method, "http://"+target+"/", strings.NewReader(body))
	if err != nil {
		return Answer{}
	}
	request.Host = host
	transport := &http.Transport{DisableKeepAlives: true}
	response, err := transport.RoundTrip(request)
	after := milliseconds(time.Since(from))
	if err != nil {
		return Answer{After: after}
	}
	_ = response.Body.Close()
	return Answer{Status: response.StatusCode, After: after, ProxyError: response.Header.Get("l5d-proxy-error")}
}

func milliseconds(length time.Duration) float64 {
	return float64(length.Microseconds()) / 1_000
}
