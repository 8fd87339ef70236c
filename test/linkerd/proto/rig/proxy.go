package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"example.invalid/linkerd-proto/control"
)

const (
	identityName = "orders.shop.serviceaccount.identity.linkerd.cluster.local"
	controlName  = "linkerd.linkerd.serviceaccount.identity.linkerd.cluster.local"
	startWithin  = 20 * time.Second
)

type proxy struct {
	outbound string
	admin    string
	command  *exec.Cmd
	log      *bytes.Buffer
	ended    chan struct{}
}

// startProxy starts a proxy whose whole control plane is at one address, and waits until it is ready.
func startProxy(path, folder, anchors, plane string) (*proxy, error) {
	if err := control.WriteDocuments(folder, identityName); err != nil {
		return nil, err
	}
	token := filepath.Join(folder, "token")
	if err := os.WriteFile(token, []byte("token"), 0o600); err != nil {
		return nil, err
	}
	ports, err := freeAddresses(4)
	if err != nil {
		return nil, err
	}
	p := &proxy{outbound: ports[0], admin: ports[1], log: &bytes.Buffer{}, ended: make(chan struct{})}
	p.command = exec.Command(path)
	p.command.Stdout, p.command.Stderr = p.log, p.log
	p.command.Env = append(os.Environ(), environment(map[string]string{
		"LOG":                             "warn",
		"OUTBOUND_LISTEN_ADDR":            p.outbound,
		"OUTBOUND_LISTEN_ADDRS":           p.outbound,
		"ADMIN_LISTEN_ADDR":               p.admin,
		"INBOUND_LISTEN_ADDR":             ports[2],
		"CONTROL_LISTEN_ADDR":             ports[3],
		"INBOUND_PORTS":                   "8080",
		"INBOUND_DEFAULT_POLICY":          "all-unauthenticated",
		"DESTINATION_SVC_ADDR":            plane,
		"DESTINATION_SVC_NAME":            controlName,
		"DESTINATION_PROFILE_NETWORKS":    "10.0.0.0/8",
		"DESTINATION_PROFILE_SUFFIXES":    "svc.cluster.local.",
		"POLICY_SVC_ADDR":                 plane,
		"POLICY_SVC_NAME":                 controlName,
		"POLICY_WORKLOAD":                 `{"ns":"shop","pod":"orders"}`,
		"POLICY_CLUSTER_NETWORKS":         "10.0.0.0/8",
		"IDENTITY_SVC_ADDR":               plane,
		"IDENTITY_SVC_NAME":               controlName,
		"IDENTITY_DIR":                    folder,
		"IDENTITY_TRUST_ANCHORS":          anchors,
		"IDENTITY_TOKEN_FILE":             token,
		"IDENTITY_LOCAL_NAME":             identityName,
		"IDENTITY_SERVER_ID":              identityName,
		"IDENTITY_SERVER_NAME":            identityName,
		"SHUTDOWN_GRACE_PERIOD":           "1s",
		"OUTBOUND_CONNECT_TIMEOUT":        "1000ms",
		"CONTROL_STREAM_INITIAL_TIMEOUT":  "3s",
		"CONTROL_STREAM_IDLE_TIMEOUT":     "5m",
		"CONTROL_STREAM_LIFETIME":         "1h",
		"OUTBOUND_DISCOVERY_IDLE_TIMEOUT": "60s",
	})...)
	if err := p.command.Start(); err != nil {
		return nil, err
	}
	go func() {
		_ = p.command.Wait()
		close(p.ended)
	}()
	if err := p.untilReady(); err != nil {
		p.stop()
		return nil, fmt.Errorf("%w\n%s", err, p.log)
	}
	return p, nil
}

func environment(settings map[string]string) []string {
	lines := make([]string, 0, len(settings))
	for name, value := range settings {
		lines = append(lines, "LINKERD2_PROXY_"+name+"="+value)
	}
	return lines
}

// freeAddresses are ports of the loopback that nothing listens on.
func freeAddresses(count int) ([]string, error) {
	addresses := make([]string, 0, count)
	for range count {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer func() { _ = listener.Close() }()
		addresses = append(addresses, listener.Addr().String())
	}
	return addresses, nil
}

func (p *proxy) untilReady() error {
	deadline := time.After(startWithin)
	for {
		if response, err := http.Get("http://" + p.admin + "/ready"); err == nil {
			_ = response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-p.ended:
			return fmt.Errorf("the proxy ended: %s", p.command.ProcessState)
		case <-deadline:
			return fmt.Errorf("the proxy was not ready within %s", startWithin)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// retries are those of HTTP routes that the proxy's metrics count.
func (p *proxy) retries() (int, error) {
	response, err := http.Get("http://" + p.admin + "/metrics")
	if err != nil {
		return 0, err
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, err
	}
	return retriesIn(string(text))
}

func retriesIn(metrics string) (int, error) {
	total := 0.0
	for line := range strings.Lines(metrics) {
		if !strings.HasPrefix(line, "outbound_http_route_retry_requests_total{") {
			continue
		}
		_, value, _ := strings.Cut(strings.TrimSpace(line), "} ")
		count, err := strconv.ParseFloat(value, 64)
		if err != nil {
			return 0, fmt.Errorf("metric %q: %w", line, err)
		}
		total += count
	}
	return int(total), nil
}

func (p *proxy) stop() {
	_ = p.command.Process.Kill()
	<-p.ended
}
