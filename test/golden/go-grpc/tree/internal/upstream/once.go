package upstream

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
)

// errLost is what becomes of a request whose connection ends before the answer.
var errLost = fmt.Errorf("the connection was lost: %w", io.ErrUnexpectedEOF)

type sendOnce struct {
	next http.RoundTripper
}

// SendOnce keeps the pool from sending a request a second time by itself, as it
// does when a connection that was kept alive is lost: a try is one request, and
// who counts tries counts all of them.
func SendOnce(pool http.RoundTripper) http.RoundTripper {
	return &sendOnce{pool}
}

func (s *sendOnce) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancel(req.Context())
	var sent, lost atomic.Bool
	resp, err := s.next.RoundTrip(req.WithContext(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		WroteHeaders: func() { sent.Store(true) },
		GotConn: func(again httptrace.GotConnInfo) {
			if !sent.Load() {
				return
			}
			lost.Store(true)
			cancel()
			// A connection of HTTP/2 looks at the context before it sends. The
			// others do not, and carry no other request.
			if !isHTTP2(again.Conn) {
				_ = again.Conn.Close()
			}
		},
	})))
	if err == nil {
		resp.Body = &cancelingBody{resp.Body, cancel}
		return resp, nil
	}
	cancel()
	if lost.Load() && req.Context().Err() == nil {
		err = errLost
	}
	return nil, err
}

func isHTTP2(conn net.Conn) bool {
	secure, ok := conn.(*tls.Conn)
	return ok && secure.ConnectionState().NegotiatedProtocol == "h2"
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
