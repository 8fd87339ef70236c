package server

import (
	"context"
	"errors"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	reflectionpb "google.golang.org/grpc/reflection/grpc_reflection_v1"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// echo is a service whose method answers as call says.
func echo(call func(context.Context, *wrapperspb.StringValue) (*wrapperspb.StringValue, error)) func(grpc.ServiceRegistrar) {
	return func(registrar grpc.ServiceRegistrar) {
		registrar.RegisterService(&grpc.ServiceDesc{
			ServiceName: "test.Echo",
			HandlerType: (*any)(nil),
			Methods: []grpc.MethodDesc{{
				MethodName: "Echo",
				Handler: func(_ any, ctx context.Context, decode func(any) error, interceptor grpc.UnaryServerInterceptor) (any, error) {
					request := &wrapperspb.StringValue{}
					if err := decode(request); err != nil {
						return nil, err
					}
					handle := func(ctx context.Context, request any) (any, error) {
						return call(ctx, request.(*wrapperspb.StringValue))
					}
					if interceptor == nil {
						return handle(ctx, request)
					}
					return interceptor(ctx, request, &grpc.UnaryServerInfo{FullMethod: "/test.Echo/Echo"}, handle)
				},
			}},
		}, struct{}{})
	}
}

type running struct {
	conn   *grpc.ClientConn
	server *grpc.Server
}

func start(t *testing.T, s *Server, timeout time.Duration) running {
	t.Helper()
	var listen net.ListenConfig
	listener, err := listen.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := s.Build(timeout)
	go func() { _ = srv.Serve(listener) }()
	t.Cleanup(srv.Stop)
	conn, err := grpc.NewClient(listener.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(64<<20), grpc.MaxCallSendMsgSize(64<<20)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return running{conn, srv}
}

func (r running) call(ctx context.Context, text string) (string, error) {
	answer := &wrapperspb.StringValue{}
	err := r.conn.Invoke(ctx, "/test.Echo/Echo", wrapperspb.String(text), answer)
	return answer.GetValue(), err
}

func same(_ context.Context, text *wrapperspb.StringValue) (*wrapperspb.StringValue, error) {
	return text, nil
}

func TestServices(t *testing.T) {
	s := New()
	s.Register(echo(same))
	order := []string{}
	named := func(name string) Interceptor {
		return func(ctx context.Context, _ string, next func(context.Context) error) error {
			order = append(order, name)
			return next(ctx)
		}
	}
	s.Use(named("outer"))
	s.Use(named("inner"))
	r := start(t, s, time.Second)
	if got, err := r.call(t.Context(), "hello"); got != "hello" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	if !slices.Equal(order, []string{"outer", "inner"}) {
		t.Errorf("the order was %v", order)
	}
	client := healthpb.NewHealthClient(r.conn)
	for _, service := range []string{"", "test.Echo", Liveness} {
		if answer, err := client.Check(t.Context(), &healthpb.HealthCheckRequest{Service: service}); err != nil || answer.GetStatus() != serving {
			t.Errorf("%q: %v, %v", service, answer, err)
		}
	}
	s.ReadyWhen(func() error { return errors.New("no keys") })
	if err := s.Ready(); err == nil || err.Error() != "no keys" {
		t.Errorf("ready: %v", err)
	}
}

func TestLimits(t *testing.T) {
	s := New()
	s.Register(echo(func(_ context.Context, text *wrapperspb.StringValue) (*wrapperspb.StringValue, error) {
		if text.GetValue() == "large" {
			return wrapperspb.String(strings.Repeat("x", maxMessageBytes+1)), nil
		}
		return text, nil
	}))
	r := start(t, s, time.Second)
	if _, err := r.call(t.Context(), strings.Repeat("x", maxMessageBytes-16)); err != nil {
		t.Errorf("a message of the largest size: %v", err)
	}
	if _, err := r.call(t.Context(), strings.Repeat("x", maxMessageBytes+1)); status.Code(err) != codes.ResourceExhausted {
		t.Errorf("a message that is too large: %v", err)
	}
	if _, err := r.call(t.Context(), "large"); status.Code(err) != codes.ResourceExhausted {
		t.Errorf("an answer that is too large: %v", err)
	}
	with := func(bytes int) context.Context {
		return metadata.AppendToOutgoingContext(t.Context(), "token", strings.Repeat("x", bytes))
	}
	if _, err := r.call(with(60<<10), ""); err != nil {
		t.Errorf("large metadata: %v", err)
	}
	if _, err := r.call(with(70<<10), ""); err == nil {
		t.Error("metadata that is too large was taken")
	}
}

func TestReflectionIsOffUnlessItIsWished(t *testing.T) {
	for _, wished := range []bool{false, true} {
		s := New()
		if wished {
			s.Reflect()
		}
		stream, err := reflectionpb.NewServerReflectionClient(start(t, s, time.Second).conn).ServerReflectionInfo(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		_ = stream.Send(&reflectionpb.ServerReflectionRequest{MessageRequest: &reflectionpb.ServerReflectionRequest_ListServices{}})
		if _, err := stream.Recv(); (err == nil) != wished {
			t.Errorf("reflection, wished %v: %v", wished, err)
		}
	}
}

func TestShutdownLetsCallsFinish(t *testing.T) {
	for name, test := range map[string]struct {
		lasts   time.Duration
		timeout time.Duration
		cut     bool
	}{
		"short call": {100 * time.Millisecond, time.Minute, false},
		"endless":    {time.Minute, 100 * time.Millisecond, true},
	} {
		t.Run(name, func(t *testing.T) {
			begun := make(chan struct{})
			s := New()
			s.Register(echo(func(ctx context.Context, text *wrapperspb.StringValue) (*wrapperspb.StringValue, error) {
				close(begun)
				select {
				case <-time.After(test.lasts):
				case <-ctx.Done():
				}
				return text, nil
			}))
			r := start(t, s, time.Second)
			answered := make(chan error, 1)
			go func() {
				_, err := r.call(context.WithoutCancel(t.Context()), "hello")
				answered <- err
			}()
			<-begun
			err := s.Shutdown(r.server, test.timeout)
			if (err != nil) != test.cut {
				t.Errorf("shutdown returned %v", err)
			}
			if err := <-answered; (err != nil) != test.cut {
				t.Errorf("the call got %v", err)
			}
			if _, err := r.call(t.Context(), "late"); err == nil {
				t.Error("a call was answered after the end")
			}
		})
	}
}

func TestShutdownEndsWatchers(t *testing.T) {
	s := New()
	r := start(t, s, time.Second)
	watch, err := healthpb.NewHealthClient(r.conn).Watch(t.Context(), &healthpb.HealthCheckRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := watch.Recv(); err != nil {
		t.Fatal(err)
	}
	s.Drain()
	if answer, err := watch.Recv(); err != nil || answer.GetStatus() != notServing {
		t.Errorf("while it drains: %v, %v", answer, err)
	}
	if err := s.Shutdown(r.server, time.Minute); err != nil {
		t.Error(err)
	}
	if _, err := watch.Recv(); status.Code(err) != codes.Unavailable {
		t.Errorf("at the end: %v", err)
	}
}

func TestRunStopsInReverse(t *testing.T) {
	var listen net.ListenConfig
	listener, err := listen.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := New().Build(time.Second)
	var order []string
	failure := errors.New("lost")
	stop := func(name string, err error) func(context.Context) error {
		return func(ctx context.Context) error {
			order = append(order, name)
			if ctx.Err() != nil {
				t.Error("a stop got a context that has ended")
			}
			return err
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err = Run(ctx, srv, listener, []func(context.Context) error{stop("first", nil), stop("last", failure)})
	if !errors.Is(err, failure) || !slices.Equal(order, []string{"last", "first"}) {
		t.Errorf("got %v in the order %v", err, order)
	}
	srv.Stop()
}
