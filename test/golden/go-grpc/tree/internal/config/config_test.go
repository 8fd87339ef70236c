package config

import (
	"strings"
	"testing"
	"time"
)

// variables stands for the environment.
func variables(pairs ...string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1], true
			}
		}
		return "", false
	}
}

// refuses checks that a value is refused by an error that says where it came from.
func refuses(t *testing.T, name, value string) {
	t.Helper()
	_, err := Load(variables(name, value))
	if err == nil {
		t.Fatalf("%s=%q was accepted", name, value)
	}
	if want := name + `="` + value + `": must be`; !strings.Contains(err.Error(), want) {
		t.Errorf("the error is %q, which lacks %q", err, want)
	}
}

// accepts checks that a value at the edge of its range is taken.
func accepts(t *testing.T, name, value string) {
	t.Helper()
	if _, err := Load(variables(name, value)); err != nil {
		t.Errorf("%s=%q was refused: %v", name, value, err)
	}
}

func TestLoadDefaults(t *testing.T) {
	read := map[string]bool{}
	cfg, err := Load(func(name string) (string, bool) {
		read[name] = true
		return "", false
	})
	if err != nil {
		t.Fatal(err)
	}
	for name := range defaults() {
		if !read[name] {
			t.Errorf("%s has a default and is not read", name)
		}
	}
	if cfg.Port == 0 || cfg.Timeout == 0 || cfg.ShutdownTimeout == 0 {
		t.Errorf("a setting has no default: %+v", cfg)
	}
	if cfg.ShutdownTimeout < cfg.Timeout {
		t.Errorf("a shutdown of %v cuts off requests that may take %v", cfg.ShutdownTimeout, cfg.Timeout)
	}
}

func TestLoadOverrides(t *testing.T) {
	cfg, err := Load(variables("SERVICE_PORT", "9090", "SERVICE_TIMEOUT", "250ms", "SERVICE_SHUTDOWN_TIMEOUT", ""))
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Port != 9090 || cfg.Timeout != 250*time.Millisecond {
		t.Errorf("port %d and timeout %v were not read", cfg.Port, cfg.Timeout)
	}
	if cfg.ShutdownTimeout == 0 {
		t.Error("an empty variable must leave the default")
	}
}

func TestLoadRanges(t *testing.T) {
	for name, values := range map[string][]string{
		"SERVICE_PORT":             {"1", "65535"},
		"SERVICE_TIMEOUT":          {"1ms", "24h"},
		"SERVICE_SHUTDOWN_DELAY":   {"0", "0s", "5m"},
		"SERVICE_SHUTDOWN_TIMEOUT": {"1s", "48h"},
	} {
		for _, value := range values {
			accepts(t, name, value)
		}
	}
	for name, values := range map[string][]string{
		"SERVICE_PORT":             {"0", "65536", "http"},
		"SERVICE_TIMEOUT":          {"999us", "25h", "5"},
		"SERVICE_SHUTDOWN_DELAY":   {"-1s", "6m", "soon"},
		"SERVICE_SHUTDOWN_TIMEOUT": {"999ms", "49h", "soon"},
	} {
		for _, value := range values {
			refuses(t, name, value)
		}
	}
}

func TestLoadNamesEveryBadVariable(t *testing.T) {
	_, err := Load(variables("SERVICE_PORT", "x", "SERVICE_TIMEOUT", "y"))
	if err == nil || !strings.Contains(err.Error(), "SERVICE_PORT") || !strings.Contains(err.Error(), "SERVICE_TIMEOUT") {
		t.Errorf("the error is %v", err)
	}
}
