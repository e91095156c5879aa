import { createHash } from 'node:crypto'
import type { ControlDocument } from '@freshet/core/contracts/control-document'
import { redisKeys } from '@freshet/core/keys/redis-keys'
import { z } from 'zod'
import type { RedisClient } from './connection.ts'
import { loadScript, scriptRunner } from './script.ts'

const publishScript = loadScript('publish-control')
const inspectScript = loadScript('inspect-control')

/** What Redis holds: revision and SHA-1 of the document's text. */
export interface HeldDocument {
  revision: number
  digest: string
}

export interface ControlPublisher {
  /** Stores the document and rings the doorbell. False when Redis has this revision or a newer one. */
  publish(document: ControlDocument): Promise<boolean>
  /** What Redis holds, or null when it holds no whole document. */
  inspect(): Promise<HeldDocument | null>
}

/** The document's text; equal documents have equal texts. */
const serialise = (document: ControlDocument) => JSON.stringify(document)

/** The digest that `inspect` reports once this document is stored. */
export function digestOf(document: ControlDocument): string {
  return createHash('sha1').update(serialise(document)).digest('hex')
}

const InspectReply = z.tuple([z.coerce.number().int(), z.string()]).nullable()

/** Writes what every node follows (control-feed.ts). Rejects with ioredis's error when Redis cannot be reached. */
export function createControlPublisher(redis: RedisClient): ControlPublisher {
  const runPublish = scriptRunner(redis, publishScript)
  const runInspect = scriptRunner(redis, inspectScript)
  const keys = [redisKeys.controlDocument, redisKeys.controlRevision]
  return {
    async publish(document) {
      const stored = await runPublish(keys, [serialise(document), document.revision, redisKeys.controlDoorbell])
      return stored === 1
    },
    async inspect() {
      const reply = InspectReply.parse(await runInspect(keys, []))
      return reply && { revision: reply[0], digest: reply[1] }
    },
  }
}
