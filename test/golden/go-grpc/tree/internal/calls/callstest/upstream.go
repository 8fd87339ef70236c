// Package callstest stands in for an upstream that speaks gRPC.
package callstest

import (
	"context"
	"net"
	"sync/atomic"
	"testing"

	"google.golang.org/grpc"

	itemsv1 "github.com/acme/pricing/internal/gen/items/v1"
)

// Upstream answers as its functions say, and counts the calls.
type Upstream struct {
	itemsv1.UnimplementedItemsServiceServer

	Get    func(context.Context, *itemsv1.GetItemRequest) (*itemsv1.GetItemResponse, error)
	List   func(grpc.ServerStreamingServer[itemsv1.ListItemsResponse]) error
	Create func(context.Context, *itemsv1.CreateItemRequest) (*itemsv1.CreateItemResponse, error)

	calls atomic.Int32
}

// Serve starts the upstream on this machine. It returns its URL.
func (u *Upstream) Serve(t *testing.T) string {
	t.Helper()
	var listen net.ListenConfig
	listener, err := listen.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := grpc.NewServer()
	itemsv1.RegisterItemsServiceServer(srv, u)
	go func() { _ = srv.Serve(listener) }()
	t.Cleanup(srv.Stop)
	return "grpc://" + listener.Addr().String()
}

// Calls counts the calls so far.
func (u *Upstream) Calls() int { return int(u.calls.Load()) }

// GetItem answers as Get says.
func (u *Upstream) GetItem(ctx context.Context, request *itemsv1.GetItemRequest) (*itemsv1.GetItemResponse, error) {
	u.calls.Add(1)
	return u.Get(ctx, request)
}

// ListItems answers as List says.
func (u *Upstream) ListItems(_ *itemsv1.ListItemsRequest, stream grpc.ServerStreamingServer[itemsv1.ListItemsResponse]) error {
	u.calls.Add(1)
	return u.List(stream)
}

// CreateItem answers as Create says.
func (u *Upstream) CreateItem(ctx context.Context, request *itemsv1.CreateItemRequest) (*itemsv1.CreateItemResponse, error) {
	u.calls.Add(1)
	return u.Create(ctx, request)
}

// Lamp is an answer with an item of that id.
func Lamp(id string) *itemsv1.GetItemResponse {
	return &itemsv1.GetItemResponse{Item: &itemsv1.Item{Id: id, Name: "lamp"}}
}
