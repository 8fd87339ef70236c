package grpcapi

import (
	"context"
	"slices"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	itemsv1 "github.com/acme/pricing/internal/gen/items/v1"
)

// sent keeps what a stream sends.
type sent struct {
	grpc.ServerStream

	ctx   context.Context //nolint:containedctx // a stream has its context
	err   error
	names []string
}

func (s *sent) Context() context.Context { return s.ctx }

func (s *sent) Send(answer *itemsv1.ListItemsResponse) error {
	s.names = append(s.names, answer.GetItem().GetName())
	return s.err
}

func TestItems(t *testing.T) {
	items := NewItems()
	if _, err := items.GetItem(t.Context(), &itemsv1.GetItemRequest{Id: "7"}); status.Code(err) != codes.NotFound {
		t.Errorf("got %v for an item that is not there", err)
	}
	ids := map[string]string{}
	for _, name := range []string{"lamp", "desk"} {
		created, err := items.CreateItem(t.Context(), &itemsv1.CreateItemRequest{Name: name})
		if err != nil {
			t.Fatal(err)
		}
		ids[created.GetItem().GetId()] = name
	}
	if len(ids) != 2 {
		t.Fatalf("the ids are %v", ids)
	}
	for id, name := range ids {
		if found, err := items.GetItem(t.Context(), &itemsv1.GetItemRequest{Id: id}); err != nil || found.GetItem().GetName() != name {
			t.Errorf("%s is %v, %v", id, found, err)
		}
	}
	stream := &sent{ctx: t.Context()}
	if err := items.ListItems(&itemsv1.ListItemsRequest{}, stream); err != nil || len(stream.names) != 2 {
		t.Errorf("sent %v, %v", stream.names, err)
	}
	order := []string{}
	for _, item := range items.sorted() {
		order = append(order, item.GetId())
	}
	if !slices.IsSorted(order) {
		t.Errorf("the order is %v", order)
	}
}

func TestAStreamThatCannotBeSentEnds(t *testing.T) {
	items := NewItems()
	for _, name := range []string{"lamp", "desk"} {
		if _, err := items.CreateItem(t.Context(), &itemsv1.CreateItemRequest{Name: name}); err != nil {
			t.Fatal(err)
		}
	}
	stream := &sent{ctx: t.Context(), err: status.Error(codes.Unavailable, "gone")}
	if err := items.ListItems(&itemsv1.ListItemsRequest{}, stream); status.Code(err) != codes.Unavailable || len(stream.names) != 1 {
		t.Errorf("sent %v, %v", stream.names, err)
	}
}

func TestAnItemNeedsAName(t *testing.T) {
	for _, name := range []string{"", " \t"} {
		if _, err := NewItems().CreateItem(t.Context(), &itemsv1.CreateItemRequest{Name: name}); status.Code(err) != codes.InvalidArgument {
			t.Errorf("%q: got %v", name, err)
		}
	}
}
