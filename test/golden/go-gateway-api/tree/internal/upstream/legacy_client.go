package upstream

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/acme/orders/internal/config"
	"github.com/acme/orders/internal/retry"
)

// LegacyClient calls legacy.
type LegacyClient struct {
	client client
}

// NewLegacy returns a client of legacy that sends its requests through transport.
func NewLegacy(cfg config.LegacyUpstream, transport http.RoundTripper) *LegacyClient {
	transport = retry.LimitTry(transport, cfg.Retry.PerAttemptTimeout)
	transport = retry.New(transport, "legacy", cfg.Retry)
	return &LegacyClient{newClient(cfg.URL, cfg.Timeout, transport)}
}

// Item returns the item of that id.
func (c *LegacyClient) Item(ctx context.Context, id string) (Item, error) {
	var item Item
	if err := c.client.get(ctx, "/v1/items/"+url.PathEscape(id), &item); err != nil {
		return Item{}, fmt.Errorf("get an item of legacy: %w", err)
	}
	if item.ID == "" || item.Name == "" {
		return Item{}, errors.New("get an item of legacy: the answer is no item")
	}
	return item, nil
}
