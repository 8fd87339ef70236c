package control

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/x509"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/linkerd/linkerd2-proxy-api/go/destination"
	"github.com/linkerd/linkerd2-proxy-api/go/identity"
	"github.com/linkerd/linkerd2-proxy-api/go/inbound"
	"github.com/linkerd/linkerd2-proxy-api/go/outbound"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

const name = "orders.shop.serviceaccount.identity.linkerd.cluster.local"

// ask serves a plane and connects to it.
func ask(t *testing.T, plane *Plane) (context.Context, *grpc.ClientConn) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(plane.Serve(listener).Stop)
	conn, err := grpc.NewClient(listener.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	t.Cleanup(cancel)
	return ctx, conn
}

func TestCertifyReturnsAChainThatTheAnchorsVerify(t *testing.T) {
	authority, err := NewAuthority()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := WriteDocuments(folder, name); err != nil {
		t.Fatal(err)
	}
	csr, err := os.ReadFile(filepath.Join(folder, "csr.der"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, conn := ask(t, &Plane{Authority: authority})
	client := identity.NewIdentityClient(conn)
	answer, err := client.Certify(ctx, &identity.CertifyRequest{
		Identity: name, Token: []byte("token"), CertificateSigningRequest: csr,
	})
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(answer.GetLeafCertificate())
	if err != nil {
		t.Fatal(err)
	}
	anchors := x509.NewCertPool()
	if !anchors.AppendCertsFromPEM([]byte(authority.Anchors())) {
		t.Fatal("the anchors are not PEM")
	}
	for _, usage := range []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth} {
		options := x509.VerifyOptions{DNSName: name, Roots: anchors, KeyUsages: []x509.ExtKeyUsage{usage}}
		if _, err := leaf.Verify(options); err != nil {
			t.Error(err)
		}
	}
	key, err := os.ReadFile(filepath.Join(folder, "key.p8"))
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.ParsePKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	if !isKeyOf(private, leaf) {
		t.Error("the certificate is for another key")
	}
	if !answer.GetValidUntil().AsTime().Equal(leaf.NotAfter) {
		t.Errorf("valid until %v, the certificate %v", answer.GetValidUntil().AsTime(), leaf.NotAfter)
	}
}

func TestCertifyRefusesWhatIsNotARequest(t *testing.T) {
	authority, err := NewAuthority()
	if err != nil {
		t.Fatal(err)
	}
	ctx, conn := ask(t, &Plane{Authority: authority})
	client := identity.NewIdentityClient(conn)
	_, err = client.Certify(ctx, &identity.CertifyRequest{Token: []byte("token"), CertificateSigningRequest: []byte("x")})
	if status.Code(err) != codes.InvalidArgument {
		t.Errorf("got %v", err)
	}
	_, err = client.Certify(ctx, &identity.CertifyRequest{})
	if status.Code(err) != codes.Unauthenticated {
		t.Errorf("got %v", err)
	}
}

// Each golden policy comes back as it is.
func TestPoliciesAreSentAsTheyAre(t *testing.T) {
	files, err := filepath.Glob("../../../fixtures/linkerd/outbound/*/policy.json")
	if err != nil || len(files) < 5 {
		t.Fatalf("%d golden policies, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(filepath.Dir(file)), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			policy := &outbound.OutboundPolicy{}
			if err := protojson.Unmarshal(text, policy); err != nil {
				t.Fatal(err)
			}
			ctx, conn := ask(t, &Plane{Policy: policy})
			client := outbound.NewOutboundPoliciesClient(conn)
			watch, err := client.Watch(ctx, &outbound.TrafficSpec{})
			if err != nil {
				t.Fatal(err)
			}
			watched, err := watch.Recv()
			if err != nil {
				t.Fatal(err)
			}
			got, err := client.Get(ctx, &outbound.TrafficSpec{})
			if err != nil {
				t.Fatal(err)
			}
			if !proto.Equal(watched, policy) || !proto.Equal(got, policy) {
				t.Errorf("watched %v, got %v, want %v", watched, got, policy)
			}
		})
	}
}

func TestDestinationsAreTheEndpoints(t *testing.T) {
	profile := &destination.DestinationProfile{FullyQualifiedName: "inventory.shop.svc.cluster.local"}
	endpoint := netip.MustParseAddrPort("127.0.0.2:8080")
	ctx, conn := ask(t, &Plane{Profile: profile, Endpoints: []netip.AddrPort{endpoint}})
	client := destination.NewDestinationClient(conn)
	stream, err := client.Get(ctx, &destination.GetDestination{})
	if err != nil {
		t.Fatal(err)
	}
	update, err := stream.Recv()
	if err != nil {
		t.Fatal(err)
	}
	addrs := update.GetAdd().GetAddrs()
	if len(addrs) != 1 || addrs[0].GetAddr().GetIp().GetIpv4() != 0x7f000002 || addrs[0].GetAddr().GetPort() != 8080 {
		t.Errorf("got %v", update)
	}
	profiles, err := client.GetProfile(ctx, &destination.GetDestination{})
	if err != nil {
		t.Fatal(err)
	}
	sent, err := profiles.Recv()
	if err != nil {
		t.Fatal(err)
	}
	if !proto.Equal(sent, profile) {
		t.Errorf("got %v", sent)
	}
}

func TestADestinationWithoutEndpointsExists(t *testing.T) {
	ctx, conn := ask(t, &Plane{})
	stream, err := destination.NewDestinationClient(conn).Get(ctx, &destination.GetDestination{})
	if err != nil {
		t.Fatal(err)
	}
	update, err := stream.Recv()
	if err != nil {
		t.Fatal(err)
	}
	if !update.GetNoEndpoints().GetExists() {
		t.Errorf("got %v", update)
	}
}

func TestEveryoneMayCallIn(t *testing.T) {
	ctx, conn := ask(t, &Plane{})
	stream, err := inbound.NewInboundServerPoliciesClient(conn).WatchPort(ctx, &inbound.PortSpec{Port: 8080})
	if err != nil {
		t.Fatal(err)
	}
	server, err := stream.Recv()
	if err != nil {
		t.Fatal(err)
	}
	if len(server.GetAuthorizations()) != 1 || server.GetAuthorizations()[0].GetAuthentication().GetUnauthenticated() == nil {
		t.Errorf("got %v", server)
	}
	if server.GetLabels()["name"] == "" {
		t.Errorf("the server has no name: %v", server.GetLabels())
	}
}

func isKeyOf(private any, leaf *x509.Certificate) bool {
	signer, ok := private.(crypto.Signer)
	if !ok {
		return false
	}
	public, ok := signer.Public().(*ecdsa.PublicKey)
	return ok && public.Equal(leaf.PublicKey)
}
