package main

import (
	"errors"
	"fmt"
	"net"
	"os/exec"
	"strings"
	"time"
)

// service is the address of the Service that the caller connects to.
const service = "10.96.0.10:8080"

// prepareNamespace makes the loopback of a new network namespace usable, and the Service an address that has a route.
func prepareNamespace() error {
	if err := command("", "ip", "link", "set", "lo", "up"); err != nil {
		return err
	}
	ip, _, err := net.SplitHostPort(service)
	if err != nil {
		return err
	}
	return command("", "ip", "address", "replace", ip+"/32", "dev", "lo")
}

// redirect makes connections to the Service arrive at a listener of the loopback.
func redirect(listener string) error {
	_, port, err := net.SplitHostPort(listener)
	if err != nil {
		return err
	}
	ip, servicePort, err := net.SplitHostPort(service)
	if err != nil {
		return err
	}
	rules := fmt.Sprintf(
		"table ip rig { chain out { type nat hook output priority -100; ip daddr %s tcp dport %s redirect to :%s; }; }",
		ip, servicePort, port,
	)
	byNft := command(rules, "nft", "-f", "-")
	if byNft == nil {
		return nil
	}
	byIptables := command("", "iptables", "-t", "nat", "-A", "OUTPUT", "-p", "tcp", "-d", ip,
		"--dport", servicePort, "-j", "REDIRECT", "--to-ports", port)
	if byIptables == nil {
		return nil
	}
	return fmt.Errorf("no connection can be redirected here: %w", errors.Join(byNft, byIptables))
}

func command(input, name string, arguments ...string) error {
	cmd := exec.Command(name, arguments...)
	cmd.Stdin = strings.NewReader(input)
	if output, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w %s", name, err, strings.TrimSpace(string(output)))
	}
	return nil
}

// checkRedirect redirects a connection to see whether it arrives.
func checkRedirect() error {
	if err := prepareNamespace(); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer func() { _ = listener.Close() }()
	if err := redirect(listener.Addr().String()); err != nil {
		return err
	}
	conn, err := net.DialTimeout("tcp", service, time.Second)
	if err != nil {
		return err
	}
	return conn.Close()
}
