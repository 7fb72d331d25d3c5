using Consensus.Byzantine.Tests;

namespace Consensus.Pbft.Tests;

/// <summary>One replica of four, node 3 where nothing else is said, and what the others do to it. Messages leave at once, whatever is on disk.</summary>
internal sealed class TestReplica : ReplicaUnderTest<PbftCore>
{
    private readonly PbftOptions _options;

    public TestReplica(uint id = 3, PbftOptions? options = null, RecoveredState? recovered = null, long clockStart = 0)
        : base(new PbftEngine(options ?? Group.Options, Group.Identity(id)), id, recovered ?? EmptyDisk.Found, clockStart)
    {
        _options = options ?? Group.Options;
        Step(TimePassed.Instance);
    }

    public PbftState State => Core.State;

    public ulong Committed => State.Log.Committed.Value;

    /// <summary>Whether it has told the others, when it last said how it is, that it suspects the primary.</summary>
    public bool SuspectsPrimary => SentOf<Status>().Last().SuspectsPrimary;

    public bool HasLeftView => SentOf<ViewChange>().Any();

    /// <summary>Whether it leaves view 0 when another one, node 4, suspects the primary.</summary>
    public bool LeavesWithAnother()
    {
        Receive(4, Group.Suspicion);
        return HasLeftView;
    }

    /// <summary>The messages of a kind that it has sent since nobody looked last. Whatever else it has done is forgotten with them.</summary>
    public (uint To, T Message)[] Take<T>()
        where T : ProtocolMessage
    {
        (uint, T)[] taken = [.. Sent.Where(sent => sent.Message is T).Select(sent => (sent.To.Value, (T)sent.Message))];
        Effects.Clear();
        return taken;
    }

    /// <summary>Another member shows it a batch of its own that waits.</summary>
    public void Show(uint origin, ulong number, byte[]? command = null) => Receive(origin, new Submit(Group.Batch(origin, number, command)));

    /// <summary>It is shown that others have committed this block next.</summary>
    public void Commit(Block block)
    {
        var number = Committed + 1;
        Receive(2, Group.Committed(number, block));
        Assert.That(Committed, Is.EqualTo(number));
    }

    /// <summary>It is shown that others have committed this batch in the next block.</summary>
    public void Commit(CommandBatch batch) => Commit(new Block(new Timestamp(5), [batch]));

    /// <summary>It is shown that others have committed a block with another batch of node 4.</summary>
    public void CommitNext() => Commit(Group.Batch(4, 1000 + Committed));

    /// <summary>The same until so many are committed.</summary>
    public void CommitTo(ulong number)
    {
        while (Committed < number)
        {
            CommitNext();
        }
    }

    /// <summary>It is shown a checkpoint that it has come to.</summary>
    public void Stabilize(ulong number)
    {
        var at = new SequenceNumber(number);
        Receive(2, new StableCheckpoint(Group.Stable(number, State.Log.PositionAfter(at), State.Log.TimeAfter(at))));
        Assert.That(State.Stable.Number, Is.EqualTo(at));
    }

    /// <summary>The process ends, and starts again with all that it has put into slots on disk.</summary>
    public TestReplica Restart() => new(Id.Value, _options, EmptyDisk.Found with { Slots = Slots });
}
