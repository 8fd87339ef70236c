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

// CatalogClient calls catalog.
type CatalogClient struct {
	client client
}

// NewCatalog returns a client of catalog that sends its requests through transport.
func NewCatalog(cfg config.CatalogUpstream, transport http.RoundTripper) *CatalogClient {
	transport = retry.LimitTry(transport, cfg.Retry.PerAttemptTimeout)
	transport = retry.New(transport, "catalog", cfg.Retry)
	return &CatalogClient{newClient(cfg.URL, cfg.Timeout, transport)}
}

// Item returns the item of that id.
func (c *CatalogClient) Item(ctx context.Context, id string) (Item, error) {
	var item Item
	if err := c.client.get(ctx, "/v1/items/"+url.PathEscape(id), &item); err != nil {
		return Item{}, fmt.Errorf("get an item of catalog: %w", err)
	}
	if item.ID == "" || item.Name == "" {
		return Item{}, errors.New("get an item of catalog: the answer is no item")
	}
	return item, nil
}
