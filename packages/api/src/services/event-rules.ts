import { randomUUID } from 'node:crypto'
import { type Principal, reachesNamespace } from '@freshet/core/access/permissions'
import { AppError } from '@freshet/core/errors/app-error'
import type { EventRule } from '@freshet/core/invalidation/event-rule'
import type { Db, DbOrTx } from '@freshet/db/client'
import { changeControl } from '@freshet/db/queries/control-revision'
import {
  deleteEventRule,
  findEventRule,
  listEventRules,
  type StoredEventRule,
  saveEventRule,
} from '@freshet/db/queries/event-rules'
import { type Asking, authorOf } from '../asking.ts'
import { authorizeReach } from '../authorize-reach.ts'
import type {
  CreateEventRuleInput,
  DeleteEventRuleInput,
  EventRuleView,
  UpdateEventRuleInput,
} from '../schemas/event-rules.ts'
import type { Propagation } from '../schemas/namespaces.ts'
import type { PublishControl } from './control-publication.ts'

/** Every node holds all of them and looks through them at each event. */
const MOST_RULES = 1_000

export type ChangedRule = EventRuleView & { propagation: Propagation }

export interface EventRuleService {
  /** Those whose whole reach is the caller's, by name. */
  list(principal: Principal): Promise<EventRuleView[]>
  get(principal: Principal, id: string): Promise<EventRuleView>
  create(asking: Asking, input: CreateEventRuleInput): Promise<ChangedRule>
  /** Replaces a rule as a whole. Rejects with `conflict` when the version is not the present one. */
  update(asking: Asking, input: UpdateEventRuleInput): Promise<ChangedRule>
  delete(asking: Asking, input: DeleteEventRuleInput): Promise<{ propagation: Propagation }>
}

const toView = ({ rule, version, updatedAt, updatedBy }: StoredEventRule): EventRuleView => ({
  rule,
  version,
  updatedAt: updatedAt.toISOString(),
  updatedBy,
})

export function createEventRuleService(db: Db, publish: PublishControl): EventRuleService {
  return {
    async list(principal) {
      const stored = await listEventRules(db)
      return stored
        .filter(({ rule }) => isWithin(principal, rule))
        .sort((a, b) => a.rule.name.localeCompare(b.rule.name, 'en'))
        .map(toView)
    },

    async get(principal, id) {
      const stored = await findOrThrow(db, id)
      authorizeReach(principal, 'read', stored.rule.reach)
      return toView(stored)
    },

    async create(asking, { reason, ...said }) {
      const saved = await changeControl(db, async (tx) => {
        if ((await listEventRules(tx)).length >= MOST_RULES)
          throw new AppError('conflict', `There are ${MOST_RULES} rules, and no room for more`, { limit: MOST_RULES })
        return saveEventRule(tx, { ...said, id: randomUUID() }, 1, authorOf(asking, reason))
      })
      return { ...toView(saved), propagation: await publish() }
    },

    async update(asking, { reason, version, ...rule }) {
      const saved = await changeControl(db, async (tx) => {
        const stored = await findOrThrow(tx, rule.id)
        // The new reach was looked at already; who does not hold the old one must not take the rule away from there.
        authorizeReach(asking.principal, 'invalidate', stored.rule.reach)
        if (version !== undefined && version !== stored.version) throw changedSince(stored, version)
        return saveEventRule(tx, rule, stored.version + 1, authorOf(asking, reason))
      })
      return { ...toView(saved), propagation: await publish() }
    },

    async delete(asking, { id, reason }) {
      await changeControl(db, async (tx) => {
        const stored = await findOrThrow(tx, id)
        authorizeReach(asking.principal, 'invalidate', stored.rule.reach)
        await deleteEventRule(tx, stored, authorOf(asking, reason))
      })
      return { propagation: await publish() }
    },
  }
}

function isWithin(principal: Principal, { reach }: EventRule): boolean {
  if (reach === '*') return principal.namespaces === '*'
  return reach.every((namespace) => reachesNamespace(principal, namespace))
}

async function findOrThrow(db: DbOrTx, id: string): Promise<StoredEventRule> {
  const stored = await findEventRule(db, id)
  if (!stored) throw new AppError('not_found', `There is no event rule "${id}"`, { field: 'id' })
  return stored
}

function changedSince({ rule, version, updatedBy, updatedAt }: StoredEventRule, from: number): AppError {
  const detail = `"${rule.name}" is at version ${version} (${updatedBy}, ${updatedAt.toISOString()}); the change was made from ${from}`
  return new AppError('conflict', detail, { field: 'version', limit: version })
}
