package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/linkerd/linkerd2-proxy-api/go/destination"
	"github.com/linkerd/linkerd2-proxy-api/go/identity"
	"github.com/linkerd/linkerd2-proxy-api/go/outbound"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// standIn is a proxy that knows just enough to show that the rig works: it takes its settings from the environment,
// gets a certificate, asks for the policy and the endpoints, and retries statuses. How a linkerd2-proxy behaves is
// nothing that it could show.
type standIn struct {
	rule      *outbound.HttpRoute_Rule
	endpoints []string
	next      atomic.Int64
	retried   atomic.Int64
}

func setting(name string) string {
	return os.Getenv("LINKERD2_PROXY_" + name)
}

func standInMain() error {
	s := &standIn{}
	conn, err := grpc.NewClient(setting("POLICY_SVC_ADDR"), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	ctx := context.Background()
	if err := certify(ctx, conn); err != nil {
		return err
	}
	if err := s.discover(ctx, conn); err != nil {
		return err
	}
	admin := http.NewServeMux()
	admin.HandleFunc("/ready", func(http.ResponseWriter, *http.Request) {})
	admin.HandleFunc("/metrics", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprintf(w, "# HELP\noutbound_http_route_retry_requests_total{parent_name=\"inventory\"} %d\n", s.retried.Load())
	})
	go func() { _ = http.ListenAndServe(setting("ADMIN_LISTEN_ADDR"), admin) }()
	return http.ListenAndServe(setting("OUTBOUND_LISTEN_ADDRS"), s)
}

func certify(ctx context.Context, conn *grpc.ClientConn) error {
	folder := setting("IDENTITY_DIR")
	csr, err := os.ReadFile(filepath.Join(folder, "csr.der"))
	if err != nil {
		return err
	}
	key, err := os.ReadFile(filepath.Join(folder, "key.p8"))
	if err != nil {
		return err
	}
	token, err := os.ReadFile(setting("IDENTITY_TOKEN_FILE"))
	if err != nil {
		return err
	}
	answer, err := identity.NewIdentityClient(conn).Certify(ctx, &identity.CertifyRequest{
		Identity: setting("IDENTITY_SERVER_ID"), Token: token, CertificateSigningRequest: csr,
	})
	if err != nil {
		return err
	}
	private, err := x509.ParsePKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	certificate := tls.Certificate{Certificate: [][]byte{answer.GetLeafCertificate()}, PrivateKey: private}
	leaf, err := x509.ParseCertificate(certificate.Certificate[0])
	if err != nil {
		return err
	}
	anchors := x509.NewCertPool()
	if !anchors.AppendCertsFromPEM([]byte(setting("IDENTITY_TRUST_ANCHORS"))) {
		return errors.New("no trust anchors")
	}
	_, err = leaf.Verify(x509.VerifyOptions{DNSName: setting("IDENTITY_SERVER_NAME"), Roots: anchors})
	return err
}

func (s *standIn) discover(ctx context.Context, conn *grpc.ClientConn) error {
	watch, err := outbound.NewOutboundPoliciesClient(conn).Watch(ctx, &outbound.TrafficSpec{})
	if err != nil {
		return err
	}
	policy, err := watch.Recv()
	if err != nil {
		return err
	}
	s.rule = policy.GetProtocol().GetDetect().GetHttp1().GetRoutes()[0].GetRules()[0]
	backend := s.rule.GetBackends().GetFirstAvailable().GetBackends()[0].GetBackend()
	path := backend.GetBalancer().GetDiscovery().GetDst().GetPath()
	get, err := destination.NewDestinationClient(conn).Get(ctx, &destination.GetDestination{Path: path})
	if err != nil {
		return err
	}
	update, err := get.Recv()
	if err != nil {
		return err
	}
	for _, endpoint := range update.GetAdd().GetAddrs() {
		var octets [4]byte
		binary.BigEndian.PutUint32(octets[:], endpoint.GetAddr().GetIp().GetIpv4())
		at := netip.AddrPortFrom(netip.AddrFrom4(octets), uint16(endpoint.GetAddr().GetPort()))
		s.endpoints = append(s.endpoints, at.String())
	}
	return nil
}

func (s *standIn) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	if limit := s.rule.GetTimeouts().GetRequest(); limit != nil {
		timed, cancel := context.WithTimeout(ctx, limit.AsDuration())
		defer cancel()
		ctx = timed
	}
	retry := s.rule.GetRetry()
	for try := uint32(0); ; try++ {
		status := s.try(ctx, r)
		if ctx.Err() != nil {
			status = http.StatusGatewayTimeout
		}
		if ctx.Err() == nil && try < retry.GetMaxRetries() && isIn(retry.GetConditions(), status) {
			s.retried.Add(1)
			time.Sleep(retry.GetBackoff().GetMinBackoff().AsDuration() << try)
			continue
		}
		if status == http.StatusBadGateway || status == http.StatusGatewayTimeout {
			w.Header().Set("l5d-proxy-error", "stand-in")
		}
		w.WriteHeader(status)
		return
	}
}

func (s *standIn) try(ctx context.Context, r *http.Request) int {
	if len(s.endpoints) == 0 {
		return http.StatusGatewayTimeout
	}
	endpoint := s.endpoints[int(s.next.Add(1))%len(s.endpoints)]
	request, err := http.NewRequestWithContext(ctx, r.Method, "http://"+endpoint+r.URL.Path, strings.NewReader("{}"))
	if err != nil {
		return http.StatusBadGateway
	}
	dialer := &net.Dialer{}
	response, err := (&http.Transport{DisableKeepAlives: true, DialContext: dialer.DialContext}).RoundTrip(request)
	if err != nil {
		return http.StatusBadGateway
	}
	_ = response.Body.Close()
	return response.StatusCode
}

func isIn(conditions *outbound.HttpRoute_Retry_Conditions, status int) bool {
	for _, statuses := range conditions.GetStatusRanges() {
		if uint32(status) >= statuses.GetStart() && uint32(status) <= statuses.GetEnd() {
			return true
		}
	}
	return false
}
