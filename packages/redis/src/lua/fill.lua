-- fill: stores an entry unless a newer version of the same generation is there. Thrift, not safety: readers judge every
-- version by the log.
--   KEYS[1] entry   ARGV[1] record   ARGV[2] milliseconds to live
--   ARGV[3] condition: '' none, '-' there must be no record, else the 16 bytes (generation, epoch) that must be there
--   -> 1 stored, 0 refused
local held = redis.call('GETRANGE', KEYS[1], 0, 19)
-- A record of another format is nothing, here as for readers.
if string.sub(held, 1, 1) == string.sub(ARGV[1], 1, 1) then held = string.sub(held, 5) else held = '' end
if ARGV[3] ~= '' then
  if ARGV[3] == '-' then
    if held ~= '' then return 0 end
  elseif held ~= ARGV[3] then
    return 0
  end
end
if held ~= '' and string.sub(held, 1, 8) == string.sub(ARGV[1], 5, 12) then
  -- Two halves, because Lua's numbers and string order are no help with 64 bits.
  local heldHigh, heldLow = struct.unpack('>I4I4', string.sub(held, 9, 16))
  local high, low = struct.unpack('>I4I4', string.sub(ARGV[1], 13, 20))
  if heldHigh > high or (heldHigh == high and heldLow > low) then return 0 end
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
