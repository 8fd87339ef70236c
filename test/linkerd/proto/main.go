// Command proto reads OutboundPolicy messages in the JSON form of protobuf and fails on any field that
// linkerd2-proxy-api does not have. It prints each message in its own form, one a line.
package main

import (
	"fmt"
	"os"

	"github.com/linkerd/linkerd2-proxy-api/go/outbound"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

func main() {
	for _, path := range os.Args[1:] {
		if err := read(path); err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", path, err)
			os.Exit(1)
		}
	}
}

func read(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var policy outbound.OutboundPolicy
	if err := protojson.Unmarshal(text, &policy); err != nil {
		return err
	}
	wire, err := proto.Marshal(&policy)
	if err != nil {
		return err
	}
	fmt.Printf("%s %d\n", path, len(wire))
	return nil
}
