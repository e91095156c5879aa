import type { NodeAnnouncement } from '../contracts/node-registry.ts'

/** What a healthy node in the ring says of itself; tests change what they speak of. */
export function announcementOf(id: string, facts: Partial<NodeAnnouncement> = {}): NodeAnnouncement {
  return {
    ...{ id, incarnation: 'first', url: `http://${id}.test`, version: '0.0.0' },
    ...{ weight: 100, zone: null, inRing: true, startedAt: 0, seenAt: 0, state: 'coherent', draining: false },
    ...facts,
  }
}
