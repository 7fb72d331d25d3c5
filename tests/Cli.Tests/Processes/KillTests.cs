using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Consensus.Cli.Cluster;
using Consensus.Cli.Nodes;
using Consensus.Cli.Setup;
using Consensus.Cli.Tests.Support;

namespace Consensus.Cli.Tests.Nodes;

/// <summary>Real node processes, killed with SIGKILL: what was acknowledged must read back from every node.</summary>
[TestFixture]
[NonParallelizable]
public sealed class KillTests
{
    private const int Nodes = 3;
    private static readonly TimeSpan OperationTimeout = TimeSpan.FromSeconds(60);

    private readonly TestFolder _folder = new();
    private readonly HttpClient _client = new();
    private readonly List<NodeProcess> _processes = [];
    private readonly List<NodeReady> _readies = [];
    private Uri[] _endpoints = [];

    [SetUp]
    public async Task StartNodes()
    {
        var ports = LoopbackPorts.Find(2, Nodes);
        var cluster = ClusterInitializer.Run(new InitOptions
        {
            Directory = _folder.File(Guid.NewGuid().ToString("N")),
            Nodes = Nodes,
            Algorithm = Algorithms.Raft,
            BasePort = ports[0],
            HttpPort = ports[1],
        });
        _endpoints = [.. cluster.Nodes.Select(node => new Uri(node.Endpoint))];
        foreach (var node in cluster.Nodes)
        {
            var process = new NodeProcess(node.Config);
            _processes.Add(process);
            _readies.Add(await process.StartAsync(CancellationToken.None));
        }
    }

    [TearDown]
    public void StopNodes()
    {
        foreach (var process in _processes)
        {
            process.Dispose();
        }

        _processes.Clear();
        _readies.Clear();
    }

    [OneTimeTearDown]
    public void Clean()
    {
        _client.Dispose();
        _folder.Dispose();
    }

    [TestCase(30, Category = "Process")]
    [TestCase(1000, Category = "Soak", Explicit = true, Reason = "Takes about a minute.")]
    public async Task Every_acknowledged_value_reads_back_from_every_node_after_each_was_killed(int puts)
    {
        for (var i = 0; i < puts; i++)
        {
            // Each node in turn dies, and comes back a few writes later.
            var (round, place) = int.DivRem(i * Nodes * 2, puts);
            var isTurn = place < Nodes * 2;
            var node = round / 2;
            if (isTurn && round % 2 == 0)
            {
                await _processes[node].KillAsync();
            }
            else if (isTurn)
            {
                await _processes[node].StartAsync(CancellationToken.None);
            }

            await PutAsync(i);
        }

        for (var node = 0; node < Nodes; node++)
        {
            for (var i = 0; i < puts; i++)
            {
                Assert.That(await GetAsync(node, i), Is.EqualTo(Value(i)), $"key {i} on node {node + 1}");
            }
        }
    }

    [Test]
    [Category("Process")]
    public async Task A_node_whose_last_batch_was_torn_starts_and_gets_back_what_it_lost()
    {
        const int Puts = 10;
        const int Torn = Nodes - 1;
        for (var i = 0; i < Puts; i++)
        {
            await PutAsync(i);
        }

        Assert.That(await GetAsync(Torn, Puts - 1), Is.EqualTo(Value(Puts - 1)), "it has them all");
        var status = await _client.GetStringAsync(new Uri(_endpoints[Torn], "/v1/status"));
        var last = (ulong)JsonNode.Parse(status)!["last"]!;
        await _processes[Torn].KillAsync();
        await TearAsync(_readies[Torn].DataDirectory);
        var ready = await _processes[Torn].StartAsync(CancellationToken.None);

        // Nobody writes meanwhile: the group is quiet, and has to notice all the same.
        for (var i = 0; i < Puts; i++)
        {
            Assert.That(await GetAsync(Torn, i), Is.EqualTo(Value(i)), $"key {i}");
        }

        Assert.That(ready.LastIndex, Is.GreaterThan(0).And.LessThan(last), "some of its log is left, and not all");
    }

    /// <summary>Overwrites the last bytes of what was written to a node's log.</summary>
    private static async Task TearAsync(string dataDirectory)
    {
        var segment = Directory.GetFiles(Path.Combine(dataDirectory, "log"), "*.wal").Order(StringComparer.Ordinal).First();
        using var file = new FileStream(segment, FileMode.Open, FileAccess.ReadWrite);
        var bytes = new byte[file.Length];
        await file.ReadExactlyAsync(bytes);
        file.Position = Array.FindLastIndex(bytes, value => value != 0) - 20;
        await file.WriteAsync(new byte[21]);
    }

    private static string Value(int i) => $"value-{i}";

    private Task<string> PutAsync(int i) => TryAsync(async attempt =>
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(Value(i)));
        using var answer = await _client.PutAsync(new Uri(_endpoints[(i + attempt) % Nodes], $"/v1/kv/key-{i}"), content);
        return answer.IsSuccessStatusCode ? "" : null;
    });

    private Task<string> GetAsync(int node, int i) => TryAsync(async _ =>
    {
        using var answer = await _client.GetAsync(new Uri(_endpoints[node], $"/v1/kv/key-{i}"));
        return answer.StatusCode switch
        {
            HttpStatusCode.OK => await answer.Content.ReadAsStringAsync(),
            HttpStatusCode.NotFound => "nothing",
            _ => null,
        };
    });

    /// <summary>Repeats an idempotent operation while nodes are down or elect.</summary>
    private static async Task<string> TryAsync(Func<int, Task<string?>> attempt)
    {
        var start = TimeProvider.System.GetTimestamp();
        for (var number = 0; ; number++)
        {
            try
            {
                if (await attempt(number) is { } result)
                {
                    return result;
                }
            }
            catch (HttpRequestException)
            {
                // The node is down.
            }

            if (TimeProvider.System.GetElapsedTime(start) > OperationTimeout)
            {
                throw new TimeoutException($"No node answered within {OperationTimeout}.");
            }
        }
    }
}
