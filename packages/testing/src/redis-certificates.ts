import { writeFileSync } from 'node:fs'
import path from 'node:path'

/**
 * A certificate authority, a server's certificate (`redis.test`, `localhost`, 127.0.0.1) and a client's (`freshet`), made
 * for tests only and good until 2126. Fixed, because Node makes none and openssl is not on every machine.
 */
const FILES = {
  'ca.crt': `-----BEGIN CERTIFICATE-----
MIIBnDCCAUGgAwIBAgIUMmgs9gw5SJFtZ52L5yelXZzxNSkwCgYIKoZIzj0EAwIw
GjEYMBYGA1UEAwwPRnJlc2hldCB0ZXN0IENBMCAXDTI2MTEyMzA4MzkxM1oYDzIx
MjYxMDMwMDgzOTEzWjAaMRgwFgYDVQQDDA9GcmVzaGV0IHRlc3QgQ0EwWTATBgcq
hkjOPQIBBggqhkjOPQMBBwNCAAQwygbOmybPBd+ksVlTzF+mMGX8yUUrd5VF9VCu
jcQEEFrZ4zi7/NasOp/GKl5sX+jj0B/Qqea5rkMDopprLjYjo2MwYTAdBgNVHQ4E
FgQU7AGkKRp3ztmwiUKskZK0VVR9ZBAwHwYDVR0jBBgwFoAU7AGkKRp3ztmwiUKs
kZK0VVR9ZBAwDwYDVR0TAQH/BAUwAwEB/zAOBgNVHQ8BAf8EBAMCAgQwCgYIKoZI
zj0EAwIDSQAwRgIhAKYtbpMoxZq5oWBwjxGgiwWhJPX5QqRkSdN98KvSv14qAiEA
3+u9xtOODOeE8nFVpp4NaCXFnFblWbZ36RIINS2FvZs=
-----END CERTIFICATE-----
`,
  'server.crt': `-----BEGIN CERTIFICATE-----
MIIBvjCCAWSgAwIBAgIUcfnFRnpfG1Uo31QBWFx5/COc5TIwCgYIKoZIzj0EAwIw
GjEYMBYGA1UEAwwPRnJlc2hldCB0ZXN0IENBMCAXDTI2MTEyMzA4MzkxM1oYDzIx
MjYxMDMwMDgzOTEzWjAVMRMwEQYDVQQDDApyZWRpcy50ZXN0MFkwEwYHKoZIzj0C
AQYIKoZIzj0DAQcDQgAEyjDR9qVcYe0JMCBTRrHzjYRSAPd1xLz7EL2Nz69qTvft
QeydsFXkfnYeDgfion1hK2QM1BakML27+0G1gqZO1KOBijCBhzAmBgNVHREEHzAd
ggpyZWRpcy50ZXN0gglsb2NhbGhvc3SHBH8AAAEwHQYDVR0lBBYwFAYIKwYBBQUH
AwEGCCsGAQUFBwMCMB0GA1UdDgQWBBR84GBuEkhCce3MY/6TOi8/w0EgoTAfBgNV
HSMEGDAWgBTsAaQpGnfO2bCJQqyRkrRVVH1kEDAKBggqhkjOPQQDAgNIADBFAiEA
91du1GDDo5rXwMuAfaVKnHp6k0WjDhJbuXQsK6h//fgCID4DXMn/EdntqPmZQ7bU
ytesdqBHaxDDTrmlXOyRkp/N
-----END CERTIFICATE-----
`,
  'server.key': `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgZ81IegDY/Kwbz9RX
8GnOKxjcbWe08N85A3SfFWhCR7WhRANCAATKMNH2pVxh7QkwIFNGsfONhFIA93XE
vPsQvY3Pr2pO9+1B7J2wVeR+dh4OB+KifWErZAzUFqQwvbv7QbWCpk7U
-----END PRIVATE KEY-----
`,
  'client.crt': `-----BEGIN CERTIFICATE-----
MIIBhzCCAS2gAwIBAgIUcfnFRnpfG1Uo31QBWFx5/COc5TMwCgYIKoZIzj0EAwIw
GjEYMBYGA1UEAwwPRnJlc2hldCB0ZXN0IENBMCAXDTI2MTEyMzA4MzkxM1oYDzIx
MjYxMDMwMDgzOTEzWjASMRAwDgYDVQQDDAdmcmVzaGV0MFkwEwYHKoZIzj0CAQYI
KoZIzj0DAQcDQgAEQyG8hcl7mj/1XMa4gWMAXBIpCCv095faByGjMYhLqSyb0IU6
nareVPZVE/yPtxIQmo+rANinCsunHCoIVckcoaNXMFUwEwYDVR0lBAwwCgYIKwYB
BQUHAwIwHQYDVR0OBBYEFB6co2C4goj0HnWowPGsQ+gb4jttMB8GA1UdIwQYMBaA
FOwBpCkad87ZsIlCrJGStFVUfWQQMAoGCCqGSM49BAMCA0gAMEUCIAg56iO9WoxX
U7iUUgAezxFu/QQsFMyHtmhdUzwdqKLCAiEAxPGRTU6CIlyoUJmkWegO63ZdXPML
SKWkIarn90BQdy4=
-----END CERTIFICATE-----
`,
  'client.key': `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgsZbO9JJTn7A7i7fh
JXAPnUllwtL5rQFaOe8IC+8gJUmhRANCAARDIbyFyXuaP/VcxriBYwBcEikIK/T3
l9oHIaMxiEupLJvQhTqdqt5U9lUT/I+3EhCaj6sA2KcKy6ccKghVyRyh
-----END PRIVATE KEY-----
`,
} as const

export interface CertificateFiles {
  ca: string
  serverCert: string
  serverKey: string
  clientCert: string
  clientKey: string
}

/** Writes them into a folder; the paths of the files. */
export function writeCertificates(folder: string): CertificateFiles {
  const write = (name: keyof typeof FILES) => {
    const file = path.join(folder, name)
    writeFileSync(file, FILES[name], { mode: 0o600 })
    return file
  }
  return {
    ca: write('ca.crt'),
    serverCert: write('server.crt'),
    serverKey: write('server.key'),
    clientCert: write('client.crt'),
    clientKey: write('client.key'),
  }
}
