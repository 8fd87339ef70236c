package httpapi

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

func items() *API {
	api := New()
	NewItems().Register(api)
	return api
}

func TestItemIsFoundAfterItWasCreated(t *testing.T) {
	api := items()
	created := call(t, api, "POST", "/v1/items", `{"id": "chosen by the caller", "name": "lamp"}`)
	if created.Code != http.StatusCreated {
		t.Fatalf("got %d %s", created.Code, created.Body)
	}
	var item Item
	if err := json.Unmarshal(created.Body.Bytes(), &item); err != nil {
		t.Fatal(err)
	}
	if item.Name != "lamp" || item.ID == "" || item.ID == "chosen by the caller" {
		t.Errorf("the item is %+v", item)
	}
	found := call(t, api, "GET", created.Header().Get("Location"), "")
	if found.Code != http.StatusOK || found.Body.String() != created.Body.String() {
		t.Errorf("got %d %s", found.Code, found.Body)
	}
	if got := found.Header().Get("Content-Type"); got != "application/json" {
		t.Errorf("the content type is %q", got)
	}
	if again := call(t, api, "POST", "/v1/items", `{"name": "lamp"}`); again.Code != http.StatusCreated {
		t.Errorf("after an item was found: got %d %s", again.Code, again.Body)
	}
}

func TestItemsAreListedByID(t *testing.T) {
	api := items()
	if got := call(t, api, "GET", "/v1/items", "").Body.String(); got != "[]\n" {
		t.Errorf("without items the list is %q", got)
	}
	for range 20 {
		call(t, api, "POST", "/v1/items", `{"name": "lamp"}`)
	}
	var listed []Item
	if err := json.Unmarshal(call(t, api, "GET", "/v1/items", "").Body.Bytes(), &listed); err != nil {
		t.Fatal(err)
	}
	if len(listed) != 20 {
		t.Fatalf("%d items are listed", len(listed))
	}
	for i := range listed[1:] {
		if listed[i].ID >= listed[i+1].ID {
			t.Errorf("%s stands before %s", listed[i].ID, listed[i+1].ID)
		}
	}
}

func TestTheLargestItemIsTaken(t *testing.T) {
	frame := len(`{"name":""}`)
	body := `{"name":"` + strings.Repeat("x", maxItemBytes-frame) + `"}`
	if w := call(t, items(), "POST", "/v1/items", body); w.Code != http.StatusCreated {
		t.Errorf("got %d", w.Code)
	}
}

func TestItemsRefuse(t *testing.T) {
	for name, test := range map[string]struct {
		method, path, body string
		status             int
	}{
		"what is no JSON":    {"POST", "/v1/items", "lamp", http.StatusBadRequest},
		"text behind it":     {"POST", "/v1/items", `{"name": "lamp"} {}`, http.StatusBadRequest},
		"what is too large":  {"POST", "/v1/items", `{"name": "` + strings.Repeat("x", maxItemBytes) + `"}`, http.StatusRequestEntityTooLarge},
		"an item unnamed":    {"POST", "/v1/items", `{"name": " "}`, http.StatusUnprocessableEntity},
		"an unknown item":    {"GET", "/v1/items/unknown", "", http.StatusNotFound},
		"an unknown method":  {"DELETE", "/v1/items", "", http.StatusMethodNotAllowed},
		"an unknown address": {"GET", "/v2/items", "", http.StatusNotFound},
	} {
		w := call(t, items(), test.method, test.path, test.body)
		if w.Code != test.status || w.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: got %d %s", name, w.Code, w.Body)
		}
	}
}
