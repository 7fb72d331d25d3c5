using System.Net;
using System.Runtime.CompilerServices;
using Consensus.Cryptography;
using Consensus.Gossip;

namespace Consensus.Swarm.Tests.Network;

/// <summary>Nodes of one swarm in this process, on real sockets; those that are still there are ended with it.</summary>
internal sealed class LoopbackSwarm(SwarmNodeOptions? options = null) : IAsyncDisposable
{
    /// <summary>Longer than anything takes on a machine that is busy: what does not happen by then does not happen.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly SimulatedKeyRegistry _keys = new(7);
    private readonly Dictionary<NodeId, SwarmNode> _nodes = [];
    private readonly Dictionary<uint, VoteJournal> _journals = [];

    /// <summary>Which swarm it is.</summary>
    public ClusterId Id { get; init; } = new(new Guid("6f0c3c5e-0000-4000-8000-000000000001"));

    /// <summary>Its key, if it has one.</summary>
    public SwarmKey? Key { get; init; }

    public SwarmNetworkOptions Network { get; init; } = new();

    /// <summary>Whether its nodes may vote; a node that is started again has the votes of before.</summary>
    public bool KeepsVotes { get; init; }

    public ISignatureVerifier Verifier => _keys;

    /// <summary>Those that run.</summary>
    public IReadOnlyCollection<SwarmNode> Nodes => _nodes.Values;

    public SwarmNode this[uint id] => _nodes[new NodeId(id)];

    /// <summary>Starts a node, which asks the first one to be taken in.</summary>
    public async Task<SwarmNode> StartAsync(uint id, params string[] seeds)
    {
        var node = await SwarmNode.StartAsync(SetupOf(id) with { Seeds = seeds.Length > 0 || _nodes.Count == 0 ? seeds : [_nodes.Values.First().Address] });
        _nodes.Add(node.Id, node);
        return node;
    }

    /// <summary>What a node of this swarm is told.</summary>
    public SwarmSetup SetupOf(uint id) => new()
    {
        Swarm = Id,
        Id = new NodeId(id),
        Listen = new IPEndPoint(IPAddress.Loopback, 0),
        Key = Key,
        Signer = _keys.CreateSigner(new NodeId(id)),
        Verifier = _keys,
        KeyOf = node => _keys.PublicKeyOf(node),
        Options = options ?? new SwarmNodeOptions(),
        Network = Network,
        Votes = KeepsVotes ? JournalOf(id) : null,
    };

    /// <summary>Starts so many, and waits until all know all.</summary>
    public async Task StartAllAsync(int count)
    {
        for (var id = 1u; id <= count; id++)
        {
            await StartAsync(id);
        }

        await UntilAsync(() => Nodes.All(node => node.LiveCount == count));
    }

    private VoteJournal JournalOf(uint id)
    {
        if (!_journals.TryGetValue(id, out var journal))
        {
            _journals.Add(id, journal = VoteJournal.InMemory());
        }

        return journal;
    }

    /// <summary>Ends a node without a word.</summary>
    public async Task KillAsync(uint id)
    {
        _nodes.Remove(new NodeId(id), out var node);
        await node!.DisposeAsync();
    }

    /// <summary>Waits until something holds.</summary>
    public static async Task UntilAsync(Func<bool> holds, [CallerArgumentExpression(nameof(holds))] string what = "")
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!holds())
        {
            Assert.That(limit.IsCancellationRequested, Is.False, $"it does not come true: {what}");
            await Task.Delay(5);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes.Values)
        {
            await node.DisposeAsync();
        }
    }
}
