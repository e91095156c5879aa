import { Packr } from 'msgpackr'
import type { BatchForm } from './form.ts'
import { readMsgpack } from './read-msgpack.ts'
import { shownItem } from './replies.ts'

// Plain maps: msgpackr's own records are an extension that other implementations cannot read.
const packr = new Packr({ useRecords: false })

/** Batches as MessagePack: the same documents as JSON, but values are binary in `body` and nothing is escaped. */
export const msgpackForm: BatchForm = {
  mediaType: 'application/msgpack',
  aliases: ['application/x-msgpack', 'application/vnd.msgpack'],
  readMget: readMsgpack,
  readMput: readMsgpack,
  writeMget: (items) => packr.pack({ items: items.map(shownItem) }),
  writeMput: (items) => packr.pack({ items: items.map(shownItem) }),
}
