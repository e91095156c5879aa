/*
 * What nodes say to each other of many keys. Numbers are big-endian. A request is the mget of clients
 * (http/batch/binary-layout.ts). A reply has one answer per key, in order:
 *
 *   0  u8   0 a record, 1 a miss, 2 a problem document, 3 nothing: the reply was full, ask again
 *   1  u8   source             as a number of answer-format.ts's lists; of a record only
 *   2  u8   why it is stale    the same, from 1; 0: it is not
 *   3  u8   why it was missed  the same
 *   4  u32  length of what follows
 *   8       the record, or the problem document
 */
export const ANSWER = { record: 0, miss: 1, problem: 2, later: 3 } as const
export const ANSWER_HEAD_BYTES = 8

export const BATCH_MEDIA_TYPE = 'application/vnd.freshet.entries'
export const BATCH_PATH = '/api/peers/mget'
