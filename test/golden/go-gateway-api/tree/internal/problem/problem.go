// Package problem writes errors as RFC 9457 problem details.
package problem

import (
	"encoding/json"
	"net/http"
)

// Write answers with a problem of the given status. Headers such as
// Retry-After must be set before.
func Write(w http.ResponseWriter, status int, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(struct {
		Title  string `json:"title"`
		Status int    `json:"status"`
		Detail string `json:"detail,omitempty"`
	}{http.StatusText(status), status, detail})
}
