package config

// defaults are the values of variables that the environment does not set.
func defaults() map[string]string {
	defaults := map[string]string{}
	defaults["SERVICE_PORT"] = "8080"
	defaults["SERVICE_TIMEOUT"] = "5s"
	defaults["SERVICE_SHUTDOWN_DELAY"] = "5s"
	defaults["SERVICE_SHUTDOWN_TIMEOUT"] = "20s"
	return defaults
}
