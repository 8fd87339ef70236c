package control

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"time"
)

const lifetime = time.Hour

// Authority signs the certificates of one run; its key is in memory only.
type Authority struct {
	key  *ecdsa.PrivateKey
	root *x509.Certificate
}

// NewAuthority makes a root that is good for an hour.
func NewAuthority() (*Authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "root.linkerd.cluster.local"},
		NotBefore:             time.Now().Add(-time.Minute),
		NotAfter:              time.Now().Add(lifetime),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	root, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	return &Authority{key: key, root: root}, nil
}

// Anchors is the root in PEM, as a proxy is given it.
func (a *Authority) Anchors() string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.root.Raw}))
}

// sign answers a request for a certificate of a name, and says until when it is good.
func (a *Authority) sign(name string, request []byte) ([]byte, time.Time, error) {
	csr, err := x509.ParseCertificateRequest(request)
	if err != nil {
		return nil, time.Time{}, err
	}
	if err := csr.CheckSignature(); err != nil {
		return nil, time.Time{}, err
	}
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(2),
		NotBefore:    time.Now().Add(-time.Minute),
		NotAfter:     a.root.NotAfter,
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		DNSNames:     []string{name},
	}
	der, err := x509.CreateCertificate(rand.Reader, leaf, a.root, csr.PublicKey, a.key)
	return der, leaf.NotAfter, err
}

// WriteDocuments writes what a proxy reads from its identity folder: its key and its request for a certificate.
func WriteDocuments(folder, name string) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	request := &x509.CertificateRequest{Subject: pkix.Name{CommonName: name}, DNSNames: []string{name}}
	csr, err := x509.CreateCertificateRequest(rand.Reader, request, key)
	if err != nil {
		return err
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, "key.p8"), pkcs8, 0o600); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "csr.der"), csr, 0o600)
}
