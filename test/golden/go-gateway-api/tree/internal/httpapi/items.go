package httpapi

import (
	"cmp"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/acme/orders/internal/problem"
)

const maxItemBytes = 64 << 10

// Item is the sample resource.
type Item struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Items keeps items in memory.
type Items struct {
	mu    sync.RWMutex
	items map[string]Item
}

// NewItems returns a collection without items.
func NewItems() *Items {
	return &Items{items: map[string]Item{}}
}

// Register adds the routes of the collection.
func (s *Items) Register(a *API) {
	a.Handle("GET /v1/items", http.HandlerFunc(s.list))
	a.Handle("POST /v1/items", http.HandlerFunc(s.create))
	a.Handle("GET /v1/items/{id}", http.HandlerFunc(s.get))
}

func (s *Items) list(w http.ResponseWriter, _ *http.Request) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	items := make([]Item, 0, len(s.items))
	for _, item := range s.items {
		items = append(items, item)
	}
	slices.SortFunc(items, func(a, b Item) int { return cmp.Compare(a.ID, b.ID) })
	writeJSON(w, http.StatusOK, items)
}

func (s *Items) create(w http.ResponseWriter, r *http.Request) {
	var item Item
	if err := readJSON(http.MaxBytesReader(w, r.Body, maxItemBytes), &item); err != nil {
		if _, isTooLarge := errors.AsType[*http.MaxBytesError](err); isTooLarge {
			problem.Write(w, http.StatusRequestEntityTooLarge, "the body must not be larger than 64 KiB")
			return
		}
		problem.Write(w, http.StatusBadRequest, "the body must be a JSON object with a name")
		return
	}
	if strings.TrimSpace(item.Name) == "" {
		problem.Write(w, http.StatusUnprocessableEntity, "name must not be empty")
		return
	}
	item.ID = rand.Text()
	s.mu.Lock()
	s.items[item.ID] = item
	s.mu.Unlock()
	w.Header().Set("Location", "/v1/items/"+item.ID)
	writeJSON(w, http.StatusCreated, item)
}

func (s *Items) get(w http.ResponseWriter, r *http.Request) {
	s.mu.RLock()
	item, found := s.items[r.PathValue("id")]
	s.mu.RUnlock()
	if !found {
		problem.Write(w, http.StatusNotFound, "there is no such item")
		return
	}
	writeJSON(w, http.StatusOK, item)
}

// readJSON refuses text behind the value, which a json.Decoder would leave unread.
func readJSON(body io.Reader, value any) error {
	text, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, value)
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value)
}
