-- Asks for what a file lists, a line each (path, tab, Authorization), one after another from a random
-- place on; and ends with one line of JSON.
local requests = {}
local position = 0

function init(args)
  for line in io.lines(args[1]) do
    local path, authorization = line:match("^([^\t]*)\t(.*)$")
    requests[#requests + 1] = wrk.format("GET", path, { Authorization = authorization })
  end
  math.randomseed(os.time())
  position = math.random(#requests)
end

function request()
  position = position % #requests + 1
  return requests[position]
end

function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format(
    '{"answers": %d, "duration_us": %d, "p50_us": %d, "p99_us": %d, "p999_us": %d, "refused": %d, "broken": %d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    latency:percentile(99.9),
    errors.status, errors.connect + errors.read + errors.write + errors.timeout
  ))
end
