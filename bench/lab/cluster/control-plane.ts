import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { ControlDocument } from '@freshet/core/contracts/control-document'
import type { NamespacePolicy } from '@freshet/core/policy/namespace-policy'
import { createDb } from '@freshet/db/client'
import { readControlDocument } from '@freshet/db/queries/control-document'
import { changeControl } from '@freshet/db/queries/control-revision'
import { savePolicy } from '@freshet/db/queries/namespace-policies'
import { createControlPublisher } from '@freshet/redis/control-publisher'
import { CHECKOUT } from '@freshet/scripts/platform/checkout'
import type { Redis } from 'ioredis'

/** Tells nodes of the policies, with no database behind it. */
export async function publishPolicies(redis: Redis, namespaces: NamespacePolicy[]): Promise<void> {
  await createControlPublisher(redis).publish(ControlDocument.parse({ revision: 1, namespaces, apiKeys: [] }))
}

/** Migrates a database, saves the policies there and tells nodes of them: the worker tells Redis again when it forgets. */
export async function savePolicies(redis: Redis, databaseUrl: string, namespaces: NamespacePolicy[]): Promise<void> {
  await promisify(execFile)(process.execPath, [path.join(CHECKOUT, 'packages/db/scripts/migrate.mjs')], {
    env: { ...process.env, DATABASE_URL: databaseUrl },
  })
  const db = createDb(databaseUrl, { maxConnections: 1 })
  try {
    await changeControl(db, async (tx) => {
      for (const policy of namespaces) await savePolicy(tx, policy, 1, 'lab')
    })
    await createControlPublisher(redis).publish(await readControlDocument(db))
  } finally {
    await db.$disconnect()
  }
}
