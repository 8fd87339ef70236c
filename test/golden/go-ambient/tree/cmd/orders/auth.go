package main

import (
	"context"
	"net/http"

	"github.com/acme/orders/internal/auth"
	"github.com/acme/orders/internal/config"
)

// withAuth asks for a token on every route but the probes.
func withAuth(ctx context.Context, cfg config.Config, a *app) error {
	keys := auth.FetchKeys(ctx, cfg.JWT.JWKSURI, http.DefaultTransport)
	if !cfg.JWT.ReadyWithoutKeys {
		a.api.ReadyWhen(keys.Ready)
	}
	a.api.Use(auth.Require(auth.NewVerifier(cfg.JWT, keys), auth.Policy{
		AnonymousPaths: cfg.JWT.AnonymousPaths,
		ReadScope:      "orders:read",
		WriteScope:     "orders:write",
	}))
	return nil
}
