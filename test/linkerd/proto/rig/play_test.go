package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/linkerd/linkerd2-proxy-api/go/destination"
	"github.com/linkerd/linkerd2-proxy-api/go/outbound"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

const actAsRig = "RIG_TEST_ACTS_AS_RIG"

// The binary of the tests is the stand-in too, and the rig in a namespace: both are started by their path.
func TestMain(m *testing.M) {
	act := m.Run
	if setting("POLICY_SVC_ADDR") != "" {
		act = exitCode(standInMain)
	} else if os.Getenv(actAsRig) != "" {
		act = exitCode(run)
	}
	os.Exit(act())
}

func exitCode(act func() error) func() int {
	return func() int {
		if err := act(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		return 0
	}
}

func playOf(t *testing.T, rule, failure string) Play {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf(`{"protocol":{"detect":{"http1":{"routes":[{"rules":[{%s
		"backends":{"firstAvailable":{"backends":[{"backend":{"balancer":{"discovery":{"dst":{"path":%q}}}}}]}}
	}]}]}}}}`, rule, host)
	policy := &outbound.OutboundPolicy{}
	if err := protojson.Unmarshal([]byte(text), policy); err != nil {
		t.Fatal(err)
	}
	return Play{
		Proxy: self, Policy: policy, Profile: &destination.DestinationProfile{}, Method: "POST", Failure: failure,
		Endpoints: 3, Calls: 1, Wait: time.Second,
	}
}

const retries = `"retry":{"maxRetries":2,"conditions":{"statusRanges":[{"start":500,"end":599}]},
	"backoff":{"minBackoff":"0.025s"}},`

func TestTheRigSeesWhatTheProxyDoes(t *testing.T) {
	for _, one := range []struct {
		name, rule, failure    string
		status, began, retries int
		isProxys               bool
	}{
		{"an answer", retries, "200", 200, 1, 0, false},
		{"a status that is retried", retries, "503", 503, 3, 2, false},
		{"a status that is not", retries, "429", 429, 1, 0, false},
		{"no policy", "", "503", 503, 1, 0, false},
		{"a reset", retries, "reset", 502, 3, 2, true},
		{"a refused connection", retries, "connect-failure", 502, 0, 2, true},
		{"a timeout of the proxy", `"timeouts":{"request":"0.2s"},`, "timeout", 504, 1, 0, true},
		{"a caller that gives up", "", "timeout", 0, 1, 0, false},
		{"no endpoint", "", "ejected", 504, 0, 0, true},
	} {
		t.Run(one.name, func(t *testing.T) {
			outcome, err := playOf(t, one.rule, one.failure).Run()
			if err != nil {
				t.Fatal(err)
			}
			answer := outcome.Answers[0]
			if answer.Status != one.status || len(outcome.Began) != one.began || outcome.Retries != one.retries {
				t.Errorf("got %+v, want %+v", outcome, one)
			}
			if (answer.ProxyError != "") != one.isProxys {
				t.Errorf("l5d-proxy-error is %q", answer.ProxyError)
			}
		})
	}
}

// As it is with a linkerd2-proxy: in a namespace, by the command, the caller knowing only the address of the Service.
func TestCallsToTheServiceReachTheProxy(t *testing.T) {
	play := playOf(t, retries, "503")
	inNamespace := func(arguments ...string) ([]byte, error) {
		cmd := exec.Command("unshare", append([]string{"-rn", play.Proxy}, arguments...)...)
		cmd.Env = append(os.Environ(), actAsRig+"=1")
		return cmd.Output()
	}
	if _, err := inNamespace("-check"); err != nil {
		t.Skipf("no connection can be redirected here: %v", err)
	}
	folder := t.TempDir()
	policy, profile := filepath.Join(folder, "policy.json"), filepath.Join(folder, "profile.json")
	for path, message := range map[string]proto.Message{policy: play.Policy, profile: play.Profile} {
		text, err := protojson.Marshal(message)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	output, err := inNamespace("-proxy="+play.Proxy, "-policy="+policy, "-profile="+profile, "-failure=503")
	if err != nil {
		t.Fatal(err)
	}
	var outcome Outcome
	if err := json.Unmarshal(output, &outcome); err != nil {
		t.Fatal(err)
	}
	if outcome.Answers[0].Status != 503 || len(outcome.Began) != 3 || outcome.Retries != 2 {
		t.Errorf("got %+v", outcome)
	}
}

func TestTimesAreMeasuredFromTheCall(t *testing.T) {
	outcome, err := playOf(t, retries, "503").Run()
	if err != nil {
		t.Fatal(err)
	}
	began := outcome.Began
	if began[1]-began[0] < 25 || began[2]-began[1] < 50 || outcome.Answers[0].After < began[2] {
		t.Errorf("got %+v", outcome)
	}
	timeout, err := playOf(t, `"timeouts":{"request":"0.2s"},`, "timeout").Run()
	if err != nil {
		t.Fatal(err)
	}
	if timeout.Answers[0].After < 200 {
		t.Errorf("got %+v", timeout)
	}
}

func TestManyCallsAreMadeAtOnce(t *testing.T) {
	play := playOf(t, "", "200")
	play.Calls = 20
	outcome, err := play.Run()
	if err != nil {
		t.Fatal(err)
	}
	if len(outcome.Answers) != 20 || len(outcome.Began) != 20 {
		t.Errorf("got %+v", outcome)
	}
}

func TestAProxyThatEndsIsReportedWithItsWords(t *testing.T) {
	play := playOf(t, "", "200")
	play.Proxy = "/bin/false"
	if _, err := play.Run(); err == nil {
		t.Error("no error")
	}
}

func TestAFailureThatIsUnknownIsRefused(t *testing.T) {
	if _, err := playOf(t, "", "slow").Run(); err == nil {
		t.Error("no error")
	}
}

func TestRetriesAreSummedOverRoutes(t *testing.T) {
	text := `outbound_http_route_retry_requests_total{a="1"} 2
outbound_http_route_retry_requests_total{a="2"} 3
outbound_http_route_retry_limit_exceeded_total{a="1"} 7
`
	if got, err := retriesIn(text); err != nil || got != 5 {
		t.Errorf("got %d, %v", got, err)
	}
}
