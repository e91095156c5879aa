import { z } from 'zod'

/** What is stored. `version` tells an oracle which write it sees; the rest is weight. */
export const Document = z.object({ version: z.number().int().min(0), filler: z.string() })
export type Document = z.infer<typeof Document>

/** A document of about so many bytes as JSON. */
export function makeDocument(version: number, bytes: number): Document {
  const bare = JSON.stringify({ version, filler: '' }).length
  return { version, filler: 'x'.repeat(Math.max(0, bytes - bare)) }
}
