import { authorize, hasScope, type Principal } from '@freshet/core/access/permissions'
import { formatVersion } from '@freshet/core/coherence/version'
import type { AuditEntry, AuditKind } from '@freshet/db/audit/audit-entry'
import type { Db } from '@freshet/db/client'
import { type AuditCursor, type AuditFilter, listAudit } from '@freshet/db/queries/audit-list'
import { verifyChain } from '@freshet/db/queries/audit-verify'
import type {
  AuditEntryView,
  AuditFilterInput,
  AuditPageView,
  AuditVerdict,
  ListAuditInput,
  VerifyAuditInput,
} from '../schemas/audit.ts'

/** Who may sign in, when they did, and with what programs may come: for admins, as the lists of them are. */
const FOR_ADMINS: readonly AuditKind[] = ['api_key', 'user', 'sign_in']

export interface AuditService {
  /** What the caller may see: entries that concern nothing but their namespaces. */
  list(principal: Principal, input: ListAuditInput): Promise<AuditPageView>
  verify(input: VerifyAuditInput): Promise<AuditVerdict>
}

export function createAuditService(db: Db): AuditService {
  return {
    async list(principal, { cursor, limit, ...input }) {
      const after = cursor === undefined ? null : parseCursor(cursor)
      const page = await listAudit(db, visibleFilter(principal, input), { after, limit })
      return { items: page.entries.map(toView), cursor: page.cursor && formatCursor(page.cursor) }
    },

    verify({ noted, ...range }) {
      const [position, hash = ''] = noted?.split(':') ?? []
      return verifyChain(db, {
        ...range,
        noted: position === undefined ? undefined : { position: Number(position), hash },
      })
    },
  }
}

/** The filter that was asked for, within what the principal may see. Throws when it asks for a kind that is not theirs. */
function visibleFilter(principal: Principal, { since, until, ...input }: AuditFilterInput): AuditFilter {
  if (input.kind && FOR_ADMINS.includes(input.kind)) authorize(principal, 'admin', '*')
  return {
    ...input,
    since: since === undefined ? undefined : new Date(since),
    until: until === undefined ? undefined : new Date(until),
    without: hasScope(principal, 'admin') ? undefined : FOR_ADMINS,
    within: principal.namespaces === '*' ? undefined : [...principal.namespaces],
  }
}

function toView({ fromAddress, generation, epoch, index: _, causeDigest: __, ...same }: AuditEntry): AuditEntryView {
  return {
    ...same,
    from: fromAddress,
    epoch: generation !== null && epoch !== null ? formatVersion({ generation, epoch }) : null,
  }
}

const formatCursor = ({ atMs, position }: AuditCursor) => `${atMs}-${position}`

function parseCursor(cursor: string): AuditCursor {
  const [atMs, position] = cursor.split('-')
  return { atMs: Number(atMs), position: Number(position) }
}
