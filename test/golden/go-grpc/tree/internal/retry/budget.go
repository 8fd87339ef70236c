package retry

import "sync"

const (
	oneRetry = 1000
	burst    = 10 * oneRetry
)

// budget allows repeats for a share of the calls, and a burst of them after quiet times.
type budget struct {
	mu     sync.Mutex
	tokens int
	share  int
}

func newBudget(ratio float64) *budget {
	return &budget{tokens: burst, share: int(ratio * oneRetry)}
}

// deposit is called once a call.
func (b *budget) deposit() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.tokens = min(b.tokens+b.share, burst)
}

// withdraw tells whether a call may be repeated.
func (b *budget) withdraw() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.tokens < oneRetry {
		return false
	}
	b.tokens -= oneRetry
	return true
}
