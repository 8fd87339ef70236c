package retry

import (
	"testing"
	"time"

	"github.com/acme/pricing/internal/config"
)

func TestBackoff(t *testing.T) {
	cfg := config.Retry{BackoffInitial: 100 * time.Millisecond, BackoffMax: 250 * time.Millisecond}
	for try, longest := range map[int]time.Duration{1: 100 * time.Millisecond, 2: 200 * time.Millisecond, 3: 250 * time.Millisecond} {
		var low, high bool
		for range 1000 {
			pause := backoff(cfg, try)
			if pause < 0 || pause > longest {
				t.Fatalf("the pause after try %d was %v", try, pause)
			}
			low = low || pause < longest/4
			high = high || pause > longest*3/4
		}
		if !low || !high {
			t.Errorf("pauses after try %d do not spread from 0 to %v", try, longest)
		}
	}
}
