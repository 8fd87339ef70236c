package auth

import (
	"strings"
	"testing"
)

func TestReadMembers(t *testing.T) {
	known := []string{"kid", "sub", "x5t#S256"}
	for _, text := range []string{
		`{}`,
		` {"sub":"alice","kid":null} `,
		`{"subs":{"sub":1,"sub":2,"SUB":3},"list":[{"sub":1},{"sub":2}]}`,
		`{"Other":1,"other":2}`,
		`{"quote\"":"{\"sub\":1","sub":"}"}`,
	} {
		if _, err := readMembers([]byte(text), known); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
	for text, want := range map[string]string{
		``:                                "not JSON",
		`{"sub":1}{}`:                     "not JSON",
		`{"sub":1,}`:                      "not JSON",
		"{\"sub\":\"\xff\"}":              "not JSON",
		"\ufeff{}":                        "not JSON",
		`null`:                            "not a JSON object",
		`[{"sub":1}]`:                     "not a JSON object",
		`"sub"`:                           "not a JSON object",
		`{"sub":1,"sub":1}`:               `"sub" twice`,
		`{"sub":1,"s\u0075b":1}`:          `"sub" twice`,
		`{"other":[{}],"other":{}}`:       `"other" twice`,
		`{"SUB":1}`:                       `"SUB", which equals`,
		`{"sub":1,"Sub":1}`:               `"Sub", which equals`,
		"{\"\u017fub\":1}":                "which equals",
		`{"\u212aid":1}`:                  "which equals",
		`{"x5t#s256":1}`:                  "which equals",
		`{"deep":{"sub":1},"\u0053ub":1}`: "which equals",
	} {
		if _, err := readMembers([]byte(text), known); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got error %v, want %s", text, err, want)
		}
	}
}
