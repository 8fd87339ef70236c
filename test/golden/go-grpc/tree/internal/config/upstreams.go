package config

import (
	"errors"
	"net/url"
	"strings"
)

// Upstreams says how other services are called.
type Upstreams struct {
	Inventory InventoryUpstream

	Payments PaymentsUpstream
}

func loadUpstreams(env *environment) Upstreams {
	var cfg Upstreams
	cfg.Inventory = loadInventoryUpstream(env)
	cfg.Payments = loadPaymentsUpstream(env)
	return cfg
}

// baseURL accepts what a request path can be appended to.
func baseURL(text string) (string, error) {
	base, err := url.Parse(text)
	if err != nil || base.Host == "" || (base.Scheme != "http" && base.Scheme != "https") || base.RawQuery != "" || base.Fragment != "" {
		return "", errors.New("must be an http or https URL with a host and without a query")
	}
	return strings.TrimSuffix(text, "/"), nil
}

// callURL accepts where gRPC calls go, which have no path, and adds the usual port.
func callURL(text string) (string, error) {
	base, err := url.Parse(text)
	if err != nil || base.Hostname() == "" || base.Path != "" || base.RawQuery != "" || base.Fragment != "" || base.User != nil {
		return "", errCallURL
	}
	ports := map[string]string{"grpc": "80", "grpcs": "443"}
	port, known := ports[base.Scheme]
	if !known {
		return "", errCallURL
	}
	if base.Port() == "" {
		base.Host += ":" + port
	}
	return base.String(), nil
}

var errCallURL = errors.New("must be a grpc or grpcs URL with a host and without a path, such as grpc://stock:9090")
