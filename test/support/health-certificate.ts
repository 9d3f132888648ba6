/**
 * A certificate that nobody trusts, for targets that speak TLS in tests. Made with
 * `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500 -subj /CN=target.test`.
 */
export const selfSigned = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgFTlWmXT5oASy3hyz
EhK69XckjOYpvNF39y93tRAyuKihRANCAATYVp3YGGhPMXNTcrxbRfeAW9ucsKAR
XDAPQxsocEfo5z2A8Z5EZXykFl4iQxeT/zCiNDnAE+iF2Z466lc1DF8B
-----END PRIVATE KEY-----
`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBgzCCASmgAwIBAgIUVkka7MoMVhsQL7V1knl3YmvAYiswCgYIKoZIzj0EAwIw
FjEUMBIGA1UEAwwLdGFyZ2V0LnRlc3QwIBcNMjYxMTIyMDc1MzEyWhgPMjEyNjEw
MjkwNzUzMTJaMBYxFDASBgNVBAMMC3RhcmdldC50ZXN0MFkwEwYHKoZIzj0CAQYI
KoZIzj0DAQcDQgAE2Fad2BhoTzFzU3K8W0X3gFvbnLCgEVwwD0MbKHBH6Oc9gPGe
RGV8pBZeIkMXk/8wojQ5wBPohdmeOupXNQxfAaNTMFEwHQYDVR0OBBYEFBlbns/e
so4DB31nXkrEH45UtkvxMB8GA1UdIwQYMBaAFBlbns/eso4DB31nXkrEH45Utkvx
MA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIgevuJpT8lvQj6s73H
S1lCFvcJfKg1NHQkBEprjg6C6KECIQDjKjNhGlEWwiHM1iCAEvkDYU5iVbmgBb9L
S93W2JLmjQ==
-----END CERTIFICATE-----
`,
}
