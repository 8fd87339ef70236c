package breaker

import (
	"sync"
	"time"
)

// reportInterval is how often the refused calls are logged while the breaker
// does not change: a line for each of them would fill the log.
const reportInterval = time.Minute

// refusals counts the calls that were refused since they were last logged.
type refusals struct {
	mu       sync.Mutex
	count    int
	reported time.Time
}

// add counts a call. When its log line is due it returns the count, and starts anew.
func (r *refusals) add() (count int, due bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.count++
	if time.Since(r.reported) < reportInterval {
		return 0, false
	}
	return r.restart(), true
}

// report returns the count for a line that is logged anyway, and starts anew.
func (r *refusals) report() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.restart()
}

func (r *refusals) restart() int {
	count := r.count
	r.count, r.reported = 0, time.Now()
	return count
}
