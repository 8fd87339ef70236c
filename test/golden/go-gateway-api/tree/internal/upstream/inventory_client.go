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

// InventoryClient calls inventory.
type InventoryClient struct {
	client client
}

// NewInventory returns a client of inventory that sends its requests through transport.
func NewInventory(cfg config.InventoryUpstream, transport http.RoundTripper) *InventoryClient {
	transport = retry.LimitTry(transport, cfg.Retry.PerAttemptTimeout)
	transport = retry.New(transport, "inventory", cfg.Retry)
	return &InventoryClient{newClient(cfg.URL, cfg.Timeout, transport)}
}

// Item returns the item of that id.
func (c *InventoryClient) Item(ctx context.Context, id string) (Item, error) {
	var item Item
	if err := c.client.get(ctx, "/v1/items/"+url.PathEscape(id), &item); err != nil {
		return Item{}, fmt.Errorf("get an item of inventory: %w", err)
	}
	if item.ID == "" || item.Name == "" {
		return Item{}, errors.New("get an item of inventory: the answer is no item")
	}
	return item, nil
}
