package server

import (
	"context"
	"errors"
	"testing"

	"google.golang.org/grpc"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
)

type key struct{}

type oneStream struct {
	grpc.ServerStream

	ctx context.Context //nolint:containedctx // a stream has its context
}

func (s oneStream) Context() context.Context { return s.ctx }

func TestInterceptorsRunAroundCalls(t *testing.T) {
	var methods []string
	mark := func(ctx context.Context, method string, next func(context.Context) error) error {
		methods = append(methods, method)
		return next(context.WithValue(ctx, key{}, "marked"))
	}
	failure := errors.New("failed")
	for _, want := range []error{nil, failure} {
		info := &grpc.UnaryServerInfo{FullMethod: "/s/Unary"}
		answer, err := unary(mark)(t.Context(), "request", info, func(ctx context.Context, request any) (any, error) {
			if request != "request" || ctx.Value(key{}) != "marked" {
				t.Errorf("the handler got %v in %v", request, ctx)
			}
			return "answer", want
		})
		if !errors.Is(err, want) || (want == nil) != (answer == "answer") {
			t.Errorf("got %v, %v", answer, err)
		}
		err = stream(mark)("service", oneStream{ctx: t.Context()}, &grpc.StreamServerInfo{FullMethod: "/s/Stream"}, func(service any, stream grpc.ServerStream) error {
			if service != "service" || stream.Context().Value(key{}) != "marked" {
				t.Errorf("the handler got %v in %v", service, stream.Context())
			}
			return want
		})
		if !errors.Is(err, want) {
			t.Errorf("got %v", err)
		}
	}
	if len(methods) != 4 || methods[0] != "/s/Unary" || methods[1] != "/s/Stream" {
		t.Errorf("the methods were %v", methods)
	}
}

func TestInterceptorsLeaveProbesAlone(t *testing.T) {
	refuse := func(context.Context, string, func(context.Context) error) error { return errors.New("refused") }
	info := &grpc.UnaryServerInfo{FullMethod: healthpb.Health_Check_FullMethodName}
	if answer, err := unary(refuse)(t.Context(), nil, info, func(context.Context, any) (any, error) { return "answer", nil }); err != nil || answer != "answer" {
		t.Errorf("Check got %v, %v", answer, err)
	}
	watch := &grpc.StreamServerInfo{FullMethod: healthpb.Health_Watch_FullMethodName}
	if err := stream(refuse)(nil, oneStream{ctx: t.Context()}, watch, func(any, grpc.ServerStream) error { return nil }); err != nil {
		t.Errorf("Watch got %v", err)
	}
}
