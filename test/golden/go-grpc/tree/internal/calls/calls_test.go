package calls_test

import (
	"context"
	"errors"
	"io"
	"slices"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/acme/pricing/internal/calls"
	"github.com/acme/pricing/internal/calls/callstest"
	itemsv1 "github.com/acme/pricing/internal/gen/items/v1"
)

var errDown = status.Error(codes.Unavailable, "down")

func dial(t *testing.T, upstream *callstest.Upstream, timeout time.Duration, layers ...calls.Layer) itemsv1.ItemsServiceClient {
	t.Helper()
	conn, err := grpc.NewClient("dns:///"+upstream.Serve(t)[len("grpc://"):],
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDisableServiceConfig(),
		grpc.WithUnaryInterceptor(calls.Unary(timeout, layers...)),
		grpc.WithStreamInterceptor(calls.Stream(timeout, layers...)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return itemsv1.NewItemsServiceClient(conn)
}

// twice repeats what fails once.
func twice(ctx context.Context, _ calls.Call, next calls.Try) (metadata.MD, error) {
	if answer, err := next(ctx); err == nil {
		return answer, nil
	}
	return next(ctx)
}

func TestLayersRunFromTheOutside(t *testing.T) {
	var order []string
	named := func(name string) calls.Layer {
		return func(ctx context.Context, call calls.Call, next calls.Try) (metadata.MD, error) {
			order = append(order, name+" "+call.Method)
			return next(ctx)
		}
	}
	upstream := &callstest.Upstream{Get: func(context.Context, *itemsv1.GetItemRequest) (*itemsv1.GetItemResponse, error) {
		return callstest.Lamp("7"), nil
	}}
	client := dial(t, upstream, time.Hour, named("outer"), named("inner"))
	if answer, err := client.GetItem(t.Context(), &itemsv1.GetItemRequest{Id: "7"}); err != nil || answer.GetItem().GetName() != "lamp" {
		t.Fatalf("got %v, %v", answer, err)
	}
	method := itemsv1.ItemsService_GetItem_FullMethodName
	if want := []string{"outer " + method, "inner " + method}; !slices.Equal(order, want) {
		t.Errorf("the order was %v", order)
	}
}

func TestTriesSeeTheMetadataOfAFailure(t *testing.T) {
	upstream := &callstest.Upstream{Get: func(ctx context.Context, _ *itemsv1.GetItemRequest) (*itemsv1.GetItemResponse, error) {
		_ = grpc.SetTrailer(ctx, metadata.Pairs("note", "later"))
		return nil, errDown
	}}
	var seen metadata.MD
	client := dial(t, upstream, time.Hour, func(ctx context.Context, _ calls.Call, next calls.Try) (metadata.MD, error) {
		answer, err := next(ctx)
		seen = answer
		return answer, err
	})
	if _, err := client.GetItem(t.Context(), &itemsv1.GetItemRequest{}); status.Code(err) != codes.Unavailable {
		t.Errorf("got %v", err)
	}
	if got := seen.Get("note"); !slices.Equal(got, []string{"later"}) {
		t.Errorf("the metadata was %v", seen)
	}
}

func TestCallsEndWithTheirTime(t *testing.T) {
	upstream := &callstest.Upstream{
		Get: func(ctx context.Context, _ *itemsv1.GetItemRequest) (*itemsv1.GetItemResponse, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		},
		List: func(stream grpc.ServerStreamingServer[itemsv1.ListItemsResponse]) error {
			_ = stream.Send(&itemsv1.ListItemsResponse{})
			<-stream.Context().Done()
			return stream.Context().Err()
		},
	}
	client := dial(t, upstream, 50*time.Millisecond)
	if _, err := client.GetItem(t.Context(), &itemsv1.GetItemRequest{}); status.Code(err) != codes.DeadlineExceeded {
		t.Errorf("a unary call ended with %v", err)
	}
	stream, err := client.ListItems(t.Context(), &itemsv1.ListItemsRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := stream.Recv(); err != nil {
		t.Errorf("the first message is %v", err)
	}
	if _, err := stream.Recv(); status.Code(err) != codes.DeadlineExceeded {
		t.Errorf("a stream ended with %v", err)
	}
}

func TestAStreamIsRepeatedUntilItsFirstMessage(t *testing.T) {
	failures := 1
	upstream := &callstest.Upstream{}
	upstream.List = func(stream grpc.ServerStreamingServer[itemsv1.ListItemsResponse]) error {
		if upstream.Calls() <= failures {
			return errDown
		}
		for _, id := range []string{"1", "2"} {
			if err := stream.Send(&itemsv1.ListItemsResponse{Item: &itemsv1.Item{Id: id}}); err != nil {
				return err
			}
		}
		return errDown
	}
	client := dial(t, upstream, time.Hour, twice)
	stream, err := client.ListItems(t.Context(), &itemsv1.ListItemsRequest{})
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for {
		answer, err := stream.Recv()
		if err != nil {
			if status.Code(err) != codes.Unavailable {
				t.Errorf("the stream ended with %v", err)
			}
			break
		}
		ids = append(ids, answer.GetItem().GetId())
	}
	if !slices.Equal(ids, []string{"1", "2"}) || upstream.Calls() != 2 {
		t.Errorf("got %v after %d calls", ids, upstream.Calls())
	}
}

func TestAnEmptyStreamEndsWell(t *testing.T) {
	upstream := &callstest.Upstream{List: func(grpc.ServerStreamingServer[itemsv1.ListItemsResponse]) error { return nil }}
	client := dial(t, upstream, time.Hour, twice)
	stream, err := client.ListItems(t.Context(), &itemsv1.ListItemsRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if header, err := stream.Header(); len(header) > 0 || err != nil || stream.Trailer() != nil {
		t.Errorf("before the first message there is metadata: %v, %v", header, err)
	}
	if _, err := stream.Recv(); !errors.Is(err, io.EOF) || upstream.Calls() != 1 {
		t.Errorf("it ended with %v after %d calls", err, upstream.Calls())
	}
	if stream.Context().Err() == nil {
		t.Error("the context of a stream that has ended is alive")
	}
}

func TestAStreamSendsItsRequestWithEveryTry(t *testing.T) {
	var seen []calls.Call
	sent := make(chan string, 2)
	upstream := &callstest.Upstream{List: func(grpc.ServerStreamingServer[itemsv1.ListItemsResponse]) error { return errDown }}
	url := upstream.Serve(t)
	note := func(ctx context.Context, desc *grpc.StreamDesc, conn *grpc.ClientConn, method string, open grpc.Streamer, opts ...grpc.CallOption) (grpc.ClientStream, error) {
		stream, err := open(ctx, desc, conn, method, opts...)
		return &noting{stream, sent}, err
	}
	conn, err := grpc.NewClient("dns:///"+url[len("grpc://"):],
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithChainStreamInterceptor(calls.Stream(time.Hour, func(ctx context.Context, call calls.Call, next calls.Try) (metadata.MD, error) {
			seen = append(seen, call)
			return twice(ctx, call, next)
		}), note))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	stream, err := itemsv1.NewItemsServiceClient(conn).ListItems(t.Context(), &itemsv1.ListItemsRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := stream.Recv(); status.Code(err) != codes.Unavailable {
		t.Errorf("it ended with %v", err)
	}
	if first, second := <-sent, <-sent; first != "request" || second != "request" {
		t.Errorf("sent %s, %s", first, second)
	}
	if want := (calls.Call{Method: itemsv1.ItemsService_ListItems_FullMethodName, Streams: true}); !slices.Equal(seen, []calls.Call{want}) {
		t.Errorf("layers saw %+v", seen)
	}
}

// noting says what a stream sends.
type noting struct {
	grpc.ClientStream

	sent chan<- string
}

func (n *noting) SendMsg(request any) error {
	if _, ok := request.(*itemsv1.ListItemsRequest); ok {
		n.sent <- "request"
	} else {
		n.sent <- "nothing"
	}
	return n.ClientStream.SendMsg(request)
}

func TestAStreamThatCannotBeOpenedFails(t *testing.T) {
	stream, err := calls.Stream(time.Hour)(t.Context(), &grpc.StreamDesc{ServerStreams: true}, nil, "/a.B/C",
		func(context.Context, *grpc.StreamDesc, *grpc.ClientConn, string, ...grpc.CallOption) (grpc.ClientStream, error) {
			return nil, errDown
		})
	if err != nil {
		t.Fatal(err)
	}
	if err := stream.RecvMsg(&itemsv1.ListItemsResponse{}); !errors.Is(err, errDown) {
		t.Errorf("got %v", err)
	}
}
