-- Admits arrivals to a sliding window: KEYS[1] is the list of those admitted, oldest first, as
-- Unix microseconds; ARGV are the limit, the window's length in microseconds and the number that
-- arrived. Answers how many the window held before, the oldest of them (0: none) and the time.
local key = KEYS[1]
local limit, length, arrived = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])

local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
-- A clock that was set back must not break the list's order.
local newest = redis.call('LINDEX', key, -1)
if newest then now = math.max(now, tonumber(newest)) end

-- Times are cut to the microsecond, so one exactly a window old may be a bit younger: it stays.
local function has_left(index)
  local entry = redis.call('LINDEX', key, index)
  return entry and tonumber(entry) < now - length
end

-- Find the first that stays in doubling steps, then halving ones: a burst that leaves at once
-- must not hold up everybody else.
if has_left(0) then
  local gone, step = 0, 1
  while has_left(gone + step) do
    gone = gone + step
    step = step * 2
  end
  while step > 1 do
    step = step / 2
    if has_left(gone + step) then gone = gone + step end
  end
  redis.call('LTRIM', key, gone + 1, -1)
end

local used = redis.call('LLEN', key)
local oldest = tonumber(redis.call('LINDEX', key, 0) or 0)
local admitted = math.min(arrived, limit - used)
if admitted > 0 then
  local entries = {}
  for i = 1, admitted do entries[i] = string.format('%.0f', now) end
  redis.call('RPUSH', key, unpack(entries))
  redis.call('PEXPIRE', key, math.ceil(length / 1000) + 1)
end
return {used, oldest, now}
