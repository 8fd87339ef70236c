package main

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/acme/pricing/internal/auth/authtest"
	itemsv1 "github.com/acme/pricing/internal/gen/items/v1"
)

func TestReadyWithKeys(t *testing.T) {
	logger := slog.Default()
	defer slog.SetDefault(logger)
	ready := func(jwks http.HandlerFunc, withoutKeys bool) bool {
		keys := httptest.NewServer(jwks)
		defer keys.Close()
		cfg := settings(t)
		cfg.JWT.JWKSURI = keys.URL
		cfg.JWT.ReadyWithoutKeys = withoutKeys
		return serve(t, cfg, withInterceptors, withAuth, withItems).isReady(t.Context())
	}
	withKeys := func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(authtest.KeySet(authtest.NewIssuer("key-1")))
	}
	if !ready(withKeys, false) {
		t.Error("with keys it is not ready")
	}
	if ready(http.NotFound, false) {
		t.Error("without keys it is ready")
	}
	if !ready(http.NotFound, true) {
		t.Error("without keys, where that is enough, it is not ready")
	}
}

func TestEveryCallNeedsAToken(t *testing.T) {
	issuer := authtest.NewIssuer("key-1")
	jwks := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(authtest.KeySet(issuer))
	}))
	defer jwks.Close()
	cfg := settings(t)
	cfg.JWT.JWKSURI = jwks.URL
	cfg.JWT.Algorithms = []string{"RS256"}
	r := serve(t, cfg, withInterceptors, withAuth, withItems)
	token := func(scope string) string {
		return issuer.Sign(jwt.MapClaims{
			"iss":   cfg.JWT.Issuer,
			"aud":   cfg.JWT.Audiences[0],
			"exp":   time.Now().Add(time.Hour).Unix(),
			"scope": scope,
		})
	}
	get := func(token string) error {
		ctx := t.Context()
		if token != "" {
			ctx = metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+token)
		}
		_, err := r.items.GetItem(ctx, &itemsv1.GetItemRequest{Id: "7"})
		return err
	}
	create := func(token string) error {
		ctx := metadata.AppendToOutgoingContext(t.Context(), "authorization", "Bearer "+token)
		_, err := r.items.CreateItem(ctx, &itemsv1.CreateItemRequest{Name: "lamp"})
		return err
	}
	list := func(token string) error {
		ctx := metadata.AppendToOutgoingContext(t.Context(), "authorization", "Bearer "+token)
		stream, err := r.items.ListItems(ctx, &itemsv1.ListItemsRequest{})
		if err != nil {
			return err
		}
		_, err = stream.Recv()
		return err
	}
	for name, test := range map[string]struct {
		err  error
		want codes.Code
	}{
		"no token":              {get(""), codes.Unauthenticated},
		"token that reads":      {get(token("pricing:read")), codes.NotFound},
		"reader that writes":    {create(token("pricing:read")), codes.PermissionDenied},
		"writer":                {create(token("pricing:write")), codes.OK},
		"stream without rights": {list(token("pricing:write")), codes.PermissionDenied},
		"stream":                {list(token("pricing:read")), codes.OK},
	} {
		if status.Code(test.err) != test.want {
			t.Errorf("%s: got %v, want %v", name, test.err, test.want)
		}
	}
	if !r.isReady(t.Context()) {
		t.Error("probes need a token")
	}
}
