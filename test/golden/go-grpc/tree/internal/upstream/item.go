// Package upstream calls other services.
package upstream

// Item is an item of an upstream.
type Item struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}
