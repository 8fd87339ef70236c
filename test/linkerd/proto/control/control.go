// Package control is as much of Linkerd's control plane as one linkerd2-proxy needs: identity, destinations, and the
// policies of calls out and in. It sends what it was given; nothing of it decides anything.
package control

import (
	"context"
	"encoding/binary"
	"net"
	"net/netip"
	"time"

	"github.com/linkerd/linkerd2-proxy-api/go/destination"
	"github.com/linkerd/linkerd2-proxy-api/go/identity"
	"github.com/linkerd/linkerd2-proxy-api/go/inbound"
	"github.com/linkerd/linkerd2-proxy-api/go/meta"
	proxynet "github.com/linkerd/linkerd2-proxy-api/go/net"
	"github.com/linkerd/linkerd2-proxy-api/go/outbound"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// Plane is what its proxy is sent.
type Plane struct {
	Authority *Authority
	// Policy is for calls to whatever target.
	Policy *outbound.OutboundPolicy
	// Profile is for calls to whatever target: at least its name.
	Profile *destination.DestinationProfile
	// Endpoints are those of whatever destination; none is a Service without a ready pod.
	Endpoints []netip.AddrPort
}

// Serve answers on a listener until the server is stopped.
func (p *Plane) Serve(listener net.Listener) *grpc.Server {
	server := grpc.NewServer()
	identity.RegisterIdentityServer(server, identities{plane: p})
	destination.RegisterDestinationServer(server, destinations{plane: p})
	outbound.RegisterOutboundPoliciesServer(server, outboundPolicies{plane: p})
	inbound.RegisterInboundServerPoliciesServer(server, inboundPolicies{})
	go func() { _ = server.Serve(listener) }()
	return server
}

type identities struct {
	identity.UnimplementedIdentityServer
	plane *Plane
}

func (s identities) Certify(_ context.Context, request *identity.CertifyRequest) (*identity.CertifyResponse, error) {
	if len(request.GetToken()) == 0 {
		return nil, status.Error(codes.Unauthenticated, "the request has no token")
	}
	leaf, until, err := s.plane.Authority.sign(request.GetIdentity(), request.GetCertificateSigningRequest())
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	return &identity.CertifyResponse{LeafCertificate: leaf, ValidUntil: timestamppb.New(until)}, nil
}

type destinations struct {
	destination.UnimplementedDestinationServer
	plane *Plane
}

func (s destinations) Get(_ *destination.GetDestination, stream grpc.ServerStreamingServer[destination.Update]) error {
	update := &destination.Update{
		Update: &destination.Update_NoEndpoints{NoEndpoints: &destination.NoEndpoints{Exists: true}},
	}
	if len(s.plane.Endpoints) > 0 {
		set := &destination.WeightedAddrSet{}
		for _, endpoint := range s.plane.Endpoints {
			set.Addrs = append(set.Addrs, &destination.WeightedAddr{Addr: addressOf(endpoint), Weight: 10_000})
		}
		update = &destination.Update{Update: &destination.Update_Add{Add: set}}
	}
	return once(stream, update)
}

func (s destinations) GetProfile(
	_ *destination.GetDestination,
	stream grpc.ServerStreamingServer[destination.DestinationProfile],
) error {
	return once(stream, s.plane.Profile)
}

type outboundPolicies struct {
	outbound.UnimplementedOutboundPoliciesServer
	plane *Plane
}

func (s outboundPolicies) Get(context.Context, *outbound.TrafficSpec) (*outbound.OutboundPolicy, error) {
	return s.plane.Policy, nil
}

func (s outboundPolicies) Watch(
	_ *outbound.TrafficSpec,
	stream grpc.ServerStreamingServer[outbound.OutboundPolicy],
) error {
	return once(stream, s.plane.Policy)
}

type inboundPolicies struct {
	inbound.UnimplementedInboundServerPoliciesServer
}

func (inboundPolicies) GetPort(context.Context, *inbound.PortSpec) (*inbound.Server, error) {
	return allowAll(), nil
}

func (inboundPolicies) WatchPort(_ *inbound.PortSpec, stream grpc.ServerStreamingServer[inbound.Server]) error {
	return once(stream, allowAll())
}

// once sends one message and leaves the stream open: a proxy takes its end for a fault and asks again.
func once[Message any](stream grpc.ServerStreamingServer[Message], message *Message) error {
	if err := stream.Send(message); err != nil {
		return err
	}
	<-stream.Context().Done()
	return nil
}

func allowAll() *inbound.Server {
	everyone := &inbound.Network{Net: &proxynet.IPNetwork{
		Ip: &proxynet.IPAddress{Ip: &proxynet.IPAddress_Ipv4{Ipv4: 0}},
	}}
	return &inbound.Server{
		Protocol: &inbound.ProxyProtocol{Kind: &inbound.ProxyProtocol_Detect_{
			Detect: &inbound.ProxyProtocol_Detect{Timeout: durationpb.New(10 * time.Second)},
		}},
		Authorizations: []*inbound.Authz{{
			Networks: []*inbound.Network{everyone},
			Authentication: &inbound.Authn{Permit: &inbound.Authn_Unauthenticated{
				Unauthenticated: &inbound.Authn_PermitUnauthenticated{},
			}},
			Metadata: &meta.Metadata{Kind: &meta.Metadata_Default{Default: "all-unauthenticated"}},
		}},
		// A proxy reads the server's name from here, and takes none for a fault.
		Labels: map[string]string{"group": "", "kind": "default", "name": "all-unauthenticated"},
	}
}

func addressOf(endpoint netip.AddrPort) *proxynet.TcpAddress {
	octets := endpoint.Addr().As4()
	return &proxynet.TcpAddress{
		Ip:   &proxynet.IPAddress{Ip: &proxynet.IPAddress_Ipv4{Ipv4: binary.BigEndian.Uint32(octets[:])}},
		Port: uint32(endpoint.Port()),
	}
}
