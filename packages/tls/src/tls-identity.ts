import type { TlsFiles } from './tls-files.ts'
import { readTlsMaterial, type TlsMaterial } from './tls-material.ts'

/**
 * Looked at, not watched: certificates are renewed weeks before their end, and what renews them replaces folders and links
 * in ways that file watchers miss.
 */
const LOOK_EVERY_MS = 10_000

/**
 * What this process shows nodes and whom it believes, kept up with its files. A change that cannot be used (half of a pair
 * was written) is reported and tried again; until then what was read last stands.
 */
export class TlsIdentity {
  private readonly files: TlsFiles
  private material: TlsMaterial
  private readonly listeners = new Set<(material: TlsMaterial) => void>()
  private timer: NodeJS.Timeout | null = null

  /** Throws an Error that names the variable whose file cannot be used. */
  constructor(files: TlsFiles) {
    this.files = files
    this.material = readTlsMaterial(files)
  }

  get current(): TlsMaterial {
    return this.material
  }

  /** Whether there is a certificate to serve HTTPS with. */
  get isServer(): boolean {
    return this.material.cert !== undefined
  }

  /** Whether Freshet's own processes must show a certificate. */
  get requireClientCerts(): boolean {
    return this.files.requireClientCerts
  }

  onChange(listener: (material: TlsMaterial) => void): void {
    this.listeners.add(listener)
  }

  start(onError: (error: unknown) => void, everyMs = LOOK_EVERY_MS): void {
    const { certFile, caFile } = this.files
    if (certFile === null && caFile === null) return
    this.timer = setInterval(() => {
      try {
        this.look()
      } catch (error) {
        onError(error)
      }
    }, everyMs)
    this.timer.unref()
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer)
  }

  private look(): void {
    const material = readTlsMaterial(this.files)
    const { cert, key, ca } = this.material
    if (material.cert === cert && material.key === key && material.ca === ca) return
    this.material = material
    for (const listener of this.listeners) listener(material)
  }
}
