package httpapi

import (
	"context"
	"errors"
	"log/slog"
	"net/http"

	"github.com/acme/orders/internal/problem"
	"github.com/acme/orders/internal/upstream"
)

const noSuchItem = "the upstream has no such item"

// ItemSource finds the items of an upstream.
type ItemSource interface {
	Item(ctx context.Context, id string) (upstream.Item, error)
}

// UpstreamItem answers with an item of an upstream.
func UpstreamItem(source ItemSource) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := r.PathValue("id")
		if id == "." || id == ".." {
			// No escape keeps these from leading to another path of the upstream.
			problem.Write(w, http.StatusNotFound, noSuchItem)
			return
		}
		item, err := source.Item(r.Context(), id)
		if err != nil {
			writeFailure(w, r, err)
			return
		}
		writeJSON(w, http.StatusOK, item)
	})
}

// writeFailure tells the caller what became of a call to an upstream.
func writeFailure(w http.ResponseWriter, r *http.Request, err error) {
	slog.WarnContext(r.Context(), "upstream call failed", "error", err)
	answer, answered := errors.AsType[*upstream.StatusError](err)
	switch {
	case answered && answer.Status == http.StatusNotFound:
		problem.Write(w, http.StatusNotFound, noSuchItem)
	case answered && (answer.Status == http.StatusTooManyRequests || answer.Status == http.StatusServiceUnavailable):
		writeUnavailable(w, answer.RetryAfter)
	case answered && answer.Status == http.StatusGatewayTimeout, errors.Is(err, context.DeadlineExceeded):
		problem.Write(w, http.StatusGatewayTimeout, "the upstream did not answer in time")
	default:
		problem.Write(w, http.StatusBadGateway, "the upstream gave no usable answer")
	}
}

func writeUnavailable(w http.ResponseWriter, retryAfter string) {
	if retryAfter != "" {
		w.Header().Set("Retry-After", retryAfter)
	}
	problem.Write(w, http.StatusServiceUnavailable, "the upstream takes no requests at the moment")
}
