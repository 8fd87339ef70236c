package retry

import (
	"context"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/acme/pricing/internal/calls"
	"github.com/acme/pricing/internal/config"
)

// pushback is the metadata by which an upstream asks for a pause, or that the call
// is not repeated (gRFC A6).
const pushback = "grpc-retry-pushback-ms"

// Calls repeats calls to an upstream whose methods may be called twice, as the
// contract says.
func Calls(upstream string, cfg config.Retry, contract protoreflect.FileDescriptor) calls.Layer {
	budget := newBudget(cfg.Budget)
	repeatable := repeatableMethods(contract)
	return func(ctx context.Context, call calls.Call, next calls.Try) (metadata.MD, error) {
		budget.deposit()
		for try := 1; ; try++ {
			answer, err := next(ctx)
			reason := callFailure(answer, err, cfg.On)
			if reason == "" || try >= cfg.Attempts || ctx.Err() != nil || !slices.Contains(repeatable, call.Method) {
				return answer, err
			}
			pause, allowed := pushedBack(answer, backoff(cfg, try))
			if deadline, ok := ctx.Deadline(); !allowed || ok && time.Until(deadline) <= pause {
				return answer, err
			}
			if !budget.withdraw() {
				slog.WarnContext(ctx, "retry budget is spent", "upstream", upstream, "reason", reason)
				return answer, err
			}
			slog.DebugContext(ctx, "trying again", "upstream", upstream, "reason", reason, "pause", pause)
			countRepeat(ctx, upstream, reason)
			if err := sleep(ctx, pause); err != nil {
				return nil, status.FromContextError(err).Err()
			}
		}
	}
}

// repeatableMethods are those of which a contract says that calling them twice
// does no more than calling them once.
func repeatableMethods(contract protoreflect.FileDescriptor) []string {
	var repeatable []string
	for i := range contract.Services().Len() {
		service := contract.Services().Get(i)
		for j := range service.Methods().Len() {
			method := service.Methods().Get(j)
			options, _ := method.Options().(*descriptorpb.MethodOptions)
			if options.GetIdempotencyLevel() != descriptorpb.MethodOptions_IDEMPOTENCY_UNKNOWN {
				repeatable = append(repeatable, "/"+string(service.FullName())+"/"+string(method.Name()))
			}
		}
	}
	return repeatable
}

// callFailure names what went wrong as the configuration does. It is empty for
// what is never repeated, such as a call that our own proxy shed.
func callFailure(answer metadata.MD, err error, on []string) string {
	failure, answered := status.FromError(err)
	if err == nil || !answered || len(answer.Get("x-envoy-overloaded")) > 0 {
		return ""
	}
	for _, word := range callWords(failure) {
		if slices.Contains(on, word) {
			return word
		}
	}
	return ""
}

// callWords are the names of a failure, the most exact one first.
func callWords(failure *status.Status) []string {
	words := codeWords(failure.Code())
	switch text := failure.Message(); { // the transport's own errors have no other mark
	case strings.HasPrefix(text, "connection error: "), strings.HasPrefix(text, "name resolver error: "):
		return append([]string{"connect-error"}, words...)
	case strings.Contains(text, "error reading from server"), strings.Contains(text, "RST_STREAM"), strings.Contains(text, "closing transport"):
		return append([]string{"reset"}, words...)
	}
	return words
}

// codeWords are what google.rpc.Code calls a code of gRPC in HTTP.
func codeWords(code codes.Code) []string {
	switch code {
	case codes.Unavailable:
		return []string{"503"}
	case codes.ResourceExhausted:
		return []string{"429"}
	case codes.DeadlineExceeded:
		return []string{"timeout", "504"}
	case codes.Internal, codes.Unknown:
		return []string{"500"}
	}
	return nil
}

// pushedBack is the pause that the upstream asks for, else the usual one. It is
// false when the upstream wants no repeat.
func pushedBack(answer metadata.MD, usual time.Duration) (time.Duration, bool) {
	values := answer.Get(pushback)
	if len(values) == 0 {
		return usual, true
	}
	ms, err := strconv.ParseInt(values[0], 10, 32)
	return time.Duration(ms) * time.Millisecond, err == nil && ms >= 0
}
