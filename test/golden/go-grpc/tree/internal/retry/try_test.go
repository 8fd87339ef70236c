package retry

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) {
	return f(req)
}

// slowAnswer has its headers after one delay and its body after another.
func slowAnswer(headers, content time.Duration) roundTripper {
	return func(req *http.Request) (*http.Response, error) {
		if err := sleep(req.Context(), headers); err != nil {
			return nil, err
		}
		return &http.Response{StatusCode: http.StatusOK, Body: &slowBody{req.Context(), content}}, nil
	}
}

type slowBody struct {
	ctx   context.Context
	delay time.Duration
}

func (b *slowBody) Read([]byte) (int, error) {
	if err := sleep(b.ctx, b.delay); err != nil {
		return 0, err
	}
	return 0, io.EOF
}

func (b *slowBody) Close() error {
	return nil
}

func TestLimitTryEndsASlowTry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		_, err := send(t, LimitTry(slowAnswer(time.Minute, 0), time.Second), request(t, http.MethodGet, ""))
		var timeout net.Error
		if !errors.As(err, &timeout) || !timeout.Timeout() || time.Since(start) != time.Second {
			t.Errorf("got %v after %v", err, time.Since(start))
		}
	})
}

func TestLimitTryLeavesTheBodyAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		resp, err := LimitTry(slowAnswer(0, time.Minute), time.Second).RoundTrip(request(t, http.MethodGet, ""))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadAll(resp.Body); err != nil {
			t.Errorf("the body was cut off: %v", err)
		}
		if err := resp.Body.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestLimitTryPassesErrorsOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		refused := errors.New("refused")
		next := roundTripper(func(*http.Request) (*http.Response, error) { return nil, refused })
		if _, err := send(t, LimitTry(next, time.Second), request(t, http.MethodGet, "")); !errors.Is(err, refused) {
			t.Errorf("got %v", err)
		}
	})
}

func TestLimitTryKnowsWhenTheCallerLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Millisecond, cancel)
		_, err := send(t, LimitTry(slowAnswer(time.Minute, 0), time.Second), request(t, http.MethodGet, "").WithContext(ctx))
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
}

func TestLimitTryDropsALateAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		late := &body{}
		next := roundTripper(func(*http.Request) (*http.Response, error) {
			time.Sleep(2 * time.Second)
			return &http.Response{StatusCode: http.StatusOK, Body: late}, nil
		})
		_, err := send(t, LimitTry(next, time.Second), request(t, http.MethodGet, ""))
		if !errors.Is(err, context.DeadlineExceeded) || !late.closed {
			t.Errorf("got %v, closed %t", err, late.closed)
		}
	})
}

func TestLimitTryFreesTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var seen *http.Request
		next := roundTripper(func(req *http.Request) (*http.Response, error) {
			seen = req
			return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody}, nil
		})
		resp, err := LimitTry(next, time.Second).RoundTrip(request(t, http.MethodGet, ""))
		if err != nil {
			t.Fatal(err)
		}
		if seen.Context().Err() != nil {
			t.Error("the context ended before the body was read")
		}
		_ = resp.Body.Close()
		if seen.Context().Err() == nil {
			t.Error("the context outlives the answer")
		}
	})
}
