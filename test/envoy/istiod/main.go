// Command istiod serves the manifests of a file to an Envoy, through Istio's own discovery code. It says
// `xds ADDRESS` when it is ready, and ends with its standard input.
//
//	istiod MANIFESTS
//
// With a waypoint it says `described JSON`, its configuration and that of ztunnels, and ends; the environment must hold
// PILOT_ENABLE_AMBIENT=true.
//
//	istiod MANIFESTS NAMESPACE/WAYPOINT
package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"regexp"
	"strings"

	"google.golang.org/protobuf/types/known/wrapperspb"
	"istio.io/istio/pilot/test/xds"
	"istio.io/istio/pkg/config/mesh"
	"istio.io/istio/pkg/test"
)

// istioKind tells manifests that are Istio's from those of Kubernetes.
var istioKind = regexp.MustCompile(`(?m)^apiVersion: \w+\.istio\.io/`)

// entryKind tells ServiceEntries, which may be parents of routes.
var entryKind = regexp.MustCompile(`(?m)^kind: "?ServiceEntry`)

// identityKind tells the policies that ztunnels carry out.
var identityKind = regexp.MustCompile(`(?m)^kind: "?(?:AuthorizationPolicy|PeerAuthentication)`)

func main() {
	// Istio's own tests serve this way; what fails there ends the function and comes back as an error.
	if err := test.Wrap(serve); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve(t test.Failer) {
	manifests, err := os.ReadFile(os.Args[1])
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	options := xds.FakeOptions{
		MeshConfig:      mesh.DefaultMeshConfig(),
		ListenerBuilder: func() (net.Listener, error) { return listener, nil },
	}
	// Nobody hands out certificates here.
	options.MeshConfig.EnableAutoMtls = wrapperspb.Bool(false)
	for document := range strings.SplitSeq(string(manifests), "\n---\n") {
		if istioKind.MatchString(document) {
			options.ConfigString += "---\n" + document + "\n"
		}
		// The Gateway API's controller looks parents of routes up in the cluster.
		// The index of the ambient mesh reads policies of identity there.
		if !istioKind.MatchString(document) || entryKind.MatchString(document) || identityKind.MatchString(document) {
			options.KubernetesObjectString += "---\n" + document + "\n"
		}
	}
	server := xds.NewFakeDiscoveryServer(t, options)
	if len(os.Args) > 2 {
		describe(t, server, os.Args[2])
		return
	}
	// Istio logs to standard output, too.
	fmt.Println("xds", listener.Addr())
	_, _ = io.Copy(io.Discard, os.Stdin)
}
