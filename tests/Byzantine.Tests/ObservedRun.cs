using System.Text.Json;

namespace Consensus.Byzantine.Tests;

/// <summary>A run of a whole group in which nothing is violated, with what its callers and replicas have seen.</summary>
internal sealed class ObservedRun
{
    private readonly string _history;
    private readonly string _trace;

    public ObservedRun(Simulator simulator, ulong seed)
    {
        using var history = new StringWriter();
        using var trace = new StringWriter();
        simulator.Run(seed, history, trace).ThrowIfViolated();
        _history = history.ToString();
        _trace = trace.ToString();
    }

    /// <summary>Whether any replica has given up a leader.</summary>
    public bool HasGivenUpLeader => _trace.Contains("is Candidate in", StringComparison.Ordinal);

    /// <summary>When each call began that took effect, and how long it took, in all its attempts.</summary>
    public IEnumerable<(TimeSpan Begun, TimeSpan Took)> Calls
    {
        get
        {
            var begun = new Dictionary<long, TimeSpan>();
            foreach (var line in _history.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                using var json = JsonDocument.Parse(line);
                var process = json.RootElement.GetProperty("process").GetInt64();
                var time = TimeSpan.FromTicks(json.RootElement.GetProperty("time").GetInt64() / TimeSpan.NanosecondsPerTick);
                if (json.RootElement.GetProperty("type").GetString() is "invoke")
                {
                    begun[process] = time;
                }
                else if (json.RootElement.GetProperty("type").GetString() is "ok")
                {
                    yield return (begun[process], time - begun[process]);
                }
            }
        }
    }
}
