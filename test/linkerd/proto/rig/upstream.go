package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"sync"
	"time"
)

// upstream is replicas that all fail in one way, and when each request began.
type upstream struct {
	endpoints []netip.AddrPort
	servers   []*http.Server
	mutex     sync.Mutex
	began     []time.Time
}

// startUpstream starts replicas that do what is asked: answer with a status, reset (after the request is read),
// timeout (never answer), connect-failure (refuse), ejected (there are none).
func startUpstream(failure string, replicas int) (*upstream, error) {
	u := &upstream{}
	act, err := actOf(failure)
	if err != nil {
		return nil, err
	}
	if failure == "ejected" {
		replicas = 0
	}
	for range replicas {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			u.stop()
			return nil, err
		}
		u.endpoints = append(u.endpoints, netip.MustParseAddrPort(listener.Addr().String()))
		if failure == "connect-failure" {
			_ = listener.Close()
			continue
		}
		server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			u.mutex.Lock()
			u.began = append(u.began, time.Now())
			u.mutex.Unlock()
			_, _ = io.Copy(io.Discard, r.Body)
			act(w, r)
		})}
		u.servers = append(u.servers, server)
		go func() { _ = server.Serve(listener) }()
	}
	return u, nil
}

func actOf(failure string) (http.HandlerFunc, error) {
	switch failure {
	case "reset":
		return reset, nil
	case "timeout", "connect-failure", "ejected":
		return func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, nil
	}
	status, err := strconv.Atoi(failure)
	if err != nil || status < 200 || status > 599 {
		return nil, fmt.Errorf("failure %q is neither a status nor reset, timeout, connect-failure or ejected", failure)
	}
	return func(w http.ResponseWriter, _ *http.Request) {
		if status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable {
			// It was measured that the proxy passes it on and does not wait.
			w.Header().Set("Retry-After", "2")
		}
		w.WriteHeader(status)
	}, nil
}

func reset(w http.ResponseWriter, _ *http.Request) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

// since are the requests so far, ms since a time.
func (u *upstream) since(from time.Time) []float64 {
	u.mutex.Lock()
	defer u.mutex.Unlock()
	began := make([]float64, 0, len(u.began))
	for _, at := range u.began {
		began = append(began, milliseconds(at.Sub(from)))
	}
	return began
}

func (u *upstream) stop() {
	for _, server := range u.servers {
		_ = server.Close()
	}
}
