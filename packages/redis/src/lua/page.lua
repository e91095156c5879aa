-- Put before scripts that read records: a page ends at a number of records or at a size, whichever comes first. A bulk
-- run's records have 1,000 keys each; a thousand of them in one answer would hold up Redis and its reader for a third of
-- a second.
local MAX_PAGE_BYTES = 1048576
local function page(stream, after, count)
  local records, bytes, step = {}, 0, 16
  while #records < count and bytes < MAX_PAGE_BYTES do
    local asked = math.min(count - #records, step)
    local some = redis.call('XRANGE', stream, (after + 1) .. '-0', '+', 'COUNT', asked)
    for i = 1, #some do
      bytes = bytes + #some[i][2][2]
      records[#records + 1] = some[i]
    end
    if #some < asked then break end
    after = tonumber(string.match(some[asked][1], '^%d+'))
    -- Twice as many each time: what was read so far tells about how large they are.
    step = step * 2
  end
  return records
end
