/** Where this process's certificate, its key and the authority that signs such certificates lie. */
export interface TlsFiles {
  certFile: string | null
  keyFile: string | null
  /** Null: the authorities that Node knows. */
  caFile: string | null
  /** To nodes, Freshet's own processes must show a certificate that this authority has signed, beside their token. */
  requireClientCerts: boolean
}

interface TlsSettings {
  FRESHET_TLS_CERT_FILE?: string | undefined
  FRESHET_TLS_KEY_FILE?: string | undefined
  FRESHET_TLS_CA_FILE?: string | undefined
  FRESHET_TLS_CLIENT_CERTS: 'off' | 'require'
}

/** Throws, naming the variables, when what is set cannot work together. */
export function tlsFilesOf(env: TlsSettings): TlsFiles {
  const certFile = env.FRESHET_TLS_CERT_FILE ?? null
  const keyFile = env.FRESHET_TLS_KEY_FILE ?? null
  const caFile = env.FRESHET_TLS_CA_FILE ?? null
  const requireClientCerts = env.FRESHET_TLS_CLIENT_CERTS === 'require'
  if ((certFile === null) !== (keyFile === null))
    throw new Error('FRESHET_TLS_CERT_FILE and FRESHET_TLS_KEY_FILE go together: set both or none')
  if (requireClientCerts && (certFile === null || caFile === null))
    throw new Error(
      'FRESHET_TLS_CLIENT_CERTS=require needs FRESHET_TLS_CERT_FILE and FRESHET_TLS_KEY_FILE (what this process shows nodes) and FRESHET_TLS_CA_FILE (who signs them)',
    )
  return { certFile, keyFile, caFile, requireClientCerts }
}
