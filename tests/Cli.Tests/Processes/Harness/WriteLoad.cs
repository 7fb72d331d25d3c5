using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Consensus.Cli.Client;

namespace Consensus.Cli.Tests.Processes.Harness;

/// <summary>
/// Clients that write without a break, and the oracle that knows what they were told. Each client counts up by compare-and-swap, so that a
/// step that was lost or done twice refuses the next one, and writes one new key for each step. A call that fails ends the load, and its test.
/// </summary>
internal sealed class WriteLoad
{
    private readonly RealCluster _cluster;
    private readonly ConcurrentDictionary<string, string> _acknowledged = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task<int>[] _clients;
    private int _steps;

    private readonly string _keys;

    private WriteLoad(RealCluster cluster, int clients, string keys)
    {
        (_cluster, _keys) = (cluster, keys);
        _clients = [.. Enumerable.Range(0, clients).Select(RunAsync)];
    }

    /// <summary>Starts clients.</summary>
    /// <param name="cluster">Whose.</param>
    /// <param name="clients">How many.</param>
    /// <param name="keys">What their keys end with: a second load needs keys of its own.</param>
    public static WriteLoad Start(RealCluster cluster, int clients = 4, string keys = "") => new(cluster, clients, keys);

    /// <summary>Waits until this many more steps were acknowledged.</summary>
    public async Task AdvanceAsync(int steps)
    {
        var goal = Volatile.Read(ref _steps) + steps;
        await Poll.UntilAsync($"{steps} more steps are acknowledged", async () =>
        {
            if (_clients.FirstOrDefault(client => client.IsFaulted) is { } failed)
            {
                await failed;
            }

            return Volatile.Read(ref _steps) >= goal;
        });
    }

    /// <summary>Lets each client finish its step, and looks for all of it on every node.</summary>
    public async Task StopAndVerifyAsync()
    {
        await _stop.CancelAsync();
        var counts = await Task.WhenAll(_clients);
        _stop.Dispose();
        await _cluster.CaughtUpAsync();
        foreach (var node in _cluster.Nodes)
        {
            for (var client = 0; client < counts.Length; client++)
            {
                Assert.That(await node.ReadAsync(Counter(client)), Is.EqualTo(Number(counts[client])), $"count of client {client} on node {node.Number}");
            }

            var wrong = new ConcurrentBag<string>();
            await Parallel.ForEachAsync(_acknowledged, async (write, _) =>
            {
                if (await node.ReadAsync(write.Key, isStale: true) is var found && found != write.Value)
                {
                    wrong.Add($"{write.Key}: {found}");
                }
            });
            Assert.That(wrong, Is.Empty, $"acknowledged, and something else on node {node.Number}");
        }
    }

    private string Counter(int client) => $"counter-{client}{_keys}";

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private async Task<int> RunAsync(int client)
    {
        var (api, nodes) = (_cluster.CreateClient(), _cluster.Nodes);
        try
        {
            var count = 0;
            do
            {
                if (nodes != _cluster.Nodes)
                {
                    // Told by its operator who the nodes are now.
                    await api.DisposeAsync();
                    (api, nodes) = (_cluster.CreateClient(), _cluster.Nodes);
                }

                await StepAsync(api, client, ++count);
            }
            while (!_stop.IsCancellationRequested);

            return count;
        }
        finally
        {
            await api.DisposeAsync();
        }
    }

    private async Task StepAsync(ApiClient api, int client, int count)
    {
        var swap = JsonSerializer.SerializeToUtf8Bytes(new { expected = count == 1 ? null : Number(count - 1), replacement = Number(count) });
        var counted = new ApiCall(HttpMethod.Post, $"v1/kv/{Counter(client)}/cas") { Body = swap, ContentType = "application/json" };
        (await api.WriteAsync(counted, CancellationToken.None)).OrFail();

        var (key, value) = ($"step-{client}-{count}{_keys}", $"value-{client}-{count}");
        (await api.WriteAsync(new ApiCall(HttpMethod.Put, $"v1/kv/{key}") { Body = System.Text.Encoding.UTF8.GetBytes(value) }, CancellationToken.None)).OrFail();
        _acknowledged[key] = value;
        Interlocked.Increment(ref _steps);
    }
}
