package retry

import (
	"context"
	"errors"
	"fmt"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/acme/pricing/internal/calls"
)

var errTryExpired = errors.New("the time of the try is over")

// LimitCall gives up on a try that has no answer within timeout, which of a stream
// is its first message. The upstream learns of the limit of a unary try.
func LimitCall(timeout time.Duration) calls.Layer {
	return func(ctx context.Context, call calls.Call, next calls.Try) (metadata.MD, error) {
		if call.Streams {
			return limitFirst(ctx, timeout, next)
		}
		ctx, cancel := context.WithTimeout(ctx, timeout)
		defer cancel()
		return next(ctx)
	}
}

// limitFirst leaves the rest of a stream that has begun to the deadline of the whole call.
func limitFirst(ctx context.Context, timeout time.Duration, next calls.Try) (metadata.MD, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	timer := time.AfterFunc(timeout, func() { cancel(errTryExpired) })
	answer, err := next(ctx)
	if timer.Stop() && err == nil {
		return answer, nil
	}
	cancel(nil)
	if errors.Is(context.Cause(ctx), errTryExpired) {
		return answer, status.Error(codes.DeadlineExceeded, fmt.Sprintf("no message within %v", timeout))
	}
	return answer, err
}
