-- write-snapshot: stores what the log said up to some position, unless the generation is over or a later one is there.
--   KEYS meta, stream, progress, snapshot   ARGV[1] nonce  ARGV[2] generation  ARGV[3] epoch
--   ARGV[4] generation (8 bytes), epoch (8 bytes, big-endian), index
--   -> 1 stored, 0 refused
if gen ~= ARGV[2] then return 0 end
local held = redis.call('GETRANGE', KEYS[4], 0, 15)
if #held == 16 and string.sub(held, 1, 8) == string.sub(ARGV[4], 1, 8) then
  local high, low = struct.unpack('>I4I4', string.sub(held, 9, 16))
  -- The log may be trimmed as far as the later one reaches: the older would leave a gap behind it.
  if high * 4294967296 + low >= tonumber(ARGV[3]) then return 0 end
end
-- One SET: what a joining node reads is all of one moment.
redis.call('SET', KEYS[4], ARGV[4])
return 1
