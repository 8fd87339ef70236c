// Package calls puts layers around the calls of a gRPC client: what repeats them,
// refuses them and limits their time.
package calls

import (
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
)

// Call is what layers know of a call.
type Call struct {
	// Method is its full name, such as /items.v1.ItemsService/GetItem.
	Method string

	// Streams says that the answer is a stream. Layers then end with its first
	// message: what comes after it cannot be repeated.
	Streams bool
}

// A Try sends the request and waits for the answer. It returns the metadata that
// came with it, also when it fails.
type Try func(ctx context.Context) (metadata.MD, error)

// A Layer runs next once, several times or not at all.
type Layer func(ctx context.Context, call Call, next Try) (metadata.MD, error)

func run(ctx context.Context, call Call, layers []Layer, try Try) error {
	for _, layer := range slices.Backward(layers) {
		next := try
		try = func(ctx context.Context) (metadata.MD, error) { return layer(ctx, call, next) }
	}
	_, err := try(ctx)
	return err
}

// Unary runs layers around unary calls, the first one outermost. A call takes no
// longer than timeout and what is left of the caller's deadline.
func Unary(timeout time.Duration, layers ...Layer) grpc.UnaryClientInterceptor {
	return func(ctx context.Context, method string, request, answer any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
		ctx, cancel := context.WithTimeout(ctx, timeout)
		defer cancel()
		return run(ctx, Call{Method: method}, layers, func(ctx context.Context) (metadata.MD, error) {
			var header, trailer metadata.MD
			all := append(slices.Clip(opts), grpc.Header(&header), grpc.Trailer(&trailer))
			err := invoke(ctx, method, request, answer, conn, all...)
			return metadata.Join(header, trailer), err
		})
	}
}

// Stream does the same for calls whose answer is a stream, which takes no longer
// than timeout from its first message to its last. Streams of requests are passed
// on as they are.
func Stream(timeout time.Duration, layers ...Layer) grpc.StreamClientInterceptor {
	return func(ctx context.Context, desc *grpc.StreamDesc, conn *grpc.ClientConn, method string, open grpc.Streamer, opts ...grpc.CallOption) (grpc.ClientStream, error) {
		if desc.ClientStreams {
			return open(ctx, desc, conn, method, opts...)
		}
		ctx, cancel := context.WithTimeout(ctx, timeout)
		return &answers{
			ctx:    ctx,
			cancel: cancel,
			call:   Call{Method: method, Streams: true},
			layers: layers,
			open: func(ctx context.Context) (grpc.ClientStream, error) {
				return open(ctx, desc, conn, method, opts...)
			},
		}, nil
	}
}

// answers is a stream of answers, which is opened when the first one is read.
type answers struct {
	ctx    context.Context //nolint:containedctx // a stream has its context
	cancel context.CancelFunc
	call   Call
	layers []Layer
	open   func(context.Context) (grpc.ClientStream, error)

	request any
	begun   grpc.ClientStream
}

func (a *answers) Context() context.Context { return a.ctx }

// SendMsg keeps the request for every try.
func (a *answers) SendMsg(request any) error {
	a.request = request
	return nil
}

func (a *answers) CloseSend() error { return nil }

// Header is empty before the first message was read.
func (a *answers) Header() (metadata.MD, error) {
	if a.begun == nil {
		return nil, nil
	}
	return a.begun.Header()
}

// Trailer is empty before the first message was read.
func (a *answers) Trailer() metadata.MD {
	if a.begun == nil {
		return nil
	}
	return a.begun.Trailer()
}

func (a *answers) RecvMsg(answer any) error {
	err := a.receive(answer)
	if err != nil {
		a.cancel()
	}
	return err
}

func (a *answers) receive(answer any) error {
	if a.begun != nil {
		return a.begun.RecvMsg(answer)
	}
	empty := false
	err := run(a.ctx, a.call, a.layers, func(ctx context.Context) (metadata.MD, error) {
		stream, err := a.open(ctx)
		if err != nil {
			return nil, err
		}
		// What fails to be sent has its reason in the answer.
		_ = stream.SendMsg(a.request)
		_ = stream.CloseSend()
		err = stream.RecvMsg(answer)
		if err != nil && !errors.Is(err, io.EOF) {
			header, _ := stream.Header()
			return metadata.Join(header, stream.Trailer()), err
		}
		empty = err != nil
		a.begun = stream
		return nil, nil
	})
	if err == nil && empty {
		return io.EOF
	}
	return err
}
