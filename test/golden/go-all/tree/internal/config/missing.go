package config

import (
	"errors"
	"fmt"
)

// Missing names the variables without a default that are not set.
func Missing(lookup func(name string) (string, bool)) error {
	var errs []error
	require := func(name, doc string) {
		if text, _ := lookup(name); text == "" {
			errs = append(errs, fmt.Errorf("%s must be set: %s", name, doc))
		}
	}
	require("API_TOKEN", "Token of the shop's API.")
	return errors.Join(errs...)
}
