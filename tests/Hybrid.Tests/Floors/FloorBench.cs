using Consensus.Byzantine.Tests;
using Consensus.Cryptography.Tests;
using Consensus.Hybrid.Messages;
using Consensus.Hybrid.Tests.Epochs;

namespace Consensus.Hybrid.Tests.Floors;

/// <summary>Replica 10 of four in an epoch of Raft, whose log has ten entries: three are a quorum.</summary>
internal sealed class FloorBench
{
    private readonly Group _group = new();
    private readonly LogEntry[] _entries = Group.Log(10);
    private readonly EpochScope _scope;

    public FloorBench()
    {
        Known = _group.Know(_group.First);
        var core = Known.Engine.CreateCore(new CoreContext
        {
            Self = new NodeId(10),
            Epoch = Epoch.Zero,
            Recovered = EmptyDisk.Found with { Entries = _entries },
            Seed = 1,
            Now = Ticks.Zero,
        });
        _scope = new EpochScope(Known, _group.Keys, LogPosition.Origin, default);
        Desk = new FloorDesk(new RunningEpoch(Known, core, _scope), _group.Identity(10), [new NodeId(20), new NodeId(30), new NodeId(40)]);
    }

    public KnownEpoch Known { get; }

    public FloorDesk Desk { get; }

    public EffectBuffer Effects { get; } = new(new Lsn(7));

    public Ticks Now { get; private set; } = new(1000);

    /// <summary>The highest certificate on disk; 0 for none.</summary>
    public ulong Held => Desk.Held?.Position.Index.Value ?? 0;

    public ulong Certified => Desk.Certified.Value;

    public ulong CertifiedInLog => Desk.CertifiedInLog.Value;

    /// <summary>What was sent since the last look, to whom.</summary>
    public IReadOnlyList<(uint To, ProtocolMessage Message)> TakeSent()
    {
        var sent = Effects.Messages.Select(message => (message.To.Value, message.Message)).ToArray();
        Effects.Clear();
        return sent;
    }

    /// <summary>What a member may say of a place, with this state.</summary>
    public FloorContent ContentAt(ulong index, int state = 1) => new(Group.At(_entries[index - 1]), FakeKeys.Hash(state));

    /// <summary>Another log's entry at a place.</summary>
    public static FloorContent ForeignAt(ulong index) => new(Group.Position(index), FakeKeys.Hash(1));

    public Signature Sign(uint member, FloorContent content) => Known.Say(content).Sign(_group.Keys.Signer(member));

    public FloorCertificate Certify(FloorContent content, params uint[] signers) => new(content, _group.Keys.Certify(Known.Say(content), signers.Length == 0 ? [20, 30, 40] : signers));

    /// <summary>The state machine is given the entries up to one.</summary>
    public void Apply(ulong index)
    {
        while (_scope.Handed.Index.Value < index)
        {
            _scope.OnHanded(_entries[(int)_scope.Handed.Index.Value]);
        }
    }

    /// <summary>The replica has hashed its state at a place.</summary>
    public void Mark(ulong index) => Desk.OnMarked(ContentAt(index), Now, Effects);

    public void Vote(uint member, FloorContent content) => Say(member, new FloorVote(default, Known.Descriptor.Tag, content, Sign(member, content)));

    /// <summary>A member says that it has a certificate on disk, and what it counts.</summary>
    public void Hold(uint member, ulong held, ulong counted = 0) => Say(member, new FloorHeld(Known.Descriptor.Tag, new LogIndex(held), new LogIndex(counted)));

    public void Prove(uint member, FloorCertificate? certificate) => Say(member, new FloorProof(Known.Descriptor.Tag, certificate));

    public void Say(uint member, IFloorMessage message) => Desk.OnMessage(new NodeId(member), message, Now, Effects);

    /// <summary>A turn ends, and nothing more is on disk than before.</summary>
    public void Turn() => Desk.Advance(Now, Lsn.Zero, Effects);

    /// <summary>A turn ends, and all that was saved is on disk.</summary>
    public void Flush() => Desk.Advance(Now, Effects.LastLsn, Effects);

    public void Wait(int milliseconds) => Now += TimeSpan.FromMilliseconds(milliseconds);

    /// <summary>The replica has a certificate on disk, and nobody else has said so.</summary>
    public void HaveOnDisk(ulong index)
    {
        Prove(40, Certify(ContentAt(index)));
        Turn();
        Flush();
        Effects.Clear();
    }
}
