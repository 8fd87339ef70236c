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

// PricesClient calls prices.
type PricesClient struct {
	client client
}

// NewPrices returns a client of prices that sends its requests through transport.
func NewPrices(cfg config.PricesUpstream, transport http.RoundTripper) *PricesClient {
	transport = retry.LimitTry(transport, cfg.Retry.PerAttemptTimeout)
	transport = retry.New(transport, "prices", cfg.Retry)
	return &PricesClient{newClient(cfg.URL, cfg.Timeout, transport)}
}

// Item returns the item of that id.
func (c *PricesClient) Item(ctx context.Context, id string) (Item, error) {
	var item Item
	if err := c.client.get(ctx, "/v1/items/"+url.PathEscape(id), &item); err != nil {
		return Item{}, fmt.Errorf("get an item of prices: %w", err)
	}
	if item.ID == "" || item.Name == "" {
		return Item{}, errors.New("get an item of prices: the answer is no item")
	}
	return item, nil
}
