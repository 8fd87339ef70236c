package main

import (
	"context"
	"net/http"

	"github.com/acme/pricing/internal/auth"
	"github.com/acme/pricing/internal/config"
	itemsv1 "github.com/acme/pricing/internal/gen/items/v1"
)

// withAuth asks for a token on every call but those of the health service.
func withAuth(ctx context.Context, cfg config.Config, a *app) error {
	keys := auth.FetchKeys(ctx, cfg.JWT.JWKSURI, http.DefaultTransport)
	if !cfg.JWT.ReadyWithoutKeys {
		a.server.ReadyWhen(keys.Ready)
	}
	a.server.Use(auth.RequireCalls(auth.NewVerifier(cfg.JWT, keys), auth.Policy{
		AnonymousMethods: cfg.JWT.AnonymousPaths,
		ReadScope:        "pricing:read",
		ReadMethods: []string{
			itemsv1.ItemsService_GetItem_FullMethodName,
			itemsv1.ItemsService_GetUpstreamItem_FullMethodName,
			itemsv1.ItemsService_ListItems_FullMethodName,
		},
		WriteScope: "pricing:write",
	}))
	return nil
}
