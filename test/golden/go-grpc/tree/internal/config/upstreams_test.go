package config

import "testing"

func TestBaseURL(t *testing.T) {
	for _, text := range []string{"http://host", "https://host:8443/base", "http://10.0.0.1:80/"} {
		if _, err := baseURL(text); err != nil {
			t.Errorf("%q was refused: %v", text, err)
		}
	}
	for _, text := range []string{"host:80", "ftp://host", "httpx://host", "xhttp://host", "http://", "http://host?a=b", "http://host#a", "http://%zz"} {
		if _, err := baseURL(text); err == nil {
			t.Errorf("%q was accepted", text)
		}
	}
}

func TestCallURL(t *testing.T) {
	for text, want := range map[string]string{
		"grpc://host:9090":   "grpc://host:9090",
		"grpc://host":        "grpc://host:80",
		"grpcs://host":       "grpcs://host:443",
		"grpcs://10.0.0.1:1": "grpcs://10.0.0.1:1",
	} {
		if got, err := callURL(text); got != want || err != nil {
			t.Errorf("%q is %q, %v", text, got, err)
		}
	}
	for _, text := range []string{"host:80", "http://host", "xgrpc://host", "grpc://", "grpc://host/", "grpc://host/base", "grpc://host?a=b", "grpc://host#a", "grpc://a@host", "grpc://%zz"} {
		if _, err := callURL(text); err == nil {
			t.Errorf("%q was accepted", text)
		}
	}
}
