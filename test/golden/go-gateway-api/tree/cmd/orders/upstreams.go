package main

import (
	"context"

	"github.com/acme/orders/internal/config"
	"github.com/acme/orders/internal/httpapi"
	"github.com/acme/orders/internal/upstream"
)

func withUpstreams(_ context.Context, cfg config.Config, a *app) error {
	pool := upstream.Pool()
	a.stops = append(a.stops, func(context.Context) error {
		pool.CloseIdleConnections()
		return nil
	})
	transport := upstream.SendOnce(pool)
	a.api.Handle("GET /v1/upstreams/catalog/items/{id}", httpapi.UpstreamItem(upstream.NewCatalog(cfg.Upstreams.Catalog, transport)))
	a.api.Handle("GET /v1/upstreams/legacy/items/{id}", httpapi.UpstreamItem(upstream.NewLegacy(cfg.Upstreams.Legacy, transport)))
	a.api.Handle("GET /v1/upstreams/feed/items/{id}", httpapi.UpstreamItem(upstream.NewFeed(cfg.Upstreams.Feed, transport)))
	a.api.Handle("GET /v1/upstreams/inventory/items/{id}", httpapi.UpstreamItem(upstream.NewInventory(cfg.Upstreams.Inventory, transport)))
	a.api.Handle("GET /v1/upstreams/prices/items/{id}", httpapi.UpstreamItem(upstream.NewPrices(cfg.Upstreams.Prices, transport)))
	return nil
}
