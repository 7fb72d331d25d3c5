namespace Consensus.Byzantine.Tests;

/// <summary>The state of node 1 of four, in a term that the test says.</summary>
internal sealed class SomeState() : OrderingState(
    new CoreContext { Self = new NodeId(1), Epoch = Epoch.Zero, Seed = 1, Now = Ticks.Zero, Recovered = EmptyDisk.Found },
    new SomeOptions(),
    Samples.Identity(1))
{
    private ulong _term;

    public override ByzantineOptions Options { get; } = new SomeOptions();

    public override NodeId ServingLeader => NodeId.None;

    public override ulong Term => _term;

    public void Go(ulong term) => _term = term;

    /// <summary>A step at a time, with the wall clock at that of the test.</summary>
    public void At(TimeSpan now, TimeSpan? clock = null)
    {
        ReadClock(new Ticks(now.Ticks), new Timestamp((long)(clock ?? now).TotalMilliseconds));
        Begin(new Ticks(now.Ticks), Effects);
    }

    private sealed record SomeOptions : ByzantineOptions
    {
        private protected override void ValidateOwn(Problems problems)
        {
            // There are none of its own.
        }
    }
}
