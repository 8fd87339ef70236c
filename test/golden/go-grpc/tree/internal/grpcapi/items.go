package grpcapi

import (
	"cmp"
	"context"
	"crypto/rand"
	"slices"
	"strings"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	itemsv1 "github.com/acme/pricing/internal/gen/items/v1"
)

// Items is the sample service: it keeps items in memory.
type Items struct {
	itemsv1.UnimplementedItemsServiceServer

	mu    sync.RWMutex
	items map[string]*itemsv1.Item

	upstreams map[string]ItemSource
}

// NewItems returns a collection without items.
func NewItems() *Items {
	return &Items{items: map[string]*itemsv1.Item{}, upstreams: map[string]ItemSource{}}
}

// Register adds the service.
func (s *Items) Register(registrar grpc.ServiceRegistrar) {
	itemsv1.RegisterItemsServiceServer(registrar, s)
}

// GetItem returns the item of that id.
func (s *Items) GetItem(_ context.Context, request *itemsv1.GetItemRequest) (*itemsv1.GetItemResponse, error) {
	s.mu.RLock()
	item, found := s.items[request.GetId()]
	s.mu.RUnlock()
	if !found {
		return nil, status.Error(codes.NotFound, "there is no such item")
	}
	return &itemsv1.GetItemResponse{Item: item}, nil
}

// ListItems sends every item, sorted by id.
func (s *Items) ListItems(_ *itemsv1.ListItemsRequest, stream grpc.ServerStreamingServer[itemsv1.ListItemsResponse]) error {
	for _, item := range s.sorted() {
		if err := stream.Send(&itemsv1.ListItemsResponse{Item: item}); err != nil {
			return err
		}
	}
	return nil
}

// CreateItem adds an item. Called twice it adds two.
func (s *Items) CreateItem(_ context.Context, request *itemsv1.CreateItemRequest) (*itemsv1.CreateItemResponse, error) {
	if strings.TrimSpace(request.GetName()) == "" {
		return nil, status.Error(codes.InvalidArgument, "name must not be empty")
	}
	item := &itemsv1.Item{Id: rand.Text(), Name: request.GetName()}
	s.mu.Lock()
	s.items[item.GetId()] = item
	s.mu.Unlock()
	return &itemsv1.CreateItemResponse{Item: item}, nil
}

// sorted returns the items as they are now, so that a slow reader holds no lock.
func (s *Items) sorted() []*itemsv1.Item {
	s.mu.RLock()
	defer s.mu.RUnlock()
	items := make([]*itemsv1.Item, 0, len(s.items))
	for _, item := range s.items {
		items = append(items, item)
	}
	slices.SortFunc(items, func(a, b *itemsv1.Item) int { return cmp.Compare(a.GetId(), b.GetId()) })
	return items
}
