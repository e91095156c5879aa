import type { ApiKeyRecord } from '@freshet/core/access/api-key'
import type { ControlDocument } from '@freshet/core/contracts/control-document'
import { AppError } from '@freshet/core/errors/app-error'
import type { EventRule } from '@freshet/core/invalidation/event-rule'
import { DEFAULT_NAMESPACE } from '@freshet/core/keys/cache-key'
import { defaultPolicy, type NamespacePolicy } from '@freshet/core/policy/namespace-policy'

/** What the control plane said last: policies and keys as maps. Until it said anything there are default policies. */
export class ControlState {
  private policies: ReadonlyMap<string, NamespacePolicy> = new Map()
  private fallback: NamespacePolicy = defaultPolicy()
  private keys: ReadonlyMap<string, ApiKeyRecord> | null = null
  private rules: readonly EventRule[] = []
  private readonly declaredOnly: boolean
  private currentRevision = 0

  /** `declaredOnly`: keys of namespaces that nobody declared are refused. */
  constructor(declaredOnly = false) {
    this.declaredOnly = declaredOnly
  }

  /** Takes a document over as a whole; readers see the old one or the new one, never a mixture. */
  adopt(document: ControlDocument): void {
    this.policies = new Map(document.namespaces.map((policy) => [policy.name, policy]))
    this.fallback = this.policies.get(DEFAULT_NAMESPACE) ?? defaultPolicy()
    this.keys = new Map(document.apiKeys.map((record) => [record.id, record]))
    this.rules = document.eventRules
    this.currentRevision = document.revision
  }

  get revision(): number {
    return this.currentRevision
  }

  /** A new Map with every document, so that caches built on it know when to forget; null until there was one. */
  get apiKeys(): ReadonlyMap<string, ApiKeyRecord> | null {
    return this.keys
  }

  get eventRules(): readonly EventRule[] {
    return this.rules
  }

  get declared(): ReadonlyMap<string, NamespacePolicy> {
    return this.policies
  }

  /** A namespace that nobody declared follows the policy named `default`. */
  policyOf = (namespace: string): NamespacePolicy => this.policies.get(namespace) ?? this.fallback

  /** Whether keys of this namespace are taken: of any, unless the installation takes declared ones only. */
  admits(namespace: string): boolean {
    return !this.declaredOnly || this.policies.has(namespace)
  }

  /** Throws `invalid` unless the namespace is admitted. */
  requireDeclared(namespace: string): void {
    if (!this.admits(namespace))
      throw new AppError('invalid', `The namespace "${namespace}" was not declared`, { field: 'key' })
  }
}
