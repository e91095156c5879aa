import { isSealed, openSecret } from '@freshet/core/access/secrets'
import type { Clock } from '@freshet/core/clock'
import type { Origin, OriginStatus } from '@freshet/core/origins/origin'
import type { NamespacePolicy } from '@freshet/core/policy/namespace-policy'
import type { OriginConfig } from '@freshet/core/policy/origin-config'
import type { FastifyBaseLogger } from 'fastify'
import type { Cidr } from './address-rules.ts'
import { createHttpOrigin } from './http-origin.ts'
import { createRefusingOrigin } from './refusing-origin.ts'

export interface OriginRegistryOptions {
  /** The key derived for `origin-secrets`. */
  secretsKey: Buffer
  allow: readonly Cidr[]
  clock: Clock
  logger: Pick<FastifyBaseLogger, 'warn'>
}

interface Kept {
  origin: Origin
  /** The settings it was made from, as text: the same text keeps the origin with its connections and its breaker. */
  fingerprint: string
}

/** Different warnings that one origin may log. */
const MAX_WARNINGS = 20

/** One origin per policy that has one, made and replaced as policies change. */
export class OriginRegistry {
  private readonly options: OriginRegistryOptions
  private kept: ReadonlyMap<string, Kept> = new Map()
  private readonly draining = new Set<Promise<void>>()

  constructor(options: OriginRegistryOptions) {
    this.options = options
  }

  /** `policyName` is `default` for namespaces that nobody declared. */
  originOf(policyName: string): Origin | null {
    return this.kept.get(policyName)?.origin ?? null
  }

  /** Takes the policies over. An origin that changed or went finishes what it is loading and is then closed. */
  adopt(policies: readonly NamespacePolicy[]): void {
    const before = this.kept
    const next = new Map<string, Kept>()
    for (const { name, origin: config, maxValueBytes } of policies) {
      if (config === null) continue
      const fingerprint = JSON.stringify([config, maxValueBytes])
      const known = before.get(name)
      const same = known?.fingerprint === fingerprint
      next.set(name, same ? known : { origin: this.make(name, config, maxValueBytes), fingerprint })
    }
    this.kept = next
    for (const [name, { origin }] of before) if (next.get(name)?.origin !== origin) this.drain(name, origin)
  }

  statuses(): ReadonlyMap<string, OriginStatus> {
    return new Map([...this.kept].map(([name, { origin }]) => [name, origin.status()]))
  }

  /** Resolves when every load has ended, each within its deadline, and every connection is closed. */
  async closeAll(): Promise<void> {
    this.adopt([])
    await Promise.all(this.draining)
  }

  /** One namespace whose origin cannot be made must not keep the others from theirs, nor look as if it had none. */
  private make(name: string, config: OriginConfig, maxValueBytes: number): Origin {
    const { secretsKey, allow, clock, logger } = this.options
    const warned = new Set<string>()
    const warn = (detail: string) => {
      if (warned.has(detail) || warned.size >= MAX_WARNINGS) return
      warned.add(detail)
      logger.warn({ namespace: name }, detail)
    }
    try {
      const opened = { ...config, headers: openHeaders(config.headers, secretsKey) }
      return createHttpOrigin({ config: opened, maxValueBytes, allow, clock, random: Math.random, warn })
    } catch (err) {
      logger.warn({ err, namespace: name }, 'the origin of this namespace could not be set up')
      return createRefusingOrigin('The origin of this namespace could not be set up: its log entry says why')
    }
  }

  private drain(name: string, origin: Origin): void {
    const closing = origin
      .close()
      .catch((err: unknown) => this.options.logger.warn({ err, namespace: name }, 'closing an origin failed'))
      .finally(() => this.draining.delete(closing))
    this.draining.add(closing)
  }
}

function openHeaders(headers: OriginConfig['headers'], secretsKey: Buffer): OriginConfig['headers'] {
  return headers.map((header) =>
    header.secret && isSealed(header.value) ? { ...header, value: openSecret(header.value, secretsKey) } : header,
  )
}
