import { authorize, type Principal, reachesNamespace } from '@freshet/core/access/permissions'
import { AppError } from '@freshet/core/errors/app-error'
import { DEFAULT_NAMESPACE } from '@freshet/core/keys/cache-key'
import { NamespacePolicy } from '@freshet/core/policy/namespace-policy'
import type { Db } from '@freshet/db/client'
import { changeControl } from '@freshet/db/queries/control-revision'
import {
  deletePolicy,
  findPolicy,
  listPolicies,
  type StoredPolicy,
  savePolicy,
} from '@freshet/db/queries/namespace-policies'
import { type Asking, authorOf } from '../asking.ts'
import type { NamespaceView, Propagation, PutNamespaceInput } from '../schemas/namespaces.ts'
import type { PublishControl } from './control-publication.ts'
import { maskSecrets, sealSecrets } from './origin-secrets.ts'

export interface NamespaceService {
  /** The caller's own, by name. */
  list(principal: Principal): Promise<NamespaceView[]>
  get(name: string): Promise<NamespaceView>
  /** Rejects with `conflict` when the version is not the present one, `invalid` when the result would be no policy. */
  put(asking: Asking, input: PutNamespaceInput): Promise<NamespaceView & { propagation: Propagation }>
  remove(asking: Asking, input: { name: string; reason?: string | undefined }): Promise<{ propagation: Propagation }>
}

const toView = ({ policy, version, updatedAt, updatedBy }: StoredPolicy): NamespaceView => ({
  policy: maskSecrets(policy),
  version,
  updatedAt: updatedAt.toISOString(),
  updatedBy,
})

export function createNamespaceService(db: Db, secretsKey: Buffer, publish: PublishControl): NamespaceService {
  return {
    async list(principal) {
      const stored = await listPolicies(db)
      return stored.filter(({ policy }) => reachesNamespace(principal, policy.name)).map(toView)
    },

    async get(name) {
      const stored = await findPolicy(db, name)
      if (!stored) throw notDeclared(name)
      return toView(stored)
    },

    async put(asking, input) {
      authorizeDefault(asking.principal, input.name)
      if (input.policy.name !== undefined && input.policy.name !== input.name)
        throw new AppError('invalid', 'policy.name: a namespace keeps its name', { field: 'policy.name' })
      const saved = await changeControl(db, async (tx) => {
        const stored = await findPolicy(tx, input.name)
        checkVersion(input, stored)
        const policy = NamespacePolicy.parse({ ...stored?.policy, ...input.policy, name: input.name })
        const origin =
          input.policy.origin && policy.origin
            ? sealSecrets(policy.origin, stored?.policy.origin ?? null, secretsKey)
            : policy.origin
        return savePolicy(tx, { ...policy, origin }, (stored?.version ?? 0) + 1, authorOf(asking, input.reason))
      })
      return { ...toView(saved), propagation: await publish() }
    },

    async remove(asking, { name, reason }) {
      authorizeDefault(asking.principal, name)
      await changeControl(db, async (tx) => {
        if (!(await findPolicy(tx, name))) throw notDeclared(name)
        await deletePolicy(tx, name, authorOf(asking, reason))
      })
      return { propagation: await publish() }
    },
  }
}

/** The policy named `default` governs every namespace that nobody declared, so it belongs to who reaches them all. */
function authorizeDefault(principal: Principal, name: string): void {
  if (name === DEFAULT_NAMESPACE) authorize(principal, 'admin', '*')
}

function checkVersion({ name, version }: PutNamespaceInput, stored: StoredPolicy | null): void {
  const present = stored?.version ?? 0
  if (version === undefined || version === present) return
  throw new AppError(
    'conflict',
    stored
      ? `"${name}" is at version ${present} (${stored.updatedBy}, ${stored.updatedAt.toISOString()}); the change was made from ${version}`
      : `"${name}" is not declared any more`,
    { field: 'version', limit: present },
  )
}

const notDeclared = (name: string) =>
  new AppError('not_found', `The namespace "${name}" is not declared`, { field: 'name' })
