package upstream

import (
	"testing"
	"time"
)

func TestDial(t *testing.T) {
	for address, target := range map[string]string{
		"grpc://stock:9090": "dns:///stock:9090",
		"grpcs://stock:443": "dns:///stock:443",
	} {
		conn, err := dial(address, time.Second, nil)
		if err != nil {
			t.Fatalf("%s: %v", address, err)
		}
		if conn.Target() != target {
			t.Errorf("%s leads to %s", address, conn.Target())
		}
		_ = conn.Close()
	}
	if _, err := dial("grpc://%zz", time.Second, nil); err == nil {
		t.Error("an address that is no URL was taken")
	}
}
