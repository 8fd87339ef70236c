package config

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func TestOwnVariablesHaveTheirDefaults(t *testing.T) {
	env := &environment{lookup: variables(), defaults: defaults()}
	set := &environment{lookup: variables("PAGE_SIZE", "50", "REGION", "eu", "LEASE", "90s", "", ""), defaults: map[string]string{}}
	if got, want := loadVariables(env), loadVariables(set); got != want {
		t.Errorf("the defaults are %+v, want %+v", got, want)
	}
	if len(env.errs)+len(set.errs) > 0 {
		t.Error(env.errs, set.errs)
	}
}

func TestOwnVariablesAreRead(t *testing.T) {
	empty := loadVariables(&environment{lookup: variables(), defaults: map[string]string{}})
	isRead := func(name, text string) {
		env := &environment{lookup: variables(name, text), defaults: map[string]string{}}
		if loadVariables(env) == empty || len(env.errs) > 0 {
			t.Errorf("%s=%s was not read: %v", name, text, env.errs)
		}
	}
	isRead("PAGE_SIZE", "1")
	isRead("API_TOKEN", "example")
	isRead("REGION", "example")
	isRead("LEASE", "1s")
}

func TestPageSizeMustBeAnInteger(t *testing.T) {
	accepts(t, "PAGE_SIZE", "-2147483648")
	accepts(t, "PAGE_SIZE", "2147483647")
	refuses(t, "PAGE_SIZE", "2147483648")
	refuses(t, "PAGE_SIZE", "1.5")
}

func TestApiTokenIsNotShown(t *testing.T) {
	cfg, err := Load(variables("API_TOKEN", "hunter2"))
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Variables.ApiToken.Reveal() != "hunter2" {
		t.Error("the secret was not read")
	}
	encoded, err := json.Marshal(cfg)
	if err != nil {
		t.Fatal(err)
	}
	shown := fmt.Sprintf("%v %+v %#v %s", cfg, cfg, cfg, encoded)
	if strings.Contains(shown, "hunter2") {
		t.Errorf("the secret is shown: %s", shown)
	}
}

func TestLeaseMustBeADuration(t *testing.T) {
	accepts(t, "LEASE", "1.5s")
	refuses(t, "LEASE", "-1s")
	refuses(t, "LEASE", "5")
}

func TestMissingVariablesAreNamed(t *testing.T) {
	without := func(missing string) error {
		return Missing(func(name string) (string, bool) {
			if name == missing {
				return "", true
			}
			return "something", true
		})
	}
	if err := without(""); err != nil {
		t.Errorf("nothing is missing: %v", err)
	}
	isNamed := func(name string) {
		err := without(name)
		if err == nil || !strings.HasPrefix(err.Error(), name+" must be set: ") || strings.Contains(err.Error(), "\n") {
			t.Errorf("without %s the error is %v", name, err)
		}
	}
	isNamed("API_TOKEN")
}
