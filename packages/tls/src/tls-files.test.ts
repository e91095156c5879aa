import { describe, expect, it } from 'vitest'
import { tlsFilesOf } from './tls-files.ts'

const off = { FRESHET_TLS_CLIENT_CERTS: 'off' } as const

describe('the settings of TLS', () => {
  it('are none by default', () => {
    expect(tlsFilesOf(off)).toEqual({ certFile: null, keyFile: null, caFile: null, requireClientCerts: false })
  })

  it('may name an authority alone: then this process only believes others', () => {
    expect(tlsFilesOf({ ...off, FRESHET_TLS_CA_FILE: 'ca' })).toMatchObject({ caFile: 'ca', certFile: null })
  })

  it.each([
    [{ ...off, FRESHET_TLS_CERT_FILE: 'c' }, /FRESHET_TLS_CERT_FILE and FRESHET_TLS_KEY_FILE go together/],
    [{ ...off, FRESHET_TLS_KEY_FILE: 'k' }, /FRESHET_TLS_CERT_FILE and FRESHET_TLS_KEY_FILE go together/],
    [{ FRESHET_TLS_CLIENT_CERTS: 'require', FRESHET_TLS_CA_FILE: 'a' } as const, /needs FRESHET_TLS_CERT_FILE/],
    [
      { FRESHET_TLS_CLIENT_CERTS: 'require', FRESHET_TLS_CERT_FILE: 'c', FRESHET_TLS_KEY_FILE: 'k' } as const,
      /FRESHET_TLS_CA_FILE/,
    ],
  ])('are refused, with the names of what is missing: %#', (env, message) => {
    expect(() => tlsFilesOf(env)).toThrow(message)
  })
})
