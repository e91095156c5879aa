import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { TlsFiles } from './tls-files.ts'

/** PEM texts, as `tls` takes them. Certificate and key come together. */
export interface TlsMaterial {
  cert?: string
  key?: string
  ca?: string
}

/**
 * Reads the files and checks that they are what they should be. Throws an Error that names the variable: what OpenSSL says
 * of a wrong file (`error:0480006C:PEM routines::no start line`) tells an operator nothing.
 */
export function readTlsMaterial({ certFile, keyFile, caFile }: TlsFiles): TlsMaterial {
  const ca = caFile === null ? null : readPem('FRESHET_TLS_CA_FILE', caFile)
  if (ca !== null) parseCertificate('FRESHET_TLS_CA_FILE', ca)
  if (certFile === null || keyFile === null) return ca === null ? {} : { ca }
  const cert = readPem('FRESHET_TLS_CERT_FILE', certFile)
  const key = readPem('FRESHET_TLS_KEY_FILE', keyFile)
  if (!parseCertificate('FRESHET_TLS_CERT_FILE', cert).checkPrivateKey(parseKey(key)))
    throw new Error('FRESHET_TLS_KEY_FILE holds the key of another certificate than FRESHET_TLS_CERT_FILE')
  return { cert, key, ...(ca !== null && { ca }) }
}

function readPem(variable: string, file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new Error(`${variable} cannot be read: ${(error as Error).message}`, { cause: error })
  }
}

/** The first of a chain: the one that the key belongs to. */
function parseCertificate(variable: string, pem: string): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch (error) {
    throw new Error(`${variable} holds no certificate in PEM form`, { cause: error })
  }
}

function parseKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem)
  } catch (error) {
    throw new Error('FRESHET_TLS_KEY_FILE holds no private key in PEM form without a passphrase', { cause: error })
  }
}
