import type { Db } from '@freshet/db/client'
import { readControlDocument } from '@freshet/db/queries/control-document'
import type { ControlPublisher } from '@freshet/redis/control-publisher'
import type { Log } from '../log.ts'
import type { Propagation } from '../schemas/namespaces.ts'

/** Tells nodes what the database says now; to be called after each committed change. */
export type PublishControl = () => Promise<Propagation>

/**
 * A change that is committed has happened, whether nodes could be told or not: the worker compares Redis with the
 * database every second and will tell them. So a failure here is a note in the answer and no error.
 */
export function createPublishControl(db: Db, publisher: ControlPublisher, log: Log): PublishControl {
  return async () => {
    try {
      await publisher.publish(await readControlDocument(db))
      return 'published'
    } catch (error) {
      log.warn({ err: error }, 'the change is committed; the worker will tell the nodes')
      return 'pending'
    }
  }
}
