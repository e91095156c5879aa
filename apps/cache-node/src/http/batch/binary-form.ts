import { BINARY_MEDIA_TYPE, KIND } from './binary-layout.ts'
import type { BatchForm } from './form.ts'
import { readBinaryMget, readBinaryMput } from './read-binary-request.ts'
import { writeBinaryReply } from './write-binary-reply.ts'

/** Batches as length-prefixed records: nothing is escaped, parsed or copied twice. For clients that count in millions. */
export const binaryForm: BatchForm = {
  mediaType: BINARY_MEDIA_TYPE,
  aliases: [],
  readMget: readBinaryMget,
  readMput: readBinaryMput,
  writeMget: (items) => writeBinaryReply(KIND.mgetReply, items),
  writeMput: (items) => writeBinaryReply(KIND.mputReply, items),
}
