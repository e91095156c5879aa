import { isSealed, openSecret } from '@freshet/core/access/secrets'
import type { Clock } from '@freshet/core/clock'
import type { Origin, OriginStatus } from '@freshet/core/origins/origin'
import type { NamespacePolicy } from '@freshet/core/policy/namespace-policy'
import type { OriginConfig } from '@freshet/core/policy/origin-config'
import type { FastifyBaseLogger } from 'fastify'
import type { Cidr } from './address-rules.ts'
import { createHttpOrigin } from './http-origin.ts'

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

/** One origin per namespace that has one, made and replaced as policies change. */
export class OriginRegistry {
  private readonly options: OriginRegistryOptions
  private kept: ReadonlyMap<string, Kept> = new Map()

  constructor(options: OriginRegistryOptions) {
    this.options = options
  }

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
      if (known?.fingerprint === fingerprint) next.set(name, known)
      else {
        const origin = this.make(name, config, maxValueBytes)
        if (origin !== null) next.set(name, { origin, fingerprint })
      }
    }
    this.kept = next
    for (const [name, { origin }] of before) if (next.get(name)?.origin !== origin) this.close(name, origin)
  }

  statuses(): ReadonlyMap<string, OriginStatus> {
    return new Map([...this.kept].map(([name, { origin }]) => [name, origin.status()]))
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.kept.values()].map(({ origin }) => origin.close()))
  }

  /** Null when its secrets cannot be opened: the namespace then has no origin, which shows, instead of a node that dies. */
  private make(name: string, config: OriginConfig, maxValueBytes: number): Origin | null {
    const { secretsKey, allow, clock, logger } = this.options
    try {
      const headers = config.headers.map((header) =>
        isSealed(header.value) ? { ...header, value: openSecret(header.value, secretsKey) } : header,
      )
      return createHttpOrigin({
        config: { ...config, headers },
        maxValueBytes,
        allow,
        clock,
        random: Math.random,
        warn: (detail) => logger.warn({ namespace: name }, detail),
      })
    } catch (err) {
      logger.warn({ err, namespace: name }, 'the origin of this namespace could not be set up')
      return null
    }
  }

  private close(name: string, origin: Origin): void {
    origin
      .close()
      .catch((err: unknown) => this.options.logger.warn({ err, namespace: name }, 'closing an origin failed'))
  }
}
