export const BINARY_MEDIA_TYPE = 'application/vnd.freshet.batch'

/** The layout, for readers of this code and of the OpenAPI document alike (CommonMark). */
export const LAYOUT = `A batch as length-prefixed records. Numbers are big-endian, text is UTF-8, offsets are in bytes. Each document begins with

     0  u8   format, 1
     1  u8   kind: 1 mget, 2 reply to mget, 3 mput, 4 reply to mput
     2  u32  number of records, at most 1,000

A record of mget:

     0  u16  length of the key, then the key

A record of mput:

     0  u16  length of the key
     2  u16  length of the content type (0: application/octet-stream)
     4  u8   number of tags
     5  i32  ttlS    9  i32  swrS    13  i32  sieS    (-1: the policy decides)
    17  u32  length of the value
    21       key, content type, tags (each u8 length, then the tag), value

A record of a reply:

     0  u8   status: 0 hit, 1 stale, 2 miss, 3 absent, 4 error, 5 stored
     1  u8   reason of a stale value or a miss: 1 revalidating, 2 degraded, 3 generation, 4 origin-error,
             5 origin-slow, 6 absent, 7 expired, 8 invalidated, 9 bypass
     2  u16  length of the key
     4  u16  length of the content type
     6  u16  length of the ETag
     8  i32  ttlS   12  u32  ageS
    16  u32  length of the body
    20       key, content type, ETag, body

The body of a hit or a stale record is the value; of an error its problem document (application/problem+json); of a stored record its epoch.`

export const FORMAT = 1
export const KIND = { mget: 1, mgetReply: 2, mput: 3, mputReply: 4 } as const
export const HEAD_BYTES = 6
export const REPLY_RECORD_BYTES = 20

/** Positions are the wire's numbers: append, never reorder. */
export const STATUSES = ['hit', 'stale', 'miss', 'absent', 'error', 'stored'] as const
export const REASONS = [
  null,
  'revalidating',
  'degraded',
  'generation',
  'origin-error',
  'origin-slow',
  'absent',
  'expired',
  'invalidated',
  'bypass',
] as const
