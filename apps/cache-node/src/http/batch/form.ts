import type { ReadItem, WrittenItem } from './items.ts'

/**
 * One wire form of batches. The readers check that the bytes are of this form (AppError `bad_request`) and hold no more
 * than a batch may (`invalid`); what the documents must hold is checked by the schemas, the same for every form.
 */
export interface BatchForm {
  readonly mediaType: string
  /** Other names by which it is known. */
  readonly aliases: readonly string[]
  readMget(body: Buffer): unknown
  readMput(body: Buffer): unknown
  writeMget(items: readonly ReadItem[]): Buffer | string
  writeMput(items: readonly WrittenItem[]): Buffer | string
}
