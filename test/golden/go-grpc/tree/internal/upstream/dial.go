package upstream

import (
	"crypto/tls"
	"net/url"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/acme/pricing/internal/calls"
)

const maxMetadataBytes = 64 << 10

// dial returns a connection to the upstream at a URL such as grpc://stock:9090.
// It is made when the first call needs it, and once: behind a Service and a proxy
// one connection reaches every replica. Who repeats a call is configured in one
// place: what DNS says of that is not read, and no proxy of the environment asked.
func dial(address string, timeout time.Duration, layers []calls.Layer, options ...grpc.DialOption) (*grpc.ClientConn, error) {
	base, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	secure := insecure.NewCredentials()
	if base.Scheme == "grpcs" {
		secure = credentials.NewTLS(&tls.Config{MinVersion: tls.VersionTLS12})
	}
	return grpc.NewClient("dns:///"+base.Host, append([]grpc.DialOption{
		grpc.WithTransportCredentials(secure),
		grpc.WithDisableServiceConfig(),
		grpc.WithDisableRetry(),
		grpc.WithNoProxy(),
		grpc.WithMaxHeaderListSize(maxMetadataBytes),
		grpc.WithConnectParams(grpc.ConnectParams{
			Backoff:           backoff.Config{BaseDelay: 100 * time.Millisecond, Multiplier: 2, Jitter: 0.5, MaxDelay: 5 * time.Second},
			MinConnectTimeout: 5 * time.Second,
		}),
		grpc.WithChainUnaryInterceptor(calls.Unary(timeout, layers...)),
		grpc.WithChainStreamInterceptor(calls.Stream(timeout, layers...)),
	}, options...)...)
}
