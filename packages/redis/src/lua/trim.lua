-- trim: cuts off the records that both the audit and the snapshot cover, never one more. Both are read here and now, so
-- that no caller's old knowledge can cut too far.
--   KEYS meta, stream, progress, snapshot   ARGV[1] nonce  ARGV[2] records to spare
--   -> {generation, records removed, archived, snapshot} (epochs; 0: nothing yet)
local archived = tonumber(redis.call('HGET', KEYS[3], 'archived:' .. gen) or 0)
local snapshot = 0
local head = redis.call('GETRANGE', KEYS[4], 0, 15)
local name = string.gsub(string.sub(head, 1, 8), '.', function(byte) return string.format('%02x', string.byte(byte)) end)
if name == gen and #head == 16 then
  local high, low = struct.unpack('>I4I4', string.sub(head, 9, 16))
  snapshot = high * 4294967296 + low
end
local removed = 0
local upTo = math.min(archived, snapshot) - tonumber(ARGV[2])
if upTo > 0 then removed = redis.call('XTRIM', KEYS[2], 'MINID', '=', (upTo + 1) .. '-0') end
return {gen, removed, archived, snapshot}
