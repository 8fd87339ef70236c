package grpcapi

import (
	"context"
	"errors"
	"log/slog"
	"net/http"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/acme/pricing/internal/breaker"
	itemsv1 "github.com/acme/pricing/internal/gen/items/v1"
	"github.com/acme/pricing/internal/upstream"
)

const noSuchItem = "the upstream has no such item"

// ItemSource finds the items of an upstream.
type ItemSource interface {
	Item(ctx context.Context, id string) (upstream.Item, error)
}

// From makes GetUpstreamItem read the items of an upstream from source. It is
// called before the service listens.
func (s *Items) From(upstream string, source ItemSource) {
	s.upstreams[upstream] = source
}

// GetUpstreamItem returns an item of an upstream.
func (s *Items) GetUpstreamItem(ctx context.Context, request *itemsv1.GetUpstreamItemRequest) (*itemsv1.GetUpstreamItemResponse, error) {
	source, found := s.upstreams[request.GetUpstream()]
	if !found {
		return nil, status.Error(codes.NotFound, "there is no such upstream")
	}
	if id := request.GetId(); id == "" || id == "." || id == ".." {
		// No escape keeps these from leading to another path of an upstream.
		return nil, status.Error(codes.NotFound, noSuchItem)
	}
	item, err := source.Item(ctx, request.GetId())
	if err != nil {
		return nil, failure(ctx, err)
	}
	return &itemsv1.GetUpstreamItemResponse{Item: &itemsv1.Item{Id: item.ID, Name: item.Name}}, nil
}

// failure tells the caller what became of a call to an upstream.
func failure(ctx context.Context, err error) error {
	unavailable := status.Error(codes.Unavailable, "the upstream takes no calls at the moment")
	if _, isOpen := errors.AsType[*breaker.OpenError](err); isOpen {
		return unavailable
	}
	slog.WarnContext(ctx, "upstream call failed", "error", err)
	code := status.Code(err)
	if answer, answered := errors.AsType[*upstream.StatusError](err); answered {
		code = codeOf(answer.Status)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		code = codes.DeadlineExceeded
	}
	switch code {
	case codes.NotFound:
		return status.Error(codes.NotFound, noSuchItem)
	case codes.Unavailable, codes.ResourceExhausted:
		return unavailable
	case codes.DeadlineExceeded:
		return status.Error(codes.DeadlineExceeded, "the upstream did not answer in time")
	default:
		return status.Error(codes.Internal, "the upstream gave no usable answer")
	}
}

// codeOf is what a status of HTTP is called in gRPC.
func codeOf(status int) codes.Code {
	switch status {
	case http.StatusNotFound:
		return codes.NotFound
	case http.StatusTooManyRequests:
		return codes.ResourceExhausted
	case http.StatusServiceUnavailable:
		return codes.Unavailable
	case http.StatusGatewayTimeout:
		return codes.DeadlineExceeded
	}
	return codes.Internal
}
