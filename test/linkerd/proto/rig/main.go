// Command rig plays calls against a linkerd2-proxy: it is the proxy's control plane, the upstream's replicas and the
// caller, and prints what became of the calls as JSON. A proxy takes the target of a connection from the redirection
// that the kernel did, so that the command belongs into a network namespace that is its own (unshare -rn).
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/linkerd/linkerd2-proxy-api/go/destination"
	"github.com/linkerd/linkerd2-proxy-api/go/outbound"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	check := flag.Bool("check", false, "only say whether connections can be redirected here")
	policy := flag.String("policy", "", "file with the OutboundPolicy, in the JSON form of protobuf")
	profile := flag.String("profile", "", "file with the DestinationProfile, likewise")
	play := Play{Redirect: true, Policy: &outbound.OutboundPolicy{}, Profile: &destination.DestinationProfile{}}
	flag.StringVar(&play.Proxy, "proxy", "", "the linkerd2-proxy")
	flag.StringVar(&play.Method, "method", "GET", "method of the calls")
	flag.StringVar(&play.Failure, "failure", "200", "what the upstream does: a status, reset, connect-failure, timeout, ejected")
	flag.IntVar(&play.Endpoints, "endpoints", 3, "replicas of the upstream")
	flag.IntVar(&play.Calls, "calls", 1, "calls, all at once")
	flag.DurationVar(&play.Wait, "wait", 5*time.Second, "how long the caller waits for an answer")
	flag.Parse()
	if *check {
		return checkRedirect()
	}
	if err := read(*policy, play.Policy); err != nil {
		return err
	}
	if err := read(*profile, play.Profile); err != nil {
		return err
	}
	outcome, err := play.Run()
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(outcome)
}

func read(path string, message proto.Message) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return protojson.Unmarshal(text, message)
}
