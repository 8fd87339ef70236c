package config

import "time"

// Variables are those that scaffold.yaml declares for the code of the service.
type Variables struct {
	// PageSize, from PAGE_SIZE: Items of a page.
	PageSize int

	// ApiToken, from API_TOKEN: Token of the shop's API.
	ApiToken Secret

	// Region, from REGION: Region of the cluster.
	Region string

	// Lease, from LEASE: How long an item is reserved.
	Lease time.Duration
}

func loadVariables(env *environment) Variables {
	var own Variables
	own.PageSize = read(env, "PAGE_SIZE", integer(-2147483648, 2147483647))
	own.ApiToken = Secret{env.text("API_TOKEN")}
	own.Region = env.text("REGION")
	own.Lease = read(env, "LEASE", duration(0, 8760*time.Hour))
	return own
}
