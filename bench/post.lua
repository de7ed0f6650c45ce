-- Sends the bodies of a file one after another, and says at the end what wrk counted.
-- The file's first line is the path's headers ("Name: value" parted by tabs), each other a body.
local requests = {}
local next_one = 0

function init(args)
  local headers = {}
  local first = true
  for line in io.lines(args[1]) do
    if first then
      for pair in line:gmatch("[^\t]+") do
        local name, value = pair:match("([^:]+): (.*)")
        headers[name] = value
      end
      first = false
    else
      requests[#requests + 1] = wrk.format("POST", wrk.path, headers, line)
    end
  end
end

function request()
  next_one = next_one % #requests + 1
  return requests[next_one]
end

function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format(
    '\nSUMMARY {"requests": %d, "microseconds": %d, "p50": %.1f, "p99": %.1f, "errors": %d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout
  ))
end
