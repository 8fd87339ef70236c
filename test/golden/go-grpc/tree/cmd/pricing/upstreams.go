package main

import (
	"context"

	"google.golang.org/grpc"

	"github.com/acme/pricing/internal/config"
	"github.com/acme/pricing/internal/telemetry"
	"github.com/acme/pricing/internal/upstream"
)

func withUpstreams(_ context.Context, cfg config.Config, a *app) error {
	pool := upstream.Pool()
	a.stops = append(a.stops, func(context.Context) error {
		pool.CloseIdleConnections()
		return nil
	})
	transport := upstream.SendOnce(pool)
	transport = telemetry.Transport(transport)
	var options []grpc.DialOption
	options = append(options, telemetry.DialOption())
	inventoryClient, err := upstream.NewInventory(cfg.Upstreams.Inventory, options...)
	if err != nil {
		return err
	}
	a.stops = append(a.stops, func(context.Context) error { return inventoryClient.Close() })
	a.items.From("inventory", inventoryClient)
	a.items.From("payments", upstream.NewPayments(cfg.Upstreams.Payments, transport))
	return nil
}
