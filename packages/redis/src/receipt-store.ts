import { parseVersion, type Version } from '@freshet/core/coherence/version'
import { Receipt } from '@freshet/core/invalidation/receipt'
import type { ReceiptStore } from '@freshet/core/invalidation/receipt-store'
import { redisKeys } from '@freshet/core/keys/redis-keys'
import type { RedisClient } from './connection.ts'
import { logUnavailable } from './log/log-script.ts'

/** Receipts as JSON, each with a time to live; on the log's server, which evicts nothing. */
export class RedisReceiptStore implements ReceiptStore {
  private readonly redis: RedisClient
  private readonly isArchived: (version: Version) => Promise<boolean>

  /** `isArchived`: `LogArchive.isArchived`; a receipt is told as archived from the moment at which it is. */
  constructor(redis: RedisClient, isArchived: (version: Version) => Promise<boolean>) {
    this.redis = redis
    this.isArchived = isArchived
  }

  async save(receipt: Receipt, keepMs: number): Promise<void> {
    await this.redis.set(redisKeys.receipt(receipt.id), JSON.stringify(receipt), 'PX', keepMs).catch(logUnavailable)
  }

  async find(id: string): Promise<Receipt | null> {
    const text = await this.redis.get(redisKeys.receipt(id)).catch(logUnavailable)
    const receipt = text === null ? null : parseReceipt(text)
    if (receipt === null || receipt.archived || receipt.epoch === null) return receipt
    const version = parseVersion(receipt.epoch)
    return { ...receipt, archived: version !== null && (await this.isArchived(version)) }
  }
}

/** Null when it cannot be read: another release wrote it, or something else did. */
function parseReceipt(text: string): Receipt | null {
  try {
    return Receipt.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}
