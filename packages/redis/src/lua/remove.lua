-- remove: deletes an entry unless it is as new as the invalidation or newer (a write that came after it).
--   KEYS[1] entry   ARGV[1] the invalidation's 16 bytes (generation, epoch)
--   -> 1 deleted, 0 kept or absent
local held = redis.call('GETRANGE', KEYS[1], 4, 19)
if held == '' then return 0 end
if string.sub(held, 1, 8) == string.sub(ARGV[1], 1, 8) then
  local heldHigh, heldLow = struct.unpack('>I4I4', string.sub(held, 9, 16))
  local high, low = struct.unpack('>I4I4', string.sub(ARGV[1], 9, 16))
  if heldHigh > high or (heldHigh == high and heldLow >= low) then return 0 end
end
return redis.call('UNLINK', KEYS[1])
