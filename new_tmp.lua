local length, wishes = tonumber(ARGV[1]), ARGV[2]
local ENTRY = '<ddd'
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local epoch = math.floor(now / length)
local told, position = {}, 1

local function entry(list, index)
  local packed = redis.call('LINDEX', list, index)
  if packed then return struct.unpack(ENTRY, packed) end
end

for n = 1, #KEYS do
  local list = KEYS[n]
  local limit, runs
  limit, runs, position = struct.unpack('<I4I4', wishes, position)
  local last, all, prior = entry(list, -1)
  if not last then
    redis.call('RPUSH', list, struct.pack(ENTRY, 0, 0, 0))
    last, all, prior = 0, 0, 0
  end
  local first2 = redis.call('LRANGE', list, 0, 1)
  local _, all_gone, prior_gone = struct.unpack(ENTRY, first2[1])
  local first = first2[2] and struct.unpack(ENTRY, first2[2])
  local used, prior_used = all - all_gone, prior - prior_gone
  local u, p = used, prior_used
  for r = 1, runs do
    local count
    count, position = struct.unpack('<I4', wishes, position)
    if r % 2 == 1 then
      local add = math.max(0, math.min(count, limit - p))
      u, p = u + add, p + add
    else
      u = u + math.max(0, math.min(count, limit - u))
    end
  end
  if u > used then
    redis.call('RPUSH', list, struct.pack(ENTRY, now, all + u - used, prior + p - prior_used))
    if math.floor(last / length) ~= epoch then redis.call('PEXPIRE', list, math.ceil(length / 500) + 1) end
  end
  told[#told + 1] = struct.pack('<dddd', used, prior_used, first or now, first or now)
end
return {now}
