package retry

import "testing"

func TestBudgetSavesNoMoreThanABurst(t *testing.T) {
	b := newBudget(0.5)
	for range 1000 {
		b.deposit()
	}
	withdrawn := 0
	for b.withdraw() {
		withdrawn++
	}
	if withdrawn != 10 {
		t.Errorf("%d repeats were allowed at once", withdrawn)
	}
	b.deposit()
	if b.withdraw() {
		t.Error("one call paid for a whole repeat")
	}
	b.deposit()
	if !b.withdraw() {
		t.Error("two calls did not pay for a repeat")
	}
}
