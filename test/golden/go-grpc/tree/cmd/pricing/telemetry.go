package main

import (
	"context"
	"log/slog"

	"github.com/acme/pricing/internal/config"
	"github.com/acme/pricing/internal/telemetry"
)

// withTelemetry traces, measures and logs what the parts after it do.
func withTelemetry(ctx context.Context, cfg config.Config, a *app) error {
	local := slog.Default()
	stop, err := telemetry.Start(ctx, cfg.Observability, "pricing", version, local)
	if err != nil {
		return err
	}
	a.stops = append(a.stops, func(ctx context.Context) error {
		if err := stop(ctx); err != nil {
			local.WarnContext(ctx, "the last telemetry was lost", "error", err)
		}
		return nil // the service ends well without a collector
	})
	slog.SetDefault(slog.New(telemetry.LogHandler("pricing", local.Handler())))
	a.server.Observe(telemetry.CallHandler())
	a.server.Use(telemetry.RecordAttempt)
	return nil
}
