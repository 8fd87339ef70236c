// Command dev runs the service on this machine, with stand-ins for what it
// needs from others. The Makefile calls it.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"

	"github.com/acme/pricing/internal/config"
)

// standIns start what answers in place of others. They return the variables
// that lead the service there.
var standIns = []func() ([]string, error){
	standInIssuer,
	// Add what else the service needs, such as a database.
	standInUpstreams,
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := dev(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "dev:", err)
		os.Exit(1)
	}
}

func dev(ctx context.Context, args []string) error {
	if len(args) == 2 && args[0] == "run" {
		return run(ctx, args[1])
	}
	if len(args) == 1 && args[0] == "token" {
		return printToken()
	}
	return errors.New("unknown arguments")
}

// run runs the service, built as binary, until ctx ends. Variables that are
// set already win over those of the stand-ins.
func run(ctx context.Context, binary string) error {
	cfg, err := config.Load(os.LookupEnv)
	if err != nil {
		return err
	}
	service := exec.CommandContext(ctx, binary) //nolint:gosec // the Makefile names it
	// There are no callers who must be told of the end.
	service.Env = []string{"SERVICE_SHUTDOWN_DELAY=0s"}
	for _, start := range standIns {
		variables, err := start()
		if err != nil {
			return err
		}
		service.Env = append(service.Env, variables...)
	}
	service.Env = append(service.Env, os.Environ()...)
	service.Stdout = os.Stdout
	service.Stderr = os.Stderr
	service.Cancel = func() error { return service.Process.Signal(syscall.SIGTERM) }
	service.WaitDelay = 10 * time.Second

	go announce(ctx, fmt.Sprintf("localhost:%d", cfg.Port))
	if err := service.Run(); ctx.Err() == nil {
		return err
	}
	return nil
}

// announce shows how to call the service as soon as it is ready.
func announce(ctx context.Context, address string) {
	for !isReady(ctx, address) {
		time.Sleep(100 * time.Millisecond)
	}
	call := "grpcurl -plaintext -import-path proto -proto items/v1/items.proto"
	call += ` -H "authorization: Bearer $(make -s token)"`
	fmt.Fprintf(os.Stderr, "\n%s -d '{\"name\": \"lamp\"}' %s items.v1.ItemsService/CreateItem\n\n", call, address)
}

func isReady(ctx context.Context, address string) bool {
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return false
	}
	defer func() { _ = conn.Close() }()
	answer, err := healthpb.NewHealthClient(conn).Check(ctx, &healthpb.HealthCheckRequest{})
	return err == nil && answer.GetStatus() == healthpb.HealthCheckResponse_SERVING
}
