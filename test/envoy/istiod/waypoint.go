package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pilot/test/xds"
	"istio.io/istio/pkg/config/host"
	"istio.io/istio/pkg/test"
	"istio.io/istio/pkg/test/util/retry"
)

// described is what istiod makes of manifests for the ambient mesh.
type described struct {
	Listeners []json.RawMessage `json:"listeners"`
	Clusters  []json.RawMessage `json:"clusters"`
	// Ztunnel holds the authorizations that ztunnels are sent.
	Ztunnel []json.RawMessage `json:"ztunnel"`
}

// describe prints, as one line of JSON, the configuration of a waypoint and of ztunnels.
func describe(t test.Failer, server *xds.FakeDiscoveryServer, waypoint string) {
	namespace, name, _ := strings.Cut(waypoint, "/")
	// The index of the ambient mesh fills by itself.
	retry.UntilOrFail(t, func() bool {
		return len(server.AmbientIndex.Policies(nil)) > 0
	}, retry.Timeout(10*time.Second))
	server.EnsureSynced(t)
	labels := map[string]string{"gateway.networking.k8s.io/gateway-name": name}
	proxy := server.SetupProxy(&model.Proxy{
		Type:            model.Waypoint,
		ConfigNamespace: namespace,
		Labels:          labels,
		Metadata:        &model.NodeMetadata{Namespace: namespace, Labels: labels},
	})
	hostname := host.Name(fmt.Sprintf("%s.%s.svc.cluster.local", name, namespace))
	for _, service := range server.Env().Services() {
		if service.Hostname == hostname {
			proxy.ServiceTargets = []model.ServiceTarget{{Service: service}}
		}
	}
	var out described
	for _, listener := range server.Listeners(proxy) {
		out.Listeners = append(out.Listeners, marshal(t, listener))
	}
	for _, cluster := range server.Clusters(proxy) {
		out.Clusters = append(out.Clusters, marshal(t, cluster))
	}
	for _, policy := range server.AmbientIndex.Policies(nil) {
		out.Ztunnel = append(out.Ztunnel, marshal(t, policy.Authorization))
	}
	text, err := json.Marshal(out)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println("described", string(text))
}

func marshal(t test.Failer, message proto.Message) json.RawMessage {
	text, err := protojson.Marshal(message)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
