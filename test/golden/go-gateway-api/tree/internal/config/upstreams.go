package config

import (
	"errors"
	"net/url"
	"strings"
)

// Upstreams says how other services are called.
type Upstreams struct {
	Catalog CatalogUpstream

	Legacy LegacyUpstream

	Feed FeedUpstream

	Inventory InventoryUpstream

	Prices PricesUpstream
}

func loadUpstreams(env *environment) Upstreams {
	var cfg Upstreams
	cfg.Catalog = loadCatalogUpstream(env)
	cfg.Legacy = loadLegacyUpstream(env)
	cfg.Feed = loadFeedUpstream(env)
	cfg.Inventory = loadInventoryUpstream(env)
	cfg.Prices = loadPricesUpstream(env)
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
