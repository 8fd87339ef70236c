package config

import (
	"fmt"
	"strconv"
	"time"
)

// environment looks variables up and collects what is wrong with them.
type environment struct {
	lookup   func(name string) (string, bool)
	defaults map[string]string
	errs     []error
}

// parser turns the text of a variable into a value or says what it must be.
type parser[T any] func(text string) (T, error)

// read returns the value of a variable, or its default when it is unset or
// empty. Without a default that is the zero value.
func read[T any](env *environment, name string, parse parser[T]) T {
	var value T
	text := env.text(name)
	if text == "" {
		return value
	}
	value, err := parse(text)
	if err != nil {
		env.errs = append(env.errs, fmt.Errorf("%s=%q: %w", name, text, err))
	}
	return value
}

// text is the variable as it is, or its default when it is unset or empty.
func (env *environment) text(name string) string {
	if text, _ := env.lookup(name); text != "" {
		return text
	}
	return env.defaults[name]
}

func integer(lowest, highest int) parser[int] {
	return func(text string) (int, error) {
		value, err := strconv.Atoi(text)
		if err != nil || value < lowest || value > highest {
			return 0, fmt.Errorf("must be a whole number from %d to %d", lowest, highest)
		}
		return value, nil
	}
}

func duration(lowest, highest time.Duration) parser[time.Duration] {
	return func(text string) (time.Duration, error) {
		value, err := time.ParseDuration(text)
		if err != nil || value < lowest || value > highest {
			return 0, fmt.Errorf("must be a duration from %v to %v, such as 1.5s", lowest, highest)
		}
		return value, nil
	}
}
