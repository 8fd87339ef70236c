package upstream

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/acme/orders/internal/config"
)

// FeedClient calls feed.
type FeedClient struct {
	client client
}

// NewFeed returns a client of feed that sends its requests through transport.
func NewFeed(cfg config.FeedUpstream, transport http.RoundTripper) *FeedClient {
	return &FeedClient{newClient(cfg.URL, cfg.Timeout, transport)}
}

// Item returns the item of that id.
func (c *FeedClient) Item(ctx context.Context, id string) (Item, error) {
	var item Item
	if err := c.client.get(ctx, "/v1/items/"+url.PathEscape(id), &item); err != nil {
		return Item{}, fmt.Errorf("get an item of feed: %w", err)
	}
	if item.ID == "" || item.Name == "" {
		return Item{}, errors.New("get an item of feed: the answer is no item")
	}
	return item, nil
}
