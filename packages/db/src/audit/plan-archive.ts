import type { LogCommand } from '@freshet/core/coherence/log-record'
import type { ArchivableRecord, ArchivePage } from './archive-page.ts'
import { type AuditDraft, EVERY_NAMESPACE } from './audit-entry.ts'
import { describeInvalidation, type Invalidation } from './describe-invalidation.ts'

export interface ArchivePlan {
  drafts: AuditDraft[]
  puts: number
  lost: number
  archivedUpTo: number
}

/** What a page adds to an archive that has come up to `position`. Throws when it leaves out what nobody declared lost. */
export function planArchive(page: ArchivePage, position: number): ArchivePlan {
  if (page.after > position)
    throw new Error(
      `generation ${page.generation} is archived up to ${position}, and the page begins after ${page.after}: read it anew`,
    )
  const plan: ArchivePlan = { drafts: [], puts: 0, lost: 0, archivedUpTo: position }
  for (const record of page.records) {
    // Archived already, by a call whose answer was lost or by another archivist.
    if (record.epoch <= position) continue
    if (record.epoch <= plan.archivedUpTo) throw new Error(`epoch ${record.epoch} came twice, or out of order`)
    advance(plan, page.generation, record.epoch - 1)
    plan.drafts.push(...describeRecord(page.generation, record))
    plan.puts += countPuts(record.commands)
    plan.archivedUpTo = record.epoch
  }
  advance(plan, page.generation, page.upTo ?? 0)
  return plan
}

/** Epochs go up by one, so what is missing between two was trimmed before anybody archived it. */
function advance(plan: ArchivePlan, generation: string, epoch: number): void {
  const [from, to] = [plan.archivedUpTo + 1, epoch]
  if (to < from) return
  plan.drafts.push({
    kind: 'gap',
    action: 'lost',
    actor: 'job:log.archive',
    actorName: 'archivist',
    target: { generation, fromEpoch: from, toEpoch: to, count: to - from + 1 },
    namespaces: [EVERY_NAMESPACE],
    reason: 'the log was trimmed before it was archived',
    log: { generation, epoch: from, index: 0 },
    cause: { id: `gap:${generation}.${from}`, digest: '' },
  })
  plan.lost += to - from + 1
  plan.archivedUpTo = to
}

/** One draft for each invalidation: the commands that share a cause. One without a cause stands for itself. */
function describeRecord(generation: string, { epoch, atMs, commands }: ArchivableRecord): AuditDraft[] {
  const groups = new Map<string, { index: number; commands: Invalidation[] }>()
  commands.forEach((command, index) => {
    if (command.kind === 'put' || command.kind === 'swept') return
    const id = command.cause ? `cause:${command.cause.id}` : `index:${index}`
    const group = groups.get(id) ?? { index, commands: [] }
    group.commands.push(command)
    groups.set(id, group)
  })
  return [...groups.values()].map(({ index, commands }) => ({
    ...describeInvalidation(commands, commands[0]?.cause, { generation, epoch, index }),
    atMs,
  }))
}

function countPuts(commands: readonly LogCommand[]): number {
  return commands.reduce((puts, command) => puts + (command.kind === 'put' ? command.keys.length : 0), 0)
}
