-- remove: deletes entries, but those that are as new as the invalidation or newer (a write that came after it).
--   KEYS entries   ARGV[1] the invalidation's 16 bytes (generation, epoch)
--   -> how many were deleted
local generation = string.sub(ARGV[1], 1, 8)
local high, low = struct.unpack('>I4I4', string.sub(ARGV[1], 9, 16))
local removed = 0
for _, key in ipairs(KEYS) do
  local held = redis.call('GETRANGE', key, 4, 19)
  local spared = held == ''
  if string.sub(held, 1, 8) == generation then
    local heldHigh, heldLow = struct.unpack('>I4I4', string.sub(held, 9, 16))
    spared = heldHigh > high or (heldHigh == high and heldLow >= low)
  end
  if not spared then removed = removed + redis.call('UNLINK', key) end
end
return removed
