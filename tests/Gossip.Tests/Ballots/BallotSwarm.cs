using System.Text;
using Consensus.Cryptography;
using Consensus.Gossip.Node;
using Consensus.Gossip.Tests.Network;
using Consensus.Gossip.Tests.Repair;
using Consensus.Gossip.Votes;
using Consensus.Simulation.Time;

namespace Consensus.Gossip.Tests.Ballots;

/// <summary>Nodes on virtual time that all know each other and all vote; some of them may lie.</summary>
internal sealed class BallotSwarm
{
    public static readonly Timestamp Noon = new(1_800_000_000_000);

    private readonly ulong _seed;
    private readonly BallotOptions _options;
    private readonly Dictionary<uint, BallotsCore> _cores = [];

    public BallotSwarm(ulong seed, uint size, uint liars = 0, BallotOptions? options = null, VoterLie lie = VoterLie.Silence)
    {
        (_seed, Size, Liars, _options) = (seed, size, liars, options ?? new BallotOptions());
        Network = new VirtualSwarm(seed);
        Registry = new SimulatedKeyRegistry(seed);
        Swarm = new ClusterId(new Guid((int)seed, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7));
        for (var id = 1u; id <= Honest; id++)
        {
            Start(id);
        }

        for (var id = Honest + 1; id <= size; id++)
        {
            Network.Add(new NodeId(id), $"{id}", new LyingVoter(this, new NodeId(id), lie, RandomChoices.For(seed, $"liar {id}")));
        }
    }

    public VirtualSwarm Network { get; }

    public SimulatedKeyRegistry Registry { get; }

    public ClusterId Swarm { get; }

    public uint Size { get; }

    public uint Liars { get; }

    public uint Honest => Size - Liars;

    public SwarmTrust Trust => new(Swarm, Registry, id => id.Value >= 1 && id.Value <= Size ? Registry.PublicKeyOf(id) : null);

    public IEnumerable<BallotsCore> Cores => _cores.Values;

    public BallotsCore this[uint id] => _cores[id];

    public Timestamp Time => TimeOf(Network.Now, TimeSpan.Zero);

    /// <summary>Starts a node that does not lie, or starts it again with nothing.</summary>
    public void Start(uint id)
    {
        var offset = new TimeSpan[1];
        var core = new BallotsCore(new NodeId(id), Trust, _options, new FixedPeers(id, Size), RandomChoices.For(_seed, $"ballots {id}"), now => TimeOf(now, offset[0]));
        offset[0] = Network.Add(new NodeId(id), $"{id}", core).ClockOffset;
        _cores[id] = core;
    }

    public Ballot Make(string question = "Shall we?", TimeSpan? open = null, uint maker = 1, IEnumerable<BallotVoter>? voters = null, Timestamp? opensAt = null)
    {
        var from = opensAt ?? Time;
        var until = new Timestamp(from.UnixMilliseconds + (long)(open ?? TimeSpan.FromMinutes(1)).TotalMilliseconds);
        return Ballot.Make(Swarm, new NodeId(maker), Encoding.UTF8.GetBytes(question), voters ?? Voters(Size), from, until, Registry.CreateSigner(new NodeId(maker)));
    }

    public IEnumerable<BallotVoter> Voters(uint count) => Enumerable.Range(1, (int)count).Select(id => new BallotVoter(new NodeId((uint)id), Registry.PublicKeyOf(new NodeId((uint)id))));

    /// <summary>A node hears of a ballot.</summary>
    public string? Announce(uint id, Ballot ballot)
    {
        string? defect = null;
        Network.Call(Network[id], (now, effects) => defect = _cores[id].Announce(now, ballot, effects));
        return defect;
    }

    public void AnnounceToAll(Ballot ballot)
    {
        foreach (var id in _cores.Keys)
        {
            Assert.That(Announce(id, ballot), Is.Null);
        }

        foreach (var liar in Network.Nodes.Select(node => node.Core).OfType<LyingVoter>())
        {
            liar.Ballot = ballot;
        }
    }

    public void Cast(uint id, Ballot ballot, bool isFor) =>
        Network.Call(Network[id], (now, effects) => Assert.That(_cores[id].Cast(now, ballot.Id, isFor, ballot.Sign(Swarm, isFor, Registry.CreateSigner(new NodeId(id))), effects), Is.True));

    public void Say(uint to, uint from, GossipMessage message) => Network.Call(Network[to], (now, effects) => _cores[to].OnMessage(now, new NodeId(from), message, effects));

    public BallotOutcome[] Outcomes(Ballot ballot) => [.. _cores.Values.Select(core => core.Find(ballot.Id)?.Outcome ?? BallotOutcome.Open)];

    /// <summary>Runs until all that do not lie know what came of it.</summary>
    public TimeSpan? RunUntilClosed(Ballot ballot, TimeSpan patience) => Network.RunUntil(patience, () => Array.TrueForAll(Outcomes(ballot), static outcome => outcome != BallotOutcome.Open));

    private static Timestamp TimeOf(Ticks now, TimeSpan ahead) => new(Noon.UnixMilliseconds + (long)(now - Ticks.Zero - ahead).TotalMilliseconds);
}
