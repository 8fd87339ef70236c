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
