namespace Consensus.Hybrid.Tests.Floors;

/// <summary>An engine that is in the term, under the leader and with the log that a test says, and does nothing.</summary>
internal sealed class ScriptedCore(LogEntry[] log) : IProtocolCore
{
    public LogEntry[] Log { get; set; } = log;

    public NodeId Leader { get; set; }

    public ReplicaRole Role { get; set; } = ReplicaRole.Follower;

    public ulong Term { get; set; } = 1;

    public Ticks NextDeadline => Ticks.Never;

    public CoreStatus Status => new(Role, Leader, Term, Log[^1].Index, Log[^1].Index, ClusterMembership.Empty);

    public void BeginTurn(Ticks now, Timestamp clock)
    {
        // Time means nothing here.
    }

    public void Step(Ticks now, Input input, EffectBuffer effects) => throw new NotSupportedException("Nothing happens to this core.");

    public void EndTurn(Ticks now, EffectBuffer effects) => throw new NotSupportedException("Nothing happens to this core.");

    public ReadOnlyMemory<LogEntry> ReadEntries(LogIndex first, int bytesMax) =>
        first.Value > 0 && first <= Log[^1].Index ? Log.AsMemory((int)first.Value - 1) : default;

    public Digest StateDigest() => default;
}
