package grpcapi

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	itemsv1 "github.com/acme/pricing/internal/gen/items/v1"
	"github.com/acme/pricing/internal/upstream"
)

type itemSource func(ctx context.Context, id string) (upstream.Item, error)

func (s itemSource) Item(ctx context.Context, id string) (upstream.Item, error) {
	return s(ctx, id)
}

func getFrom(t *testing.T, source itemSource, name, id string) (*itemsv1.GetUpstreamItemResponse, error) {
	t.Helper()
	items := NewItems()
	items.From("stock", source)
	return items.GetUpstreamItem(t.Context(), &itemsv1.GetUpstreamItemRequest{Upstream: name, Id: id})
}

func TestUpstreamItem(t *testing.T) {
	source := func(_ context.Context, id string) (upstream.Item, error) {
		return upstream.Item{ID: id, Name: "lamp"}, nil
	}
	if answer, err := getFrom(t, source, "stock", "7"); err != nil || answer.GetItem().GetId() != "7" || answer.GetItem().GetName() != "lamp" {
		t.Errorf("got %v, %v", answer, err)
	}
	if _, err := getFrom(t, source, "other", "7"); status.Code(err) != codes.NotFound {
		t.Errorf("an upstream that is not there: %v", err)
	}
	for _, id := range []string{"", ".", ".."} {
		if _, err := getFrom(t, source, "stock", id); status.Code(err) != codes.NotFound {
			t.Errorf("%q: got %v", id, err)
		}
	}
}

func TestUpstreamFailures(t *testing.T) {
	for name, test := range map[string]struct {
		err  error
		code codes.Code
	}{
		"no such item":       {&upstream.StatusError{Status: 404}, codes.NotFound},
		"too many requests":  {&upstream.StatusError{Status: 429}, codes.Unavailable},
		"unavailable":        {&upstream.StatusError{Status: 503}, codes.Unavailable},
		"proxy's timeout":    {&upstream.StatusError{Status: 504}, codes.DeadlineExceeded},
		"internal error":     {&upstream.StatusError{Status: 500}, codes.Internal},
		"refused as invalid": {&upstream.StatusError{Status: 400}, codes.Internal},
		"deadline":           {context.DeadlineExceeded, codes.DeadlineExceeded},
		"NOT_FOUND":          {status.Error(codes.NotFound, "at 10.1.2.3"), codes.NotFound},
		"RESOURCE_EXHAUSTED": {status.Error(codes.ResourceExhausted, "at 10.1.2.3"), codes.Unavailable},
		"UNAVAILABLE":        {status.Error(codes.Unavailable, "at 10.1.2.3"), codes.Unavailable},
		"DEADLINE_EXCEEDED":  {status.Error(codes.DeadlineExceeded, "at 10.1.2.3"), codes.DeadlineExceeded},
		"PERMISSION_DENIED":  {status.Error(codes.PermissionDenied, "at 10.1.2.3"), codes.Internal},
		"another error":      {errors.New("connection refused at 10.1.2.3"), codes.Internal},
	} {
		t.Run(name, func(t *testing.T) {
			log := captureLog(t)
			_, err := getFrom(t, func(context.Context, string) (upstream.Item, error) {
				return upstream.Item{}, fmt.Errorf("get an item: %w", test.err)
			}, "stock", "7")
			if status.Code(err) != test.code || strings.Contains(err.Error(), "10.1.2.3") {
				t.Errorf("got %v", err)
			}
			if !strings.Contains(log.String(), "upstream call failed") {
				t.Errorf("the log lacks the cause: %s", log)
			}
		})
	}
}
