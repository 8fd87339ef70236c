package main

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"

	"google.golang.org/grpc"

	itemsv1 "github.com/acme/pricing/internal/gen/items/v1"
)

// standInUpstreams answers for every upstream, with an item for each id.
func standInUpstreams() ([]string, error) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/items/{id}", func(w http.ResponseWriter, r *http.Request) {
		id := r.PathValue("id")
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]string{"id": id, "name": "stand-in " + id})
	})
	url := httptest.NewServer(mux).URL
	callURL, err := serveCalls()
	if err != nil {
		return nil, err
	}
	return []string{
		"UPSTREAM_INVENTORY_URL=" + callURL,
		"UPSTREAM_PAYMENTS_URL=" + url,
	}, nil
}

type standIn struct {
	itemsv1.UnimplementedItemsServiceServer
}

func (standIn) GetItem(_ context.Context, request *itemsv1.GetItemRequest) (*itemsv1.GetItemResponse, error) {
	id := request.GetId()
	return &itemsv1.GetItemResponse{Item: &itemsv1.Item{Id: id, Name: "stand-in " + id}}, nil
}

func (standIn) ListItems(_ *itemsv1.ListItemsRequest, stream grpc.ServerStreamingServer[itemsv1.ListItemsResponse]) error {
	return stream.Send(&itemsv1.ListItemsResponse{Item: &itemsv1.Item{Id: "7", Name: "stand-in 7"}})
}

func serveCalls() (string, error) {
	var listen net.ListenConfig
	listener, err := listen.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	server := grpc.NewServer()
	itemsv1.RegisterItemsServiceServer(server, standIn{})
	go func() { _ = server.Serve(listener) }()
	return "grpc://" + listener.Addr().String(), nil
}
