package problem

import (
	"net/http/httptest"
	"testing"
)

func TestWrite(t *testing.T) {
	for detail, want := range map[string]string{
		"no such item": `{"title":"Not Found","status":404,"detail":"no such item"}`,
		"":             `{"title":"Not Found","status":404}`,
	} {
		w := httptest.NewRecorder()
		Write(w, 404, detail)
		if w.Code != 404 || w.Header().Get("Content-Type") != "application/problem+json" || w.Body.String() != want+"\n" {
			t.Errorf("got %d, %v, %q", w.Code, w.Header(), w.Body)
		}
	}
}
