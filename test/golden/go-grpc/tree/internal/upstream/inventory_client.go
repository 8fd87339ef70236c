package upstream

import (
	"context"
	"errors"
	"fmt"
	"io"

	"google.golang.org/grpc"

	"github.com/acme/pricing/internal/breaker"
	"github.com/acme/pricing/internal/calls"
	"github.com/acme/pricing/internal/config"
	itemsv1 "github.com/acme/pricing/internal/gen/items/v1"
	"github.com/acme/pricing/internal/retry"
	"github.com/acme/pricing/internal/telemetry"
)

// InventoryClient calls inventory.
type InventoryClient struct {
	conn  *grpc.ClientConn
	items itemsv1.ItemsServiceClient
}

// NewInventory returns a client of inventory, which connects with its first call.
func NewInventory(cfg config.InventoryUpstream, options ...grpc.DialOption) (*InventoryClient, error) {
	var layers []calls.Layer
	layers = append(layers, telemetry.TraceCall)
	layers = append(layers, retry.Calls("inventory", cfg.Retry, itemsv1.File_items_v1_items_proto))
	layers = append(layers, breaker.Calls("inventory", cfg.CircuitBreaker))
	layers = append(layers, retry.LimitCall(cfg.Retry.PerAttemptTimeout))
	conn, err := dial(cfg.URL, cfg.Timeout, layers, options...)
	if err != nil {
		return nil, err
	}
	return &InventoryClient{conn, itemsv1.NewItemsServiceClient(conn)}, nil
}

// Close ends the calls in flight and the connection.
func (c *InventoryClient) Close() error {
	return c.conn.Close()
}

// Item returns the item of that id.
func (c *InventoryClient) Item(ctx context.Context, id string) (Item, error) {
	answer, err := c.items.GetItem(ctx, &itemsv1.GetItemRequest{Id: id})
	if err != nil {
		return Item{}, fmt.Errorf("get an item of inventory: %w", err)
	}
	item := answer.GetItem()
	if item.GetId() == "" || item.GetName() == "" {
		return Item{}, errors.New("get an item of inventory: the answer is no item")
	}
	return Item{ID: item.GetId(), Name: item.GetName()}, nil
}

// Items returns all items, which come as a stream.
func (c *InventoryClient) Items(ctx context.Context) ([]Item, error) {
	stream, err := c.items.ListItems(ctx, &itemsv1.ListItemsRequest{})
	if err != nil {
		return nil, fmt.Errorf("list the items of inventory: %w", err)
	}
	var items []Item
	for {
		answer, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return items, nil
		}
		if err != nil {
			return nil, fmt.Errorf("list the items of inventory: %w", err)
		}
		items = append(items, Item{ID: answer.GetItem().GetId(), Name: answer.GetItem().GetName()})
	}
}
