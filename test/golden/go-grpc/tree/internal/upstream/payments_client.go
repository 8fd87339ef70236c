package upstream

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/acme/pricing/internal/breaker"
	"github.com/acme/pricing/internal/config"
	"github.com/acme/pricing/internal/retry"
)

// PaymentsClient calls payments.
type PaymentsClient struct {
	client client
}

// NewPayments returns a client of payments that sends its requests through transport.
func NewPayments(cfg config.PaymentsUpstream, transport http.RoundTripper) *PaymentsClient {
	transport = retry.LimitTry(transport, cfg.Retry.PerAttemptTimeout)
	transport = breaker.New(transport, "payments", cfg.CircuitBreaker)
	transport = retry.New(transport, "payments", cfg.Retry)
	return &PaymentsClient{newClient(cfg.URL, cfg.Timeout, transport)}
}

// Item returns the item of that id.
func (c *PaymentsClient) Item(ctx context.Context, id string) (Item, error) {
	var item Item
	if err := c.client.get(ctx, "/v1/items/"+url.PathEscape(id), &item); err != nil {
		return Item{}, fmt.Errorf("get an item of payments: %w", err)
	}
	if item.ID == "" || item.Name == "" {
		return Item{}, errors.New("get an item of payments: the answer is no item")
	}
	return item, nil
}
