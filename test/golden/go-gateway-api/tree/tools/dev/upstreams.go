package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
)

// standInUpstreams answers for every upstream, with an item for each id.
func standInUpstreams() ([]string, error) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/items/{id}", func(w http.ResponseWriter, r *http.Request) {
		id := r.PathValue("id")
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]string{"id": id, "name": "stand-in " + id})
	})
	url := httptest.NewServer(mux).URL
	return []string{
		"UPSTREAM_CATALOG_URL=" + url,
		"UPSTREAM_LEGACY_URL=" + url,
		"UPSTREAM_FEED_URL=" + url,
		"UPSTREAM_INVENTORY_URL=" + url,
		"UPSTREAM_PRICES_URL=" + url,
	}, nil
}
